"""Local time of the city, and windows in it. Everything is stored in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

CITY_TIME: Final = ZoneInfo("Europe/Amsterdam")
EVERY_DAY: Final = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """A window that comes back every week, in local wall time.

    Attributes:
        days: weekdays on which it begins, Monday is 0.
        start: first minute inside.
        end: first minute outside; an end at or before `start` lies on the next day.
    """

    days: frozenset[int]
    start: time
    end: time

    def covers(self, moment: datetime) -> bool:
        """Whether an aware moment lies inside; the wall clock decides, also on days that change it."""
        local = moment.astimezone(CITY_TIME)
        now, today = local.time(), local.weekday()
        if self.start < self.end:
            return today in self.days and self.start <= now < self.end
        yesterday = (local.date() - timedelta(days=1)).weekday()
        return (today in self.days and now >= self.start) or (yesterday in self.days and now < self.end)
