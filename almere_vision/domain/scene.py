"""What a supervisor drew: zones on one preset of a camera, with their rules."""

from __future__ import annotations

from dataclasses import dataclass

from almere_vision.domain.clock import TimeWindow
from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.geometry import Polygon
from almere_vision.domain.ground import GroundPlane


@dataclass(frozen=True, slots=True)
class ParkingSettings:
    """A vehicle may stand in the zone for `limit_s` seconds, and at will inside an allowed window.

    A vehicle of the same class that stands at the same spot again within `cooldown_s` is the same one.
    """

    limit_s: float
    vehicles: frozenset[ObjectClass]
    allowed: tuple[TimeWindow, ...] = ()
    cooldown_s: float = 60.0


@dataclass(frozen=True, slots=True)
class LoiteringSettings:
    """At least `people` within `within_m` of each other for `limit_s` seconds, in an active window.

    A group that forms in the zone within `cooldown_s` after another ended is the same one.
    """

    people: int
    limit_s: float
    within_m: float
    active: tuple[TimeWindow, ...] = ()
    cooldown_s: float = 120.0


@dataclass(frozen=True, slots=True)
class FightSettings:
    """The zone is watched for fights; one that begins within `cooldown_s` after another is the same."""

    cooldown_s: float = 30.0


RuleSettings = ParkingSettings | LoiteringSettings | FightSettings


@dataclass(frozen=True, slots=True)
class Zone:
    """A polygon on the picture of one preset, and what is watched for in it."""

    id: str
    polygon: Polygon
    rules: tuple[RuleSettings, ...]


@dataclass(frozen=True, slots=True)
class SamePlace:
    """A place that several views show; a view is the id of a camera and that of a zone."""

    id: str
    views: frozenset[tuple[str, str]]


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
