"""What a camera and its decoding process say to each other, over a socket pair."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from almere_vision.domain.geometry import Box
from almere_vision.domain.reason import Reason
from almere_vision.sources.address import Address


@dataclass(frozen=True, slots=True)
class Orders:
    """The first message to a decoder.

    Attributes:
        address: what to open.
        fps: pictures per second of media time to hand over; of a live camera until another `Rate` is told.
        keep_alive_s: a picture on which nothing moved is only told about, for so long; None hands over all.
        play: show a recorded file as if it were a live camera: at its own pace, over and over.
        ring_s: packets to keep, in seconds.
        ring_bytes: packets to keep at most, in bytes.
        answer_timeout_s: how long FFmpeg waits for an answer of the camera.
        zero_s: the monotonic time at which media time of this live camera was 0.
        floor_s: media time that earlier decoders of this camera have reached.
        slots: pictures that may be under way at the same time.
        parent: process id of the parent; when it is gone the decoder ends.
    """

    address: Address
    fps: float
    keep_alive_s: float | None
    play: bool
    ring_s: float
    ring_bytes: int
    answer_timeout_s: float
    zero_s: float
    floor_s: float
    slots: int
    parent: int

    @property
    def live(self) -> bool:
        """Whether pictures come at the pace of time, so that old ones are dropped."""
        return self.address.live or self.play


@dataclass(frozen=True, slots=True)
class Want:
    """To a decoder: room for so many more pictures."""

    pictures: int


@dataclass(frozen=True, slots=True)
class Rate:
    """To the decoder of a live camera: so many pictures a second from now on."""

    fps: float


@dataclass(frozen=True, slots=True)
class Cut:
    """To a decoder: write the packets of this stretch of media time into an mp4."""

    ticket: int
    start_s: float
    end_s: float
    path: Path

    @property
    def draft(self) -> Path:
        """Where the clip is written until it is complete."""
        return self.path.with_name(f".{self.path.name}.part")


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of video as it came, without sound, in an mp4 that starts at 0.

    Attributes:
        path: the file.
        start_s: media time of its first picture, a key picture at or before the one asked for if kept.
        end_s: media time at which its last picture ends.
        codec: name of the codec as FFmpeg calls it; browsers play h264.
    """

    path: Path
    start_s: float
    end_s: float
    codec: str


@dataclass(frozen=True, slots=True)
class NoClip:
    """Why there is no clip, in one line."""

    reason: str


@dataclass(frozen=True, slots=True)
class Cutting:
    """From a decoder: what became of a `Cut`."""

    ticket: int
    result: Clip | NoClip


@dataclass(frozen=True, slots=True)
class Shoot:
    """To a decoder: decode this stretch of media time again, `fps` pictures a second, cut to `region`."""

    ticket: int
    start_s: float
    end_s: float
    fps: float
    region: Box

    def cut_px(self, width_px: int, height_px: int) -> tuple[int, int, int, int]:
        """left, top, right, bottom of the cut in a picture of this size, whole pixels outwards."""
        x1, y1, x2, y2 = self.region
        left, top = min(int(x1 * width_px), width_px - 1), min(int(y1 * height_px), height_px - 1)
        right, bottom = math.ceil(x2 * width_px), math.ceil(y2 * height_px)
        return left, top, max(left + 1, min(right, width_px)), max(top + 1, min(bottom, height_px))


@dataclass(frozen=True, slots=True)
class Shots:
    """Pictures that were decoded again: when each is, the whole size, and what was cut out of it.

    `cut_px` is left, top, right, bottom.
    """

    times_s: tuple[float, ...]
    whole_px: tuple[int, int]
    cut_px: tuple[int, int, int, int]

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(T, height_px, width_px, 3) of the pictures, uint8, BGR."""
        left, top, right, bottom = self.cut_px
        return len(self.times_s), bottom - top, right - left, 3


@dataclass(frozen=True, slots=True)
class Shooting:
    """From a decoder: what became of a `Shoot`; after `Shots` the descriptor of their memory follows."""

    ticket: int
    result: Shots | NoClip


@dataclass(frozen=True, slots=True)
class Opened:
    """From a decoder: the stream is open. Length and number of pictures as the file states them."""

    codec: str
    duration_s: float | None
    frame_count: int | None


@dataclass(frozen=True, slots=True)
class Slots:
    """From a decoder: pictures now lie in the memory whose descriptor follows; `size_bytes` per slot."""

    size_bytes: int
    count: int


@dataclass(frozen=True, slots=True)
class Picture:
    """From a decoder: a picture lies in a slot, as (height_px, width_px, 3) uint8, BGR.

    `seen_s` is the monotonic time at which it was decoded.
    """

    slot: int
    width_px: int
    height_px: int
    media_time_s: float
    seen_s: float


@dataclass(frozen=True, slots=True)
class Same:
    """From a decoder: a picture on which nothing moved since the last one in a slot."""

    media_time_s: float
    seen_s: float


@dataclass(frozen=True, slots=True)
class Beat:
    """From a decoder, about once a second: how many packets came in, and pictures out, so far.

    `dropped` are pictures that were wanted, and for which a newer one was handed over.
    """

    packets: int
    pictures: int
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Over:
    """From a decoder: no more pictures. No reason means the proper end of a recording.

    `refused` tells that asking again at once is useless.
    """

    reason: Reason | None
    refused: bool = False


ToDecoder = Want | Rate | Cut | Shoot
FromDecoder = Opened | Slots | Picture | Same | Beat | Cutting | Shooting | Over
