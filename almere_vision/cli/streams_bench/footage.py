"""Streams as street cameras send them, made from recorded footage: 640x360, 10 pictures a second, H.264."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Final

import av
import numpy as np
from av import VideoFrame

from almere_vision.domain.errors import FootageError
from almere_vision.sources.address import read_addresses

WIDTH_PX: Final = 640
HEIGHT_PX: Final = 360
FPS: Final = 10
LENGTH_S: Final = 60
DISTINCT: Final = 8
"""So many different streams; further cameras show the same ones from another moment on."""
_GROUP: Final = 2 * FPS
_NOISE: Final = 2.0
"""Standard deviation of the sensor noise of a quiet camera, in grey levels."""


def make_streams(footage: str, folder: Path, count: int) -> list[Path]:
    """Write up to `DISTINCT` stream files, each `LENGTH_S` long; the last one shows a street without motion.

    Args:
        footage: a video file, or a folder of them.
        folder: where the files go.
        count: how many with motion are wanted.

    Raises:
        FootageError: no such footage, or it cannot be decoded.
    """
    sources = [Path(address.secret.get_secret_value()) for address in read_addresses(footage)]
    count = min(count, DISTINCT)
    made = []
    for number in range(count):
        path = folder / f"stream-{number}.mp4"
        skip_s = LENGTH_S / count * (number // len(sources))
        _write(path, _sampled(sources[number % len(sources)], skip_s))
        made.append(path)
    _write(folder / "quiet.mp4", _still(sources[0]))
    return [*made, folder / "quiet.mp4"]


def _sampled(path: Path, skip_s: float) -> Iterator[VideoFrame]:
    """Pictures at 10 a second, over and over; never ends."""
    while True:
        next_s, any_picture = skip_s, False
        try:
            with av.open(str(path)) as container:
                for frame in container.decode(video=0):
                    if frame.time is None or frame.time < next_s:
                        continue
                    next_s += 1 / FPS
                    any_picture = True
                    yield frame
        except av.FFmpegError:
            raise FootageError(f"{path}: cannot be decoded: choose other footage") from None
        if not any_picture and skip_s == 0:
            raise FootageError(f"{path}: holds no picture: choose other footage")
        skip_s = 0.0


def _still(path: Path) -> Iterator[VideoFrame]:
    picture = _fitted(next(_sampled(path, 0.0))).to_ndarray(format="bgr24").astype(np.float32)
    chance = np.random.default_rng(1)
    while True:
        noise = chance.normal(0, _NOISE, picture.shape[:2]).astype(np.float32)[..., None]
        yield VideoFrame.from_ndarray((picture + noise).clip(0, 255).astype(np.uint8), format="bgr24")


def _fitted(frame: VideoFrame) -> VideoFrame:
    """In the size of the stream; of a picture that is too high the lower part is cut off."""
    height_px = max(HEIGHT_PX, round(frame.height * WIDTH_PX / frame.width))
    image = frame.to_ndarray(format="bgr24", width=WIDTH_PX, height=height_px)[:HEIGHT_PX]
    return VideoFrame.from_ndarray(image, format="bgr24").reformat(format="yuv420p")


def _write(path: Path, frames: Iterator[VideoFrame]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        stream.gop_size, stream.bit_rate = _GROUP, 500_000
        # As the encoder of a camera: no picture waits for a later one.
        stream.options = {"preset": "veryfast", "tune": "zerolatency"}
        for index, frame in enumerate(islice(frames, LENGTH_S * FPS)):
            small = _fitted(frame)
            small.pts, small.time_base = index, Fraction(1, FPS)
            small.pict_type = 0
            container.mux(stream.encode(small))
        container.mux(stream.encode(None))
