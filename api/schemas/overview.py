"""The site at a glance: its map, with metres instead of degrees."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from almere_vision.domain.priority import Priority
from api.schemas.fields import Moment, Name


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


class Macro(BaseModel):
    """Cameras that come on the wall by one key."""

    id: str
    name: Title
    cameras: list[str] = Field(description="Those of them that this person may see.")


class MacroList(BaseModel):
    """In the order of the site file; the first nine have the keys 1 to 9."""

    items: list[Macro]


class Screen(BaseModel):
    """One of the four screens of the regional control room."""

    screen: int
    camera: str | None = Field(description="Null where it is dark, or shows what this person may not see.")
    by: str | None
    at: Moment | None


class ScreenList(BaseModel):
    """All four, by number."""

    items: list[Screen]


class OnScreen(BaseModel):
    """What a screen should show."""

    model_config = ConfigDict(extra="forbid")

    camera: Name | None = Field(description="Null makes it dark.")
