"""Boxes and polygons on a picture, in fractions of its width and height (0..1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 with x1 <= x2 and y1 <= y2."""

Point = tuple[float, float]

Polygon = tuple[Point, ...]
"""At least three corners, not closed (the last is joined to the first)."""


_BORDER: Final = 1e-3


def ground_point(box: Box) -> Point:
    """Where a thing stands: the bottom centre of its box.

    What the border of the picture cuts off still stands inside of it: a zone drawn down to the border
    holds it.

    >>> ground_point((0.25, 0.1, 0.75, 0.5))
    (0.5, 0.5)
    >>> ground_point((0.25, 0.5, 0.75, 1.0))
    (0.5, 0.999)
    """
    x1, _, x2, y2 = box
    return _inside((x1 + x2) / 2), _inside(y2)


def _inside(value: float) -> float:
    return min(max(value, _BORDER), 1 - _BORDER)


def area(box: Box) -> float:
    """Area of a box as a fraction of the picture."""
    x1, y1, x2, y2 = box
    return (x2 - x1) * (y2 - y1) if x2 > x1 and y2 > y1 else 0.0


def overlap(a: Box, b: Box) -> float:
    """Area that two boxes share, as a fraction of the picture."""
    if a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]:
        return 0.0  # most pairs, and rules compare many
    return (min(a[2], b[2]) - max(a[0], b[0])) * (min(a[3], b[3]) - max(a[1], b[1]))


def union(boxes: Sequence[Box]) -> Box:
    """The smallest box around at least one box.

    >>> union([(0.1, 0.2, 0.3, 0.4), (0.2, 0.1, 0.5, 0.3)])
    (0.1, 0.1, 0.5, 0.4)
    """
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def iou(a: Box, b: Box) -> float:
    """Intersection over union, 0..1.

    >>> iou((0, 0, 0.5, 1), (0, 0, 1, 1))
    0.5
    """
    shared = overlap(a, b)
    union = area(a) + area(b) - shared
    return shared / union if union > 0 else 0.0


def contains(polygon: Sequence[Point], point: Point) -> bool:
    """Whether a point lies inside a polygon, by the even-odd rule.

    >>> contains(((0, 0), (1, 0), (1, 1)), (0.9, 0.5))
    True
    """
    x, y = point
    inside = False
    x2, y2 = polygon[-1]
    for x1, y1 in polygon:
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
        x2, y2 = x1, y1
    return inside
