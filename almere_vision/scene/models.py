"""Zone and site files as people write them: strict, and nothing unknown passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import time
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError
from shapely import Polygon as ShapelyPolygon  # type: ignore[import-untyped]
from shapely.validation import explain_validity  # type: ignore[import-untyped]

from almere_vision.domain.clock import EVERY_DAY, TimeWindow
from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.geometry import Polygon
from almere_vision.domain.scene import (
    FightSettings,
    LoiteringSettings,
    ParkingSettings,
    RuleSettings,
    Zone,
)

MIN_AREA: Final = 1e-4
"""A zone smaller than this share of the picture (16 x 9 pixels in full HD) is a slip of the hand."""


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


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


class Day(StrEnum):
    """Weekdays in the order of `datetime.weekday()`."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


def _simple(polygon: list[list[float]]) -> list[list[float]]:
    shape = ShapelyPolygon(polygon)
    if shape.convex_hull.area < MIN_AREA or (shape.is_valid and shape.area < MIN_AREA):
        raise PydanticCustomError("no_area", "the polygon has no area: spread its points")
    if not shape.is_valid:
        where = explain_validity(shape).partition("[")[2].rstrip("]")
        near = f" near ({', '.join(where.split())})" if where else ""
        raise PydanticCustomError(
            "self_crossing",
            "the outline crosses or touches itself{near}: put the points in order",
            {"near": near},
        )
    return polygon


