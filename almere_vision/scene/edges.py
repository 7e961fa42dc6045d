"""Edges of a picture by their direction, which neither light nor a clock that is written into it can fake.

At the right offset the edges of two pictures of one view run alike in most parts, at a wrong one in few.
Small pictures are enough: 160 pixels of width.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Matrix = NDArray[np.float64]

CELLS: Final = (6, 4)
_EDGY: Final = 0.04
"""Share of a cell that must be edges for it to be asked."""
_ALIKE: Final = 0.35
_STRONGEST: Final = 0.2
"""Share of the pixels that count as edges."""
_LEAST_EDGE: Final = 15.0
_FAINT: Final = 50.0

_REACH: Final = (5, 4)
"""Pixels across and down within which edges are laid over each other: about 3 and 4.5 % of the picture."""
_PROMISING: Final = 0.45
"""Likeness at whole pixels from which it is worth to look closer."""


@dataclass(frozen=True, slots=True, eq=False)
class Directions:
    """Cosine and sine of twice the direction of the edges, since light and dark may change places.

    Attributes:
        grey: the picture at half its size, uint8.
        both: (height_px, width_px, 2) float32, -1..1; near 0 where there is no edge.
        strength: of the edges, float32.
    """

    grey: Grey
    both: NDArray[np.float32]
    strength: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class EdgeMap:
    """The edges of a reference picture.

    Attributes:
        both: as in `Directions`, 0 where there is no edge.
        share: of edges in each cell, 0..1.
        count: of pixels that are edges.
    """

    both: NDArray[np.float32]
    share: NDArray[np.float32]
    count: int

    @property
    def cells(self) -> int:
        """Cells, of 24, that have edges enough to be recognised by."""
        return int((self.share > _EDGY).sum())


def directions(grey: Grey) -> Directions:
    """Of a picture (height_px, width_px) uint8, at half its size."""
    half = cv2.resize(grey, (grey.shape[1] // 2, grey.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return _directions(half.astype(np.uint8, copy=False))


def edge_map(grey: Grey) -> EdgeMap:
    """The strongest edges of a reference picture."""
    found = directions(grey)
    least = max(_LEAST_EDGE, float(np.quantile(found.strength, 1 - _STRONGEST)))
    edges = found.strength > least
    both = np.where(edges[..., None], found.both, 0).astype(np.float32)
    return EdgeMap(both, _by_cell(edges.astype(np.float32)), int(edges.sum()))


def laid_over(reference: EdgeMap, seen: Directions) -> Matrix | None:
    """The small shift at which the edges run most alike, in pixels of the whole picture; None if at none.

    A correlation of directions: unlike corners it needs no texture, and what moves in front counts for no
    more than the place that it takes.
    """
    across, down = _REACH
    inner = reference.both[down:-down, across:-across]
    alike = cv2.matchTemplate(seen.both, np.ascontiguousarray(inner), cv2.TM_CCORR)
    _, best, _, (x, y) = cv2.minMaxLoc(alike)
    if best < _PROMISING * max(1, reference.count):
        return None
    shift_x = x - across + (_top(alike[y, x - 1 : x + 2]) if 0 < x < 2 * across else 0.0)
    shift_y = y - down + (_top(alike[y - 1 : y + 2, x]) if 0 < y < 2 * down else 0.0)
    return np.array([[1, 0, 2 * shift_x], [0, 1, 2 * shift_y], [0, 0, 1.0]])


def held_against(reference: EdgeMap, seen: Directions, matrix: Matrix) -> tuple[float, float]:
    """Share of the cells whose edges run alike at this offset, and the mean likeness of all edges.

    Args:
        matrix: (3, 3), from pixels of the whole reference picture to those of the picture.
    """
    halving = np.array([[2.0, 0, 0.5], [0, 2.0, 0.5], [0, 0, 1.0]])
    offset = (np.linalg.inv(halving) @ matrix @ halving)[:2]
    size = seen.grey.shape[1], seen.grey.shape[0]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    back = cv2.warpAffine(seen.grey, offset, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    there = _directions(back.astype(np.uint8, copy=False))
    alike = cv2.transform(there.both * reference.both, np.ones((1, 2), np.float32)).astype(
        np.float32, copy=False
    )
    asked = reference.share > _EDGY
    if not asked.any():
        return 0.0, 0.0
    per_cell = _by_cell(alike)[asked] / reference.share[asked]
    return float((per_cell > _ALIKE).mean()), float(alike.sum()) / max(1, reference.count)


def _directions(half: Grey) -> Directions:
    across = cv2.Sobel(half, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(half, cv2.CV_32F, 0, 1)
    squared = across * across + down * down
    faint = squared + _FAINT
    both = cv2.merge([(across * across - down * down) / faint, 2 * across * down / faint])
    return Directions(
        half, both.astype(np.float32, copy=False), np.sqrt(squared).astype(np.float32, copy=False)
    )


def _top(three: NDArray[Any]) -> float:
    """Where a parabola through three values has its top, -0.5..0.5 from the middle one."""
    left, middle, right = (float(value) for value in three.ravel())
    bend = left - 2 * middle + right
    return 0.0 if bend > -1e-9 else min(0.5, max(-0.5, (left - right) / (2 * bend)))


def _by_cell(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return cv2.resize(values, CELLS, interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)
