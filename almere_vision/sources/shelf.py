"""Frames that wait for whoever reads a camera."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from typing import Final

from almere_vision.domain.frame import Frame

# A live picture that nobody fetched for so long is replaced by a newer one.
_STALE_S: Final = 1.0


class Shelf:
    """First in, first out; what changed on frames that nobody sees is told with the next one.

    Whoever calls holds the lock of the camera.

    Attributes:
        dropped: frames that were due and not given, because newer ones were there; over all decoders.
    """

    def __init__(self) -> None:
        self.dropped = self._dropped_before = 0
        self._frames: deque[tuple[Frame, float]] = deque()
        self._change_unseen = False

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, frame: Frame) -> None:
        self._frames.append((frame, time.monotonic()))

    def take(self) -> Frame:
        """The first one, which must be there."""
        frame, _ = self._frames.popleft()
        if self._change_unseen:
            self._change_unseen = False
            return replace(frame, unchanged=False)
        return frame

    def pass_over(self, frame: Frame) -> None:
        """Nobody will see this frame: what changed on it must not be lost with it."""
        self.dropped += 1
        self._dropped_before += 1
        self._change_unseen |= not frame.unchanged

    def pass_over_stale(self) -> None:
        while self._frames and time.monotonic() - self._frames[0][1] > _STALE_S:
            self.pass_over(self._frames.popleft()[0])

    def decoder_begins(self) -> None:
        self._dropped_before = self.dropped

    def decoder_dropped(self, count: int) -> None:
        """So many since it began."""
        self.dropped = self._dropped_before + count
