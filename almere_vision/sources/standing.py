"""Whether a camera is online, since when, and what is wrong with it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

from almere_vision.domain.errors import AlmereError, CameraError, CameraRefused, FootageError
from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.sources.address import Address
from almere_vision.sources.messages import Over
from almere_vision.sources.status import State, Status
from almere_vision.sources.watch import Watch


class Standing:
    """Follows pictures over all decoders of a camera.

    Attributes:
        status: as it is now; may be read from any thread.
    """

    def __init__(self, address: Address, offline_after_s: float) -> None:
        self._address = address
        self._offline_after_s = offline_after_s
        self._pictured_s = time.monotonic()
        self.status = Status(State.STARTING, datetime.now(UTC))

    def begin(self) -> None:
        """Pictures are waited for from now on."""
        self._pictured_s = time.monotonic()

    def judge(self, watch: Watch, now_s: float, *, live: bool) -> None:
        """Online while pictures come; a live camera is offline once none came for too long."""
        if watch.picture_s is not None:
            self._pictured_s = max(self._pictured_s, watch.picture_s)
        if watch.picture_s is not None and now_s - watch.picture_s <= self._offline_after_s:
            self._go(Status(State.ONLINE, datetime.now(UTC)))
        elif live and now_s - self._pictured_s > self._offline_after_s and self.status.reason is None:
            duration = f"{self._offline_after_s:.0f} s"
            self.broken(Over(Reason(ReasonCode.NO_PICTURE_FOR, {"duration": duration})))

    def broken(self, over: Over) -> None:
        """Offline: its decoder gave up."""
        reason = over.reason or Reason(ReasonCode.STREAM_ENDED)
        text = f"{self._address}: {reason}"
        fault: AlmereError = FootageError(text)
        if self._address.live:
            fault = CameraRefused(text) if over.refused else CameraError(text)
        self._go(Status(State.OFFLINE, datetime.now(UTC), reason, fault))

    def finished(self) -> None:
        """Offline: a recording was shown whole."""
        self._go(Status(State.OFFLINE, datetime.now(UTC)))

    def _go(self, status: Status) -> None:
        before = self.status
        self.status = replace(status, since=before.since) if before.state is status.state else status
