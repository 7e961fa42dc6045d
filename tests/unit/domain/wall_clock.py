"""The wall clock of Almere from a table, to hold the real one against."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta

SUMMER = {  # from the last Sunday of March to the last Sunday of October, each at 01:00 UTC
    2024: (date(2024, 3, 31), date(2024, 10, 27)),
    2025: (date(2025, 3, 30), date(2025, 10, 26)),
    2026: (date(2026, 3, 29), date(2026, 10, 25)),
    2027: (date(2027, 3, 28), date(2027, 10, 31)),
    2028: (date(2028, 3, 26), date(2028, 10, 29)),
}
NOTABLE = [
    *(day for days in SUMMER.values() for day in days),
    date(2024, 2, 29),
    date(2028, 2, 29),
    date(2026, 2, 28),
    date(2026, 4, 30),
    date(2026, 12, 31),
    date(2026, 4, 27),
]
"""Both changes of the clock, leap days, ends of months, of a year, and King's Day."""


def wall(moment: datetime) -> datetime:
    """What the clocks of Almere show at a moment in UTC, without a time zone."""
    begin, end = (datetime.combine(day, time(1), UTC) for day in SUMMER[moment.year])
    return (moment + timedelta(hours=2 if begin <= moment < end else 1)).replace(tzinfo=None)


def minutes(around: date, days: int = 2) -> Iterator[datetime]:
    """Every minute, in UTC, of some days before and after the noon of a date."""
    first = datetime.combine(around, time(12), UTC) - timedelta(days=days)
    return (first + timedelta(minutes=minute) for minute in range(2 * days * 1440))


def open_minutes(
    around: date,
    weekdays: Collection[int],
    dates: Collection[date],
    exceptions: Collection[date],
    start: time,
    end: time,
) -> set[datetime]:
    """Every minute that the clock can show inside a window, listed one by one, a week around a date."""
    listed: set[datetime] = set()
    for day in (around + timedelta(days=days) for days in range(-4, 5)):
        if day in exceptions or not (day in dates or day.weekday() in weekdays):
            continue
        minute = datetime.combine(day, start)
        listed.add(minute)
        while (minute := minute + timedelta(minutes=1)).time() != end:
            listed.add(minute)
    return listed
