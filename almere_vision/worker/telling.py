"""Tells the queue how cameras stand: at once when it changed, and else often enough to be believed."""

from __future__ import annotations

import contextlib
import time
from typing import Final

from almere_vision.domain.errors import LeaseLost
from almere_vision.domain.lease import Lease
from almere_vision.storage.notices import CameraStatus, Notices

_AGAIN_S: Final = 8.0
"""A camera of which nothing is told for 30 s is shown as offline. To tell of forty takes 30 ms of processor
time and, where threads wait for each other, up to 0.4 s."""


class Telling:
    """What was told of each camera last."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._told: dict[str, tuple[CameraStatus, Lease, float]] = {}

    def tell(self, status: CameraStatus, lease: Lease) -> None:
        """Tell it if it is news, or was not told for a while.

        Raises:
            QueueUnavailable: it is told the next time.
        """
        now_s = time.monotonic()
        before = self._told.get(status.id)
        if before is not None and before[:2] == (status, lease) and now_s - before[2] < _AGAIN_S:
            return
        with contextlib.suppress(LeaseLost):
            self._notices.set_camera_status(status, lease)
            self._told[status.id] = status, lease, now_s
