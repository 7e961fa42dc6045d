"""A message in the Common Alerting Protocol, version 1.2 (OASIS standard, 1 July 2010).

https://docs.oasis-open.org/emergency/cap/v1.2/CAP-v1.2-os.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from almere_vision.delivery.names import Names
from almere_vision.delivery.words import city_time, headline, place, reason, what, word
from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.delivery import Channel, Delivery, Message, MessageEvent
from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE: Final = "application/cap+xml"

_TYPES: Final[Mapping[MessageEvent, str]] = {
    MessageEvent.ESCALATED: "Alert",
    MessageEvent.UPDATED: "Update",
    MessageEvent.WITHDRAWN: "Cancel",
}
_CATEGORIES: Final[Mapping[Kind, str]] = {
    Kind.PARKING: "Transport",
    Kind.LOITERING: "Security",
    Kind.FIGHT: "Security",
    Kind.OTHER: "Other",
}
_URGENCY: Final = {Priority.P1: "Immediate", Priority.P2: "Immediate", Priority.P3: "Expected"}
_SEVERITY: Final = {Priority.P1: "Severe", Priority.P2: "Moderate", Priority.P3: "Minor"}
_REACH_KM: Final = 0.1
"""How far from a camera its incidents are, at most: these look at streets and squares."""
_LANGUAGES: Final = {"nl": "nl-NL", "en": "en-GB"}
# Section 3.2.1: no spaces, commas or restricted characters (< and &) in sender and identifier.
_FORBIDDEN: Final = re.compile(r"[\s,<&]")
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_cap(delivery: Delivery, channel: Channel, names: Names) -> bytes:
    """The message as one CAP document: the same bytes in every attempt.

    Alert for the first escalation, Update for one after it over the same channel, Cancel when it was taken
    back; the last two refer to all messages before.
    """
    message = delivery.message
    kind = _TYPES[message.event]
    if kind == "Update" and not delivery.earlier:
        kind = "Alert"
    sender = _plain(channel.sender)
    alert = Element("alert", xmlns=NAMESPACE)
    _add(alert, "identifier", delivery.id)
    _add(alert, "sender", sender)
    _add(alert, "sent", _moment(delivery.created_at))
    _add(alert, "status", "Exercise" if channel.exercise else "Actual")
    _add(alert, "msgType", kind)
    _add(alert, "scope", "Private")
    _add(alert, "addresses", message.recipient or channel.name)
    if channel.exercise:
        _add(alert, "note", word("exercise", channel.language))
    if delivery.earlier:
        told = (f"{sender},{earlier.id},{_moment(earlier.at)}" for earlier in delivery.earlier)
        _add(alert, "references", " ".join(told))
    _add(alert, "incidents", f'"{message.incident}"')
    _describe(SubElement(alert, "info"), message, channel, names)
    document: bytes = tostring(alert, encoding="utf-8", xml_declaration=True)
    return document


def _describe(info: Element, message: Message, channel: Channel, names: Names) -> None:
    language, withdrawn = channel.language, message.event is MessageEvent.WITHDRAWN
    _add(info, "language", _LANGUAGES[language])
    _add(info, "category", _CATEGORIES[message.kind])
    _add(info, "event", what(message, language))
    if withdrawn:
        _add(info, "responseType", "AllClear")
    _add(info, "urgency", "Past" if withdrawn else _of(_URGENCY, message.priority))
    _add(info, "severity", _of(_SEVERITY, message.priority))
    _add(info, "certainty", "Observed")
    _add(info, "onset", _moment(message.started_at))
    _add(info, "senderName", "Almere Vision")
    _add(info, "headline", headline(message, language, names))
    lines = [
        word("is_withdrawn", language) if withdrawn else "",
        reason(message, language),
        f"{word('when', language)}: {city_time(message.raised_at)}",
        message.note,
    ]
    _add(info, "description", "\n".join(line for line in lines if line))
    for name, value in (
        ("incident", message.incident),
        ("version", str(message.version)),
        ("priority", message.priority or ""),
        ("camera", message.camera),
        ("zone", message.zone),
    ):
        parameter = SubElement(info, "parameter")
        _add(parameter, "valueName", name)
        _add(parameter, "value", value)
    area = SubElement(info, "area")
    _add(area, "areaDesc", place(message, language, names))
    if (here := names.positions.get(message.camera)) is not None:
        _add(area, "circle", f"{here.lat_deg:.6f},{here.lon_deg:.6f} {_REACH_KM}")


def _add(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = _NOT_XML.sub("\ufffd", text)


def _of(words: Mapping[Priority, str], priority: Priority | None) -> str:
    return "Unknown" if priority is None else words[priority]


def _plain(text: str) -> str:
    return _FORBIDDEN.sub("-", text)


def _moment(moment: datetime) -> str:
    """With the offset of the city, as the standard wants it: seconds, and never `Z`."""
    return moment.astimezone(CITY_TIME).replace(microsecond=0).isoformat()
