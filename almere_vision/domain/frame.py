"""A picture of a camera, and the moment that it shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.offset import STRAIGHT, Offset


@dataclass(frozen=True, slots=True)
class Moment:
    """Where and when a picture was taken.

    Attributes:
        camera: id of the camera.
        preset: id of the preset that the picture is known to show, or None when that is unknown.
        clock_s: the clock that rules run on, in seconds. It never goes back for one camera. For a live
            camera it is UTC epoch seconds, taken from a monotonic clock anchored once to UTC; for a
            recorded file it is the media time.
        media_time_s: seconds on the time line of the stream or file, to find packets again.
        captured_at: wall time in UTC, or None for a recording of unknown date.
        width_px: width of the original picture.
        height_px: height of the original picture.
        offset: how far the picture lies from the reference picture of the preset.
    """

    camera: str
    preset: str | None
    clock_s: float
    media_time_s: float
    captured_at: datetime | None
    width_px: int
    height_px: int
    offset: Offset = STRAIGHT


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded picture: `image` is (height, width, 3) uint8 in BGR order.

    `unchanged`: nothing moved since the last picture of this camera for which this is False, and `image` is
    that picture.
    """

    moment: Moment
    image: NDArray[np.uint8]
    unchanged: bool = False
