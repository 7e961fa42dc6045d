"""Decodes a stretch of what is kept once more: more pictures a second than were handed over, of a part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from av import CodecContext, VideoFrame, VideoStream
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from almere_vision.sources.address import Address
from almere_vision.sources.clips import VideoPacket, packet_time_s
from almere_vision.sources.messages import NoClip, Shoot, Shots
from almere_vision.sources.opening import open_file, video_stream
from almere_vision.sources.timeline import Sampler

# Where to begin to decode, when the index does not tell where the key picture before is: seconds back.
_LOOK_BACK_S: Final = (0.0, 5.0, 20.0)
_SLACK_S: Final = 0.05
_MOST_PICTURES: Final = 100

Exposed = tuple[Shots, NDArray[np.uint8]]
"""What was shot, and the pictures themselves: (T, height_px, width_px, 3) uint8, BGR."""


def film_from_ring(packets: list[VideoPacket], template: VideoStream, shoot: Shoot) -> Exposed | NoClip:
    """Decode a stretch of media time from kept packets, in a decoder of its own."""
    first = None
    for index, packet in enumerate(packets):
        if packet.is_keyframe and (first is None or packet_time_s(packet) <= shoot.start_s):
            first = index
    if first is None:
        return NoClip("no key picture of this stream is kept yet")
    return _expose(_decoded(packets[first:], template), shoot)


def film_from_file(source: Address, zero_s: float, shoot: Shoot) -> Exposed | NoClip:
    """Decode a stretch of a recorded file; `zero_s` is the time stamp in it of media time 0."""
    for back_s in _LOOK_BACK_S:
        with open_file(source) as container:
            stream = video_stream(container)
            if stream.time_base is None:
                return NoClip("the recording has no time stamps")
            at_s = max(0.0, shoot.start_s - back_s)
            container.seek(round((at_s + zero_s) / stream.time_base), stream=stream, backward=True)
            frames = ((frame, (frame.time or 0.0) - zero_s) for frame in container.decode(stream))
            first = next(frames, None)
            if first is not None and (first[1] <= shoot.start_s + _SLACK_S or at_s == 0):
                return _expose(_from(first, frames), shoot)
    return NoClip("no picture of this stretch of time can be read")


def _from(
    first: tuple[VideoFrame, float], rest: Iterator[tuple[VideoFrame, float]]
) -> Iterator[tuple[VideoFrame, float]]:
    yield first
    yield from rest


def _decoded(packets: list[VideoPacket], template: VideoStream) -> Iterator[tuple[VideoFrame, float]]:
    known = template.codec_context
    decoder = CodecContext.create(known.name, "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.extradata, decoder.thread_count = known.extradata, 1
    for packet in packets:
        try:
            frames = decoder.decode(packet)
        except FFmpegError:
            continue  # Damaged: it finds its way at the next key picture.
        for frame in frames:
            if frame.pts is not None and not frame.is_corrupt:
                yield frame, float(frame.pts * packet.time_base)
    for frame in decoder.decode(None):
        if frame.pts is not None:
            yield frame, float(frame.pts * packets[-1].time_base)


def _expose(frames: Iterable[tuple[VideoFrame, float]], shoot: Shoot) -> Exposed | NoClip:
    """Sample, convert and cut the pictures of the stretch; all have the size of the first."""
    sampler = Sampler(shoot.fps)
    times_s: list[float] = []
    pictures: list[NDArray[np.uint8]] = []
    size: tuple[int, int] | None = None
    for frame, time_s in frames:
        if time_s > shoot.end_s + 1e-3 or len(pictures) == _MOST_PICTURES:
            break
        if time_s < shoot.start_s - 1e-3 or not sampler.take(time_s):
            continue
        if size not in (None, (frame.width, frame.height)):
            break
        size = frame.width, frame.height
        left, top, right, bottom = shoot.cut_px(*size)
        whole = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
        pictures.append(whole[top:bottom, left:right].copy())
        times_s.append(time_s)
    if size is None:
        return NoClip("no picture of this stretch of time is kept")
    return Shots(tuple(times_s), size, shoot.cut_px(*size)), np.stack(pictures)