Fraction = Annotated[float, Field(ge=0, le=1)]
PicturePoint = Annotated[list[Fraction], Field(min_length=2, max_length=2)]
Outline = Annotated[list[PicturePoint], Field(min_length=3, max_length=100), AfterValidator(_simple)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
Limit = Annotated[float, Field(gt=0, le=7 * 86400)]
ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
EndTime = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


def _named(kind: type[StrEnum]) -> BeforeValidator:
    def convert(value: Any) -> Any:
        return kind(value) if isinstance(value, str) and value in set(kind) else value

    return BeforeValidator(convert)


class Window(_Strict):
    """Local wall time; an end at or before the start lies on the next day."""

    days: Annotated[list[Annotated[Day, _named(Day)]], Field(min_length=1)] | None = Field(
        None, description="Weekdays on which the window begins; every day when left out."
    )
    from_: ClockTime = Field(alias="from", description="First minute inside, as HH:MM.")
    to: EndTime = Field(description="First minute outside, as HH:MM; 24:00 is midnight.")

    def time_window(self) -> TimeWindow:
        order = list(Day)
        days = EVERY_DAY if self.days is None else frozenset(order.index(day) for day in self.days)
        end = "00:00" if self.to == "24:00" else self.to
        return TimeWindow(days, time.fromisoformat(self.from_), time.fromisoformat(end))


class Parking(_Strict):
    """A vehicle may stand in the zone for `limit_s` seconds, and at will inside an allowed window."""

    limit_s: Limit = Field(description="Seconds that a vehicle may stand.")
    vehicles: Annotated[list[Annotated[VehicleName, _named(VehicleName)]], Field(min_length=1)] = Field(
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


class Loitering(_Strict):
    """At least `people` within `within_m` of each other for `limit_s` seconds, in an active window."""

    people: int = Field(ge=1, le=1000, description="How many persons at least.")
    limit_s: Limit = Field(description="Seconds that they may stay.")
    within_m: float = Field(gt=0, le=100, description="Metres between neighbours.")
    active: list[Window] = Field([], description="When the rule is on; always when left out.")

    def settings(self) -> LoiteringSettings:
        windows = tuple(window.time_window() for window in self.active)
        return LoiteringSettings(self.people, self.limit_s, self.within_m, windows)


class Fight(_Strict):
    """The zone is watched for fights."""

    def settings(self) -> FightSettings:
        return FightSettings()


class Rules(_Strict):
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


class ZoneEntry(_Strict):
    """A polygon on the picture, in fractions of its width and height, and its rules."""

    id: Name
    polygon: Outline = Field(description="Corners as [x, y], 0..1 from the top left; not closed.")
    rules: Rules

    def zone(self) -> Zone:
        polygon: Polygon = tuple((float(x), float(y)) for x, y in self.polygon)
        return Zone(self.id, polygon, self.rules.settings())


class GroundPoint(_Strict):
    """One point of the street: where it is in the picture, and in metres on the ground."""

    picture: PicturePoint
    metres: Annotated[list[float], Field(min_length=2, max_length=2)]


def _also(model: type[BaseModel], data: Any, handler: Any, found: Iterable[InitErrorDetails]) -> Any:
    """Validate, and tell what `found` tells together with the rest instead of after it."""
    problems = list(found)
    try:
        value = handler(data)
    except ValidationError as error:
        for line in error.errors(include_url=False):
            reason = PydanticCustomError(line["type"], line["msg"], line.get("ctx"))
            problems.append({"type": reason, "loc": line["loc"], "input": line["input"]})
    if problems:
        raise ValidationError.from_exception_data(model.__name__, problems)
    return value


def _entries(data: Any, key: str) -> Sequence[Any]:
    entries = data.get(key) if isinstance(data, dict) else None
    return entries if isinstance(entries, list) else []


def _twice(data: Any, key: str) -> Iterable[InitErrorDetails]:
    ids = [entry.get("id") if isinstance(entry, dict) else None for entry in _entries(data, key)]
    seen: Counter[str] = Counter()
    for index, name in enumerate(ids):
        if not isinstance(name, str):
            continue
        seen[name] += 1
        if seen[name] > 1:
            error = PydanticCustomError(
                "repeated_id", "the id '{id}' is used twice: rename one", {"id": name}
            )
            yield {"type": error, "loc": (key, index, "id"), "input": name}


class Preset(_Strict):
    """What the camera shows in one position."""

    id: Name
    reference: str | None = Field(None, description="Reference picture; needed when there are more presets.")
    ground_plane: Annotated[list[GroundPoint], Field(min_length=4, max_length=4)] | None = Field(
        None, description="Four points of the street; without them distances are in person heights."
    )
    zones: Annotated[list[ZoneEntry], Field(min_length=1, max_length=100)]

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        checked: Self = _also(cls, data, handler, _twice(data, "zones"))
        return checked


class ZoneFile(_Strict):
    """The zones of one camera, per preset."""

    camera: Name
    presets: Annotated[list[Preset], Field(min_length=1, max_length=100)]

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        checked: Self = _also(cls, data, handler, [*_twice(data, "presets"), *cls._unproven(data)])
        return checked

    @staticmethod
    def _unproven(data: Any) -> Iterable[InitErrorDetails]:
        presets = _entries(data, "presets")
        if len(presets) < 2:
            return
        for index, preset in enumerate(presets):
            if isinstance(preset, dict) and preset.get("reference") is None:
                error = PydanticCustomError(
                    "no_reference",
                    "a camera with several presets needs a reference picture for each: add `reference`",
                )
                yield {"type": error, "loc": ("presets", index), "input": preset.get("id")}


class Texts(_Strict):
    """One name in the languages of the console."""

    nl: Annotated[str, Field(min_length=1, max_length=200)]
    en: Annotated[str, Field(min_length=1, max_length=200)]


class CameraEntry(_Strict):
    """One camera of a site."""

    id: Name
    name: Texts | Annotated[str, Field(min_length=1, max_length=200)]
    source: Annotated[str, Field(min_length=1)] = Field(
        description="File, folder or rtsp:// address; ${NAME} stands for an environment variable."
    )
    play: bool = Field(False, description="Play a file at its own speed, as if it were live.")
    zones: Annotated[str, Field(min_length=1)] = Field(description="Zone file, relative to the site file.")


class SiteFile(_Strict):
    """All cameras of one site."""

    site: Name
    name: Texts | Annotated[str, Field(min_length=1, max_length=200)]
    cameras: Annotated[list[CameraEntry], Field(min_length=1, max_length=1000)]
    priorities: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="Table of priorities, relative to the site file; without it the default one."
    )

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        checked: Self = _also(cls, data, handler, _twice(data, "cameras"))
        return checked
