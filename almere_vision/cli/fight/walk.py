"""A recorded clip -> tubes: decode, detect, track, and cut around everybody who is near somebody."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from almere_vision.action import TUBE_FPS, TUBE_S, cut_tube, near_groups
from almere_vision.detection import Detector, load_detector
from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.frame import Frame
from almere_vision.domain.tracks import Tracks
from almere_vision.domain.tube import Tube
from almere_vision.sources import Address, Camera, Options
from almere_vision.tracking import Tracker, TrackerSettings

LOOK_FPS: Final = 5.0
"""Pictures a second in which people are looked for: what a camera with a fight rule gets."""

STRIDE_S: Final = 1.25
"""Time between the begins of two tubes."""

_LEAST_S: Final = 0.8
"""What is left at the end of a clip is looked at when it is at least this much that is new."""

_PERSON: Final = CLASSES.index(ObjectClass.PERSON)

Progress = Callable[[float, float | None], None]
"""Hears the media time that was reached, and the length of the clip if it is known."""


@dataclass(frozen=True, slots=True)
class Sight:
    """How closely people are looked for.

    Attributes:
        input_px: what the detector sees.
        least_score: of a box that is a person, 0..1. Lower than for other rules: whom nobody sees, nobody can
            see fight, and false boxes hardly move.
    """

    input_px: tuple[int, int]
    least_score: float


SIGHTS: Final = (Sight((640, 384), 0.25), Sight((1280, 768), 0.2))
"""The second is for clips in which the first sees nobody: far people, and people from above."""


@dataclass(slots=True)
class Walker:
    """Finds the tubes of clips, with one detector for each sight, loaded when it is first needed."""

    detector: str
    models_dir: Path
    threads: int | None = None
    _detectors: dict[Sight, Detector] = field(default_factory=dict)

    def windows(self, clip: Address, on_progress: Progress) -> Iterator[list[Tube]]:
        """The tubes of each stretch of a clip, in the order of time; none when nobody is seen in any, however
        closely one looks.

        Raises:
            FootageError: the clip cannot be read to its end.
            ModelError: the detector cannot be loaded.
        """
        for sight in SIGHTS:
            seen = False
            for tubes in self._look(clip, sight, on_progress):
                seen = True
                yield tubes
            if seen:
                return

    def _look(self, clip: Address, sight: Sight, on_progress: Progress) -> Iterator[list[Tube]]:
        detector = self._detector(sight)
        tracker = Tracker(
            clip.label, "clip", LOOK_FPS, TrackerSettings(begin_score=sight.least_score, sightings=1)
        )
        window = _Window()
        look_s = -np.inf
        with Camera(clip.label, clip, Options(fps=TUBE_FPS)) as camera:
            for frame in camera:
                at_s = frame.moment.media_time_s
                tracks = None
                if at_s >= look_s + 0.9 / LOOK_FPS:
                    look_s = at_s
                    tracks = tracker.update(_people(detector.detect(frame), sight.least_score))
                if tubes := window.add(frame, tracks):
                    yield tubes
                on_progress(at_s, camera.duration_s)
        if tubes := window.rest():
            yield tubes

    def _detector(self, sight: Sight) -> Detector:
        if sight not in self._detectors:
            self._detectors[sight] = load_detector(
                self.detector,
                self.models_dir,
                input_size=sight.input_px,
                threads=self.threads,
                min_score=sight.least_score,
            )
        return self._detectors[sight]


@dataclass(slots=True)
class _Window:
    """The last `TUBE_S` of a clip; gives its tubes each time that it has moved on by `STRIDE_S`."""

    frames: deque[Frame] = field(default_factory=deque)
    tracks: deque[Tracks] = field(default_factory=deque)
    given_s: float | None = None

    def add(self, frame: Frame, tracks: Tracks | None) -> list[Tube]:
        """Take in a picture, and what was seen in it if it was looked at."""
        self.frames.append(frame)
        if tracks is not None:
            self.tracks.append(tracks)
        now_s = frame.moment.media_time_s
        begin_s = now_s - TUBE_S + 0.5 / TUBE_FPS
        while self.frames[0].moment.media_time_s < begin_s:
            self.frames.popleft()
        while self.tracks and self.tracks[0].moment.media_time_s < begin_s:
            self.tracks.popleft()
        full = now_s - self.frames[0].moment.media_time_s >= TUBE_S - 1.5 / TUBE_FPS
        if full and (self.given_s is None or now_s - self.given_s >= STRIDE_S - 0.5 / TUBE_FPS):
            return self._give(now_s)
        return []

    def rest(self) -> list[Tube]:
        """The tubes at the end of the clip, unless nearly all of it was in the last ones."""
        if not self.frames:
            return []
        now_s = self.frames[-1].moment.media_time_s
        if self.given_s is not None and now_s - self.given_s < _LEAST_S:
            return []
        return self._give(now_s)

    def _give(self, now_s: float) -> list[Tube]:
        self.given_s = now_s
        frames, tracks = list(self.frames), list(self.tracks)
        return [cut_tube(frames, tracks, group) for group in near_groups(tracks)]


def _people(detections: Detections, least_score: float) -> Detections:
    rows = np.flatnonzero((detections.classes == _PERSON) & (detections.scores >= least_score))
    return Detections(
        detections.moment,
        detections.boxes[rows],
        detections.scores[rows],
        detections.classes[rows],
        detections.model,
    )
