"""When a decoder is given up, and how long to wait before the next one."""

from __future__ import annotations

import random
from typing import Final

from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.sources.messages import Beat

_START_GRACE_S: Final = 20.0
_RECORDING_STALL_S: Final = 30.0
# Packets may come in long before the first key picture; a decoder that makes nothing of them for so many
# times `offline_after_s` is replaced.
_PATIENCE: Final = 4


class Watch:
    """Looks at the signs of life of one decoder. All times are monotonic seconds."""

    def __init__(self, now_s: float, offline_after_s: float) -> None:
        self._offline_after_s = offline_after_s
        self._born_s = now_s
        self._heard = False
        self._alive_s = now_s
        self._picture_s: float | None = None
        self._beat = Beat(0, 0)

    @property
    def picture_s(self) -> float | None:
        """When the last picture was decoded."""
        return self._picture_s

    def beat(self, beat: Beat, now_s: float) -> None:
        self._heard = True
        if beat.packets > self._beat.packets:
            self._alive_s = now_s
        if beat.pictures > self._beat.pictures:
            self._picture_s = now_s
        self._beat = beat

    def picture(self, now_s: float) -> None:
        self._heard = True
        self._alive_s = self._picture_s = now_s

    def alive(self, now_s: float) -> None:
        """It waits for us, or said something else."""
        self._heard = True
        self._alive_s = now_s

    def overdue(self, now_s: float, *, live: bool) -> Reason | None:
        """Why to give it up, or None."""
        if not live:
            if now_s - self._alive_s > _RECORDING_STALL_S:
                return Reason(ReasonCode.FILE_STALLED, {"duration": f"{_RECORDING_STALL_S:.0f} s"})
            return None
        allowed_s = self._offline_after_s if self._heard else _START_GRACE_S
        if now_s - self._alive_s > allowed_s:
            return Reason(ReasonCode.NO_VIDEO_FOR, {"duration": f"{allowed_s:.0f} s"})
        last_picture_s = self._born_s if self._picture_s is None else self._picture_s
        if now_s - last_picture_s > _PATIENCE * self._offline_after_s:
            return Reason(ReasonCode.UNDECODABLE)
        return None


class BackOff:
    """How long to wait before asking a camera again: doubling, jittered, longer after a refusal.

    Each wait is drawn from the upper half, so that cameras behind one broken switch do not come
    back in step ("equal jitter", M. Brooker, AWS Architecture Blog, 2015).
    """

    FIRST_S: Final = 0.5
    LONGEST_S: Final = 30.0
    REFUSED_FIRST_S: Final = 15.0
    REFUSED_LONGEST_S: Final = 300.0
    STEADY_S: Final = 10.0
    """A camera that was online for so long starts from the first wait again."""

    def __init__(self, chance: random.Random | None = None) -> None:
        self._chance = chance or random.Random()  # noqa: S311
        self._failures = 0
        self._refused = False

    def next_s(self, *, refused: bool, online_s: float) -> float:
        if online_s >= self.STEADY_S or refused != self._refused:
            self._failures = 0
        self._refused = refused
        first_s = self.REFUSED_FIRST_S if refused else self.FIRST_S
        longest_s = self.REFUSED_LONGEST_S if refused else self.LONGEST_S
        wait_s = min(longest_s, first_s * 2.0 ** min(self._failures, 16))
        self._failures += 1
        return wait_s * self._chance.uniform(0.5, 1.0)
