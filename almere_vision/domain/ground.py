"""The ground plane of a preset: picture points to metres on the street."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from almere_vision.domain.geometry import Point

_HORIZON: Final = 1e-2
"""Where depth is less than this share of that of the farthest measured point, all is equally far away."""

Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class GroundPlane:
    """A homography from fractions of the picture to metres.

    Attributes:
        matrix: 3 x 3, row by row, for points (x, y, 1).
    """

    matrix: Matrix

    @classmethod
    def through(cls, picture: tuple[Point, ...], metres: tuple[Point, ...]) -> Self:
        """The plane through four points (direct linear transformation; Hartley and Zisserman 2004, 4.1).

        Raises:
            ValueError: three of the points lie on a line, or the points cross over.
        """
        if not (_is_outline(picture) and _is_outline(metres)):
            raise ValueError("three of the four points lie on a line, or the outline crosses itself")
        rows = []
        for (x, y), (u, v) in zip(picture, metres, strict=True):
            rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y, -u], [0, 0, 0, x, y, 1, -v * x, -v * y, -v]]
        matrix = np.linalg.svd(np.array(rows, np.float64))[2][-1].reshape(3, 3)
        depths = [float(matrix[2] @ (x, y, 1)) for x, y in picture]
        if min(depths) * max(depths) <= 0:
            raise ValueError("the four points do not fit one view of a flat street")
        scaled = (matrix / min(depths, key=abs)).tolist()  # the farthest of the four points has depth 1
        return cls(tuple(tuple(row) for row in scaled))

    def metres(self, point: Point) -> Point:
        """Where a picture point lies on the street; far away for one at or above the horizon."""
        x, y = point
        (a, b, c), (d, e, f), _ = self.matrix
        depth = max(self._depth(point), _HORIZON)
        return (a * x + b * y + c) / depth, (d * x + e * y + f) / depth

    def _depth(self, point: Point) -> float:
        g, h, i = self.matrix[2]
        return g * point[0] + h * point[1] + i


def _is_outline(points: tuple[Point, ...]) -> bool:
    """Whether all corners of an outline turn the same way, none of them by next to nothing."""
    turns = set()
    for index, (x2, y2) in enumerate(points):
        (x1, y1), (x3, y3) = points[index - 1], points[(index + 1) % len(points)]
        turn = (x2 - x1) * (y3 - y2) - (y2 - y1) * (x3 - x2)
        scale = math.hypot(x2 - x1, y2 - y1) * math.hypot(x3 - x2, y3 - y2)
        turns.add(0 if abs(turn) <= 1e-3 * scale else math.copysign(1, turn))
    return turns in ({1}, {-1})
