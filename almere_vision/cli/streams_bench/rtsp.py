"""A small RTSP server that shows H.264 files over and over.

A server in Python that reads and packs every file for every client takes more of a small machine than the
worker that is measured. This one packs each file once and only stamps the packets of each client.

`python -m almere_vision.cli.streams_bench.rtsp FOLDER PORT`; addresses are rtsp://127.0.0.1:PORT/FILE, and
`/FILE?from_s=12` begins at another moment of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import av
from av.bitstream import BitStreamFilterContext

from almere_vision.simulate import rtsp


@dataclass(frozen=True, slots=True)
class Show:
    """A file, packed: its pictures as RTP payloads, the time between two, and its parameter sets."""

    pictures: list[list[bytes]]
    step_s: float
    parameters: list[bytes]


def pack(path: Path) -> Show:
    """Read a file whose pictures come in the order in which they are shown."""
    pictures: list[list[bytes]] = []
    parameters: list[bytes] = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        annex_b = BitStreamFilterContext("h264_mp4toannexb", stream)
        for packet in container.demux(stream):
            for filtered in annex_b.filter(packet):
                units = rtsp.units(bytes(filtered))
                parameters = parameters or rtsp.parameter_sets(units)
                pictures.append([payload for unit in units for payload in rtsp.payloads(unit)])
        rate = stream.average_rate
    return Show(pictures, 1 / float(rate or 10), parameters)


class Server:
    """All clients of one folder of files, in one event loop."""

    def __init__(self, folder: Path) -> None:
        self._shows = {path.name: pack(path) for path in sorted(folder.glob("*.mp4"))}
        self._clients = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client until it is gone."""
        playing: asyncio.Task[None] | None = None
        self._clients += 1
        number = self._clients
        try:
            while request := await rtsp.request(reader):
                method, target, headers = request
                sequence = headers["cseq"]
                parts = urlsplit(target)
                show = self._shows.get(parts.path.strip("/").split("/")[0])
                if show is None and method in ("DESCRIBE", "SETUP", "PLAY"):
                    writer.write(rtsp.answer(sequence, "404 Not Found"))
                elif method == "DESCRIBE" and show:
                    base = f"Content-Base: {target.rstrip('/')}/"
                    writer.write(rtsp.answer(sequence, body=rtsp.describe(show.parameters), headers=[base]))
                elif method == "SETUP":
                    transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"
                    writer.write(rtsp.answer(sequence, headers=[transport, f"Session: {number};timeout=60"]))
                elif method == "PLAY" and show and playing is None:
                    writer.write(rtsp.answer(sequence, headers=[f"Session: {number}"]))
                    from_s = float(parse_qs(parts.query.rstrip("/")).get("from_s", ["0"])[0])
                    playing = asyncio.create_task(play(writer, show, from_s, number))
                else:
                    writer.write(rtsp.answer(sequence, headers=["Public: DESCRIBE, SETUP, PLAY, TEARDOWN"]))
                    if method == "TEARDOWN":
                        break
        except (OSError, ValueError, KeyError, asyncio.IncompleteReadError):
            pass  # the client went away, or speaks something else
        finally:
            if playing is not None:
                playing.cancel()
            writer.close()


async def play(writer: asyncio.StreamWriter, show: Show, from_s: float, source: int) -> None:
    """Send pictures at their pace, for ever. A client that does not read makes us wait, as a camera would."""
    sequence, sent = 0, 0
    begin = int(from_s / show.step_s)
    began_s = time.monotonic()
    with contextlib.suppress(OSError):
        while True:
            payloads = show.pictures[(begin + sent) % len(show.pictures)]
            out = rtsp.packets(payloads, sent * show.step_s, sequence, source)
            sequence += len(payloads)
            writer.write(out)
            await writer.drain()
            sent += 1
            await asyncio.sleep(max(0.0, began_s + sent * show.step_s - time.monotonic()))


async def main(folder: Path, port: int) -> None:
    """Serve until the process ends."""
    server = await asyncio.start_server(Server(folder).serve, "127.0.0.1", port, backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
