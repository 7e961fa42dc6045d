"""What a supervisor drew: zones on one preset of a camera, with their rules."""

from __future__ import annotations

from dataclasses import dataclass

from almere_vision.domain.clock import TimeWindow
from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.geometry import Polygon
from almere_vision.domain.ground import GroundPlane


@dataclass(frozen=True, slots=True)
class ParkingSettings:
    """A vehicle may stand in the zone for `limit_s` seconds, and at will inside an allowed window."""

    limit_s: float
    vehicles: frozenset[ObjectClass]
    allowed: tuple[TimeWindow, ...] = ()


@dataclass(frozen=True, slots=True)
class LoiteringSettings:
    """At least `people` within `within_m` of each other for `limit_s` seconds, in an active window."""

    people: int
    limit_s: float
    within_m: float
    active: tuple[TimeWindow, ...] = ()


@dataclass(frozen=True, slots=True)
class FightSettings:
    """The zone is watched for fights."""


RuleSettings = ParkingSettings | LoiteringSettings | FightSettings


@dataclass(frozen=True, slots=True)
class Zone:
    """A polygon on the picture of one preset, and what is watched for in it."""

    id: str
    polygon: Polygon
    rules: tuple[RuleSettings, ...]


@dataclass(frozen=True, slots=True)
class SceneView:
    """The zones that hold for the picture at hand.

    Attributes:
        camera: id of the camera.
        preset: id of the preset, or None when it is unknown; then there are no zones.
        zones: what to watch.
        version: first eight digits of the sha256 of the zone file.
        ground: where picture points lie on the street, if a supervisor measured four of them.
    """

    camera: str
    preset: str | None
    zones: tuple[Zone, ...]
    version: str
    ground: GroundPlane | None = None
