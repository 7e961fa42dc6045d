"""The newest picture of each camera, for a person who asks for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import cv2
import numpy as np
import structlog
from numpy.typing import NDArray

from almere_vision.domain.errors import QueueUnavailable
from almere_vision.domain.frame import Frame
from almere_vision.storage.snapshots import LARGEST_BYTES, Snapshot, Snapshots

WIDEST_PX: Final = 1920
"""A wider picture is made smaller."""

STALE_S: Final = 30.0
"""An older picture is not shown as if it were now."""

_WAIT_S: Final = 1.0
_AFTER_FAILURE_S: Final = 2.0
_QUALITIES: Final = (88, 70, 50, 30)

log = structlog.get_logger()


class Newest:
    """Remembers the newest frame of each camera, and answers who asks for it."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._frames: dict[str, tuple[Frame, float]] = {}

    def passing(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The same frames; each is remembered before it is given on."""
        for frame in frames:
            self._frames[frame.moment.camera] = (frame, time.monotonic())
            yield frame

    def frame(self, camera: str, younger_s: float) -> Frame | None:
        """The newest frame of a camera, if it is younger than so many seconds."""
        frame, seen_s = self._frames.get(camera, (None, 0.0))
        return frame if time.monotonic() - seen_s < younger_s else None

    def serve(self, cameras: Sequence[str], stop: threading.Event) -> None:
        """Answer until `stop` is set; blocking, run it in a thread. `cameras` may change meanwhile."""
        while not stop.is_set():
            if not cameras:
                stop.wait(_WAIT_S)
                continue
            try:
                question = self._snapshots.next_question(cameras, _WAIT_S)
                if question is not None and question.camera in cameras:
                    self._snapshots.answer(question, self.picture(question.camera))
            except QueueUnavailable:
                stop.wait(_AFTER_FAILURE_S)
            except Exception:
                log.exception("a snapshot failed by a fault of ours")
                stop.wait(_AFTER_FAILURE_S)

    def picture(self, camera: str) -> Snapshot | str:
        """The newest picture, or a line that says why there is none."""
        frame, seen_s = self._frames.get(camera, (None, 0.0))
        if frame is None:
            return "there is no picture of this camera yet"
        age_s = time.monotonic() - seen_s
        if age_s > STALE_S:
            return f"the last picture of this camera is {age_s:.0f} s old"
        return Snapshot(bounded_jpeg(frame.image), frame.moment.captured_at or datetime.now(UTC))


def bounded_jpeg(image: NDArray[np.uint8]) -> bytes:
    """A picture as JPEG of at most 1920 pixels wide and 2 MiB, at the best quality that fits.

    Args:
        image: (height_px, width_px, 3) uint8, BGR.

    Raises:
        ValueError: it cannot be written so.
    """
    height_px, width_px = image.shape[:2]
    if width_px > WIDEST_PX:
        size = (WIDEST_PX, max(1, round(height_px * WIDEST_PX / width_px)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    for quality in _QUALITIES:
        ok, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if ok and data.nbytes <= LARGEST_BYTES:
            return data.tobytes()
    raise ValueError(f"a picture of {width_px} by {height_px} does not fit into {LARGEST_BYTES} bytes")
