"""The ground plane of a preset: picture points to metres on the street."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from almere_vision.domain.geometry import Point

Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]


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
        rows, values = [], []
        for (x, y), (u, v) in zip(picture, metres, strict=True):
            rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
            values += [u, v]
        if _turns(picture) is None or _turns(metres) is None:
            raise ValueError("three of the four points lie on a line, or the outline crosses itself")
        a, b, c, d, e, f, g, h = (float(value) for value in np.linalg.solve(np.array(rows), np.array(values)))
        plane = cls(((a, b, c), (d, e, f), (g, h, 1.0)))
        if any(plane._depth(point) <= 0 for point in picture):
            raise ValueError("the four points do not fit one view of a flat street")
        return plane

    def metres(self, point: Point) -> Point:
        """Where a picture point lies on the street; far away for one at or above the horizon."""
        x, y = point
        (a, b, c), (d, e, f), _ = self.matrix
        depth = max(self._depth(point), 1e-3)
        return (a * x + b * y + c) / depth, (d * x + e * y + f) / depth

    def _depth(self, point: Point) -> float:
        g, h, i = self.matrix[2]
        return g * point[0] + h * point[1] + i


def _turns(points: tuple[Point, ...]) -> float | None:
    """Sign of the turn at each corner of an outline without dents; None if the signs differ or are 0."""
    signs = set()
    for index, (x2, y2) in enumerate(points):
        (x1, y1), (x3, y3) = points[index - 1], points[(index + 1) % len(points)]
        turn = (x2 - x1) * (y3 - y2) - (y2 - y1) * (x3 - x2)
        scale = float(np.hypot(x2 - x1, y2 - y1) * np.hypot(x3 - x2, y3 - y2))
        signs.add(0.0 if abs(turn) <= 1e-3 * scale else float(np.sign(turn)))
    return signs.pop() if len(signs) == 1 and 0.0 not in signs else None
