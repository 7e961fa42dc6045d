"""The site at a glance: its map, with metres instead of degrees."""

from __future__ import annotations

from pydantic import BaseModel, Field

from almere_vision.domain.priority import Priority


class Metres(BaseModel):
    """A point of the sheet."""

    x_m: float = Field(description="East of its left edge.")
    y_m: float = Field(description="South of its upper edge.")


class Title(BaseModel):
    """A name in the languages of the console."""

    nl: str
    en: str


class MapArea(BaseModel):
    """A square, a park or a block of houses."""

    name: Title | None
    corners: list[Metres]


class MapStreet(BaseModel):
    """A street as its middle line."""

    name: Title | None
    line: list[Metres]
    width_m: float


class MapCone(BaseModel):
    """What a camera looks at; of one that turns, at home."""

    heading_deg: float = Field(description="Middle of the view, clockwise from north.")
    view_deg: float
    reach_m: float


class MapCamera(BaseModel):
    """Where a camera stands."""

    id: str
    at: Metres
    cone: MapCone | None = Field(description="Null where the site file does not say where it looks.")


class SiteMap(BaseModel):
    """The sheet; without any position it has no size and nothing on it."""

    name: Title | None
    width_m: float
    height_m: float
    areas: list[MapArea]
    streets: list[MapStreet]
    cameras: list[MapCamera] = Field(description="Those that this person may see and that have a position.")


class CameraLoad(BaseModel):
    """What waits at one camera: for a verdict, or at a desk for an answer."""

    camera: str
    open: int
    priority: Priority | None = Field(description="The highest that was suggested.")


class CameraLoadList(BaseModel):
    """Cameras at which something waits."""

    items: list[CameraLoad]
