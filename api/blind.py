"""What was not watched on a day of the city."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.watching import RuleTime, rule_times
from almere_vision.storage.watched import Watched

_FRESH_S: Final = 10.0
_HOUR: Final = timedelta(hours=1)


class Blind:
    """Asks the database; what all consoles want again and again is kept for ten seconds."""

    def __init__(self, watched: Watched, clock: Callable[[], datetime]) -> None:
        self._watched = watched
        self._clock = clock
        self._lock = threading.Lock()
        self._today: tuple[datetime, Sequence[RuleTime]] | None = None

    def today(self) -> Sequence[RuleTime]:
        """Of all rules of all cameras, since midnight. Raises `StoreUnavailable`."""
        with self._lock:
            now = self._clock()
            if self._today is None or not 0 <= (now - self._today[0]).total_seconds() < _FRESH_S:
                begin, end = self.period(now.astimezone(CITY_TIME).date())
                self._today = now, rule_times(self._watched.sums(begin - _HOUR, end), begin, end)
            return self._today[1]

    def since(self, begin: datetime) -> Sequence[RuleTime]:
        """Of all rules of all cameras, from the hour of `begin` until now. Raises `StoreUnavailable`."""
        begin = begin.replace(minute=0, second=0, microsecond=0)
        return rule_times(self._watched.sums(begin - _HOUR, self._clock()), begin, self._clock())

    def of(self, camera: str, day: date) -> Sequence[RuleTime]:
        """Of the rules of one camera on a day. Raises `StoreUnavailable`."""
        begin, end = self.period(day)
        return rule_times(self._watched.sums(begin - _HOUR, end, camera), begin, end)

    def period(self, day: date) -> tuple[datetime, datetime]:
        """When a day of the city begins and ends, or now where it has not ended; 23 to 25 hours."""
        begin = datetime.combine(day, time(), CITY_TIME)
        end = datetime.combine(day + timedelta(days=1), time(), CITY_TIME)
        return begin, max(begin, min(end, self._clock()))
