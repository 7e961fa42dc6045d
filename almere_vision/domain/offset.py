"""How far a picture lies from the reference picture that zones were drawn on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.geometry import Box, Point

_CORNERS: Final = np.array([[0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
Row = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Offset:
    """A homography from points of the reference picture to points of the picture, in fractions of both."""

    rows: tuple[Row, Row, Row] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))

    @classmethod
    def of(cls, matrix: NDArray[np.float64]) -> Self:
        """From a (3, 3) matrix."""
        first, second, third = (tuple(float(value) for value in row) for row in matrix / matrix[2, 2])
        return cls((_row(first), _row(second), _row(third)))

    @property
    def matrix(self) -> NDArray[np.float64]:
        """As (3, 3) float64."""
        return np.array(self.rows, np.float64)

    @property
    def size(self) -> float:
        """How far the corner that moved most has moved, as a fraction of the picture; both axes count."""
        if self.rows == STRAIGHT.rows:
            return 0.0
        moved = self.matrix @ _CORNERS
        return float(np.abs(moved[:2] / moved[2] - _CORNERS[:2]).max())

    @property
    def zoom(self) -> float:
        """How much larger things are than in the reference picture; 1 for the same."""
        (a, b, _), (c, d, _), _ = self.rows
        return float(abs(a * d - b * c) ** 0.5)

    def on_picture(self, box: Box) -> Box:
        """A box of the reference picture, where it lies in the picture; cut off at its border."""
        return _moved(self.matrix, box)

    def on_reference(self, box: Box) -> Box:
        """A box of the picture, where it lies in the reference picture; cut off at its border."""
        return _moved(np.linalg.inv(self.matrix).astype(np.float64), box)

    def point_on_picture(self, point: Point) -> Point:
        """A point of the reference picture, where it lies in the picture."""
        x, y, w = self.matrix @ (*point, 1.0)
        return float(x / w), float(y / w)


def _row(values: tuple[float, ...]) -> Row:
    a, b, c = values
    return a, b, c


def _moved(matrix: NDArray[np.float64], box: Box) -> Box:
    """The middles of the edges moved, so that a small turn does not make the box larger."""
    x1, y1, x2, y2 = box
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    edges = matrix @ np.array([[x1, x2, x, x], [y, y, y1, y2], [1.0, 1.0, 1.0, 1.0]])
    edges = (edges[:2] / edges[2]).clip(0.0, 1.0)
    return float(edges[0, 0]), float(edges[1, 2]), float(edges[0, 1]), float(edges[1, 3])


STRAIGHT: Final = Offset()
"""No offset at all."""
