"""The rules of a zone as people write them: what is watched for, and by which limits."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.scene import FightSettings, LoiteringSettings, ParkingSettings, RuleSettings
from almere_vision.scene.form import Strict, named
from almere_vision.scene.times import Window

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


class Parking(Strict):
    """A vehicle may stand in the zone for `limit_s` seconds, and at will inside an allowed window."""

    limit_s: Limit = Field(description="Seconds that a vehicle may stand.")
    vehicles: Annotated[list[Annotated[VehicleName, named(VehicleName)]], Field(min_length=1)] = Field(
        [VehicleName.CAR, VehicleName.VAN, VehicleName.TRUCK, VehicleName.BUS, VehicleName.MOTORCYCLE],
        description="Which vehicles are watched.",
    )
    allowed: list[Window] = Field([], description="When standing is allowed.")

    def settings(self) -> ParkingSettings:
        return ParkingSettings(
            self.limit_s,
            frozenset(vehicle.object_class for vehicle in self.vehicles),
            tuple(window.time_window() for window in self.allowed),
        )


class Loitering(Strict):
    """At least `people` within `within_m` of each other for `limit_s` seconds, in an active window."""

    people: int = Field(ge=1, le=1000, description="How many persons at least.")
    limit_s: Limit = Field(description="Seconds that they may stay.")
    within_m: float = Field(gt=0, le=100, description="Metres between neighbours.")
    active: list[Window] = Field([], description="When the rule is on; always when left out.")

    def settings(self) -> LoiteringSettings:
        windows = tuple(window.time_window() for window in self.active)
        return LoiteringSettings(self.people, self.limit_s, self.within_m, windows)


class Fight(Strict):
    """The zone is watched for fights."""

    def settings(self) -> FightSettings:
        return FightSettings()


class Rules(Strict):
    """What is watched for in a zone."""

    parking: Parking | None = None
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
            raise PydanticCustomError("no_rule", "the zone has no rule: name parking, loitering or fight")
        return self

    def settings(self) -> tuple[RuleSettings, ...]:
        return tuple(r.settings() for r in (self.parking, self.loitering, self.fight) if r is not None)
