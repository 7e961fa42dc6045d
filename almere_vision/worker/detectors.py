"""The networks that all cameras of a worker share, one per core; pictures that wait are seen together."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from queue import Empty, SimpleQueue

from almere_vision.config import Settings
from almere_vision.detection import Detector, load_detector
from almere_vision.domain.detections import Detections
from almere_vision.domain.frame import Frame

_Asked = tuple[Frame, Future[Detections]]


class Together:
    """Detectors that the threads of all cameras share; each has a thread of its own.

    A picture that finds a free detector is looked at alone and at once. Those that come while all are busy
    are taken as many together as a detector gains from.
    """

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._serve, args=(one,), name="network", daemon=True)
            for one in detectors
        ]
        self.at_once = sum(one.at_once for one in detectors)
        for thread in self._threads:
            thread.start()

    def see(self, frame: Frame) -> Detections:
        """What is in the picture. Raises as `Detector.detect`."""
        answer: Future[Detections] = Future()
        self._asked.put((frame, answer))
        return answer.result()

    @property
    def waiting(self) -> int:
        """Pictures that no network has taken yet."""
        return self._asked.qsize()

    def close(self) -> None:
        """Ends when the last picture that was asked for is looked at."""
        for _ in self._threads:
            self._asked.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self, detector: Detector) -> None:
        while (first := self._asked.get()) is not None:
            _look(detector, [first, *self._more(detector.at_once - 1)])

    def _more(self, most: int) -> list[_Asked]:
        """Up to so many that wait already."""
        found: list[_Asked] = []
        while len(found) < most:
            try:
                one = self._asked.get_nowait()
            except Empty:
                break
            if one is None:
                self._asked.put(None)  # for whoever looks next
                break
            found.append(one)
        return found


def _look(detector: Detector, asked: Sequence[_Asked]) -> None:
    try:
        seen = detector.detect_many([frame for frame, _ in asked])
    except Exception as error:  # noqa: BLE001 the thread of the camera tells it, as if it had looked itself
        for _, answer in asked:
            answer.set_exception(error)
        return
    for (_, answer), detections in zip(asked, seen, strict=True):
        answer.set_result(detections)


def load_detectors(settings: Settings) -> list[Detector]:
    """One per core, each on one thread: two at one picture wait for each other and cost twice as much.

    The runtime of a GPU is loaded once.
    """
    load = partial(
        load_detector, settings.model, settings.models_dir, settings.backend, precision=settings.precision
    )
    if settings.backend == "ultralytics":
        return [load(threads=settings.threads or None)]
    return [load(threads=1) for _ in range(settings.threads or len(os.sched_getaffinity(0)))]
