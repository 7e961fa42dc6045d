"""A small RTSP server (RFC 2326) that shows H.264 files over and over, over interleaved TCP (RFC 6184).

A server in Python that reads and packs every file for every client takes more of a small machine than the
worker that is measured. This one packs each file once and only stamps the packets of each client.

`python -m almere_vision.cli.streams_bench.rtsp FOLDER PORT`; addresses are rtsp://127.0.0.1:PORT/FILE, and
`/FILE?from_s=12` begins at another moment of it.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import av
from av.bitstream import BitStreamFilterContext

_CLOCK_HZ: Final = 90_000
_PAYLOAD_TYPE: Final = 96
_LARGEST_BYTES: Final = 1400
_PREFIX: Final = struct.Struct(">cBHBBHII")  # interleaved frame (4 bytes), then the RTP header (12 bytes)
_FRAGMENT: Final = 28


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
                units = _units(bytes(filtered))
                parameters = parameters or [unit for unit in units if unit[0] & 31 in (7, 8)]
                pictures.append([payload for unit in units for payload in _payloads(unit)])
        rate = stream.average_rate
    return Show(pictures, 1 / float(rate or 10), parameters)


def _units(annex_b: bytes) -> list[bytes]:
    parts = annex_b.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
    return [part for part in parts if part]


def _payloads(unit: bytes) -> list[bytes]:
    """A NAL unit as it is, or in fragments (FU-A, RFC 6184 section 5.8)."""
    if len(unit) <= _LARGEST_BYTES:
        return [unit]
    indicator, kind = (unit[0] & 0xE0) | _FRAGMENT, unit[0] & 31
    cuts = range(1, len(unit), _LARGEST_BYTES)
    return [
        bytes([indicator, kind | (0x80 if at == cuts[0] else 0) | (0x40 if at == cuts[-1] else 0)])
        + unit[at : at + _LARGEST_BYTES]
        for at in cuts
    ]


def describe(show: Show) -> bytes:
    """The session in SDP (RFC 4566)."""
    sets = ",".join(base64.b64encode(unit).decode() for unit in show.parameters)
    lines = [
        "v=0",
        "o=- 0 0 IN IP4 127.0.0.1",
        "s=Street",
        "t=0 0",
        "a=control:*",
        f"m=video 0 RTP/AVP {_PAYLOAD_TYPE}",
        f"a=rtpmap:{_PAYLOAD_TYPE} H264/{_CLOCK_HZ}",
        f"a=fmtp:{_PAYLOAD_TYPE} packetization-mode=1;sprop-parameter-sets={sets}",
        "a=control:video",
    ]
    return "\r\n".join([*lines, ""]).encode()


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
            while request := await _request(reader):
                method, target, sequence = request
                parts = urlsplit(target)
                show = self._shows.get(parts.path.strip("/").split("/")[0])
                if show is None and method in ("DESCRIBE", "SETUP", "PLAY"):
                    writer.write(_answer(sequence, "404 Not Found"))
                elif method == "DESCRIBE" and show:
                    base = f"Content-Base: {target.rstrip('/')}/"
                    writer.write(_answer(sequence, body=describe(show), headers=[base]))
                elif method == "SETUP":
                    transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"
                    writer.write(_answer(sequence, headers=[transport, f"Session: {number};timeout=60"]))
                elif method == "PLAY" and show and playing is None:
                    writer.write(_answer(sequence, headers=[f"Session: {number}"]))
                    from_s = float(parse_qs(parts.query.rstrip("/")).get("from_s", ["0"])[0])
                    playing = asyncio.create_task(play(writer, show, from_s, number))
                else:
                    writer.write(_answer(sequence, headers=["Public: DESCRIBE, SETUP, PLAY, TEARDOWN"]))
                    if method == "TEARDOWN":
                        break
        except (OSError, ValueError, asyncio.IncompleteReadError):
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
            stamp = int(sent * show.step_s * _CLOCK_HZ) & 0xFFFFFFFF
            payloads = show.pictures[(begin + sent) % len(show.pictures)]
            out = bytearray()
            for index, payload in enumerate(payloads):
                marker = 0x80 if index == len(payloads) - 1 else 0
                out += _PREFIX.pack(
                    b"$", 0, 12 + len(payload), 0x80, marker | _PAYLOAD_TYPE, sequence & 0xFFFF, stamp, source
                )
                out += payload
                sequence += 1
            writer.write(out)
            await writer.drain()
            sent += 1
            await asyncio.sleep(max(0.0, began_s + sent * show.step_s - time.monotonic()))


async def _request(reader: asyncio.StreamReader) -> tuple[str, str, str] | None:
    """Method, address and number of the next request; None when the client is gone."""
    while True:
        first = await reader.read(1)
        if not first:
            return None
        if first == b"$":  # a report of the client about what it received
            head = await reader.readexactly(3)
            await reader.readexactly(int.from_bytes(head[1:], "big"))
            continue
        lines = (first + await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        method, target, _ = lines[0].split(" ")
        sequence = next(line.partition(":")[2].strip() for line in lines if line.lower().startswith("cseq"))
        return method, target, sequence


def _answer(
    sequence: str, status: str = "200 OK", *, headers: list[str] | None = None, body: bytes = b""
) -> bytes:
    lines = [f"RTSP/1.0 {status}", f"CSeq: {sequence}", *(headers or [])]
    if body:
        lines += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def main(folder: Path, port: int) -> None:
    """Serve until the process ends."""
    server = await asyncio.start_server(Server(folder).serve, "127.0.0.1", port, backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
