"""Detections of one camera, picture after picture, become tracks."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import supervision as sv
from numpy.typing import NDArray
from trackers.core.bytetrack.tracker import ByteTrackTracker
from trackers.utils.iou import BIoU

from almere_vision.domain.detections import CLASSES, MOTOR_VEHICLES, Detections, ObjectClass
from almere_vision.domain.frame import Moment
from almere_vision.domain.tracks import Track, Tracks

_LIBRARY_FPS: Final = 30.0
"""The library counts its buffer in pictures at 30 a second, whatever the real rate is."""

_TICK_S: Final = 1e-3

_HEIGHT: Final = 1000.0
"""Boxes are tracked on a picture of this height, so that noise means the same at every resolution."""


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """How detections are joined; measured in docs/adr/0008-tracking.md.

    Attributes:
        buffer_s: seconds that an unseen object is waited for.
        begin_score: a detection needs this to begin a track, 0..1.
        weak_kinds: classes whose weaker detections can continue a track. Vehicles at night and behind
            people need them; people in a crowd do not, since they come in pieces then.
        sightings: pictures in a row on which a new object must be seen before it is a track.
        similarity: buffered IoU of a detection and the predicted box that is the least, 0..1.
        spread_per_s: what the prediction may be wrong by in a second, in box sizes: boxes are widened by
            this times the time between two pictures before they are compared.
        most_spread: the widening at low rates stops here, in box sizes.
    """

    buffer_s: float = 2.0
    begin_score: float = 0.35
    weak_kinds: frozenset[ObjectClass] = MOTOR_VEHICLES
    sightings: int = 2
    similarity: float = 0.1
    spread_per_s: float = 0.5
    most_spread: float = 0.5


@dataclass(slots=True)
class _Votes:
    """Classes that one track was given, and when it was last seen."""

    last_seen_s: float
    classes: Counter[int] = field(default_factory=Counter)

    def add(self, kind: int, clock_s: float) -> ObjectClass:
        self.classes[kind] += 1
        self.last_seen_s = clock_s
        return CLASSES[self.classes.most_common(1)[0][0]]


class Tracker:
    """Follows the objects of one camera.

    ByteTrack (Zhang et al., ECCV 2022) from the library `trackers`, in one round, with the buffered IoU of
    C-BIoU (Yang et al., WACV 2023), without which it loses people below five pictures a second.

    Args:
        camera: id of the camera.
        session: makes ids unique for ever; a new one for every start of a worker.
        fps: pictures per second that are expected. More or fewer do no harm, since time is `clock_s`.
        settings: how detections are joined.
    """

    def __init__(
        self, camera: str, session: str, fps: float, settings: TrackerSettings | None = None
    ) -> None:
        chosen = settings or TrackerSettings()
        self.camera = camera
        self.session = session
        self._forget_s = 2 * chosen.buffer_s
        self._votes: dict[int, _Votes] = {}
        self._last_s = -math.inf
        self._begin = chosen.begin_score
        self._may_be_weak = np.array([kind in chosen.weak_kinds for kind in CLASSES])
        self._chosen = chosen
        self._overlap = BIoU(buffer_ratio=self._spread(1 / fps))
        self._inner = ByteTrackTracker(
            lost_track_buffer=round(chosen.buffer_s * _LIBRARY_FPS),
            frame_rate=fps,
            track_activation_threshold=chosen.begin_score,
            minimum_consecutive_frames=chosen.sightings,
            minimum_iou_threshold=chosen.similarity,
            high_conf_det_threshold=0.0,  # one round: in two, strong boxes take the tracks of weak ones
            iou=self._overlap,
        )

    def update(self, detections: Detections) -> Tracks:
        """Join the detections of the next picture to tracks.

        Returns:
            The objects that were seen in this picture and have been seen before, each with its box as it
            was detected.

        Raises:
            ValueError: the picture is of another camera.
        """
        moment = detections.moment
        if moment.camera != self.camera:
            raise ValueError(f"a picture of {moment.camera} came to the tracker of {self.camera}")
        # the library passes over a picture that is not newer than the last
        before_s, self._last_s = self._last_s, max(moment.clock_s, self._last_s + _TICK_S)
        if math.isfinite(before_s):
            self._overlap.buffer_ratio = self._spread(self._last_s - before_s)
        rows = np.flatnonzero((detections.scores >= self._begin) | self._may_be_weak[detections.classes])
        joined = self._inner.update(_for_library(detections, rows), timestamp=self._last_s)
        ids = joined.tracker_id if joined.tracker_id is not None else np.empty(0, np.int64)
        tracks = tuple(
            self._track(int(number), int(row), detections)
            for number, row in zip(ids, joined.data.get("row", ids), strict=True)
            if number >= 0
        )
        self._forget(moment)
        return Tracks(moment, tracks, detections.model)

    def _spread(self, passed_s: float) -> float:
        return min(self._chosen.most_spread, self._chosen.spread_per_s * passed_s)

    def _track(self, number: int, row: int, detections: Detections) -> Track:
        clock_s = detections.moment.clock_s
        kind = self._votes.setdefault(number, _Votes(clock_s)).add(int(detections.classes[row]), clock_s)
        x1, y1, x2, y2 = (float(edge) for edge in detections.boxes[row])
        return Track(f"{self.session}-{number}", kind, (x1, y1, x2, y2), float(detections.scores[row]))

    def _forget(self, moment: Moment) -> None:
        old = [n for n, votes in self._votes.items() if moment.clock_s - votes.last_seen_s > self._forget_s]
        for number in old:
            del self._votes[number]


def _for_library(detections: Detections, rows: NDArray[np.int64]) -> sv.Detections:
    moment = detections.moment
    width = _HEIGHT * moment.width_px / moment.height_px
    scale: NDArray[np.float32] = np.array([width, _HEIGHT, width, _HEIGHT], np.float32)
    return sv.Detections(
        xyxy=detections.boxes[rows] * scale,
        confidence=detections.scores[rows],
        class_id=detections.classes[rows],
        data={"row": rows},
    )
