"""The networks that all cameras of a worker share: one per core."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from queue import SimpleQueue

from almere_vision.config import Settings
from almere_vision.detection import Detector, load_detector
from almere_vision.domain.detections import Detections
from almere_vision.domain.frame import Frame
from almere_vision.worker.pipeline import See


def in_turns(detectors: Sequence[Detector]) -> See:
    """Detectors that the threads of all cameras share, each of them used by one at a time."""
    free: SimpleQueue[Detector] = SimpleQueue()
    for detector in detectors:
        free.put(detector)

    def see(frame: Frame) -> Detections:
        detector = free.get()
        try:
            return detector.detect(frame)
        finally:
            free.put(detector)

    return see


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
