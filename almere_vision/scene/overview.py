"""Where cameras stand and look, the map around them, and the macros of a site file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field
from pydantic_core import InitErrorDetails, PydanticCustomError

from almere_vision.domain.overview import Area, Cone, Macro, SiteMap, Street
from almere_vision.domain.position import Position
from almere_vision.scene.form import Name, Strict, Titled, texts

WALL_PICTURES: Final = 10
"""As many screens as a desk has."""

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


def _on_earth(point: list[float]) -> list[float]:
    if not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
        raise PydanticCustomError("not_on_earth", "a point is [latitude, longitude] in degrees: correct it")
    return point


Point = Annotated[list[float], Field(min_length=2, max_length=2), AfterValidator(_on_earth)]


class PositionEntry(Strict):
    """Where a camera stands, in degrees (WGS 84, as maps and telephones give it), and what it looks at."""

    lat: Latitude
    lon: Longitude
    heading_deg: Annotated[float, Field(ge=0, lt=360)] | None = Field(
        None, description="Middle of its view, clockwise from north; of a camera that turns, at home."
    )
    view_deg: Annotated[float, Field(gt=0, le=360)] = Field(60.0, description="How wide it sees.")
    reach_m: Annotated[float, Field(gt=0, le=1000)] = Field(40.0, description="How far, on the map.")

    def position(self) -> Position:
        return Position(self.lat, self.lon)

    def cone(self) -> Cone | None:
        """None where nobody said where it looks."""
        if self.heading_deg is None:
            return None
        return Cone(self.heading_deg, self.view_deg, self.reach_m)


class AreaEntry(Strict):
    """A square, a park or a block of houses."""

    name: Titled | None = None
    corners: Annotated[list[Point], Field(min_length=3, max_length=500)] = Field(
        description="As [latitude, longitude]; not closed."
    )


class StreetEntry(Strict):
    """A street as its middle line."""

    name: Titled | None = None
    line: Annotated[list[Point], Field(min_length=2, max_length=500)] = Field(
        description="As [latitude, longitude]."
    )
    width_m: Annotated[float, Field(gt=0, le=100)] = 8.0


class MapEntry(Strict):
    """What is drawn beside the cameras, so that people know where they are."""

    areas: Annotated[list[AreaEntry], Field(max_length=2000)] = Field([])
    streets: Annotated[list[StreetEntry], Field(max_length=2000)] = Field([])

    def map(self) -> SiteMap:
        areas = tuple(Area(_name(one.name), _points(one.corners)) for one in self.areas)
        return SiteMap(
            areas, tuple(Street(_name(one.name), _points(one.line), one.width_m) for one in self.streets)
        )


class MacroEntry(Strict):
    """Cameras that come on the wall by one key, as the market, or all cash machines."""

    id: Name
    name: Titled
    cameras: Annotated[list[Name], Field(min_length=1, max_length=WALL_PICTURES)]

    def macro(self) -> Macro:
        return Macro(self.id, texts(self.name), tuple(self.cameras))


def strange_cameras(site: Any) -> Iterable[InitErrorDetails]:
    """Cameras of macros that the site, as it was read, does not have."""
    if not isinstance(site, dict):
        return
    known = [entry.get("id") for entry in _dicts(site.get("cameras"))]
    for index, macro in enumerate(_dicts(site.get("macros"))):
        cameras = macro.get("cameras")
        for number, camera in enumerate(cameras if isinstance(cameras, list) else ()):
            if isinstance(camera, str) and camera not in known:
                error = PydanticCustomError(
                    "unknown_camera",
                    "the site has no camera '{camera}': correct it, or add the camera",
                    {"camera": camera},
                )
                yield {"type": error, "loc": ("macros", index, "cameras", number), "input": camera}


def _dicts(entries: Any) -> list[dict[str, Any]]:
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _name(name: Any) -> dict[str, str]:
    return {} if name is None else texts(name)


def _points(points: list[list[float]]) -> tuple[Position, ...]:
    return tuple(Position(lat, lon) for lat, lon in points)
