"""Whether two boxes of one picture show one vehicle."""

from __future__ import annotations

from dataclasses import dataclass

from almere_vision.domain.geometry import Box, area, iou, overlap


@dataclass(frozen=True, slots=True)
class Likeness:
    """When two boxes are one vehicle. One setting for all cameras.

    Attributes:
        fit_iou: overlap that proves it.
        part_inside: share of a second box of a vehicle that lies in the first.
        part_share: share of a vehicle that a second box of it shows, unless it stands as low.
        as_low: difference of the lower edges, in heights, that is the same.
    """

    fit_iou: float = 0.5
    part_inside: float = 0.7
    part_share: float = 0.4
    as_low: float = 0.15


def same_vehicle(a: Box, b: Box, likeness: Likeness) -> bool:
    """Whether two boxes are one vehicle: they overlap, or one is a part of the other.

    A part is either a good share of the whole, or stands as low; a small vehicle beside a bus does
    neither, although the box of the bus may hold it.
    """
    if iou(a, b) >= likeness.fit_iou:
        return True
    small, large = sorted((a, b), key=area)
    if overlap(small, large) < likeness.part_inside * area(small):
        return False
    as_low = abs(small[3] - large[3]) < likeness.as_low * (small[3] - small[1])
    return as_low or area(small) >= likeness.part_share * area(large)
