"""What really happened, as counts need it: an incident that people stood behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from almere_vision.domain.incident import State
from almere_vision.domain.suggestion import Kind

REAL: Final = frozenset(
    {
        State.CONFIRMED,
        State.ESCALATED,
        State.ACKNOWLEDGED,
        State.ON_SCENE,
        State.RESOLVED,
        State.NO_CAPACITY,
    }
)
"""States of what a person confirmed or entered; what is open, rejected or expired is in no count."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One real incident.

    Attributes:
        camera, zone: where it was raised first.
        at: when it was raised (UTC).
        type: of the catalogue, where a person entered it; None of a suggestion that was confirmed.
    """

    kind: Kind
    camera: str
    zone: str
    at: datetime
    type: str | None = None
