"""Whether a vehicle stands still, from boxes that tremble and are cut by whoever walks past."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from almere_vision.domain.geometry import Box

Sighting = tuple[float, Box]
"""Clock in seconds, and the box as it was detected."""

_BORDER: Final = 0.01
"""An edge so near to the border of the picture (fraction) is cut off there and tells nothing."""


@dataclass(frozen=True, slots=True)
class StillnessSettings:
    """When a vehicle counts as standing.

    Attributes:
        settle_s: seconds that it must keep its place. Shorter halts are traffic; longer only delays the
            first sight of a stay, since its onset is dated back.
        still_shift: shift that still is standing, in vehicle sizes (root of the box area). Boxes of
            standing vehicles tremble by 0.02-0.05; a vehicle at walking pace moves 0.3 a second.
        outliers: share of the boxes that may lie further off: flicker, and boxes cut by passers-by.
        sightings: boxes that are needed in `settle_s`; with fewer nothing can be said.
    """

    settle_s: float = 5.0
    still_shift: float = 0.1
    outliers: float = 0.25
    sightings: int = 4


@dataclass(frozen=True, slots=True)
class Standstill:
    """A vehicle stands: where, since when, and whether it was seen moving before."""

    place: Box
    since_s: float
    arrived: bool


def median_box(boxes: Sequence[Box]) -> Box:
    """Median of each edge; for an even number the upper one."""
    middle = len(boxes) // 2
    x1, y1, x2, y2 = (sorted(edges)[middle] for edges in zip(*boxes, strict=True))
    return x1, y1, x2, y2


def shift(a: Box, b: Box, aspect: float) -> float:
    """How far a vehicle moved between two boxes, in sizes of the first (root of its area).

    A vehicle that moves takes both opposite edges along; one that is hidden in part loses one edge. So
    along each axis the edge that moved less counts, twice when the edges part (it comes nearer or
    goes away). An edge that the border of the picture cuts off does not count.

    Args:
        a: box that gives the size.
        b: the other box.
        aspect: width of the picture divided by its height, since boxes are fractions of both.

    >>> round(shift((0.4, 0.4, 0.6, 0.6), (0.42, 0.4, 0.62, 0.6), 1.0), 2)
    0.1
    >>> shift((0.4, 0.4, 0.6, 0.6), (0.4, 0.4, 0.5, 0.6), 1.0)
    0.0
    """
    size = math.sqrt(max((a[2] - a[0]) * aspect * (a[3] - a[1]), 1e-9))
    across = along(a[0], a[2], b[0], b[2]) * aspect
    down = along(a[1], a[3], b[1], b[3])
    return max(across, down) / size


def along(a1: float, a2: float, b1: float, b2: float) -> float:
    """Movement along one axis from edges (a1, a2) to (b1, b2): see `shift`."""
    first, second = b1 - a1, b2 - a2
    cut_first = a1 < _BORDER and b1 < _BORDER
    cut_second = a2 > 1 - _BORDER and b2 > 1 - _BORDER
    if cut_first and cut_second:
        return 0.0
    if cut_first:
        return abs(second)
    if cut_second:
        return abs(first)
    least = min(abs(first), abs(second))
    return least if first * second > 0 else 2 * least


def standstill(trail: Sequence[Sighting], aspect: float, settings: StillnessSettings) -> Standstill | None:
    """Whether the vehicle that left this trail stands at the end of it.

    Args:
        trail: sightings, oldest first.
        aspect: width of the picture divided by its height.
        settings: what counts as standing.

    Returns:
        Where it stands and since when (dated back to the first sighting at that place), or None.
    """
    now_s = trail[-1][0]
    recent = [box for clock_s, box in trail if now_s - clock_s <= settings.settle_s]
    first_s = trail[-len(recent)][0]
    if len(recent) < settings.sightings or now_s - first_s < 0.8 * settings.settle_s:
        return None
    if shift(recent[0], recent[-1], aspect) > 3 * settings.still_shift:
        return None  # most vehicles drive: spare them the medians
    part = max(1, len(recent) // 3)
    begin, end = median_box(recent[:part]), median_box(recent[-part:])
    if shift(begin, end, aspect) > settings.still_shift:
        return None
    place = median_box(recent)
    off = sum(shift(place, box, aspect) > settings.still_shift for box in recent)
    if off > settings.outliers * len(recent):
        return None
    since_s, stray = now_s, 0
    for clock_s, box in reversed(trail):
        if shift(place, box, aspect) <= settings.still_shift:
            since_s, stray = clock_s, 0
        elif (stray := stray + 1) > 1:
            break
    return Standstill(place, since_s, arrived=since_s > trail[0][0])
