"""The rules of a zone as people write them: what is watched for, and by which limits."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self, TypeVar

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.scene import (
    FightSettings,
    LoiteringSettings,
    ParkingSettings,
    Permit,
    PresentSettings,
    RuleSettings,
)
from almere_vision.scene.form import Strict, named
from almere_vision.scene.times import Period, Window

_Settings = TypeVar("_Settings", ParkingSettings, PresentSettings)

Limit = Annotated[float, Field(gt=0, le=7 * 86400)]


class VehicleName(StrEnum):
    """Vehicles that a zone file can name."""

    CAR = "car"
    VAN = "van"
    TRUCK = "truck"
    BUS = "bus"
    MOTORCYCLE = "motorcycle"
    BICYCLE = "bicycle"

    @property
    def object_class(self) -> ObjectClass:
        """Networks do not tell vans from lorries, so both are `TRUCK`."""
        return ObjectClass.TRUCK if self is VehicleName.VAN else ObjectClass(self.value)


Vehicles = Annotated[list[Annotated[VehicleName, named(VehicleName)]], Field(min_length=1)]
SizeLimit = Annotated[float, Field(ge=0, le=1)]


def _classes(vehicles: list[VehicleName] | None) -> frozenset[ObjectClass]:
    return frozenset(vehicle.object_class for vehicle in vehicles or ())


Cooldown = Annotated[float, Field(ge=0, le=86400)]


class PermitEntry(Period):
    """Leave for somebody to be in the zone once; shown with a suggestion, so that a person decides."""

    what: str = Field(min_length=1, max_length=100, description="For whom or what, as people will read it.")
    vehicles: Vehicles | None = Field(None, description="Which vehicles it is for; all when left out.")

    def permit(self) -> Permit:
        return Permit(self.what, self.start, self.end, _classes(self.vehicles))


class VehicleRule(Strict):
    """What parking and present have in common."""

    limit_s: Limit
    vehicles: Vehicles = Field(
        [VehicleName.CAR, VehicleName.VAN, VehicleName.TRUCK, VehicleName.BUS, VehicleName.MOTORCYCLE],
        description="Which vehicles are watched.",
    )
    allowed: list[Window] = Field([], description="When vehicles may stand, or be there.")
    permits: list[PermitEntry] = Field([], description="Who may be there nevertheless, and until when.")
    min_size: SizeLimit = Field(
        0.0, description="Smaller vehicles are not watched: height as a fraction of the picture's height."
    )
    max_size: SizeLimit = Field(
        1.0, description="Larger vehicles are not watched: height as a fraction of the picture's height."
    )
    cooldown_s: Cooldown | None = Field(
        None,
        description="A vehicle of the same class at the same spot again within so long is the same; "
        "`limit_s` and at most 60 when left out.",
    )

    @model_validator(mode="after")
    def _some_size(self) -> Self:
        if self.min_size >= self.max_size:
            raise PydanticCustomError(
                "no_size", "no vehicle fits between `min_size` and `max_size`: correct one of them"
            )
        return self

    def _as(self, settings: type[_Settings]) -> _Settings:
        return settings(
            limit_s=self.limit_s,
            vehicles=_classes(self.vehicles),
            allowed=tuple(window.time_window() for window in self.allowed),
            permits=tuple(entry.permit() for entry in self.permits),
            min_size=self.min_size,
            max_size=self.max_size,
            cooldown_s=min(self.limit_s, 60.0) if self.cooldown_s is None else self.cooldown_s,
        )


class Parking(VehicleRule):
    """A vehicle may stand in the zone for `limit_s` seconds, and at will inside an allowed window."""

    limit_s: Limit = Field(description="Seconds that a vehicle may stand.")

    def settings(self) -> ParkingSettings:
        return self._as(ParkingSettings)


class Present(VehicleRule):
    """No vehicle may be in the zone, moving or not, outside an allowed window."""

    limit_s: Annotated[float, Field(ge=1, le=60)] = Field(
        2.0, description="Seconds that a vehicle must be seen there before it is believed."
    )

    def settings(self) -> PresentSettings:
        return self._as(PresentSettings)


class Loitering(Strict):
    """At least `people` within `within_m` of each other for `limit_s` seconds, in an active window."""

    people: int = Field(ge=1, le=1000, description="How many persons at least.")
    limit_s: Limit = Field(description="Seconds that they may stay.")
    within_m: float = Field(gt=0, le=100, description="Metres between neighbours.")
    active: list[Window] = Field([], description="When the rule is on; always when left out.")
    cooldown_s: Cooldown | None = Field(
        None,
        description="A group that forms within so long after another ended is the same; half of `limit_s` "
        "and at most 120 when left out.",
    )

    def settings(self) -> LoiteringSettings:
        windows = tuple(window.time_window() for window in self.active)
        cooldown_s = min(self.limit_s / 2, 120.0) if self.cooldown_s is None else self.cooldown_s
        return LoiteringSettings(self.people, self.limit_s, self.within_m, windows, cooldown_s)


class Fight(Strict):
    """The zone is watched for fights."""

    cooldown_s: Cooldown = Field(
        30.0, description="A fight that begins within so long after another is the same."
    )

    def settings(self) -> FightSettings:
        return FightSettings(self.cooldown_s)


class Rules(Strict):
    """What is watched for in a zone."""

    parking: Parking | None = None
    present: Present | None = None
    loitering: Loitering | None = None
    fight: Fight | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _written_out(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("empty_rule", "the rule is empty: give its settings, or {} for none")
        return value

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError(
                "no_rule", "the zone has no rule: name parking, present, loitering or fight"
            )
        return self

    def settings(self) -> tuple[RuleSettings, ...]:
        return tuple(
            r.settings() for r in (self.parking, self.present, self.loitering, self.fight) if r is not None
        )
