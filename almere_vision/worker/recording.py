"""A recorded file through the pipeline, as fast as the machine allows."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from almere_vision.detection import Detector
from almere_vision.domain.errors import FootageError
from almere_vision.domain.event import Event, events_from
from almere_vision.domain.frame import Frame
from almere_vision.domain.suggestion import Told
from almere_vision.scene import Scene
from almere_vision.sources import Address, Camera, Options
from almere_vision.suggest import Once
from almere_vision.worker.looking import AtOnce, Scorer
from almere_vision.worker.pipeline import Judge, watch_recording


class Progress(Protocol):
    """Hears the media time that was reached, and the length of the file (None if it is unknown)."""

    def __call__(self, *, completed: float, total: float | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Recording:
    """What came out of a recorded file.

    Attributes:
        events: in the order in which they were raised.
        fault: why the file could not be read to its end; the events before that are kept.
    """

    events: tuple[Event, ...]
    fault: FootageError | None


def watch_file(
    address: Address,
    scene: Scene,
    detector: Detector,
    fps: float | None,
    on_progress: Progress,
    fights: Scorer | None = None,
) -> Recording:
    """Find the events of a recorded file, looking at `fps` pictures a second or at what the rules need.

    `fights` judges closer looks; without it fights are not looked for.
    """
    fps = fps or Judge.rate_fps(scene, looking=fights is not None)
    once = Once()
    tellings: list[Told] = []
    fault = None
    with Camera(scene.camera, address, Options(fps=fps), preset=scene.only_preset) as camera:
        looking = None if fights is None else AtOnce(camera.film, fights)
        judge = Judge(scene, uuid.uuid4().hex[:8], fps, looking)

        def frames() -> Iterator[Frame]:
            for frame in camera:
                on_progress(completed=frame.moment.media_time_s, total=camera.duration_s)
                yield frame

        try:
            for hit in watch_recording(frames(), detector.detect, judge):
                told = once.tell(hit, scene.view(hit.moment.preset))
                tellings.append(told)
        except FootageError as error:
            fault = error
    return Recording(tuple(events_from(tellings, detector.identity)), fault)
