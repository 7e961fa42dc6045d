"""What the virtual camera looks at: a larger real picture or video, of which it shows a part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.errors import FootageError
from almere_vision.domain.ptz import Position

Picture = NDArray[np.uint8]

WIDEST: Final = 0.7
"""Width of the view at zoom 0, as a fraction of the whole picture's."""

LONGEST: Final = 4.0
"""How many times narrower the view is at zoom 1."""


def window(at: Position, aspect: float) -> tuple[float, float, float, float]:
    """The part of the whole picture that is seen, as x, y of its middle, width and height in fractions.

    Args:
        at: where the camera looks.
        aspect: of the whole picture (width divided by height) to that of the view.

    >>> window(Position(0.0, 0.0, 0.0), 1.0)
    (0.5, 0.5, 0.7, 0.7)
    """
    widest = min(WIDEST, 1.0 / aspect)
    width = widest / (1.0 + at.zoom * (LONGEST - 1.0))
    x = 0.5 + at.pan * (1.0 - widest) / 2
    y = 0.5 - at.tilt * (1.0 - widest * aspect) / 2
    return x, y, width, width * aspect


def render(picture: Picture, at: Position, size: tuple[int, int]) -> Picture:
    """The view of a camera as (height_px, width_px, 3) uint8 BGR.

    Args:
        picture: the whole picture, BGR.
        at: where it looks.
        size: width_px and height_px of the view.
    """
    height_px, width_px = picture.shape[:2]
    aspect = (width_px / height_px) / (size[0] / size[1])
    x, y, width, height = window(at, aspect)
    scale_x, scale_y = width * width_px / size[0], height * height_px / size[1]
    matrix = np.array(
        [
            [scale_x, 0.0, (x - width / 2) * width_px + scale_x / 2 - 0.5],
            [0.0, scale_y, (y - height / 2) * height_px + scale_y / 2 - 0.5],
        ]
    )
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    view = cv2.warpAffine(picture, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return view.astype(np.uint8, copy=False)


def pictures(path: Path, fps: float) -> Iterator[Picture]:
    """The whole pictures at so many a second, over and over; a still picture again and again.

    Raises:
        FootageError: it cannot be read as a picture or video.
    """
    while True:
        next_s, shown = 0.0, 0
        try:
            with av.open(str(path)) as container:
                for frame in container.decode(video=0):
                    if frame.time is not None and frame.time < next_s:
                        continue
                    next_s = (frame.time or 0.0) + 1 / fps - 1e-3
                    shown += 1
                    yield frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
        except (av.FFmpegError, IndexError, OSError):
            if not shown:
                raise FootageError(f"{path}: cannot be read as a picture or video: name another") from None
        if not shown:
            raise FootageError(f"{path}: holds no picture: name another")
