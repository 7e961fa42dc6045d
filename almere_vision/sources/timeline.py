"""One time line per camera: it starts where it is told to, and never goes back."""

from __future__ import annotations

import math
import time
from typing import Final, Protocol

JUMP_S: Final = 2.0
"""A live stream that gets further ahead of its arrival than this in one step has jumped."""
STEP_BACK_S: Final = 1.0
"""Smaller steps back are disorder, and are clamped; larger ones are a new count."""
_NOMINAL_S: Final = 0.04
LATE_S: Final = 1.0
"""A player that is this late (the machine slept) goes on from now instead of catching up."""


class Stamped(Protocol):
    """A packet, as far as time goes; `pts` and `dts` in units of the stream, or None when unknown."""

    pts: int | None
    dts: int | None
    duration: int | None


class Timeline:
    """Rewrites the time stamps of the packets of one stream, in decoding order.

    Faults covered: no time stamp at all (the first packets of RTSP), counts that jump back (a camera
    that starts again, a file that loops) or forward (a camera whose clock is set).
    """

    def __init__(self, tick_s: float, start_s: float, *, live: bool, origin: int | None = None) -> None:
        """
        Args:
            tick_s: length of one unit of the time stamps, in seconds.
            start_s: where the first packet is to lie.
            live: whether packets arrive at the speed at which time goes.
            origin: the time stamp that is to lie at `start_s`, if known (the first picture of a file).
        """
        self._tick_s = tick_s
        self._start = round(start_s / tick_s)
        self._live = live
        self._offset = None if origin is None else self._start - origin
        self._last: int | None = None
        self._step = max(1, round(_NOMINAL_S / tick_s))
        self._seen_s = 0.0

    def place(self, packet: Stamped, now_s: float) -> None:
        """Rewrite `pts` and `dts` in place; `now_s` is monotonic time of arrival."""
        raw = packet.pts if packet.dts is None else packet.dts
        following = self._start if self._last is None else self._last + self._step
        if raw is None:
            self._offset = None
            packet.pts = packet.dts = placed = following
        else:
            offset = self._offset = self._offset_for(raw, following, now_s)
            placed = raw + offset
            if packet.dts is not None:
                packet.dts = placed = placed if self._last is None else max(placed, self._last + 1)
            if packet.pts is not None:
                packet.pts += offset
                packet.pts = packet.pts if packet.dts is None else max(packet.pts, packet.dts)
        if packet.duration:
            self._step = packet.duration
        self._last = placed if self._last is None else max(placed, self._last)
        self._seen_s = now_s

    def seam(self) -> None:
        """The next packet comes from another count, and follows on the last one."""
        self._offset = None

    def _offset_for(self, raw: int, following: int, now_s: float) -> int:
        """What to add to the time stamps from here on: as before, unless the count has jumped."""
        if self._offset is None:
            return following - raw
        if self._last is not None:
            elapsed = self._elapsed(now_s)
            step = raw + self._offset - self._last
            ahead = self._live and step > elapsed + JUMP_S / self._tick_s
            if ahead or step < -STEP_BACK_S / self._tick_s:
                return self._last + elapsed - raw
        return self._offset

    def _elapsed(self, now_s: float) -> int:
        """Units of time since the packet before: by the clock, and at least as long as a picture lasts."""
        if not self._live:
            return self._step
        return max(self._step, round((now_s - self._seen_s) / self._tick_s))


class Sampler:
    """Picks the first picture of each period of `1 / fps` seconds."""

    def __init__(self, fps: float) -> None:
        self._fps = fps
        self._origin_s: float | None = None
        self._period = -1

    def take(self, media_time_s: float) -> bool:
        """Whether this picture is the one of its period; times that go back are never taken."""
        if self._origin_s is None:
            self._origin_s = media_time_s
        # Time stamps are rounded to ticks: a picture may come a hair before its period begins.
        period = math.floor((media_time_s - self._origin_s) * self._fps + 1e-3)
        if period <= self._period:
            return False
        self._period = period
        return True


class Pace:
    """Holds packets of a file back until they are due, as a camera would send them."""

    def __init__(self) -> None:
        self._ahead_s: float | None = None

    def wait(self, media_time_s: float) -> None:
        now_s = time.monotonic()
        if self._ahead_s is None or now_s - self._ahead_s - media_time_s > LATE_S:
            self._ahead_s = now_s - media_time_s
        time.sleep(max(0.0, self._ahead_s + media_time_s - now_s))
