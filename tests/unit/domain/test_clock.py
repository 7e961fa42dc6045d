from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almere_vision.domain.clock import CITY_TIME, EVERY_DAY, TimeWindow
from tests.unit.domain.wall_clock import NOTABLE, minutes, open_minutes, wall

NIGHT = TimeWindow(frozenset({4, 5}), time(22), time(6))  # begins on Friday and Saturday
DELIVERY = TimeWindow(frozenset(range(5)), time(7), time(11))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY_TIME)


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        ("2026-03-13T21:59:59", False),
        ("2026-03-13T22:00:00", True),
        ("2026-03-14T05:59:59", True),
        ("2026-03-14T06:00:00", False),
        ("2026-03-15T05:00:00", True),  # Sunday morning belongs to the Saturday night
        ("2026-03-15T23:00:00", False),  # Sunday night is not named
        ("2026-03-13T05:00:00", False),  # Thursday night is not named
    ],
)
def test_a_window_over_midnight_belongs_to_the_day_on_which_it_begins(moment: str, inside: bool) -> None:
    assert NIGHT.covers(local(moment)) is inside


def test_the_wall_clock_decides_in_summer_and_in_winter() -> None:
    assert DELIVERY.covers(datetime(2026, 7, 6, 5, 0, tzinfo=UTC))  # 07:00 in Almere
    assert not DELIVERY.covers(datetime(2026, 1, 5, 5, 59, tzinfo=UTC))  # 06:59
    assert DELIVERY.covers(datetime(2026, 1, 5, 6, 0, tzinfo=UTC))  # 07:00


@pytest.mark.parametrize(
    "night", [datetime(2026, 3, 28, 21, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)]
)
def test_a_night_window_holds_without_a_gap_through_a_change_of_the_clock(night: datetime) -> None:
    # from 22:00 on Saturday to 06:00 on Sunday the window is open in every minute of real time
    moments = [night + timedelta(minutes=minute) for minute in range(12 * 60)]
    open_minutes = [moment for moment in moments if NIGHT.covers(moment)]
    assert open_minutes == [
        m for m in moments if m.astimezone(CITY_TIME).hour >= 22 or m.astimezone(CITY_TIME).hour < 6
    ]
    assert open_minutes


@given(
    st.integers(1_704_067_200, 1_830_297_600).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
def test_a_window_and_its_complement_cover_every_moment_once(
    moment: datetime, start: time, end: time
) -> None:
    if start == end:
        return
    window, rest = TimeWindow(EVERY_DAY, start, end), TimeWindow(EVERY_DAY, end, start)
    assert window.covers(moment) is not rest.covers(moment)


DAYS = st.frozensets(st.integers(0, 6), max_size=7)
MINUTES = st.times().map(lambda t: t.replace(second=0, microsecond=0))
AROUND = st.one_of(st.sampled_from(NOTABLE), st.dates(date(2024, 2, 1), date(2028, 11, 30)))


def near(day: date) -> st.SearchStrategy[frozenset[date]]:
    return st.frozensets(st.integers(-3, 3).map(lambda days: day + timedelta(days=days)), max_size=3)


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_a_window_holds_in_exactly_the_minutes_that_a_table_gives(data: st.DataObject) -> None:
    day = data.draw(AROUND)
    days, dates, exceptions = data.draw(DAYS), data.draw(near(day)), data.draw(near(day))
    start, end = data.draw(MINUTES), data.draw(MINUTES)
    window = TimeWindow(days, start, end, dates, exceptions)
    listed = open_minutes(day, days, dates, exceptions, start, end)

    wrong = [moment for moment in minutes(day) if window.covers(moment) is not (wall(moment) in listed)]

    assert wrong == []


def test_an_hour_that_comes_twice_is_inside_twice_and_one_that_is_skipped_never_comes() -> None:
    window = TimeWindow(EVERY_DAY, time(2), time(3))

    def count(first: str, last: str) -> int:
        begin, end = local(first).astimezone(UTC), local(last).astimezone(UTC)
        return sum(begin <= moment < end and window.covers(moment) for moment in minutes(begin.date()))

    assert count("2026-10-24T00:00", "2026-10-25T00:00") == 60
    assert count("2026-10-25T00:00", "2026-10-26T00:00") == 120
    assert count("2026-03-29T00:00", "2026-03-30T00:00") == 0


def test_an_exception_takes_a_day_out_and_a_dated_window_says_what_holds_instead() -> None:
    kings_day = frozenset({date(2026, 4, 27)})  # a Monday
    delivery = TimeWindow(frozenset(range(5)), time(7), time(11), exceptions=kings_day)
    market = TimeWindow(frozenset(), time(5), time(23), dates=kings_day)

    assert not delivery.covers(local("2026-04-27T08:00:00"))
    assert delivery.covers(local("2026-04-28T08:00:00"))
    assert market.covers(local("2026-04-27T22:59:59"))
    assert not market.covers(local("2026-05-04T08:00:00"))  # the Monday after


def test_an_exception_leaves_the_morning_to_the_night_that_began_before_it() -> None:
    nights = TimeWindow(EVERY_DAY, time(22), time(6), exceptions=frozenset({date(2026, 4, 27)}))

    assert nights.covers(local("2026-04-27T05:59:00"))
    assert not nights.covers(local("2026-04-27T23:00:00"))
    assert not nights.covers(local("2026-04-28T05:00:00"))
    assert nights.covers(local("2026-04-28T23:00:00"))
