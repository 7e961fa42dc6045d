"""Lets pass only the pictures that are proven to show a preset; without them rules do not look.

Pictures that show nothing true are no proof of anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import structlog

from almere_vision.domain.frame import Frame
from almere_vision.domain.ptz import Heading
from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.domain.whereabouts import Sight, Whereabouts
from almere_vision.scene import Scene
from almere_vision.scene.learnt import load_known, stamp
from almere_vision.scene.recognition import Recogniser
from almere_vision.scene.steady import Steady
from almere_vision.sources.health import Health, Trouble

log = structlog.get_logger()

_NOT_LEARNT: Final = Whereabouts(Sight.UNKNOWN, reason=Reason(ReasonCode.NOT_LEARNT))
_NOT_LOOKED_YET: Final = Whereabouts(Sight.UNKNOWN, reason=Reason(ReasonCode.NOT_LOOKED_YET))


class Lookout:
    """Where one camera looks. A fixed camera looks at its only preset unless its picture shows otherwise."""

    def __init__(
        self, scene: Scene, zones: Path, heading: Callable[[], Heading | None] | None, fixed: bool
    ) -> None:
        """
        Args:
            scene: zones of the camera.
            zones: its zone file; reference pictures lie beside it.
            heading: what the camera says now; None for one that is not asked.
            fixed: it does not turn, and has one preset.

        Raises:
            ZoneFileError: what was learnt cannot be read.
        """
        self._scene = scene
        self._heading = heading or (lambda: None)
        self._zones = zones
        self._recogniser: Recogniser | None = None
        self._fixed = fixed
        self._stamp: object = None
        self._health = Health()
        self._at_home = Whereabouts(Sight.AT_PRESET, scene.only_preset, confidence=1.0)
        self._steady: Steady | None = None
        if fixed:
            self.now = self._at_home
            known, _ = load_known(zones)
            self._steady = Steady([one for preset in known.values() for one in preset.references.values()])
            return
        self.now = _NOT_LEARNT
        self.refresh()

    def refresh(self) -> None:
        """Take over what was learnt since the last call. Raises `ZoneFileError`: it cannot be read."""
        if self._fixed or self._stamp == (found := stamp(self._zones)):
            return
        self._stamp = found
        known, missing = load_known(self._zones)
        if known:
            self._recogniser = Recogniser(known)
            self.now = _NOT_LOOKED_YET
        if missing:
            log.warning("presets without a reference picture", camera=self._scene.camera, presets=missing)

    def watching(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The frames that show a preset, each with the preset and the offset found."""
        for frame in frames:
            before = self.now
            self.now = self._look(frame)
            if _worth_telling(before) != _worth_telling(self.now):
                self._tell()
            if self.now.sight is Sight.AT_PRESET:
                moment = replace(frame.moment, preset=self.now.preset, offset=self.now.offset)
                yield replace(frame, moment=moment)

    def _look(self, frame: Frame) -> Whereabouts:
        if self._health.check(frame) is not None:
            return Whereabouts(Sight.BLIND, reason=self._health.reason)
        if self._steady is not None:
            moved = self._steady.update(frame.image, frame.moment.clock_s)
            return self._at_home if moved is None else Whereabouts(Sight.UNKNOWN, reason=moved)
        if self._recogniser is None:
            return _NOT_LEARNT
        return self._recogniser.update(frame.image, self._heading(), frame.moment.clock_s)

    @property
    def not_watching(self) -> Reason | None:
        """Why rules do not look; None while they do."""
        return None if self.now.sight is Sight.AT_PRESET else self.now.reason or _NOT_LOOKED_YET.reason

    @property
    def trouble(self) -> Trouble | None:
        """What is wrong with what the camera shows, by name."""
        if self._steady is not None and self._steady.reason is not None:
            return self._health.trouble or Trouble.MOVED
        return self._health.trouble

    @property
    def advice(self) -> Reason | None:
        """What an operator should do about a camera that watches."""
        return self.now.reason if self.now.sight is Sight.AT_PRESET else None

    def _tell(self) -> None:
        log.info(
            "where the camera looks",
            camera=self._scene.camera,
            sight=self.now.sight.value,
            preset=self.now.preset,
            confidence=self.now.confidence,
            reason=self.now.reason and self.now.reason.text,
        )


def _worth_telling(whereabouts: Whereabouts) -> tuple[Sight, str | None, bool]:
    advised = whereabouts.sight is Sight.AT_PRESET and whereabouts.reason is not None
    return whereabouts.sight, whereabouts.preset, advised
