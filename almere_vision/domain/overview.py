"""A site at a glance: its map, and which cameras people put on the wall together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from almere_vision.domain.position import Position


@dataclass(frozen=True, slots=True)
class Cone:
    """What a camera looks at from its place on the map.

    Attributes:
        heading_deg: middle of the view, clockwise from north, 0 <= heading < 360.
        view_deg: how wide it sees, 0 < view <= 360.
        reach_m: how far one can tell what happens, in metres.
    """

    heading_deg: float
    view_deg: float
    reach_m: float


@dataclass(frozen=True, slots=True)
class Street:
    """A street as its middle line; `name` is by language."""

    name: Mapping[str, str]
    line: tuple[Position, ...]
    width_m: float


@dataclass(frozen=True, slots=True)
class Area:
    """A square, a park or a block of houses, as the corners of a polygon; `name` is by language."""

    name: Mapping[str, str]
    corners: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class SiteMap:
    """What is drawn beside the cameras, so that people know where they are."""

    areas: tuple[Area, ...] = ()
    streets: tuple[Street, ...] = ()


NO_MAP: Final = SiteMap()
"""Cameras stand on an empty sheet."""


@dataclass(frozen=True, slots=True)
class Macro:
    """Cameras that come on the wall by one key; `name` is by language."""

    id: str
    name: Mapping[str, str]
    cameras: tuple[str, ...]
