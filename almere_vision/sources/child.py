"""The camera's hold on its decoding process: start it, talk to it, kill it."""

from __future__ import annotations

import math
import mmap
import os
import select
import socket
import threading
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from typing import Final

import numpy as np
from numpy.typing import NDArray

from almere_vision.sources.birth import Process
from almere_vision.sources.messages import FromDecoder, Orders, Picture, Shooting, Shots, Slots, ToDecoder

_SOON_S: Final = 1.0


class Child:
    """One decoding process. It may be told things by any thread; one thread listens to it."""

    def __init__(self, orders: Orders) -> None:
        """Start a decoder. Raises `EOFError`: it cannot be started."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = Process(theirs)
            except EOFError:
                ours.close()
                raise
        self._connection = Connection(ours.detach())
        # `Connection.poll` makes a selector for each call.
        self._ears = select.poll()
        self._ears.register(self._connection.fileno(), select.POLLIN)
        self._sending = threading.Lock()
        self._memory: mmap.mmap | None = None
        self._slot_bytes = 0
        self._shots: NDArray[np.uint8] | None = None
        self.tell(orders)

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, message: Orders | ToDecoder) -> None:
        """Send a message; when the decoder is gone, whoever listens will notice."""
        try:
            with self._sending:
                self._connection.send(message)
        except OSError:
            return

    def hear(self, timeout_s: float) -> FromDecoder | None:
        """Wait for a message; None when there is none in time.

        Raises:
            EOFError: the decoder is gone.
        """
        try:
            if not self._ears.poll(timeout_s * 1000):
                return None
            message: FromDecoder = self._connection.recv()
            if isinstance(message, Slots):
                self._map(message)
            elif isinstance(message, Shooting) and isinstance(message.result, Shots):
                self._shots = self._take(message.result)
        except OSError:
            raise EOFError from None
        return message

    def image(self, picture: Picture) -> NDArray[np.uint8]:
        """Copy a picture out of its slot, as (height_px, width_px, 3) uint8 in BGR order."""
        shape = (picture.height_px, picture.width_px, 3)
        if self._memory is None or shape[0] * shape[1] * 3 > self._slot_bytes:
            raise EOFError
        start = picture.slot * self._slot_bytes
        pixels = np.frombuffer(self._memory, np.uint8, shape[0] * shape[1] * 3, start)
        return pixels.reshape(shape).copy()

    def shots(self) -> NDArray[np.uint8]:
        """The pictures of the last `Shots` that were heard of, as (T, height_px, width_px, 3) uint8, BGR."""
        shots, self._shots = self._shots, None
        if shots is None:
            raise EOFError
        return shots

    def kill(self) -> int:
        """End the process, whatever state it is in. Returns its exit code (minus the signal)."""
        return self._process.kill()

    def close(self) -> None:
        """Kill, and let go of everything; only for the thread that listens."""
        self.kill()
        with self._sending:
            self._connection.close()

    def _map(self, slots: Slots) -> None:
        self._memory = self._receive(slots.size_bytes * slots.count)
        self._slot_bytes = slots.size_bytes

    def _take(self, shots: Shots) -> NDArray[np.uint8]:
        size_bytes = math.prod(shots.shape)
        with self._receive(size_bytes) as memory:
            return np.frombuffer(memory.read(size_bytes), np.uint8).reshape(shots.shape)

    def _receive(self, size_bytes: int) -> mmap.mmap:
        # The descriptor follows at once; a decoder that was stopped in between must not hang us.
        if not self._connection.poll(_SOON_S):
            raise EOFError
        handle = recv_handle(self._connection)
        try:
            return mmap.mmap(handle, size_bytes, prot=mmap.PROT_READ)
        finally:
            os.close(handle)
