"""Decodes one source, and makes clips and films of what came, in a process of its own (`decoding.py`)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from av import VideoStream
from av.container import InputContainer
from av.error import FFmpegError

from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.sources.clips import (
    PacketRing,
    VideoPacket,
    clip_from_file,
    clip_from_ring,
)
from almere_vision.sources.film import Exposed, film_from_file, film_from_ring
from almere_vision.sources.handover import Handover, Sampled
from almere_vision.sources.messages import (
    Clip,
    Cut,
    NoClip,
    Opened,
    Orders,
    Over,
    Shoot,
)
from almere_vision.sources.opening import open_camera, open_file, video_duration_s, video_stream
from almere_vision.sources.reasons import SourceFault, camera_fault, file_fault
from almere_vision.sources.thrift import Thrift
from almere_vision.sources.timeline import Pace, Sampler, Timeline

_LARGEST_SIDE_PX: Final = 8192
# A recording that ends this much before its stated length was broken off.
_MISSING_S: Final = 1.0


class Decoder:
    """Reads one source to its end, in the main thread of the process."""

    def __init__(self, orders: Orders, handover: Handover) -> None:
        self._orders = orders
        self._handover = handover
        self._ring = PacketRing(orders.ring_s, orders.ring_bytes)
        self._sampler = Sampler(orders.fps)
        self._thrift = Thrift(orders.fps) if orders.live else None
        self._template: VideoStream | None = None
        self._file_zero_s = 0.0
        self._tick = 1, 1
        self._size: tuple[int, int] | None = None
        self._pace = Pace()
        # Never closed: the thread that cuts clips looks into it as long as the process lives.
        self._container: InputContainer | None = None
        self._reached_s = 0.0

    def run(self) -> Over:
        """Decode to the end and tell why it ended."""
        orders = self._orders
        live = orders.address.live
        try:
            container = self._container = open_camera(orders) if live else open_file(orders.address)
            stream = video_stream(container)
            self._start(container, stream)
            if orders.play:
                self._play(container, stream)
            _, damage = self._read(container, stream)
            if live:
                raise SourceFault(Reason(ReasonCode.STREAM_ENDED))
            self._check_complete(container, stream, damage)
        except SourceFault as fault:
            return Over(fault.reason, fault.refused)
        except FFmpegError as error:
            told = camera_fault(error) if live else file_fault(error)
            return Over(told.reason, told.refused)
        return Over(None)

    def set_rate(self, fps: float) -> None:
        """Of a live camera take so many pictures a second from now on; called from another thread."""
        if self._thrift is not None:
            self._thrift.fps = fps

    def cut(self, cut: Cut) -> Clip | NoClip:
        """Write a clip; called from another thread than `run`."""
        template, orders = self._template, self._orders
        if template is None:
            return NoClip("nothing is received yet")
        try:
            if orders.live:
                return clip_from_ring(self._ring.packets(), template, cut.start_s, cut.end_s, cut.path)
            return clip_from_file(orders.address, self._file_zero_s, cut.start_s, cut.end_s, cut.path)
        except FFmpegError as error:
            return NoClip(f"the clip cannot be made: {error.strerror}")

    def shoot(self, shoot: Shoot) -> Exposed | NoClip:
        """Decode a stretch again; called from another thread than `run`."""
        template, orders = self._template, self._orders
        if template is None:
            return NoClip("nothing is received yet")
        try:
            if orders.live:
                return film_from_ring(self._ring.packets(), template, shoot)
            return film_from_file(orders.address, self._file_zero_s, shoot)
        except FFmpegError as error:
            return NoClip(f"the pictures cannot be decoded again: {error.strerror}")

    def _start(self, container: InputContainer, stream: VideoStream) -> None:
        tick = stream.time_base
        if tick is None:
            raise SourceFault(Reason(ReasonCode.NO_TIME_STAMPS))
        orders = self._orders
        origin = None if orders.live else (stream.start_time or 0)
        self._file_zero_s = float((origin or 0) * tick)
        # A stream that begins again must not begin before what its last decoder reached.
        start_s = max(time.monotonic() - orders.zero_s, orders.floor_s) if orders.live else 0.0
        self._timeline = Timeline(float(tick), start_s, live=orders.address.live, origin=origin)
        self._tick = tick.numerator, tick.denominator
        self._template = stream
        duration_s = None if orders.address.live else video_duration_s(container, stream)
        self._handover.say(Opened(stream.codec_context.name, duration_s, stream.frames or None))

    def _play(self, container: InputContainer, stream: VideoStream) -> None:
        """Show a file at its own pace, for ever."""
        packets, _ = self._read(container, stream)
        while packets:
            self._timeline.seam()
            with open_file(self._orders.address) as again:
                packets, _ = self._read(again, video_stream(again))
        raise SourceFault(Reason(ReasonCode.FILE_NOTHING_TO_SHOW))

    def _read(self, container: InputContainer, stream: VideoStream) -> tuple[int, str | None]:
        """Take in one container. Returns the number of packets, and what broke it off, if anything did."""
        packets = 0
        asked_s = time.monotonic()
        try:
            for packet in container.demux(stream):
                self._check_alive(asked_s)
                if packet.size:
                    packets += 1
                    self._timeline.place(packet, time.monotonic())
                    time_s = self._media_time_s(packet.pts if packet.pts is not None else packet.dts)
                    if self._orders.play:
                        self._pace.wait(time_s)
                    if self._orders.live:
                        self._ring.add(packet, time_s)
                    self._handover.count(packets=1)
                    self._take_in(packet, time_s)
                elif not self._orders.live:
                    self._take_in(packet, self._reached_s)  # the end: what the codec held back
                asked_s = time.monotonic()
        except FFmpegError as error:
            if self._orders.address.live or not packets:
                raise
            return packets, error.strerror
        return packets, None

    def _check_alive(self, asked_s: float) -> None:
        """After a time-out FFmpeg still gives the packet it held back, and waits once more: too long."""
        waited_s = time.monotonic() - asked_s
        if self._orders.address.live and waited_s > 0.9 * self._orders.answer_timeout_s:
            raise SourceFault(Reason(ReasonCode.STOPPED_SENDING))

    def _check_complete(self, container: InputContainer, stream: VideoStream, damage: str | None) -> None:
        """A recording must give pictures, and as many seconds of them as it states."""
        if self._size is None:
            raise SourceFault(Reason(ReasonCode.FILE_NO_PICTURE))
        stated_s = video_duration_s(container, stream)
        if damage or (stated_s is not None and self._reached_s < stated_s - _MISSING_S):
            values = {"at": f"{self._reached_s:.1f} s"}
            if not stated_s:
                raise SourceFault(Reason(ReasonCode.FILE_BROKEN_OFF, values))
            raise SourceFault(Reason(ReasonCode.FILE_CUT_SHORT, values | {"whole": f"{stated_s:.1f} s"}))

    def _take_in(self, packet: VideoPacket, time_s: float) -> None:
        if self._thrift is None:
            for picture in self._decode(packet):
                if self._sampler.take(picture.media_time_s):
                    self._hand_over(picture)
            return
        last: Sampled | None = None
        for one in self._thrift.decode_now(packet, time_s):
            for picture in self._decode(one):
                last = picture
        if last is not None and self._thrift.wanted(last.media_time_s):
            self._hand_over(last)

    def _decode(self, packet: VideoPacket) -> Iterator[Sampled]:
        """The sound pictures that a packet brings forth."""
        try:
            frames = packet.decode()
        except FFmpegError:
            return  # Damaged: the decoder finds its way at the next key picture.
        now_s = time.monotonic()
        for frame in frames:
            stamp = frame.pts if frame.pts is not None else frame.dts
            media_time_s = self._reached_s if stamp is None else self._media_time_s(stamp)
            self._reached_s = max(self._reached_s, media_time_s)
            if not frame.is_corrupt:
                self._handover.count(pictures=1)
                yield Sampled(frame, media_time_s, now_s)

    def _media_time_s(self, stamp: int | None) -> float:
        """Of a time stamp. A fraction for each, as PyAV has it, takes as long as reading the packet."""
        return (stamp or 0) * self._tick[0] / self._tick[1]

    def _hand_over(self, picture: Sampled) -> None:
        size = picture.frame.width, picture.frame.height
        if size != self._size:
            self._resize(*size)
        self._handover.offer(picture)

    def _resize(self, width_px: int, height_px: int) -> None:
        if max(width_px, height_px) > _LARGEST_SIDE_PX:
            raise SourceFault(Reason(ReasonCode.TOO_LARGE, {"most": str(_LARGEST_SIDE_PX)}))
        if self._size is not None and self._orders.live:
            # The packets kept do not fit into one clip with those to come: begin again.
            raise SourceFault(Reason(ReasonCode.SIZE_CHANGED))
        self._size = width_px, height_px
