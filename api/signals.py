"""What signals are found in. The hours that were watched are kept: they are many, and change slowly."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.incident import Scope
from almere_vision.review.signals import Period, Signal, WatchedHours, find_signals
from almere_vision.review.watched_hours import watched_hours
from almere_vision.storage.happenings import Happenings
from almere_vision.storage.watched import Watched


class Signals:
    """Of whole days: until the last midnight of the city. Every method may raise `StoreUnavailable`."""

    def __init__(self, happenings: Happenings, watched: Watched, clock: Callable[[], datetime]) -> None:
        self._happenings = happenings
        self._watched = watched
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[Period, WatchedHours] = {}

    def find(self, days: int, scope: Scope) -> tuple[Period, tuple[Signal, ...]]:
        """What rose or fell in the last `days`, within a scope."""
        period = Period.until(self._clock().astimezone(CITY_TIME).date(), days)
        happenings = self._happenings.between(*period.moments(), scope)
        hours = {
            kind: {
                cell: watched_h
                for cell, watched_h in cells.items()
                if scope.cameras is None or cell[0] in scope.cameras
            }
            for kind, cells in self._hours(period).items()
        }
        return period, find_signals(happenings, hours, period)

    def _hours(self, period: Period) -> WatchedHours:
        with self._lock:
            if period not in self._kept:
                begin, end = period.moments()
                fresh = watched_hours(self._watched.sums(begin, end))
                self._kept = {kept: of for kept, of in self._kept.items() if kept.end == period.end}
                self._kept[period] = fresh
            return self._kept[period]
