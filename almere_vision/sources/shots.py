"""Pictures that were decoded once more, as the rest of the program sees them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.geometry import Box
from almere_vision.sources.messages import Shots


@dataclass(frozen=True, slots=True)
class Shot:
    """What was shot, with its pictures: (T, height_px, width_px, 3) uint8, BGR."""

    shots: Shots
    pictures: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Film:
    """Pictures of a stretch of time, each cut to `region` of the whole picture; their moments tell its size.

    Of a live camera `clock_s` lacks what the picture took on its way; `media_time_s` is exact.
    """

    frames: tuple[Frame, ...]
    region: Box


def develop(shot: Shot, camera: str, preset: str | None, clock_minus_media_s: float) -> Film:
    """Give each picture its moment."""
    width_px, height_px = shot.shots.whole_px
    left, top, right, bottom = shot.shots.cut_px
    frames = tuple(
        Frame(
            Moment(camera, preset, time_s + clock_minus_media_s, time_s, None, width_px, height_px), picture
        )
        for time_s, picture in zip(shot.shots.times_s, shot.pictures, strict=True)
    )
    return Film(frames, (left / width_px, top / height_px, right / width_px, bottom / height_px))
