"""The wire form of a suggestion: JSON, schema version 1.

Fields may be added within a version: a reader leaves out what it does not know. The same form is what
the database keeps.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from almere_vision.domain.errors import MessageError
from almere_vision.domain.geometry import Box
from almere_vision.domain.lease import Lease
from almere_vision.domain.priority import Band, Priority
from almere_vision.domain.suggestion import MORE_PIECES, Evidence, Kind, Piece, Provenance, Suggestion
from almere_vision.storage.blobs import BLOB_NAME_PATTERN, ID_PATTERN

SCHEMA_VERSION: Final = 1
LARGEST_BYTES: Final = 256 * 1024

_Id = Annotated[str, StringConstraints(pattern=f"^{ID_PATTERN}$")]
_Name = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,128}$")]
_Zone = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,128}$")]
"""Empty where a person entered an incident that lies in none."""
_BlobName = Annotated[str, StringConstraints(pattern=f"^{BLOB_NAME_PATTERN}$")]
_Fraction = Annotated[float, Field(ge=0, le=1)]


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside the calendar") from None


def _upright(box: Box) -> Box:
    x1, y1, x2, y2 = box
    if x1 > x2 or y1 > y2:
        raise ValueError("x1 y1 x2 y2 must have x1 <= x2 and y1 <= y2")
    return box


_Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
_Box = Annotated[tuple[_Fraction, _Fraction, _Fraction, _Fraction], AfterValidator(_upright)]
_FactText = Annotated[str, StringConstraints(pattern=r"^[^\x00]{0,500}$")]
_FactNumber = Annotated[int, Field(ge=-(2**63), lt=2**63)]
_Fact = bool | _FactNumber | float | _FactText | None


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False, frozen=True, from_attributes=True)


class _Provenance(_Part):
    model: _Name
    rule: _Name
    zones: _Name
    priorities: _Name | None = None
    calibration: _Name | None = None


class _Evidence(_Part):
    snapshot: _BlobName | None = None
    annotated: _BlobName | None = None
    clip: _BlobName | None = None
    closeup: _BlobName | None = None


class _Piece(_Part):
    stay: _Id
    camera: _Name
    preset: _Name | None
    zone: _Name
    at: _Moment
    box: _Box
    evidence: _Evidence


class _Lease(_Part):
    camera: _Name
    token: Annotated[int, Field(ge=0, lt=2**53)]


class _Message(_Part):
    schema_version: Literal[1]
    id: _Id
    revision: Annotated[int, Field(ge=0, lt=2**63)]
    kind: Kind
    camera: _Name
    preset: _Name | None
    zone: _Zone
    started_at: _Moment
    raised_at: _Moment
    ended_at: _Moment | None
    start_s: float
    alarm_s: float
    end_s: float | None
    at_least: bool
    score: _Fraction
    box: _Box
    people: Annotated[int, Field(ge=0, le=10_000)]
    tracks: Annotated[tuple[_Name, ...], Field(max_length=1_000)]
    facts: Annotated[dict[_Name, _Fact], Field(max_length=64)]
    provenance: _Provenance
    evidence: _Evidence
    more: Annotated[tuple[_Piece, ...], Field(max_length=MORE_PIECES)] = ()
    priority: Priority | None = None
    likelihood: _Fraction | None = None
    band: Band | None = None
    lease: _Lease | None = None


class _Leased(_Part):
    lease: _Lease | None = None


_KEPT: Final = frozenset(_Message.model_fields) - {"schema_version", "lease"}


def encode(suggestion: Suggestion, lease: Lease | None = None) -> bytes:
    """At most 256 KiB of UTF-8; `lease` is that by which the worker watched.

    Raises:
        MessageError: a field is out of its range; names it.
    """
    values = {field.name: getattr(suggestion, field.name) for field in fields(suggestion)}
    by = None if lease is None else {"camera": lease.name, "token": lease.token}
    try:
        message = _Message.model_validate({"schema_version": SCHEMA_VERSION, **values, "lease": by})
    except ValidationError as error:
        raise MessageError(_first(error)) from None
    payload = message.model_dump_json().encode()
    _check_size(payload)
    return payload


def lease_of(payload: bytes) -> Lease | None:
    """By which lease a message was made; None for one without, or that is no message of ours."""
    try:
        told = _Leased.model_validate_json(payload).lease
    except ValidationError:
        return None
    return None if told is None else Lease((told.camera,), told.token)


def decode(payload: bytes) -> Suggestion:
    """A suggestion whose moments are in UTC.

    Raises:
        MessageError: not a suggestion of a schema that we know; names the first thing that is wrong.
    """
    _check_size(payload)
    try:
        message = _Message.model_validate_json(payload, strict=True)
    except ValidationError as error:
        raise MessageError(_first(error)) from None
    values = {name: getattr(message, name) for name in _Message.model_fields if name in _KEPT}
    values["provenance"] = Provenance(**message.provenance.model_dump())
    values["evidence"] = Evidence(**message.evidence.model_dump())
    values["more"] = tuple(
        Piece(**{**dict(piece), "evidence": Evidence(**piece.evidence.model_dump())})
        for piece in message.more
    )
    return Suggestion(**values)


def _check_size(payload: bytes) -> None:
    if len(payload) > LARGEST_BYTES:
        raise MessageError(f"a message has at most {LARGEST_BYTES} bytes; this one has {len(payload)}")


def _first(error: ValidationError) -> str:
    """The first mistake in one line, without the value: that may be long, or not be ours to log."""
    found = error.errors(include_input=False, include_url=False)
    first = next((mistake for mistake in found if mistake["loc"] == ("schema_version",)), found[0])
    place = ".".join(str(part) for part in first["loc"])[:80]
    return f"not a suggestion of schema {SCHEMA_VERSION}: {place or 'message'}: {first['msg']}"
