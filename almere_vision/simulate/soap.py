"""SOAP 1.2 as a camera speaks it: questions in, answers and refusals out, passwords by WS-Security."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import defusedxml.ElementTree as DefusedET  # type: ignore[import-untyped]
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_FRESH: Final = timedelta(minutes=5)
_SPACES: Final = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "wsse": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "wsu": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
    "tt": "http://www.onvif.org/ver10/schema",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tptz": "http://www.onvif.org/ver20/ptz/wsdl",
    "ter": "http://www.onvif.org/ver10/error",
}
_DECLARED: Final = " ".join(
    f'xmlns:{short}="{long}"' for short, long in _SPACES.items() if short not in ("wsse", "wsu")
)


class Refusal(Exception):
    """An answer that is a fault; `subcode` as ONVIF names it."""

    def __init__(self, reason: str, subcode: str = "ter:InvalidArgVal") -> None:
        super().__init__(reason)
        self.subcode = subcode


@dataclass(frozen=True, slots=True)
class Question:
    """The operation that is asked for, and the envelope around it."""

    operation: str
    body: Element
    envelope: Element

    def text(self, name: str) -> str | None:
        """Text of the first element of this name, whatever its namespace."""
        found = self.body.find(f".//{{*}}{name}")
        return None if found is None else (found.text or "").strip()

    def floats(self, path: str, *names: str) -> tuple[float, ...] | None:
        """Attributes of an element as numbers; None when there is no such element."""
        found = self.body.find(path)
        try:
            return None if found is None else tuple(float(found.attrib[name]) for name in names)
        except (KeyError, ValueError):
            raise Refusal("not a position or speed", "ter:InvalidPosition") from None


def read(content: bytes) -> Question:
    """Read a question. Raises `Refusal` when it is none."""
    try:
        envelope = DefusedET.fromstring(content, forbid_dtd=True)
        body = envelope.find("s:Body", _SPACES)
        first = None if body is None else next(iter(body), None)
    except (DefusedET.ParseError, DefusedXmlException, ValueError):
        raise Refusal("not well formed", "ter:WellFormed") from None
    if first is None:
        raise Refusal("no operation", "ter:WellFormed")
    return Question(first.tag.rpartition("}")[2], first, envelope)


def admitted(question: Question, user: str, password: str, now: datetime) -> bool:
    """Whether the question carries the password as UsernameToken digest, made within minutes of `now`."""
    token = question.envelope.find("s:Header/wsse:Security/wsse:UsernameToken", _SPACES)
    if token is None:
        return False
    told, digest, nonce = (
        token.findtext(f"wsse:{n}", "", _SPACES) for n in ("Username", "Password", "Nonce")
    )
    created = token.findtext("wsu:Created", "", _SPACES)
    try:
        salt = base64.b64decode(nonce, validate=True)
        fresh = abs(datetime.fromisoformat(created) - now) <= _FRESH
    except (binascii.Error, ValueError, TypeError):
        return False
    # SHA-1 is what the UsernameToken profile asks for.
    expected = base64.b64encode(hashlib.sha1(salt + created.encode() + password.encode()).digest())  # noqa: S324
    return fresh and told == user and hmac.compare_digest(expected, digest.encode())


def envelope(body: str) -> str:
    """An answer around its body."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{head}<s:Envelope {_DECLARED}><s:Body>{body}</s:Body></s:Envelope>"


def fault(refusal: Refusal) -> str:
    """An answer that refuses."""
    code = "s:Sender"
    return envelope(
        f"<s:Fault><s:Code><s:Value>{code}</s:Value><s:Subcode><s:Value>{refusal.subcode}</s:Value>"
        f'</s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">{refusal}</s:Text></s:Reason></s:Fault>'
    )


BOMB: Final = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
    + envelope("&a11;").partition("?>")[2]
)
"""What it would say grows to two hundred gigabytes."""

THIEF: Final = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    + envelope(
        "<tds:GetDeviceInformationResponse><tds:Manufacturer>&f;</tds:Manufacturer>"
        "<tds:Model>&f;</tds:Model><tds:FirmwareVersion>1</tds:FirmwareVersion>"
        "<tds:SerialNumber>1</tds:SerialNumber><tds:HardwareId>1</tds:HardwareId>"
        "</tds:GetDeviceInformationResponse>"
    ).partition("?>")[2]
)
"""It wants a file of the reader."""
