"""The zones of all cameras as their files have them now: changed ones are taken over while a worker runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from almere_vision.scene import Scene, SiteCamera
from almere_vision.scene.fresh import Fresh


class Zones:
    """Raises `ZoneFileError` when it is made and a file cannot be used; later such a change is left out."""

    def __init__(self, cameras: Iterable[SiteCamera]) -> None:
        self._files = {one.id: Fresh(one.zones, partial(Scene.load, camera=one.id)) for one in cameras}

    def of(self, camera: str) -> Scene:
        """The zones that hold now. The same zones are always the same `Scene`."""
        return self._files[camera].now()

    def changed(self, camera: str, scene: Scene) -> Callable[[], bool]:
        """Tells, when it is asked, whether other zones than `scene` hold by now."""
        return lambda: self.of(camera) is not scene
