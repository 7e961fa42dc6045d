"""Where a camera that pans, tilts and zooms says that it looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """In the generic spaces of ONVIF: pan and tilt from -1 to 1, zoom from 0 to 1 (ONVIF PTZ 5.2)."""

    pan: float
    tilt: float
    zoom: float

    def distance(self, other: Position) -> float:
        """The largest of the three differences."""
        return max(abs(self.pan - other.pan), abs(self.tilt - other.tilt), abs(self.zoom - other.zoom))


@dataclass(frozen=True, slots=True)
class Heading:
    """One status of a camera.

    Attributes:
        position: where it says it looks; None when it does not say.
        moving: whether it says it moves; None when it does not say.
    """

    position: Position | None
    moving: bool | None


@dataclass(frozen=True, slots=True)
class StoredPreset:
    """A preset as the camera keeps it; `token` is its own name for it, `position` may be withheld."""

    token: str
    name: str
    position: Position | None
