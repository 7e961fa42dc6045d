"""Metres between people, from their boxes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from almere_vision.domain.geometry import Box, ground_point
from almere_vision.domain.ground import GroundPlane
from almere_vision.rules.stillness import along

PERSON_M: Final = 1.7
"""Height that a person is taken to have."""

_STEEPNESS: Final = 2.0
"""A metre away from the camera is this much shorter in the picture than a metre across: the cotangent of
a camera that looks down by 27 degrees. Street cameras look down by 15 to 45."""


@dataclass(slots=True)
class Spot:
    """Where somebody stands: `x` and `y` in units of which `per_m` make a metre."""

    x: float
    y: float
    per_m: float

    def apart_m(self, other: Spot) -> float:
        """Metres on the ground. The smaller scale holds: the other box may hold two people, or a shadow."""
        return math.hypot(self.x - other.x, self.y - other.y) / min(self.per_m, other.per_m)


@dataclass(frozen=True, slots=True)
class Ruler:
    """Measures on one preset: by its ground plane, else in person heights.

    Attributes:
        aspect: width of the picture divided by its height.
        ground: where the picture points lie on the street, if that is known.
    """

    aspect: float
    ground: GroundPlane | None = None

    def spot(self, box: Box) -> Spot:
        """Where a person stands."""
        x, y = ground_point(box)
        if self.ground is not None:
            return Spot(*self.ground.metres((x, y)), 1.0)
        return Spot(x * self.aspect, y * _STEEPNESS, max(box[3] - box[1], 1e-6) / PERSON_M)

    def moved_m(self, a: Box, b: Box) -> float:
        """Metres that one person moved from box to box.

        A person who is hidden in part loses one edge of his box and one who moves takes both along, so
        the edge that moved less counts (see `stillness.along`). Without a ground plane a movement straight
        towards the camera shows only as growth, and is told too small.
        """
        if self.ground is not None and not _cut(a, b):
            return math.dist(self.ground.metres(ground_point(a)), self.ground.metres(ground_point(b)))
        across = along(a[0], a[2], b[0], b[2]) * self.aspect
        down = along(a[1], a[3], b[1], b[3]) * _STEEPNESS
        return PERSON_M * math.hypot(across, down) / max(min(a[3] - a[1], b[3] - b[1]), 1e-6)


def _cut(a: Box, b: Box) -> bool:
    """Whether one of two boxes of a person has lost its feet: the lower edges part, the upper do not."""
    return abs(a[1] - b[1]) < abs(a[3] - b[3]) / 3
