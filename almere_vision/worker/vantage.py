"""What one camera is watched with: its zones, its pictures, and where it looks."""

from __future__ import annotations

from functools import partial

from almere_vision.config import Settings
from almere_vision.scene import Scene, Site, SiteCamera
from almere_vision.sources import Camera, Options, camera_address
from almere_vision.worker.blindness import Blindness, Count
from almere_vision.worker.headings import Headings
from almere_vision.worker.lookout import Lookout
from almere_vision.worker.pipeline import Judge


class Vantage:
    """One camera, not yet opened.

    Attributes:
        entry: the camera as the site file has it.
        scene: its zones.
        camera: gives its pictures.
        lookout: tells where it looks.
        blindness: counts how long it was watched.
    """

    def __init__(
        self,
        settings: Settings,
        site: Site,
        entry: SiteCamera,
        scene: Scene,
        headings: Headings,
        count: Count,
        *,
        looking: bool,
    ) -> None:
        """
        Args:
            headings: of the cameras that turn.
            count: is told how long each rule was watched.
            looking: whether closer looks can be had.

        Raises:
            InputError: its address, or what was learnt of its presets, cannot be used.
        """
        self._settings, self._site = settings, site
        self._headings, self._counted = headings, count
        self.entry = entry
        self.scene = scene
        self.camera = self._source(scene, looking=looking)
        self.lookout = self._lookout()
        self.blindness = Blindness(scene, count)

    def reopen(self, scene: Scene, *, looking: bool) -> bool:
        """Open the camera anew if these zones need other pictures of it; whether they did."""
        old, new = self.camera, self._source(scene, looking=looking)
        if new.options == old.options and scene.only_preset == self.scene.only_preset:
            return False
        old.close()
        self.camera = new.open()
        return True

    def rezone(self, scene: Scene) -> None:
        """Have other zones. Raises `ZoneFileError` as when it was made; the zones hold nevertheless."""
        self.scene = scene
        self.lookout = self._lookout()
        self.blindness = Blindness(scene, self._counted)

    def _source(self, scene: Scene, *, looking: bool) -> Camera:
        settings, entry = self._settings, self.entry
        options = Options(
            fps=settings.detect_fps or Judge.rate_fps(scene, looking=looking),
            keep_alive_s=settings.keep_alive_s,
            ring_s=settings.ring_s,
            offline_after_s=settings.offline_after_s,
            play=entry.play,
        )
        address = camera_address(entry.source, self._site.folder, settings.camera_values())
        return Camera(entry.id, address, options, preset=scene.only_preset)

    def _lookout(self) -> Lookout:
        entry, scene = self.entry, self.scene
        fixed = entry.onvif is None and scene.only_preset is not None
        heading = None if entry.onvif is None else partial(self._headings.of, entry.id)
        return Lookout(scene, entry.zones, heading, fixed)
