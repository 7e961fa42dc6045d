"""What a supervisor drew: zones on one preset of a camera, with their rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from almere_vision.domain.clock import TimeWindow
from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.geometry import Box, Polygon
from almere_vision.domain.ground import GroundPlane


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave for somebody to be in a zone for a while. It hides nothing: a person sees it and decides.

    Attributes:
        what: words of the supervisor, as "removal van".
        start: first moment, in UTC.
        end: first moment after it, in UTC.
        vehicles: classes that it is for; empty for all.
    """

    what: str
    start: datetime
    end: datetime
    vehicles: frozenset[ObjectClass] = frozenset()


@dataclass(frozen=True, slots=True)
class VehicleSettings:
    """What a zone says about vehicles.

    Attributes:
        limit_s: seconds after which a vehicle is suggested; what it does meanwhile is up to the rule.
        vehicles: classes that are watched.
        allowed: windows in which nothing is counted.
        permits: who may be there nevertheless; shown with a suggestion.
        min_size: smaller vehicles are not watched: height of the box as a fraction of the picture's.
        max_size: larger vehicles are not watched: height of the box as a fraction of the picture's.
        cooldown_s: one of the same class at the same spot again within so many seconds is the same one.
    """

    limit_s: float
    vehicles: frozenset[ObjectClass]
    allowed: tuple[TimeWindow, ...] = ()
    permits: tuple[Permit, ...] = ()
    min_size: float = 0.0
    max_size: float = 1.0
    cooldown_s: float = 60.0

    def watches(self, kind: ObjectClass, box: Box) -> bool:
        """Whether a vehicle of this class and size is watched."""
        return kind in self.vehicles and self.min_size <= box[3] - box[1] <= self.max_size

    def allows(self, moment: datetime | None) -> bool:
        """Whether everybody may be there now; never for a recording of unknown date."""
        return moment is not None and any(window.covers(moment) for window in self.allowed)

    def permit(self, kind: ObjectClass, moment: datetime) -> Permit | None:
        """The permit that holds for a class at an aware moment; of several, the one that ends last."""
        holding = (p for p in self.permits if p.start <= moment < p.end)
        return max(
            (p for p in holding if not p.vehicles or kind in p.vehicles), key=lambda p: p.end, default=None
        )


@dataclass(frozen=True, slots=True)
class ParkingSettings(VehicleSettings):
    """A vehicle may stand in the zone for `limit_s` seconds, and at will inside an allowed window."""


@dataclass(frozen=True, slots=True)
class PresentSettings(VehicleSettings):
    """No vehicle may be in the zone, moving or not, outside an allowed window.

    `limit_s` is how long one must be seen there before it is believed.
    """


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


RuleSettings = ParkingSettings | PresentSettings | LoiteringSettings | FightSettings


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
