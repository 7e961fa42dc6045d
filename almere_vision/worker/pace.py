"""How often each camera is looked at: as often as its rules need, and less where the machine cannot.

A machine that is asked for too much gives pictures that are old, and drops others by chance. So the wanted
rates of all cameras are lowered together until pictures are judged fresh again, and raised slowly after.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

QUIET_FPS: Final = 1.0
"""Where nothing moves, and where nobody is whom a rule concerns."""

LEAST_FPS: Final = 1.0
"""No camera is looked at less often: at one picture in two seconds rules find nothing (docs/adr/0022). A
machine that cannot do that has too many cameras."""

_OLD_S: Final = 0.5
_FRESH_S: Final = 0.25
_MANY: Final = 0.02
_FEW: Final = 0.005
"""Shares of the pictures that were due and were dropped."""
_SLOWER: Final = 0.85
_SLOWEST: Final = 0.7
_FASTER: Final = 1.05
_LEAST: Final = 0.2
_MANY_CAMERAS: Final = 10
"""Of more than so many, all begin slowly: to begin is work as well."""

_STEP: Final = 0.1
"""A rate that would change by less, as a share of it, stays."""


class Pace:
    """The rates of all cameras of a worker; all methods may be called from any thread."""

    def __init__(self, set_rate: Mapping[str, Callable[[float], None]]) -> None:
        """`set_rate` tells a camera its pictures a second."""
        self._set_rate = set_rate
        self._turn = threading.Lock()
        self._needs_fps: dict[str, float] = {}
        self._rates_fps: dict[str, float] = {}
        self._ages_s: list[float] = []
        self._dropped = 0
        self.share = max(_LEAST, min(1.0, _MANY_CAMERAS / max(1, len(set_rate))))

    def judged(self, camera: str, need_fps: float, age_s: float) -> None:
        """A picture was judged at this age; its camera needs so many a second now."""
        with self._turn:
            self._ages_s.append(age_s)
        self.needs(camera, need_fps)

    def needs(self, camera: str, need_fps: float) -> None:
        """A camera needs so many pictures a second now."""
        with self._turn:
            self._needs_fps[camera] = need_fps
            self._go(camera)

    def gone(self, camera: str) -> None:
        """No pictures come from this camera."""
        with self._turn:
            self._needs_fps.pop(camera, None)
            self._rates_fps.pop(camera, None)

    def dropped(self, pictures: int) -> None:
        """So many more pictures were due and gave way to newer ones."""
        with self._turn:
            self._dropped += pictures

    def balance(self) -> None:
        """Ask for less or for more, by how the time since the last call went; call it every few seconds."""
        with self._turn:
            ages_s, self._ages_s = self._ages_s, []
            dropped, self._dropped = self._dropped, 0
            if not ages_s:
                return
            lost = dropped / (dropped + len(ages_s))
            old_s = float(np.quantile(ages_s, 0.9))
            if lost > _MANY or old_s > _OLD_S:
                self.share = max(_LEAST, self.share * max(_SLOWEST, min(_SLOWER, 1 - lost)))
            elif lost < _FEW and old_s < _FRESH_S:
                self.share = min(1.0, self.share * _FASTER)
            for camera in self._needs_fps:
                self._go(camera)

    def _go(self, camera: str) -> None:
        need_fps, before_fps = self._needs_fps[camera], self._rates_fps.get(camera, 0.0)
        rate_fps = min(need_fps, max(LEAST_FPS, need_fps * self.share))
        worth_it = rate_fps == need_fps or abs(rate_fps - before_fps) > _STEP * before_fps
        if rate_fps != before_fps and worth_it:
            self._rates_fps[camera] = rate_fps
            self._set_rate[camera](rate_fps)
