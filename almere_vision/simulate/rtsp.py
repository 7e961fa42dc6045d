"""The wire of a small RTSP server (RFC 2326) for H.264 over interleaved TCP (RFC 6184)."""

from __future__ import annotations

import asyncio
import base64
import struct
from collections.abc import Sequence
from typing import Final

CLOCK_HZ: Final = 90_000
_PAYLOAD_TYPE: Final = 96
_LARGEST_BYTES: Final = 1400
_PREFIX: Final = struct.Struct(">cBHBBHII")  # interleaved frame (4 bytes), then the RTP header (12 bytes)
_FRAGMENT: Final = 28


def units(annex_b: bytes) -> list[bytes]:
    """The NAL units of a picture."""
    parts = annex_b.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
    return [part for part in parts if part]


def parameter_sets(nal_units: Sequence[bytes]) -> list[bytes]:
    """Those of the units that a player needs before the first picture."""
    return [unit for unit in nal_units if unit[0] & 31 in (7, 8)]


def payloads(unit: bytes) -> list[bytes]:
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


def packets(picture: Sequence[bytes], time_s: float, sequence: int, source: int) -> bytes:
    """The payloads of one picture as interleaved RTP packets, numbered from `sequence` on."""
    stamp = int(time_s * CLOCK_HZ) & 0xFFFFFFFF
    out = bytearray()
    for index, payload in enumerate(picture):
        marker = 0x80 if index == len(picture) - 1 else 0
        number, kind = (sequence + index) & 0xFFFF, marker | _PAYLOAD_TYPE
        out += _PREFIX.pack(b"$", 0, 12 + len(payload), 0x80, kind, number, stamp, source)
        out += payload
    return bytes(out)


def describe(parameters: Sequence[bytes]) -> bytes:
    """The session in SDP (RFC 4566)."""
    sets = ",".join(base64.b64encode(unit).decode() for unit in parameters)
    lines = [
        "v=0",
        "o=- 0 0 IN IP4 127.0.0.1",
        "s=Street",
        "t=0 0",
        "a=control:*",
        f"m=video 0 RTP/AVP {_PAYLOAD_TYPE}",
        f"a=rtpmap:{_PAYLOAD_TYPE} H264/{CLOCK_HZ}",
        f"a=fmtp:{_PAYLOAD_TYPE} packetization-mode=1;sprop-parameter-sets={sets}",
        "a=control:video",
    ]
    return "\r\n".join([*lines, ""]).encode()


async def request(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str]] | None:
    """Method, address and headers (in lower case) of the next request; None when the client is gone."""
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
        pairs = (line.partition(":") for line in lines[1:])
        return method, target, {name.strip().lower(): value.strip() for name, _, value in pairs}


def answer(sequence: str, status: str = "200 OK", *, headers: Sequence[str] = (), body: bytes = b"") -> bytes:
    """An answer to the request with this `CSeq`."""
    lines = [f"RTSP/1.0 {status}", f"CSeq: {sequence}", *headers]
    if body:
        lines += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body
