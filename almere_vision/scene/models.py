"""Zone and site files as people write them: strict, and nothing unknown passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError
from shapely import Polygon as ShapelyPolygon  # type: ignore[import-untyped]
from shapely.validation import explain_validity  # type: ignore[import-untyped]

from almere_vision.domain.geometry import Polygon
from almere_vision.domain.ground import GroundPlane
from almere_vision.domain.scene import SamePlace, Zone
from almere_vision.scene.form import Name, Strict, Titled
from almere_vision.scene.overview import MacroEntry, MapEntry, PositionEntry, strange_cameras
from almere_vision.scene.settings import Rules

MIN_AREA: Final = 1e-4
"""A zone smaller than this share of the picture (16 x 9 pixels in full HD) is a slip of the hand."""


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


class ZoneEntry(Strict):
    """A polygon on the picture, in fractions of its width and height, and its rules."""

    id: Name
    polygon: Outline = Field(description="Corners as [x, y], 0..1 from the top left; not closed.")
    rules: Rules

    def zone(self) -> Zone:
        polygon: Polygon = tuple((float(x), float(y)) for x, y in self.polygon)
        return Zone(self.id, polygon, self.rules.settings())


class GroundPoint(Strict):
    """One point of the street: where it is in the picture, and in metres on the ground."""

    picture: PicturePoint
    metres: Annotated[list[float], Field(min_length=2, max_length=2)]


def also(model: type[BaseModel], data: Any, handler: Any, found: Iterable[InitErrorDetails]) -> Any:
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


def _plane(points: list[GroundPoint] | None) -> GroundPlane | None:
    if points is None:
        return None
    picture = tuple((point.picture[0], point.picture[1]) for point in points)
    return GroundPlane.through(picture, tuple((point.metres[0], point.metres[1]) for point in points))


class Preset(Strict):
    """What the camera shows in one position."""

    id: Name
    reference: str | None = Field(None, description="Reference picture; needed when there are more presets.")
    ground_plane: Annotated[list[GroundPoint], Field(min_length=4, max_length=4)] | None = Field(
        None, description="Four points of the street; without them distances are in person heights."
    )
    zones: Annotated[list[ZoneEntry], Field(min_length=1, max_length=100)]

    @field_validator("ground_plane")
    @classmethod
    def _flat_street(cls, points: list[GroundPoint] | None) -> list[GroundPoint] | None:
        try:
            _plane(points)
        except ValueError as error:
            raise PydanticCustomError(
                "no_plane",
                "{reason}: measure four corners of one flat stretch, in order",
                {"reason": str(error)},
            ) from None
        return points

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        checked: Self = also(cls, data, handler, _twice(data, "zones"))
        return checked

    def ground(self) -> GroundPlane | None:
        return _plane(self.ground_plane)


class ZoneFile(Strict):
    """The zones of one camera, per preset."""

    camera: Name
    presets: Annotated[list[Preset], Field(min_length=1, max_length=100)]

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        checked: Self = also(cls, data, handler, [*_twice(data, "presets"), *cls._unproven(data)])
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


class TourStop(Strict):
    """A preset of a tour, and how long the camera stays there."""

    preset: Name
    dwell_s: Annotated[float, Field(ge=5, le=86_400)]


class CameraEntry(Strict):
    """One camera of a site."""

    id: Name
    name: Titled
    source: Annotated[str, Field(min_length=1)] = Field(
        description="File, folder or rtsp:// address; ${NAME} stands for an environment variable."
    )
    play: bool = Field(False, description="Play a file at its own speed, as if it were live.")
    onvif: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="http:// address of a camera that turns; ${NAME} stands for a variable."
    )
    tour: Annotated[list[TourStop], Field(max_length=100)] = Field(
        [], description="Presets that a camera with `onvif` goes round while nobody steers it."
    )
    zones: Annotated[str, Field(min_length=1)] = Field(description="Zone file, relative to the site file.")
    position: PositionEntry | None = Field(
        None,
        description="Where it stands and looks: on the maps of print and console; recipients are told too.",
    )


class ViewEntry(Strict):
    """A zone of a camera of the site; one whose id stands in several presets counts in each of them."""

    camera: Name
    zone: Name


class SamePlaceEntry(Strict):
    """A place that several views show: what happens there is one suggestion."""

    id: Name
    views: Annotated[list[ViewEntry], Field(min_length=2, max_length=100)]

    def place(self) -> SamePlace:
        return SamePlace(self.id, frozenset((view.camera, view.zone) for view in self.views))


class SiteFile(Strict):
    """All cameras of one site."""

    site: Name
    name: Titled
    cameras: Annotated[list[CameraEntry], Field(min_length=1, max_length=1000)]
    same_place: Annotated[list[SamePlaceEntry], Field(max_length=1000)] = Field(
        [], description="Places that several cameras or zones show."
    )
    map: MapEntry = Field(MapEntry(), description="What the map of the console shows beside the cameras.")
    macros: Annotated[list[MacroEntry], Field(max_length=100)] = Field(
        [], description="Cameras that come on the wall together, by one key for each of the first nine."
    )
    priorities: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="Table of priorities, relative to the site file; without it the default one."
    )
    channels: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="Channels to recipients, relative to the site file; without it the inbox only."
    )

    protocol: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="Who is told of what, relative to the site file; without it the default one."
    )

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        found = [
            *_twice(data, "cameras"),
            *_twice(data, "same_place"),
            *_twice(data, "macros"),
            *cls._wrong_views(data),
            *strange_cameras(data),
        ]
        checked: Self = also(cls, data, handler, found)
        return checked

    @staticmethod
    def _wrong_views(data: Any) -> Iterable[InitErrorDetails]:
        """Views that name no camera of the site, or stand twice in one place; zones are checked later."""
        cameras = [entry.get("id") for entry in _entries(data, "cameras") if isinstance(entry, dict)]
        for index, place in enumerate(_entries(data, "same_place")):
            seen: list[tuple[Any, Any]] = []
            for number, view in enumerate(_entries(place, "views")):
                if not isinstance(view, dict) or not isinstance(view.get("camera"), str):
                    continue
                where = ("same_place", index, "views", number)
                named = (view["camera"], view.get("zone"))
                if view["camera"] not in cameras:
                    error = PydanticCustomError(
                        "unknown_camera",
                        "the site has no camera '{camera}': correct it, or add the camera",
                        {"camera": view["camera"]},
                    )
                    yield {"type": error, "loc": (*where, "camera"), "input": view["camera"]}
                elif named in seen:
                    error = PydanticCustomError(
                        "repeated_view", "this view stands twice in one place: name another, or leave it out"
                    )
                    yield {"type": error, "loc": where, "input": view}
                seen.append(named)
