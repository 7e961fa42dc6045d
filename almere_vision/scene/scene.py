"""Which zones hold for the picture at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from almere_vision.domain.errors import ZoneFileError
from almere_vision.domain.scene import SceneView
from almere_vision.scene.files import read_zones
from almere_vision.scene.models import ZoneFile


class Scene:
    """The zones of one camera, by preset. The same preset always gives the same `SceneView` object."""

    def __init__(self, zones: ZoneFile, version: str) -> None:
        self.camera = zones.camera
        self.version = version
        self._views = {
            preset.id: SceneView(
                zones.camera,
                preset.id,
                tuple(entry.zone() for entry in preset.zones),
                version,
                preset.ground(),
            )
            for preset in zones.presets
        }
        self._unknown = SceneView(zones.camera, None, (), version)
        self._only = next(iter(self._views.values())) if len(self._views) == 1 else None

    @classmethod
    def load(cls, path: Path, camera: str | None = None) -> Self:
        """Read a zone file, and check that it was drawn for `camera` when that is given.

        Raises:
            ZoneFileError: the file cannot be used, or belongs to another camera.
        """
        zones, version = read_zones(path)
        if camera is not None and zones.camera != camera:
            raise ZoneFileError(
                f"{path}:1: drawn for camera '{zones.camera}', not for '{camera}': correct `camera`"
            )
        return cls(zones, version)

    @property
    def presets(self) -> tuple[str, ...]:
        """Ids of the presets, in the order of the file."""
        return tuple(self._views)

    @property
    def only_preset(self) -> str | None:
        """The preset that a fixed camera always shows; None for a camera that has several."""
        return None if self._only is None else self._only.preset

    def view(self, preset: str | None) -> SceneView:
        """The zones of a preset; none when it is not known which preset the picture shows.

        A camera with one preset is a fixed camera: that preset always holds.
        """
        if self._only is not None:
            return self._only
        return self._unknown if preset is None else self._views.get(preset, self._unknown)
