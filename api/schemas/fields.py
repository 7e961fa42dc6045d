"""Field types that several schemas share; each refuses what a store could not keep."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, StringConstraints

from almere_vision.storage.blobs import ID_PATTERN

MAX_VERSION: Final = 2**31 - 1
"""Largest version that every store can hold (a 32 bit integer)."""


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not hold a NUL character")
    return text


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("must lie between the years 1 and 9999 in UTC") from None


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
"""A time with a zone, turned into UTC; written with `Z`."""

IncidentId = Annotated[str, StringConstraints(pattern=f"^{ID_PATTERN}$")]
"""Id of an incident, which is that of its suggestion."""

Name = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,128}$")]
"""Name of a camera or zone."""

Note = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_storable)]
"""Free text of a person."""
