"""Videos made on the spot, a real RTSP server, and waiting with a deadline."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

FPS = 25
GROUP = 25
WIDTH_PX, HEIGHT_PX = 320, 240
_LEVELS = 20


def picture(index: int) -> NDArray[np.uint8]:
    """Grey whose level counts the pictures, with a ball that moves over it; (240, 320, 3) BGR."""
    image = np.full((HEIGHT_PX, WIDTH_PX, 3), 20 + 10 * (index % _LEVELS), np.uint8)
    x = round(WIDTH_PX / 2 + 100 * math.cos(index / 10))
    y = round(HEIGHT_PX / 2 + 80 * math.sin(index / 10))
    image[y - 10 : y + 10, x - 10 : x + 10] = (0, 0, 255)
    return image


def index_of(image: NDArray[np.uint8]) -> int:
    """Which picture this is, modulo `_LEVELS`."""
    return round((float(image[:20].mean()) - 20) / 10) % _LEVELS


def make_video(
    path: Path,
    seconds: float,
    *,
    codec: str = "libx264",
    reordered: bool = True,
    scale: int = 1,
    moving: bool = True,
    options: dict[str, str] | None = None,
) -> Path:
    """A video of `picture(0)`, `picture(1)`, ..., with a key picture every second.

    `reordered`: decoded in another order than shown (B pictures), as recordings are and cameras are not.
    `scale`: enlarges the picture so many times. `moving`: else it shows `picture(0)` all the time.
    """
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(codec, rate=FPS)
        stream.width, stream.height = WIDTH_PX * scale, HEIGHT_PX * scale
        stream.pix_fmt = "yuv420p"
        stream.gop_size = GROUP
        stream.bit_rate = 2_000_000
        if codec == "libx264":
            stream.options = {"preset": "veryfast", "x264-params": f"scenecut=0:bframes={3 * reordered}"}
        for index in range(round(seconds * FPS)):
            frame = av.VideoFrame.from_ndarray(
                picture(index * moving).repeat(scale, 0).repeat(scale, 1), format="bgr24"
            )
            frame.pts, frame.time_base = index, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def until(condition: Callable[[], object], within_s: float, what: str) -> float:
    """Wait until something holds; fails when it does not in time. Returns how long it took."""
    began_s = time.monotonic()
    while not condition():
        if time.monotonic() - began_s > within_s:
            pytest.fail(f"not within {within_s:.0f} s: {what}")
        time.sleep(0.02)
    return time.monotonic() - began_s


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class RtspServer:
    """The server of aio-rtsp-toolkit, in a process that can be killed and stopped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, name: str, login: str = "") -> str:
        return f"rtsp://{login}127.0.0.1:{self.port}/{name}?play_count=0"

    def start(self) -> None:
        program = Path(sys.executable).with_name("rtsp-server")
        place = ["--host", "127.0.0.1", "--port", str(self.port), "--control-port", str(free_port())]
        self._process = subprocess.Popen(
            [program, "--dir", self._folder, *place],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._answers, 20, "the RTSP server listens")

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False
