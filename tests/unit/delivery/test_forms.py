"""The forms of a message: signed JSON, CAP and mail."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import capvalidator
import pytest
import standardwebhooks
from defusedxml.ElementTree import fromstring
from pydantic import SecretStr

from almere_vision.delivery.cap import NAMESPACE, as_cap
from almere_vision.delivery.mail import as_mail
from almere_vision.delivery.names import Names
from almere_vision.delivery.webhook import as_json, signed_headers, signing_key
from almere_vision.delivery.words import headline, reason, what
from almere_vision.domain.delivery import (
    Channel,
    Delivery,
    Earlier,
    MailSecurity,
    MailTarget,
    Message,
    MessageEvent,
)
from almere_vision.domain.errors import SettingsError
from almere_vision.domain.suggestion import Kind

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
NOON = datetime(2026, 7, 1, 10, 2, tzinfo=UTC)
MakeDelivery = Callable[..., Delivery]
MakeChannel = Callable[..., Channel]
MakeMessage = Callable[..., Message]


def test_a_library_of_others_accepts_our_signature(
    delivery: MakeDelivery, channel: MakeChannel, names: Names
) -> None:
    body = as_json(delivery(), channel(), names)
    headers = signed_headers(signing_key(SecretStr(SECRET), "KEY"), "msg_1", datetime.now(UTC), body)
    receiver = standardwebhooks.Webhook(SECRET)

    told = receiver.verify(body, {**headers, "webhook-id": "msg_1"})

    assert told["type"] == "incident.escalated"
    assert told["data"]["camera_name"] == "Plein noord"


@pytest.mark.parametrize("change", ["body", "id", "time", "key", "late"])
def test_a_library_of_others_refuses_what_was_changed_or_is_late(
    delivery: MakeDelivery, channel: MakeChannel, names: Names, change: str
) -> None:
    body = as_json(delivery(), channel(), names)
    at = datetime.now(UTC) - timedelta(minutes=6 if change == "late" else 0)
    key = signing_key(SecretStr(SECRET), "KEY")
    headers = {
        **signed_headers(key if change != "key" else bytes(32), "msg_1", at, body),
        "webhook-id": "msg_2" if change == "id" else "msg_1",
    }
    if change == "time":
        headers["webhook-timestamp"] = str(int(at.timestamp()) + 1)

    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(SECRET).verify(body + b" " * (change == "body"), headers)


@pytest.mark.parametrize("secret", ["", "geheim", "whsec_", "whsec_!!!", "whsec_" + "QUJD"])
def test_an_unfit_key_is_told_without_showing_it(secret: str) -> None:
    with pytest.raises(SettingsError) as caught:
        signing_key(SecretStr(secret), "DESK_KEY")
    assert "DESK_KEY" in str(caught.value)
    assert secret in ("", "whsec_") or secret not in str(caught.value)


def test_a_repetition_has_the_same_body(delivery: MakeDelivery, channel: MakeChannel, names: Names) -> None:
    first, second = delivery(attempts=1), delivery(attempts=7, next_at=NOON + timedelta(hours=1))

    assert as_json(first, channel(), names) == as_json(second, channel(), names)
    assert as_cap(first, channel(), names) == as_cap(second, channel(), names)


def test_nobody_is_named(delivery: MakeDelivery, channel: MakeChannel, names: Names) -> None:
    data = json.loads(as_json(delivery(), channel(), names))["data"]

    assert data["decided_by_role"] == "observer"
    assert not {"decided_by", "claimed_by", "answered_by", "box", "tracks"} & data.keys()


def test_machines_hear_where_the_camera_stands(
    delivery: MakeDelivery, channel: MakeChannel, names: Names, mapped: Names
) -> None:
    data = json.loads(as_json(delivery(), channel(), mapped))["data"]
    assert data["position"] == {"lat": 52.37, "lon": 5.22}
    assert texts(as_cap(delivery(), channel(), mapped))["circle"] == ["52.370000,5.220000 0.1"]
    assert json.loads(as_json(delivery(), channel(), names))["data"]["position"] is None
    assert "circle" not in texts(as_cap(delivery(), channel(), names))


def texts(document: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in fromstring(document).iter():
        found.setdefault(element.tag.removeprefix(f"{{{NAMESPACE}}}"), []).append(element.text or "")
    return found


# Order and number of elements by section 3.2 of the standard; the others are optional.
ALERT = ["identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction", "addresses"]
ALERT += ["code", "note", "references", "incidents", "info"]
INFO = ["language", "category", "event", "responseType", "urgency", "severity", "certainty", "audience"]
INFO += ["eventCode", "effective", "onset", "expires", "senderName", "headline", "description"]
INFO += ["instruction", "web", "contact", "parameter", "resource", "area"]
ENUMS = {
    "status": {"Actual", "Exercise", "System", "Test", "Draft"},
    "msgType": {"Alert", "Update", "Cancel", "Ack", "Error"},
    "scope": {"Public", "Restricted", "Private"},
    "category": {"Safety", "Security", "Transport"},
    "urgency": {"Immediate", "Expected", "Future", "Past", "Unknown"},
    "severity": {"Extreme", "Severe", "Moderate", "Minor", "Unknown"},
    "certainty": {"Observed", "Likely", "Possible", "Unlikely", "Unknown"},
}


@pytest.mark.parametrize("event", list(MessageEvent))
@pytest.mark.parametrize("exercise", [False, True])
def test_cap_has_the_structure_of_the_standard(
    delivery: MakeDelivery,
    message: MakeMessage,
    channel: MakeChannel,
    names: Names,
    event: MessageEvent,
    exercise: bool,
) -> None:
    earlier = () if event is MessageEvent.ESCALATED else (Earlier("msg_0", NOON),)
    given = delivery(message=message(event=event), earlier=earlier)

    document = as_cap(given, channel(sender="almere vision,<&", exercise=exercise), names)

    assert capvalidator.check_schema(document).passed
    root = fromstring(document)
    assert root.tag == f"{{{NAMESPACE}}}alert"
    tags = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in root]
    assert tags == sorted(tags, key=ALERT.index)
    assert {"identifier", "sender", "sent", "status", "msgType", "scope", "addresses"} <= set(tags)
    inner = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in root[-1]]
    assert inner == sorted(inner, key=INFO.index)
    assert {"category", "event", "urgency", "severity", "certainty", "area"} <= set(inner)
    found = texts(document)
    for tag, words in ENUMS.items():
        assert set(found[tag]) <= words, tag
    for tag in ("sent", "onset"):
        assert re.fullmatch(r"\d{4}(-\d\d){2}T\d\d:\d\d:\d\d[-+]\d\d:\d\d", found[tag][0])
    assert found["sent"] == ["2026-07-01T12:02:03+02:00"]
    assert not re.search(r"[\s,<&]", found["sender"][0] + found["identifier"][0])
    assert found["msgType"] == [{"escalated": "Alert", "updated": "Update", "withdrawn": "Cancel"}[event]]
    assert found["status"] == ["Exercise" if exercise else "Actual"]
    if earlier:
        assert found["references"] == ["almere-vision---,msg_0,2026-07-01T12:02:00+02:00"]
    else:
        assert "references" not in found


def test_hostile_text_stays_text(
    delivery: MakeDelivery, message: MakeMessage, channel: MakeChannel, names: Names
) -> None:
    note = "]]><alert>&evil; \u202e \ufffe \x08 \U0001f600 'x'"
    given = delivery(message=message(note=note))

    shown = texts(as_cap(given, channel(), names))["description"][0]

    assert "]]><alert>&evil; \u202e" in shown
    assert "\x08" not in shown
    assert len(texts(as_cap(given, channel(), names))["alert"]) == 1


def test_a_mail_cannot_be_given_headers(
    delivery: MakeDelivery, message: MakeMessage, channel: MakeChannel
) -> None:
    target = MailTarget(
        "mail.example", 587, MailSecurity.STARTTLS, "a@almere.example", ("b@desk.example",), None, None
    )
    evil = Names({"plaza-1": {"nl": "Plein\r\nBcc: x@evil.example", "en": "x"}})
    given = delivery(message=message(note="Note\r\n.\r\nRCPT TO:<x@evil.example>"))

    mail = as_mail(given, channel(), target, evil, b"%PDF-1.4")

    assert mail["Bcc"] is None
    assert mail["Message-ID"] == "<msg_1@almere.example>"
    assert [part.get_content_type() for part in mail.iter_attachments()] == ["application/pdf"]
    assert "Bcc: x@evil.example" in mail["Subject"]


def test_what_a_person_entered_is_told_by_its_type_and_without_a_zone(message: MakeMessage) -> None:
    entered = message(
        kind=Kind.OTHER,
        type="public_urination",
        type_names={"nl": "Wildplassen", "en": "Public urination"},
        zone="",
        facts={},
    )
    assert what(entered, "nl") == "Wildplassen"
    assert headline(entered, "en", Names()) == "P3 Public urination: plaza-1"
    assert reason(entered, "en") == ""
    assert what(message(), "en") == "Vehicle standing"
