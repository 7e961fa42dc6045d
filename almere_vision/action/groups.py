"""Who is near whom: the groups of people that tubes are cut around in recorded clips."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.tracks import Tracks

NEAR: Final = 0.9
"""Two people are near when their middles are no further apart than this, in heights of the taller."""

_ALIKE: Final = 2.0
"""Two boxes of which one is taller by more than this factor do not stand in one place."""

_SEEN_SHARE: Final = 0.2
"""A person counts who was seen in this share of the pictures: false boxes flicker."""

_MOST: Final = 5
"""Members of a group; of a crowd only the nearest around each person are taken."""

_SAME: Final = 0.5
"""Of two groups that share more than this of their members (of both together) the larger is kept."""


def near_groups(tracks: Sequence[Tracks]) -> list[tuple[str, ...]]:
    """Groups of track ids, each once, people who are near nobody as groups of one; the largest first.

    A group is a person and those who were near that person at some moment. In a crowd these overlap, so that
    a group stays as small as a fight is.
    """
    places = _places(tracks)
    least = max(1.0, _SEEN_SHARE * len(tracks))
    names = [name for name, seen in places.items() if len(seen) >= least]
    nearness = {name: _neighbours(name, names, places) for name in names}
    found = {tuple(sorted([name, *near])) for name, near in nearness.items()}
    groups: list[tuple[str, ...]] = []
    for group in sorted(found, key=lambda group: (-len(group), group)):
        if not any(_same(set(group), set(kept)) for kept in groups):
            groups.append(group)
    return groups


def _same(group: set[str], kept: set[str]) -> bool:
    return group <= kept or len(group & kept) > _SAME * len(group | kept)


def _places(tracks: Sequence[Tracks]) -> dict[str, dict[int, NDArray[np.float64]]]:
    """Of each person, by number of the picture: x and y of the middle and the height, in picture heights."""
    places: dict[str, dict[int, NDArray[np.float64]]] = defaultdict(dict)
    for number, picture in enumerate(tracks):
        aspect = picture.moment.width_px / picture.moment.height_px
        for track in picture.tracks:
            if track.kind is ObjectClass.PERSON:
                x1, y1, x2, y2 = track.box
                places[track.id][number] = np.array([(x1 + x2) / 2 * aspect, (y1 + y2) / 2, y2 - y1])
    return places


def _neighbours(
    name: str, names: Sequence[str], places: dict[str, dict[int, NDArray[np.float64]]]
) -> list[str]:
    """Those who were near a person at some moment, at most `_MOST` - 1, the nearest first."""
    nearest = []
    for other in names:
        shared = places[name].keys() & places[other].keys()
        if other == name or not shared:
            continue
        gaps = [_gap(places[name][number], places[other][number]) for number in shared]
        if min(gaps) <= NEAR:
            nearest.append((min(gaps), other))
    return [other for _, other in sorted(nearest)[: _MOST - 1]]


def _gap(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    tall, short = max(a[2], b[2]), min(a[2], b[2])
    if tall > _ALIKE * max(short, 1e-9):
        return np.inf
    return float(np.hypot(a[0] - b[0], a[1] - b[1]) / tall)
