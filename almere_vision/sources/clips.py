"""Packets kept for a while, and clips made of them without encoding anything again."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock
from typing import Final, TypeAlias

import av
from av import Packet, VideoStream

from almere_vision.sources.address import Address
from almere_vision.sources.messages import Clip, NoClip
from almere_vision.sources.opening import open_file

# Where to look for a key picture before the wanted start, when an index does not tell: seconds back.
_LOOK_BACK_S: Final = (0.0, 5.0, 20.0)

VideoPacket: TypeAlias = "Packet[VideoStream]"


class PacketRing:
    """The last packets of a stream, from a key picture on; one thread adds, others may copy.

    Groups of pictures are dropped as a whole, so the ring reaches back at least `length_s`, and at most
    one group further; less when `limit_bytes` are full.
    """

    def __init__(self, length_s: float, limit_bytes: int) -> None:
        self._length_s = length_s
        self._limit_bytes = limit_bytes
        self._groups: deque[tuple[float, list[VideoPacket]]] = deque()
        self._bytes = 0
        self._lock = Lock()

    def add(self, packet: VideoPacket, time_s: float) -> None:
        """Keep a packet that is to be shown at `time_s`, in media time."""
        with self._lock:
            if packet.is_keyframe:
                self._groups.append((time_s, []))
            elif not self._groups:
                return
            self._groups[-1][1].append(packet)
            self._bytes += packet.size
            while len(self._groups) > 1 and (
                self._bytes > self._limit_bytes or self._groups[1][0] <= time_s - self._length_s
            ):
                self._drop_oldest()
            if self._bytes > self._limit_bytes:
                self._drop_oldest()

    def packets(self) -> list[VideoPacket]:
        with self._lock:
            return [packet for _, group in self._groups for packet in group]

    @property
    def size_bytes(self) -> int:
        return self._bytes

    def _drop_oldest(self) -> None:
        self._bytes -= sum(packet.size for packet in self._groups.popleft()[1])


def packet_time_s(packet: VideoPacket) -> float:
    """Media time at which a packet is to be shown."""
    stamp = packet.pts if packet.pts is not None else packet.dts
    return float((stamp or 0) * packet.time_base)


def clip_from_ring(
    packets: list[VideoPacket], template: VideoStream, start_s: float, end_s: float, path: Path
) -> Clip | NoClip:
    """Write what the ring holds of a stretch of media time."""
    first = None
    for index, packet in enumerate(packets):
        if packet.is_keyframe and (first is None or packet_time_s(packet) <= start_s):
            first = index
    if first is None:
        return NoClip("no key picture of this stream is kept yet: ask again in a few seconds")
    return write_clip(_until(packets[first:], end_s), template, path)


def clip_from_file(source: Address, zero_s: float, start_s: float, end_s: float, path: Path) -> Clip | NoClip:
    """Write a stretch of a recorded file; `zero_s` is the time stamp in it of media time 0."""
    with open_file(source) as container:
        stream = container.streams.video[0]
        tick = stream.time_base
        if tick is None:
            return NoClip("the recording has no time stamps")
        zero = round(zero_s / tick)

        def packets_from(seek_s: float) -> Iterator[VideoPacket]:
            container.seek(max(0, round(seek_s / tick)) + zero, stream=stream, backward=True)
            for packet in container.demux(stream):
                if packet.size:
                    packet.pts = None if packet.pts is None else packet.pts - zero
                    packet.dts = None if packet.dts is None else packet.dts - zero
                    yield packet

        for back_s in _LOOK_BACK_S:
            first = next((packet for packet in packets_from(start_s - back_s) if packet.is_keyframe), None)
            if first is not None and packet_time_s(first) <= start_s:
                break
        else:
            back_s = start_s
        return write_clip(_until(_from_key_picture(packets_from(start_s - back_s)), end_s), stream, path)


def write_clip(packets: Iterable[VideoPacket], template: VideoStream, path: Path) -> Clip | NoClip:
    """Mux packets into an mp4 that browsers can play while they load it; sound is never kept.

    The file has its name only once it is complete.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        span = _mux(packets, template, draft)
        if span is None:
            return NoClip("no picture of this stretch of time is kept")
        draft.replace(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return NoClip(f"the clip cannot be written: {reason}")
    finally:
        draft.unlink(missing_ok=True)
    return Clip(path, span[0], span[1], template.codec_context.name)


def _mux(packets: Iterable[VideoPacket], template: VideoStream, draft: Path) -> tuple[float, float] | None:
    """Returns the media time of the first picture and of the end of the last one."""
    base: int | None = None
    last_dts = 0
    start_s, end_s = float("inf"), float("-inf")
    with av.open(os.fspath(draft), "w", format="mp4", options={"movflags": "+faststart"}) as output:
        stream = output.add_stream_from_template(template, opaque=True)
        for packet in packets:
            pts = packet.pts if packet.pts is not None else packet.dts
            if pts is None:
                continue
            dts = packet.dts if packet.dts is not None else pts
            if base is None:
                # The first picture shown lies at 0; what is decoded before it gets an edit list.
                base, last_dts = pts, dts - 1
            dts = max(dts, last_dts + 1)
            copy = Packet(bytes(packet))
            copy.stream = stream
            copy.time_base = packet.time_base
            copy.is_keyframe = packet.is_keyframe
            copy.dts, copy.pts, copy.duration = dts - base, max(pts, dts) - base, packet.duration
            start_s = min(start_s, float(pts * packet.time_base))
            end_s = max(end_s, float((pts + (packet.duration or dts - last_dts)) * packet.time_base))
            output.mux_one(copy)
            last_dts = dts
    return None if base is None else (start_s, end_s)


def _until(packets: Iterable[VideoPacket], end_s: float) -> Iterator[VideoPacket]:
    """Packets in decoding order until all that are shown by `end_s` have come."""
    for packet in packets:
        stamp = packet.dts if packet.dts is not None else packet.pts
        if stamp is not None and stamp * packet.time_base > end_s:
            return
        yield packet


def _from_key_picture(packets: Iterable[VideoPacket]) -> Iterator[VideoPacket]:
    started = False
    for packet in packets:
        started = started or packet.is_keyframe
        if started:
            yield packet
