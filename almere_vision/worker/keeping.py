"""Keeps what the network saw of live cameras for dry runs of other zones; no pictures."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from almere_vision.domain.detections import Detections
from almere_vision.domain.errors import StorageError
from almere_vision.domain.frame import Frame
from almere_vision.domain.offset import STRAIGHT
from almere_vision.scene.correction import as_drawn
from almere_vision.storage.seen import Seen
from almere_vision.worker.pipeline import See

log = structlog.get_logger()

_PIECE_S: Final = 30.0
_HOUR_S: Final = 3600


class Keeper:
    """Writes twice a minute for each camera. A disk that is full costs detections, never a suggestion.

    Args:
        seen: where detections are kept.
        days: for how long.
        piece_s: seconds that are written at once.
    """

    def __init__(self, seen: Seen, days: int, piece_s: float = _PIECE_S) -> None:
        self._seen = seen
        self._days = days
        self._piece_s = piece_s
        self._waiting: dict[str, list[Detections]] = {}
        self._turn = threading.Lock()

    def keeping(self, see: See) -> See:
        """The same eyes, and what they see is kept."""

        def seen(frame: Frame) -> Detections:
            detections = see(frame)
            self.add(detections)
            return detections

        return seen

    def add(self, detections: Detections) -> None:
        """Take in the next picture of a camera, as it lies on the picture that zones were drawn on."""
        drawn = as_drawn(detections)
        drawn = replace(drawn, moment=replace(drawn.moment, offset=STRAIGHT))
        with self._turn:
            waiting = self._waiting.setdefault(drawn.moment.camera, [])
            full = len(waiting) > 0 and not _one_piece(waiting[0], drawn, self._piece_s)
            if full:
                self._waiting[drawn.moment.camera] = [drawn]
            else:
                waiting.append(drawn)
        if full:
            self._write(waiting)

    def close(self) -> None:
        """Write what waits."""
        with self._turn:
            waiting, self._waiting = self._waiting, {}
        for pictures in waiting.values():
            self._write(pictures)

    def _write(self, pictures: list[Detections]) -> None:
        camera = pictures[0].moment.camera
        try:
            self._seen.append(pictures)
            self._seen.forget(camera, datetime.now(UTC) - timedelta(days=self._days))
        except StorageError as error:
            log.error("detections are not kept", camera=camera, reason=str(error))


def _one_piece(first: Detections, now: Detections, piece_s: float) -> bool:
    """Whether a picture goes with the first one that waits: soon, in the same hour, in the same size."""
    one, other = first.moment, now.moment
    return (
        other.clock_s - one.clock_s < piece_s
        and one.clock_s // _HOUR_S == other.clock_s // _HOUR_S
        and (one.width_px, one.height_px, first.model) == (other.width_px, other.height_px, now.model)
    )
