"""The stream of the virtual camera: its view, encoded live for all who watch."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import re
import secrets
import threading
import time
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av import VideoFrame

from almere_vision.simulate import rtsp
from almere_vision.simulate.mount import Mount
from almere_vision.simulate.scenery import Picture, pictures, render

_WORDS: Final = re.compile(r'(\w+)="?([^",]*)"?')
_GROUP_S: Final = 1.0
_WAITING: Final = 30
Unit = tuple[list[bytes], float, bool]
"""Payloads of a picture, its time in seconds, and whether a player can begin with it."""


class Encoder:
    """Views to H.264, as a camera encodes them: no picture waits for a later one."""

    def __init__(self, size: tuple[int, int], fps: int) -> None:
        context = av.CodecContext.create("libx264", "w")
        context.width, context.height = size
        context.pix_fmt, context.time_base, context.framerate = "yuv420p", Fraction(1, fps), Fraction(fps)
        context.gop_size, context.bit_rate = round(_GROUP_S * fps), 2_000_000
        context.thread_count = 1
        context.options = {"preset": "ultrafast", "tune": "zerolatency"}
        self._context = context
        self._fps = fps
        self._count = 0
        self.parameters: list[bytes] = []

    def encode(self, view: Picture) -> list[Unit]:
        frame = VideoFrame.from_ndarray(view, format="bgr24").reformat(format="yuv420p")
        frame.pts, frame.time_base = self._count, Fraction(1, self._fps)
        self._count += 1
        made = []
        for packet in self._context.encode(frame):
            units = rtsp.units(bytes(packet))
            self.parameters = self.parameters or rtsp.parameter_sets(units)
            payloads = [payload for unit in units for payload in rtsp.payloads(unit)]
            made.append((payloads, (self._count - 1) / self._fps, bool(packet.is_keyframe)))
        return made


class Show:
    """Encodes in a thread as long as it runs, and serves RTSP clients in an event loop."""

    def __init__(
        self, footage: Path, mount: Mount, size: tuple[int, int], fps: int, login: tuple[str, str] | None
    ) -> None:
        """Raises `FootageError`: there is nothing to show."""
        self._pictures = pictures(footage, fps)
        self._mount = mount
        self._size = size
        self._fps = fps
        self._login = login
        self._nonce = secrets.token_hex(16)
        self._clients: dict[int, asyncio.Queue[Unit]] = {}
        self._numbers = 0
        self._encoder = Encoder(size, fps)
        self._dark = False
        # The first picture also gives the parameter sets that a player asks for first.
        self._encoder.encode(self._view(next(self._pictures)))

    def darken(self, *, dark: bool) -> None:
        """Make it night, or day again."""
        self._dark = dark

    def encode_for_ever(self, loop: asyncio.AbstractEventLoop, stop: threading.Event) -> None:
        """Show at the pace of the clock until `stop` is set; run it in a thread."""
        began_s = time.monotonic()
        for shown, picture in enumerate(self._pictures):
            if stop.wait(max(0.0, began_s + shown / self._fps - time.monotonic())):
                return
            for unit in self._encoder.encode(self._view(picture)):
                with contextlib.suppress(RuntimeError):  # the loop is closed: we are stopped next
                    loop.call_soon_threadsafe(self._give, unit)

    def _view(self, picture: Picture) -> Picture:
        view = render(picture, self._mount.look(), self._size)
        return night(view) if self._dark else view

    def _give(self, unit: Unit) -> None:
        for queue in self._clients.values():
            if queue.full():
                queue.get_nowait()  # who does not read in time misses pictures
            queue.put_nowait(unit)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client until it is gone."""
        playing: asyncio.Task[None] | None = None
        self._numbers += 1
        number = self._numbers
        try:
            while asked := await rtsp.request(reader):
                method, target, headers = asked
                sequence = headers["cseq"]
                if method in ("DESCRIBE", "SETUP", "PLAY") and not self._admits(method, headers):
                    challenge = f'WWW-Authenticate: Digest realm="camera", nonce="{self._nonce}"'
                    writer.write(rtsp.answer(sequence, "401 Unauthorized", headers=[challenge]))
                elif method == "DESCRIBE":
                    body = rtsp.describe(self._encoder.parameters)
                    base = f"Content-Base: {target.rstrip('/')}/"
                    writer.write(rtsp.answer(sequence, headers=[base], body=body))
                elif method == "SETUP":
                    transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"
                    writer.write(rtsp.answer(sequence, headers=[transport, f"Session: {number};timeout=60"]))
                elif method == "PLAY" and playing is None:
                    writer.write(rtsp.answer(sequence, headers=[f"Session: {number}"]))
                    self._clients[number] = asyncio.Queue(_WAITING)
                    playing = asyncio.create_task(self._play(writer, number))
                else:
                    writer.write(rtsp.answer(sequence, headers=["Public: DESCRIBE, SETUP, PLAY, TEARDOWN"]))
                    if method == "TEARDOWN":
                        break
        except (OSError, ValueError, KeyError, asyncio.IncompleteReadError):
            pass  # the client went away, or speaks something else
        finally:
            self._clients.pop(number, None)
            if playing is not None:
                playing.cancel()
            writer.close()

    async def _play(self, writer: asyncio.StreamWriter, number: int) -> None:
        sequence, started = 0, False
        with contextlib.suppress(OSError):
            while True:
                payloads, time_s, key = await self._clients[number].get()
                started = started or key
                if started:
                    writer.write(rtsp.packets(payloads, time_s, sequence, number))
                    sequence += len(payloads)
                    await writer.drain()

    def _admits(self, method: str, headers: dict[str, str]) -> bool:
        """Whether the request carries the password as digest (RFC 2617 without qop)."""
        if self._login is None:
            return True
        told = dict(_WORDS.findall(headers.get("authorization", "").partition(" ")[2]))
        user, password = self._login
        inner = _md5(f"{user}:camera:{password}"), _md5(f"{method}:{told.get('uri', '')}")
        expected = _md5(f"{inner[0]}:{self._nonce}:{inner[1]}")
        return told.get("username") == user and hmac.compare_digest(expected, told.get("response", ""))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324  (what RFC 2617 asks for)


def night(view: Picture, chance: np.random.Generator | None = None) -> Picture:
    """A view by lamp light: dark, little contrast, noisy, and bright around two lamps.

    Args:
        view: (height_px, width_px, 3) uint8 BGR.
        chance: for the noise; the same each time by default.
    """
    chance = chance or np.random.default_rng(1)
    height_px, width_px = view.shape[:2]
    y, x = np.mgrid[0:height_px, 0:width_px].astype(np.float32)
    light = np.full((height_px, width_px), 0.12, np.float32)
    for lamp_x, lamp_y in ((0.25, 0.35), (0.75, 0.5)):
        far = ((x / width_px - lamp_x) ** 2 + (y / height_px - lamp_y) ** 2) / 0.04
        light += 0.5 * np.exp(-far)
    dark = 255 * (view.astype(np.float32) / 255) ** 1.2 * light[..., None]
    dark += chance.normal(0, 4, dark.shape).astype(np.float32)
    return dark.clip(0, 255).astype(np.uint8)
