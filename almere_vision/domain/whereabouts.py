"""Where a camera looks, as far as it is proven."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from almere_vision.domain.offset import STRAIGHT, Offset
from almere_vision.domain.reason import Reason


class Sight(StrEnum):
    """What is known of where a camera looks."""

    AT_PRESET = "at_preset"
    MOVING = "moving"
    BLIND = "blind"
    """Its pictures show nothing true: frozen, black, covered, out of focus."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One answer to where a camera looks.

    Attributes:
        sight: only `AT_PRESET` lets rules run.
        preset: id of the preset that it is at; None otherwise.
        offset: how far the picture lies from the reference picture.
        confidence: 0..1, how sure the answer `AT_PRESET` is; 0 for the others.
        reason: why it is none, for people; at a preset, what should be done about it, or None.
    """

    sight: Sight
    preset: str | None = None
    offset: Offset = STRAIGHT
    confidence: float = 0.0
    reason: Reason | None = None
