"""How the cameras of a site are shared among the workers that live; pure, so that all come to the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from almere_vision.domain.scene import SamePlace

Group = tuple[str, ...]
"""Cameras that one worker must watch together, sorted."""


def groups_of(cameras: Sequence[str], places: Iterable[SamePlace]) -> tuple[Group, ...]:
    """Cameras that see the same place, perhaps by way of others, go together; each other one is alone.

    What happens at a place that several cameras see is one suggestion, and that is decided in one memory.
    """
    group = {camera: {camera} for camera in cameras}
    for place in places:
        first, *others = sorted({camera for camera, _ in place.views})
        for other in others:
            if group[first] is not group[other]:
                group[first] |= group[other]
                for camera in group[other]:
                    group[camera] = group[first]
    return tuple(dict.fromkeys(tuple(sorted(group[camera])) for camera in cameras))


def fair_share(cameras: int, rooms: Sequence[int], room: int) -> int:
    """Cameras that a worker should watch.

    Args:
        cameras: of the site.
        rooms: of each worker that lives, this one too: how many it takes at most; 0 for any number.
        room: of this worker.
    """
    left, workers, share = cameras, len(rooms), 0
    for most in sorted(limit for limit in rooms if limit):
        share = ceil(left / workers)
        if most >= share:
            break
        left, workers = left - most, workers - 1
    share = ceil(left / workers) if workers else cameras
    return min(share, room) if room else share


def to_take(free: Sequence[Group], held: int, share: int, room: int) -> list[Group]:
    """The groups that a worker tries to get; the largest first, for later they may fit nowhere."""
    taken: list[Group] = []
    for group in sorted(free, key=len, reverse=True):
        if held < share and (not room or held + len(group) <= room):
            taken.append(group)
            held += len(group)
    return taken


def to_give(held: Sequence[Group], share: int) -> list[Group]:
    """The groups that a worker has above its share; it never falls below it by giving."""
    given: list[Group] = []
    above = sum(len(group) for group in held) - share
    for group in sorted(held, key=len, reverse=True):
        if len(group) <= above:
            given.append(group)
            above -= len(group)
    return given
