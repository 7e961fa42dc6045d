"""A recorded file through the pipeline, as fast as the machine allows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from almere_vision.detection import Detector
from almere_vision.domain.event import Event, events_from
from almere_vision.domain.frame import Frame
from almere_vision.scene import Scene
from almere_vision.worker.pipeline import Judge, watch_recording


def detect_events(frames: Iterable[Frame], detector: Detector, scene: Scene, fps: float) -> list[Event]:
    """All events of one recording; `fps` is the rate at which its frames were taken."""
    judge = Judge(scene, session=uuid.uuid4().hex[:8], fps=fps)
    return events_from(watch_recording(frames, detector.detect, judge), detector.identity)
