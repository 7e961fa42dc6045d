"""Streams as street cameras send them, made from recorded footage: 640x360, 10 pictures a second, H.264."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import cycle, islice
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
KEY_EVERY_S: Final = 2.0
"""How often cameras send a key picture, unless they are told otherwise."""

_NOISE: Final = 2.0
"""Standard deviation of the sensor noise of a quiet camera, in grey levels."""


def make_streams(footage: str, folder: Path, count: int, key_every_s: float = KEY_EVERY_S) -> list[Path]:
    """Write up to `DISTINCT` stream files, each `LENGTH_S` long; the last one shows a street without motion.

    Args:
        footage: a video file, or a folder of them.
        folder: where the files go.
        count: how many with motion are wanted.
        key_every_s: seconds from one key picture to the next.

    Raises:
        FootageError: no such footage, or it cannot be decoded.
    """
    sources = [Path(address.secret.get_secret_value()) for address in read_addresses(footage)]
    count = min(count, DISTINCT)
    made = []
    for number in range(count):
        path = folder / f"stream-{number}.mp4"
        skip_s = LENGTH_S / count * (number // len(sources))
        _write(path, _there_and_back(sources[number % len(sources)], skip_s), key_every_s)
        made.append(path)
    _write(folder / "quiet.mp4", _still(sources[0]), key_every_s)
    return [*made, folder / "quiet.mp4"]


def _there_and_back(path: Path, skip_s: float) -> list[VideoFrame]:
    """The pictures of a stream: half a stream of the file, to and fro where it is shorter, and back again.

    A camera that does not move shows no cuts. From the start over and over, a file of some seconds would cut
    each time, and what stands there would be gone and come again.

    Raises:
        FootageError: it cannot be decoded, or holds no picture.
    """
    half = LENGTH_S * FPS // 2
    shown = deque(map(_fitted, islice(_sampled(path), round(skip_s * FPS) + half)), maxlen=half)
    if not shown:
        raise FootageError(f"{path}: holds no picture: choose other footage")
    forth = list(islice(cycle([*shown, *reversed(shown)]), half))
    return forth + forth[::-1]


def _sampled(path: Path) -> Iterator[VideoFrame]:
    """Pictures of a file at 10 a second."""
    taken = 0
    try:
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                if frame.time is not None and round(frame.time * FPS, 3) >= taken:
                    taken += 1
                    yield frame
    except av.FFmpegError:
        raise FootageError(f"{path}: cannot be decoded: choose other footage") from None


def _still(path: Path) -> Iterator[VideoFrame]:
    """One picture and the noise of a sensor."""
    picture = _fitted(next(_sampled(path))).to_ndarray(format="bgr24").astype(np.float32)
    chance = np.random.default_rng(1)
    for _ in range(LENGTH_S * FPS):
        noise = chance.normal(0, _NOISE, picture.shape[:2]).astype(np.float32)[..., None]
        image = (picture + noise).clip(0, 255).astype(np.uint8)
        yield VideoFrame.from_ndarray(image, format="bgr24").reformat(format="yuv420p")


def _fitted(frame: VideoFrame) -> VideoFrame:
    """In the size of the stream; of a picture that is too high the lower part is cut off."""
    height_px = max(HEIGHT_PX, round(frame.height * WIDTH_PX / frame.width))
    image = frame.to_ndarray(format="bgr24", width=WIDTH_PX, height=height_px)[:HEIGHT_PX]
    return VideoFrame.from_ndarray(image, format="bgr24").reformat(format="yuv420p")


def _write(path: Path, pictures: Iterable[VideoFrame], key_every_s: float) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        stream.gop_size, stream.bit_rate = round(key_every_s * FPS), 500_000
        # As the encoder of a camera: no picture waits for a later one.
        stream.options = {"preset": "veryfast", "tune": "zerolatency"}
        for index, picture in enumerate(pictures):
            picture.pts, picture.time_base = index, Fraction(1, FPS)
            picture.pict_type = 0
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
