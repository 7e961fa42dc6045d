"""Which cameras there are, and the zones of each: from the site file, and from what workers tell."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Self

from almere_vision.config import Settings
from almere_vision.domain.incident import Scope
from almere_vision.scene import Scene, load_site
from almere_vision.scene.fresh import Fresh
from almere_vision.storage.notices import Notices


class Places:
    """Cameras and zones by name.

    Args:
        zones: ids of the zones of each camera of the site, as its file has them now; empty without a site.
        notices: what workers told.
    """

    def __init__(self, zones: Mapping[str, Fresh[tuple[str, ...]]], notices: Notices) -> None:
        self._zones = zones
        self._notices = notices

    @classmethod
    def of(cls, settings: Settings, notices: Notices) -> Self:
        """Raises `ZoneFileError`."""
        if settings.site is None:
            return cls({}, notices)
        cameras = load_site(settings.site).cameras
        return cls({one.id: Fresh(one.zones, partial(_zones, camera=one.id)) for one in cameras}, notices)

    def has_camera(self, camera: str, scope: Scope) -> bool:
        """Whether there is such a camera for a person; one out of scope is not there.

        Raises `QueueUnavailable` where only workers can tell.
        """
        if scope.cameras is not None and camera not in scope.cameras:
            return False
        return camera in self._zones or any(known.id == camera for known in self._notices.cameras())

    def zones(self, camera: str) -> tuple[str, ...]:
        """Ids of the zones of a camera, in the order of its file; empty where the file is not known."""
        return self._zones[camera].now() if camera in self._zones else ()


def _zones(path: Path, camera: str) -> tuple[str, ...]:
    scene = Scene.load(path, camera)
    views = (scene.view(preset) for preset in scene.presets)
    return tuple(dict.fromkeys(zone.id for view in views for zone in view.zones))
