"""Shows the cameras that somebody watches, as fast as pictures come: five a second, or two small ones."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from math import inf
from typing import Final

import cv2
import numpy as np
import structlog
from numpy.typing import NDArray

from almere_vision.domain.errors import LeaseLost, QueueUnavailable
from almere_vision.domain.frame import Frame
from almere_vision.domain.lease import Lease
from almere_vision.storage.live_pictures import FRESH_S, LivePicture, LivePictures, Size, Wanted

_EVERY_S: Final = 0.2
_IDLE_S: Final = 0.4
_AFTER_FAILURE_S: Final = 2.0
_LEAST_S: Final = {Size.SMALL: 0.5, Size.LARGE: 0.0}
_WIDTH_PX: Final = {Size.SMALL: 480, Size.LARGE: 1280}
_QUALITY: Final = 75

log = structlog.get_logger()


class Showing:
    """Puts pictures where consoles find them.

    Args:
        pictures: where they go.
        newest: of a camera: its newest frame, if that is younger than so many seconds.
        lease: of a camera: by which this worker watches it.
    """

    def __init__(
        self,
        pictures: LivePictures,
        newest: Callable[[str, float], Frame | None],
        lease: Callable[[str], Lease | None] = lambda _: None,
    ) -> None:
        self._pictures = pictures
        self._lease = lease
        self._newest = newest
        self._run = secrets.token_hex(4)
        self._shown: dict[Wanted, tuple[Frame, float]] = {}
        self._number = 0

    def serve(self, cameras: Sequence[str], stop: threading.Event) -> None:
        """Until `stop` is set; blocking, run it in a thread. `cameras` may change meanwhile."""
        pause_s = _IDLE_S
        while not stop.wait(pause_s):
            try:
                pause_s = _EVERY_S if self.show(cameras) else _IDLE_S
            except (LeaseLost, QueueUnavailable):
                pause_s = _AFTER_FAILURE_S
            except Exception:
                log.exception("showing cameras failed by a fault of ours")
                pause_s = _AFTER_FAILURE_S

    def show(self, cameras: Sequence[str]) -> int:
        """Put the newest picture of each camera that somebody watches; gives how many are watched."""
        wanted = self._pictures.wanted(cameras)
        self._shown = {one: shown for one, shown in self._shown.items() if one in wanted}
        now_s = time.monotonic()
        for one in wanted:
            frame, (before, shown_s) = self._newest(one.camera, FRESH_S), self._shown.get(one, (None, -inf))
            due = now_s - shown_s > _LEAST_S[one.size] - _EVERY_S / 2
            if frame is not None and frame is not before and due:
                self._shown[one] = frame, now_s
                self._pictures.put(one, self._picture(frame, one.size), self._lease(one.camera))
        return len(wanted)

    def _picture(self, frame: Frame, size: Size) -> LivePicture:
        self._number += 1
        taken_at = frame.moment.captured_at or datetime.now(UTC)
        return LivePicture(_jpeg(frame.image, _WIDTH_PX[size]), taken_at, f"{self._run}-{self._number}")


def _jpeg(image: NDArray[np.uint8], width_px: int) -> bytes:
    if image.shape[1] > width_px:
        size = (width_px, max(1, round(image.shape[0] * width_px / image.shape[1])))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    ok, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not ok:
        raise ValueError(f"a picture of {image.shape} cannot be written as JPEG")
    return data.tobytes()
