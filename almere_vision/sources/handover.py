"""The mouth of a decoding process: hands over pictures as the camera has room for them."""

from __future__ import annotations

import mmap
import os
import threading
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from typing import Final

import numpy as np
from av import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from almere_vision.sources.gate import Gate
from almere_vision.sources.messages import Beat, FromDecoder, Over, Picture, Same, Shooting, Slots

_BEAT_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Sampled:
    """A decoded picture that waits to be handed over, not yet converted."""

    frame: VideoFrame
    media_time_s: float
    seen_s: float


class Handover:
    """One thread that sends everything the decoder has to say.

    A picture is sent only when the camera asked for one. Of a live camera a newer picture takes the
    place of one that still waits; for a recording `offer` waits until the place is free.

    Pictures lie in shared memory (through the socket, one of 1280x720 costs 10 ms; this way 1 ms).
    """

    def __init__(
        self, connection: Connection, parent: int, slots: int, gate: Gate | None, *, live: bool
    ) -> None:
        self._connection = connection
        self._parent = parent
        self._slots = slots
        self._live = live
        self._changed = threading.Condition()
        self._outbox: deque[FromDecoder | tuple[Shooting, NDArray[np.uint8]]] = deque()
        self._waiting: Sampled | None = None
        self._wanted = 0
        self._sent = 0
        self._packets = 0
        self._pictures = 0
        self._dropped = 0
        self._beaten: Beat | None = None
        self._memory: mmap.mmap | None = None
        self._slot_bytes = 0
        self._gate = gate
        self._reformatter = VideoReformatter()

    def want(self, pictures: int) -> None:
        with self._changed:
            self._wanted += pictures
            self._changed.notify_all()

    def offer(self, picture: Sampled) -> None:
        with self._changed:
            while not self._live and self._waiting is not None:
                self._changed.wait()
            self._dropped += self._waiting is not None
            self._waiting = picture
            self._changed.notify_all()

    def count(self, *, packets: int = 0, pictures: int = 0) -> None:
        """Signs of life, for the next beat."""
        self._packets += packets
        self._pictures += pictures

    def say(self, message: FromDecoder) -> None:
        """Send a message; `Over` only after the last picture of a recording is taken."""
        with self._changed:
            while isinstance(message, Over) and not self._live and self._waiting is not None:
                self._changed.wait()
            self._outbox.append(message)
            self._changed.notify_all()

    def show(self, message: Shooting, pictures: NDArray[np.uint8]) -> None:
        """Send a message with pictures of its own."""
        with self._changed:
            self._outbox.append((message, pictures))
            self._changed.notify_all()

    def run(self) -> None:
        """Send until the camera is gone."""
        try:
            while True:
                self._send_one()
        except (BrokenPipeError, ConnectionResetError):
            os._exit(0)

    def _send_one(self) -> None:
        picture: Sampled | None = None
        message: FromDecoder | tuple[Shooting, NDArray[np.uint8]] | None = None
        with self._changed:
            ready = self._changed.wait_for(
                lambda: self._outbox or (self._wanted and self._waiting is not None), _BEAT_S
            )
            if self._outbox:
                message = self._outbox.popleft()
            elif ready:
                picture, self._waiting = self._waiting, None
                self._wanted -= 1
                self._changed.notify_all()
        if picture is not None:
            self._send_picture(picture)
        elif isinstance(message, tuple):
            self._send_with_memory(*message)
        elif message is not None:
            self._connection.send(message)
        beat = Beat(self._packets, self._pictures, self._dropped)
        if not ready and beat != self._beaten:
            self._connection.send(beat)
            self._beaten = beat

    def _send_picture(self, picture: Sampled) -> None:
        if self._gate is not None and self._gate.unchanged(picture.frame, picture.media_time_s):
            self._connection.send(Same(picture.media_time_s, picture.seen_s))
            return
        bgr = self._reformatter.reformat(picture.frame, format="bgr24", threads=1)
        plane, row_bytes = bgr.planes[0], bgr.width * 3
        memory = self._room(row_bytes * bgr.height)
        slot = self._sent % self._slots
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(bgr.height, plane.line_size)
        target = np.frombuffer(memory, np.uint8, row_bytes * bgr.height, slot * self._slot_bytes)
        target.reshape(bgr.height, row_bytes)[:] = rows[:, :row_bytes]
        self._connection.send(Picture(slot, bgr.width, bgr.height, picture.media_time_s, picture.seen_s))
        self._sent += 1

    def _send_with_memory(self, message: Shooting, pictures: NDArray[np.uint8]) -> None:
        handle = os.memfd_create("shots")
        os.ftruncate(handle, pictures.nbytes)
        with mmap.mmap(handle, pictures.nbytes) as memory:
            memory.write(pictures.data)
        self._connection.send(message)
        send_handle(self._connection, handle, self._parent)
        os.close(handle)

    def _room(self, size_bytes: int) -> mmap.mmap:
        """Shared memory with slots of at least this size, made known to the camera.

        It has no name, so nothing is left behind when either side is killed.
        """
        if self._memory is None or size_bytes > self._slot_bytes:
            handle = os.memfd_create("pictures")
            os.ftruncate(handle, size_bytes * self._slots)
            self._memory = mmap.mmap(handle, size_bytes * self._slots)
            self._slot_bytes = size_bytes
            self._connection.send(Slots(size_bytes, self._slots))
            send_handle(self._connection, handle, self._parent)
            os.close(handle)
        return self._memory
