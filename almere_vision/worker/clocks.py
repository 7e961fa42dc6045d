"""Whether the clocks of cameras stand right, as they say over ONVIF.

Rules run on our own clock, so a wrong one blinds nothing. But the time that a camera writes into its pictures
is then wrong as well, and a clip with two times in it convinces nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog

from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.reason import Reason, ReasonCode

WRONG_S: Final = 5.0
"""Cameras tell whole seconds, and answer late; what is off by less may be right."""

_EVERY_S: Final = 3600.0
_WHILE_WRONG_S: Final = 60.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class WrongClock:
    """`offset_s` is what it is ahead of ours (negative: behind); `since` when we first heard so (UTC)."""

    offset_s: float
    since: datetime

    @property
    def reason(self) -> Reason:
        """The same for people."""
        since = self.since.astimezone(CITY_TIME).strftime("%Y-%m-%d %H:%M")
        code = ReasonCode.CLOCK_AHEAD if self.offset_s > 0 else ReasonCode.CLOCK_BEHIND
        return Reason(code, {"much": f"{abs(self.offset_s):.0f} s", "since": since})


class Clocks:
    """What the cameras of a site said of their clocks; may be asked from any thread.

    Args:
        every_s: after so long a camera is asked again, and while its clock is wrong
        while_wrong_s: after so long.
    """

    def __init__(
        self,
        every_s: float = _EVERY_S,
        while_wrong_s: float = _WHILE_WRONG_S,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._every_s, self._while_wrong_s, self._now_s = every_s, while_wrong_s, now_s
        self._due_s: dict[str, float] = {}
        self._offsets_s: dict[str, float] = {}
        self._wrong: dict[str, WrongClock] = {}

    def due(self, camera: str) -> bool:
        """Whether it should be asked now."""
        return self._now_s() >= self._due_s.get(camera, float("-inf"))

    def gone(self, camera: str) -> None:
        """It does not answer; when it comes back, perhaps after a loss of power, it is asked at once."""
        self._due_s.pop(camera, None)

    def told(self, camera: str, offset_s: float | None) -> None:
        """It answered; None when it does not tell the time, which changes nothing."""
        if offset_s is not None:
            self._offsets_s[camera] = offset_s
            self._judge(camera, offset_s)
        wrong = camera in self._wrong
        self._due_s[camera] = self._now_s() + (self._while_wrong_s if wrong else self._every_s)

    def offset_s(self, camera: str) -> float | None:
        """What it is ahead of ours, to about a second; None if it never said."""
        return self._offsets_s.get(camera)

    def wrong(self, camera: str) -> WrongClock | None:
        """What is wrong with its clock, if anything."""
        return self._wrong.get(camera)

    def _judge(self, camera: str, offset_s: float) -> None:
        before = self._wrong.get(camera)
        if abs(offset_s) <= WRONG_S:
            if self._wrong.pop(camera, None):
                log.info("the clock of a camera is right again", camera=camera)
            return
        if before is None:
            log.warning("the clock of a camera is wrong", camera=camera, offset_s=round(offset_s))
        elif abs(before.offset_s - offset_s) <= 2.0:
            return  # the same, as far as can be told
        since = datetime.now(UTC) if before is None else before.since
        self._wrong[camera] = WrongClock(round(offset_s), since)
