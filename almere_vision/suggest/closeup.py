"""The moving picture of a tube: the people only, for the seconds that decided, to be played in a loop."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np

from almere_vision.domain.tube import Tube

_TICK: Final = Fraction(1, 1000)
_LEAST_PX: Final = 240
"""Shorter side of the video: smaller cuts are enlarged, since a browser plays hardly any below 16 pixels."""


def closeup_mp4(tube: Tube) -> bytes:
    """The pictures of a tube as H.264 in an mp4 that browsers can play while they load it."""
    width_px, height_px = tube.size_px
    scale = max(1.0, _LEAST_PX / min(width_px, height_px))
    size = (max(2, round(width_px * scale) // 2 * 2), max(2, round(height_px * scale) // 2 * 2))
    rate = Fraction(max(1, round(len(tube.times_s) / max(tube.duration_s, 0.1))))
    with tempfile.TemporaryDirectory(prefix="almere-") as folder:
        path = Path(folder) / "closeup.mp4"  # a file, since its index is moved to the front at the end
        with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as output:
            stream = output.add_stream("libx264", rate=rate)
            stream.width, stream.height = size
            stream.pix_fmt, stream.options = "yuv420p", {"preset": "veryfast", "crf": "23"}
            stream.codec_context.time_base = _TICK
            for time_s, picture in zip(tube.times_s, tube.pictures, strict=True):
                shown = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)
                frame = av.VideoFrame.from_ndarray(shown, format="bgr24")
                frame.pts, frame.time_base = round((time_s - tube.times_s[0]) / float(_TICK)), _TICK
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
        return path.read_bytes()
