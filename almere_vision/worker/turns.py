"""Who is judged next, where many cameras share few cores; those who wait come with a fresh picture."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from almere_vision.domain.frame import Frame

_OLD_S: Final = 0.25
_AHEAD: Final = 4


class Turns:
    """So many frames are judged at the same time, in the order in which they came.

    A frame that grew old while it waited gives way to the newest of its camera: nothing queues up.
    """

    def __init__(self, at_once: int) -> None:
        self._turn = threading.Semaphore(at_once)
        # To fetch a picture takes a while in which nobody shall stand still: a few do so ahead of their turn.
        self._next = threading.Semaphore(at_once + _AHEAD)

    def taking(self, frames: Iterable[Frame], fresher: Callable[[Frame], Frame]) -> Iterator[Frame]:
        """The frames of one camera, each given when it is its turn, which ends when the next is asked for.

        Args:
            frames: of a live camera.
            fresher: the newest frame of the camera, or the same.
        """
        for frame in frames:
            came_s = time.monotonic()
            with self._next:
                chosen = fresher(frame) if time.monotonic() - came_s > _OLD_S else frame
                with self._turn:
                    yield chosen
