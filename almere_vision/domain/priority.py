"""How soon somebody should look, and how likely it is that a suggestion is right."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Priority(StrEnum):
    """P1: emergency. P2: serious, police wanted. P3: registration, wardens."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class Band(StrEnum):
    """Likelihood in words, least likely first; where one begins is set per site (see `BandLimits`)."""

    UNLIKELY = "unlikely"
    POSSIBLE = "possible"
    LIKELY = "likely"
    VERY_LIKELY = "very_likely"


BANDS: Final[tuple[Band, ...]] = tuple(Band)


def urgency(priority: Priority | None) -> int:
    """3 for P1, 2 for P2, 1 for P3, 0 for none: the more urgent, the larger.

    >>> [urgency(one) for one in (*Priority, None)]
    [3, 2, 1, 0]
    """
    return 0 if priority is None else 3 - list(Priority).index(priority)


def higher(one: Priority | None, other: Priority | None) -> Priority | None:
    """The more urgent of two; what was once put before people never falls back.

    >>> higher(Priority.P3, Priority.P2), higher(None, Priority.P3)
    (<Priority.P2: 'P2'>, <Priority.P3: 'P3'>)
    """
    return max(one, other, key=urgency)
