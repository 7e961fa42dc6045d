"""An RTSP camera that does what its script says: damages pictures, loses some, jumps in time, breaks off."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from almere_vision.cli.streams_bench.rtsp import Show, pack
from almere_vision.simulate import rtsp

HANG: Final = "hang"
RESET: Final = "reset"


@dataclass(frozen=True, slots=True)
class Sent:
    """One picture as it goes out: RTP payloads, and the time that its stamps say."""

    payloads: list[bytes]
    stamp_s: float


Script = Callable[[Show], Iterator[Sent | str]]
"""What one client is sent, at the pace of the show; `HANG` sends no more, `RESET` cuts the line."""


def as_it_is(show: Show) -> Iterator[Sent]:
    """A camera without fault, for ever."""
    number = 0
    while True:
        yield Sent(show.pictures[number % len(show.pictures)], number * show.step_s)
        number += 1


class OddCamera:
    """Each client is shown by the next script, the last one over and over."""

    def __init__(self, path: Path, *scripts: Script) -> None:
        self._show = pack(path)
        self._scripts = scripts
        self.clients = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        playing: asyncio.Task[None] | None = None
        try:
            while asked := await rtsp.request(reader):
                method, target, headers = asked
                sequence = headers["cseq"]
                if method == "DESCRIBE":
                    base = f"Content-Base: {target.rstrip('/')}/"
                    body = rtsp.describe(self._show.parameters)
                    writer.write(rtsp.answer(sequence, body=body, headers=[base]))
                elif method == "SETUP":
                    transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"
                    writer.write(rtsp.answer(sequence, headers=[transport, "Session: 1;timeout=60"]))
                elif method == "PLAY":
                    writer.write(rtsp.answer(sequence, headers=["Session: 1"]))
                    script = self._scripts[min(self.clients, len(self._scripts) - 1)]
                    self.clients += 1
                    playing = asyncio.create_task(self._play(writer, script))
                else:
                    writer.write(rtsp.answer(sequence, headers=["Public: DESCRIBE, SETUP, PLAY, TEARDOWN"]))
        except (OSError, ValueError, asyncio.IncompleteReadError):
            pass
        finally:
            if playing is not None:
                playing.cancel()
            writer.close()

    async def _play(self, writer: asyncio.StreamWriter, script: Script) -> None:
        sequence, began_s = 0, time.monotonic()
        for number, one in enumerate(script(self._show)):
            if isinstance(one, str):
                if one == RESET:
                    line: socket.socket = writer.get_extra_info("socket")
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    writer.transport.abort()
                return
            with contextlib.suppress(OSError):
                writer.write(rtsp.packets(one.payloads, one.stamp_s, sequence, 1))
                await writer.drain()
            sequence += len(one.payloads)
            await asyncio.sleep(max(0.0, began_s + (number + 1) * self._show.step_s - time.monotonic()))


@contextmanager
def odd_camera(path: Path, *scripts: Script) -> Iterator[OddCamera]:
    """Serves inside the block, in a thread of its own."""
    camera = OddCamera(path, *scripts)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(camera.serve, "127.0.0.1", 0))
    camera.url = f"rtsp://127.0.0.1:{server.sockets[0].getsockname()[1]}/odd"
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield camera
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        server.close()
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
