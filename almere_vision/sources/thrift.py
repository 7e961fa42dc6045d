"""Decodes no more of a live stream than the pictures that are wanted hang on.

Decoding is what a camera costs while little happens. A picture of H.264 or H.265 hangs on all pictures since
the last key picture, and on none before it: so packets wait until a picture is due, and those that still
wait when the next key picture comes are never decoded. Pictures are taken at key pictures where that fits
the wanted rate, because they cost least. At a picture every two seconds, of a stream with a key picture
every two seconds, that is a quarter of the work.
"""

from __future__ import annotations

import math
from typing import Final

from almere_vision.sources.clips import VideoPacket

_SHIFT: Final = 0.5
"""A picture may be taken so much earlier or later than due, in periods, to be a key picture ..."""
_LONG_S: Final = 0.4
"""... where periods are longer than this: of short ones it saves little, and a steady beat is worth more."""

_LONGEST_S: Final = 12.0
"""Packets of a stream without key pictures do not wait for longer."""

_HAIR_S: Final = 1e-3
"""Time stamps are rounded to ticks: a picture may come a hair before it is due."""


class Thrift:
    """Which packets of one live stream to decode, and when; `fps` may be set at any time."""

    def __init__(self, fps: float) -> None:
        """`fps`: pictures wanted a second."""
        self.fps = fps
        self._counted_fps = fps
        self._waiting: list[VideoPacket] = []
        self._waiting_from_s = 0.0
        self._due_s: float | None = None
        self._taken_s = -math.inf
        self._at_key = False
        self._key_s: float | None = None
        self._key_every_s: float | None = None

    def decode_now(self, packet: VideoPacket, time_s: float) -> list[VideoPacket]:
        """The packets to decode now that this one came, in order: none, or all up to this one.

        `time_s` is the media time at which it is to be shown.
        Of what they give the last picture is wanted, if `wanted` says so of it.
        """
        self._at_key = packet.is_keyframe
        if packet.is_keyframe:
            self._waiting.clear()
            if self._key_s is not None and time_s > self._key_s:
                self._key_every_s = time_s - self._key_s
            self._key_s = time_s
        if not self._waiting:
            self._waiting_from_s = time_s
        self._waiting.append(packet)
        too_long = time_s - self._waiting_from_s > _LONGEST_S
        if not (too_long or self._is_due(time_s, key=packet.is_keyframe)):
            return []
        now, self._waiting = self._waiting, []
        return now

    def wanted(self, media_time_s: float) -> bool:
        """Whether to hand over this picture, the last one that was decoded; if so, the next is due later."""
        due_s = media_time_s if self._due_s is None else self._due_s
        period_s = 1 / self._counted_fps
        if media_time_s < due_s - self._shift_s - _HAIR_S or media_time_s <= self._taken_s:
            return False
        # Key pictures set the beat; others keep a steady rate in the mean, without quick ones after a gap.
        beat_s = media_time_s if self._at_key and self._shift_s else max(due_s, media_time_s - 0.5 * period_s)
        self._due_s = beat_s + period_s
        self._taken_s = media_time_s
        return True

    def _is_due(self, time_s: float, *, key: bool) -> bool:
        if self.fps != self._counted_fps:
            self._counted_fps = self.fps
            if self._due_s is not None:
                self._due_s = self._taken_s + 1 / self.fps
        if self._due_s is None:
            return True
        if key:
            return time_s >= self._due_s - self._shift_s - _HAIR_S
        if time_s < self._due_s - _HAIR_S:
            return False
        return not self._key_within(time_s, self._due_s + self._shift_s - time_s)

    @property
    def _shift_s(self) -> float:
        period_s = 1 / self._counted_fps
        return _SHIFT * period_s if period_s > _LONG_S else 0.0

    def _key_within(self, time_s: float, wait_s: float) -> bool:
        """Whether a key picture is to be expected so soon that this picture can wait for it."""
        if self._key_s is None or self._key_every_s is None:
            return False
        return time_s < self._key_s + self._key_every_s <= time_s + wait_s + _HAIR_S
