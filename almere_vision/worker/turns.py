"""Who is judged next, where many cameras share few cores; those who wait come with a fresh picture."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Protocol

from almere_vision.domain.frame import Frame


class Source(Protocol):
    """A live camera, as far as turns need it."""

    def ask(self) -> None:
        """Have the next picture sent as soon as it is due."""
        ...

    def fresher(self, frame: Frame) -> Frame:
        """The newest frame that has come, in place of this one; the same if none has."""
        ...


class Turns:
    """So many frames are judged at the same time, in the order in which they came.

    A frame gives way to a newer one of its camera that comes while it waits: nothing queues up. Nobody
    waits for the newer one, least of all with a turn in hand: where all are late, that makes them later.
    """

    def __init__(self, at_once: int) -> None:
        self._turn = threading.Semaphore(at_once)

    def taking(self, frames: Iterable[Frame], source: Source) -> Iterator[Frame]:
        """The frames of one camera, each given when it is its turn, which ends when the next is asked for."""
        for frame in frames:
            waits = not self._turn.acquire(blocking=False)
            if waits:
                source.ask()
                self._turn.acquire()
            try:
                yield source.fresher(frame) if waits else frame
            finally:
                self._turn.release()
