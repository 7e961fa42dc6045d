from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almere_vision.domain.clock import CITY_TIME, EVERY_DAY, TimeWindow

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
