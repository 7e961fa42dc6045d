"""Local time of the city, and windows in it. Everything is stored in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

CITY_TIME: Final = ZoneInfo("Europe/Amsterdam")
EVERY_DAY: Final = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """A window in local wall time, that comes back every week or on some dates.

    The wall clock decides, also in the two nights in which it is changed: an hour that comes twice is
    inside twice, one that is skipped never comes.

    Attributes:
        days: weekdays on which it begins, Monday is 0.
        start: first minute inside.
        end: first minute outside; an end at or before `start` lies on the next day.
        dates: dates on which it begins, whatever their weekday.
        exceptions: dates on which it does not begin, whatever their weekday.
    """

    days: frozenset[int]
    start: time
    end: time
    dates: frozenset[date] = frozenset()
    exceptions: frozenset[date] = frozenset()

    def begins_on(self, day: date) -> bool:
        """Whether the window opens on a local date."""
        return (day.weekday() in self.days or day in self.dates) and day not in self.exceptions

    def covers(self, moment: datetime) -> bool:
        """Whether an aware moment lies inside."""
        local = moment.astimezone(CITY_TIME)
        now, today = local.time(), local.date()
        if self.start < self.end:
            return self.start <= now < self.end and self.begins_on(today)
        if now >= self.start and self.begins_on(today):
            return True
        return now < self.end and self.begins_on(today - timedelta(days=1))

    def next_begin(self, moment: datetime) -> datetime | None:
        """When the window opens next, strictly after an aware moment; None if not within a month."""
        today = moment.astimezone(CITY_TIME).date()
        for day in (today + timedelta(days=passed) for passed in range(32)):
            begin = datetime.combine(day, self.start, CITY_TIME)
            if begin > moment and self.begins_on(day):
                return begin
        return None
