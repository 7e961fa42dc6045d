"""What stays the same from picture to picture."""

from __future__ import annotations

from dataclasses import dataclass

from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.frame import Moment
from almere_vision.domain.geometry import Box


@dataclass(frozen=True, slots=True)
class Track:
    """One object that was seen in this picture and is followed over time.

    Attributes:
        id: unique for its camera, for ever (also over restarts).
        kind: class by majority of the votes so far.
        box: x1 y1 x2 y2 as fractions of the picture.
        score: score of the detection in this picture, 0..1.
    """

    id: str
    kind: ObjectClass
    box: Box
    score: float


@dataclass(frozen=True, slots=True)
class Tracks:
    """All tracks that were seen at one moment of one camera."""

    moment: Moment
    tracks: tuple[Track, ...]
    model: str
