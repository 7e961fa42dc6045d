"""One line of the audit log, and the hash that chains it to the line before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

FORM: Final = 1
"""Version of the canonical form below. A form never changes: lines that were hashed by it are for ever."""

GENESIS: Final = "0" * 64
"""What stands for the hash before the first line."""

_LARGEST: Final = 2**53 - 1
_LONGEST_SUBJECT: Final = 256

Detail = str | int | bool | None
"""No fractions: RFC 8785 writes those as ECMAScript does, which Python does not."""


class Action(StrEnum):
    """What can be written besides the commands to an incident (`domain.incident.Command`)."""

    VIEW = "view"
    """A snapshot or clip was shown."""
    REFUSED = "refused"
    """Somebody wanted what is not theirs, not there, or not possible now."""
    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    CHANGE = "change"
    """Of an account, a role, a zone file, a table of priorities, a protocol or a threshold."""
    EXPORT = "export"
    TAKE = "take"
    """Of a camera, to steer it; `from` is who had it."""
    GIVE_BACK = "give_back"
    SHOW = "show"
    """A camera came on a screen of the control room, or left it; `screen` is its number."""
    FAULT = "fault"
    """Of a camera: reported, given a ticket, or ended; `fault` is its number."""
    END_SHIFT = "end_shift"
    """Of a hand-over: to whom, and how many claims went there or back to the queue."""
    STEER = "steer"
    """A camera was moved; positions and speeds in thousandths."""


class Subject(StrEnum):
    """What a line is about."""

    INCIDENT = "incident"
    ZONE_FILE = "zone_file"
    PRIORITY_TABLE = "priority_table"
    PROTOCOL = "protocol"
    THRESHOLD = "threshold"
    ACCOUNT = "account"
    CAMERA = "camera"
    EXPORT = "export"
    HANDOVER = "handover"
    SESSION = "session"
    ADDRESS = "address"
    """An address of the API that leads nowhere, as a hash."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened: who did what to what, when, and what for.

    It holds no picture, no plate, no name of a watched person and no free text but the purpose: of other
    texts that people type it keeps `fingerprint`.

    Attributes:
        at: aware moment.
        actor: name of the account, up to 64 characters.
        role: of the actor at that moment.
        action: an `Action` or a `Command`, up to 32 characters.
        kind: of the subject.
        subject: its id, 1 to 256 characters.
        purpose: what for, where the role has to say so (`doelbinding`), up to 200 characters.
        from_state, to_state: of an incident that the action changed.
        details: more, as JSON without fractions.
    """

    at: datetime
    actor: str
    role: str
    action: str
    kind: Subject
    subject: str
    purpose: str | None = None
    from_state: str | None = None
    to_state: str | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in its place in the chain. `id` counts from 1 without gaps."""

    id: int
    entry: Entry
    previous: str
    hash: str
    form: int = FORM


@dataclass(frozen=True, slots=True)
class Head:
    """The newest line of the chain."""

    id: int
    hash: str
    at: datetime


def fingerprint(text: str) -> dict[str, Detail]:
    """What the log keeps of a free text: proof of what it was, to somebody who has it, and its length."""
    return {"sha256": sha256(text), "length": len(text)}


def sha256(text: str) -> str:
    """Hexadecimal, of the UTF-8 form; what cannot be written so (a lone surrogate) counts as well."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, always with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: Mapping[str, object]) -> bytes:
    """Canonical JSON (RFC 8785) of objects whose keys are ASCII and that hold no fractions.

    Within these bounds the standard library writes what the RFC asks for: keys sorted, no white space,
    UTF-8, and its way to escape. Raises `ValueError` outside of them.
    """
    _check(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def _check(value: object) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if not isinstance(name, str) or not name.isascii():
                raise ValueError(f"a key of the audit log is ASCII, unlike {name!r}")
            _check(inner)
    elif isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > _LARGEST:
            raise ValueError(f"{value} is too large for JSON that every program reads alike")
    elif value is not None and not isinstance(value, str | bool):
        raise ValueError(f"the audit log keeps no {type(value).__name__}")


def digest(line_id: int, entry: Entry, previous: str, form: int = FORM) -> str:
    """SHA-256 of a line in canonical form, the hash of the line before included.

    Raises:
        ValueError: a form that this release does not know, or an entry that cannot be written so.
    """
    if form != FORM:
        raise ValueError(f"form {form} of the audit log is not known here")
    if not 1 <= len(entry.subject) <= _LONGEST_SUBJECT:
        raise ValueError(f"the subject of an audit line has 1 to {_LONGEST_SUBJECT} characters")
    written = {
        "action": str(entry.action),
        "actor": entry.actor,
        "at": moment(entry.at),
        "details": dict(entry.details),
        "form": form,
        "from_state": _text(entry.from_state),
        "id": line_id,
        "kind": str(entry.kind),
        "previous": previous,
        "purpose": entry.purpose,
        "role": str(entry.role),
        "subject": entry.subject,
        "to_state": _text(entry.to_state),
    }
    return hashlib.sha256(canonical(written)).hexdigest()


def _text(value: str | None) -> str | None:
    return None if value is None else str(value)
