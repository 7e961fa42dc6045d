"""How the cameras stand, again and again: as figures, and for the console."""

from __future__ import annotations

import time
from collections.abc import Mapping

import structlog

from almere_vision.domain.errors import ZoneFileError
from almere_vision.sources import State
from almere_vision.storage.notices import CameraStatus
from almere_vision.worker.clocks import Clocks
from almere_vision.worker.measures import Measures
from almere_vision.worker.pace import Pace
from almere_vision.worker.vantage import Vantage

log = structlog.get_logger()


class Bulletin:
    """Of the cameras of a worker."""

    def __init__(
        self, vantages: Mapping[str, Vantage], measures: Measures, pace: Pace, clocks: Clocks
    ) -> None:
        self._vantages = vantages
        self._measures, self._pace, self._clocks = measures, pace, clocks

    def count(self, name: str) -> None:
        """The figures of one camera."""
        at = self._vantages[name]
        self._pace.dropped(self._measures.dropped(name, at.camera.dropped))
        try:
            at.lookout.refresh()
        except ZoneFileError as error:
            log.error("what was learnt of presets cannot be read", camera=name, reason=str(error))
        online = at.camera.status.state is State.ONLINE
        self._measures.online(name, online=online)
        if not online:
            self._pace.gone(name)
        now = at.lookout.now if online else None
        self._measures.at_preset(name, at.scene.presets, now.preset if now else None)
        at.blindness.pass_to(time.monotonic(), now)
        self._measures.trouble(name, at.lookout.trouble if online else None)
        self._measures.clock(name, self._clocks.offset_s(name), wrong=self._clocks.wrong(name) is not None)

    def status(self, name: str) -> CameraStatus:
        """As the console shows it."""
        at = self._vantages[name]
        status, clock = at.camera.status, self._clocks.wrong(name)
        watches = status.state is State.ONLINE
        return CameraStatus(
            name,
            at.entry.name["nl"],
            status.state.value,
            status.since,
            status.reason or at.lookout.advice or (clock.reason if clock else None),
            preset=at.lookout.now.preset if watches else None,
            not_watching=at.lookout.not_watching if watches else None,
        )
