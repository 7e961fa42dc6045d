"""Signals, on incidents and watched hours made by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.happening import Happening
from almere_vision.domain.suggestion import Kind
from almere_vision.domain.watching import HourSum
from almere_vision.review.signals import About, Basis, Period, Signal, Turn, WatchedHours, find_signals
from almere_vision.review.watched_hours import watched_hours

PERIOD = Period.until(date(2026, 7, 1), 14)
DAYS = [PERIOD.begin + timedelta(days=n) for n in range((PERIOD.end - PERIOD.begin).days)]
BEFORE, NOW = DAYS[: 12 * 7], DAYS[12 * 7 :]


def at(day: date, hour: int = 14) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 30, tzinfo=CITY_TIME).astimezone(UTC)


def daily(days: Sequence[date], camera: str = "market", each: int = 1, hour: int = 14) -> Iterator[Happening]:
    for day in days:
        for _ in range(each):
            yield Happening(Kind.PARKING, camera, "square", at(day, hour))


def watching(days: Sequence[date], hours: Sequence[int], *cameras: str) -> WatchedHours:
    return {Kind.PARKING: {(one, day, hour): 3.0 for one in cameras for day in days for hour in hours}}


def line(signals: Sequence[Signal], about: About, camera: str | None = None) -> Signal:
    (found,) = [one for one in signals if one.topic.about is about and one.topic.camera == camera]
    return found


def test_what_doubles_rises_and_the_place_is_named() -> None:
    seen = [*daily(DAYS, "quiet"), *daily(BEFORE), *daily(NOW, each=3)]
    signals = find_signals(seen, watching(DAYS, [12], "market", "quiet"), PERIOD)
    market = line(signals, About.CAMERA, "market")
    assert (market.turn, market.now, market.before, market.basis) == (Turn.RISES, 42, 84, Basis.WATCHED)
    assert market.expected == 14
    assert line(signals, About.ZONE, "market").turn is Turn.RISES
    assert line(signals, About.CAMERA, "quiet").turn is Turn.STEADY
    assert signals[0].turn is Turn.RISES


def test_who_looks_less_finds_less_and_that_is_no_fall() -> None:
    """Half of the incidents in half of the hours is the same rate; per calendar hour it would be a fall."""
    seen = [*daily(BEFORE, each=4), *daily(NOW[::2], each=4)]
    hours = {
        **watching(BEFORE, [12], "market")[Kind.PARKING],
        **watching(NOW[::2], [12], "market")[Kind.PARKING],
    }
    by_watched = line(find_signals(seen, {Kind.PARKING: hours}, PERIOD), About.KIND)
    assert (by_watched.basis, by_watched.turn, by_watched.now_h) == (Basis.WATCHED, Turn.STEADY, 21)
    by_calendar = line(find_signals(seen, {}, PERIOD), About.KIND)
    assert (by_calendar.basis, by_calendar.turn) == (Basis.CALENDAR, Turn.FALLS)


def test_too_little_is_said_to_be_too_little() -> None:
    few = line(find_signals([*daily(NOW[:9])], {}, PERIOD), About.KIND)
    assert (few.turn, few.compared, few.adjusted) == (Turn.TOO_LITTLE, None, None)
    hours = watching(DAYS[-28:], [12], "market")  # two weeks before, two weeks now
    young = line(find_signals([*daily(DAYS[-28:])], hours, PERIOD), About.KIND)
    assert (young.now, young.before, young.turn) == (14, 14, Turn.TOO_LITTLE)
    hours = watching([*BEFORE, NOW[0]], [12], "market")
    blind = line(find_signals([*daily([*BEFORE, NOW[0]])], hours, PERIOD), About.KIND)
    assert blind.turn is Turn.TOO_LITTLE
    assert find_signals([], {}, PERIOD) == ()


def test_hours_move_while_the_total_stays() -> None:
    seen = [*daily(BEFORE, hour=14), *daily(NOW, hour=22)]
    signals = find_signals(seen, watching(DAYS, [12, 21], "market"), PERIOD)
    turns = {one.topic.hour: one.turn for one in signals if one.topic.about is About.HOURS}
    assert turns == {12: Turn.FALLS, 21: Turn.RISES}
    assert line(signals, About.KIND).turn is Turn.STEADY


def test_the_more_is_tested_the_surer_a_signal_must_be() -> None:
    rising = [*daily(BEFORE[::7], "rising"), *daily(NOW[::2], "rising", hour=14)]
    alone = find_signals(rising, {}, PERIOD)
    crowd = [one for n in range(60) for one in daily(DAYS[::7], f"c{n}")]
    among = find_signals([*rising, *crowd], {}, PERIOD)
    first, second = (line(found, About.CAMERA, "rising") for found in (alone, among))
    assert first.compared == second.compared
    assert first.adjusted is not None
    assert second.adjusted is not None
    assert first.adjusted < second.adjusted


def test_what_people_enter_counts_by_its_type_and_by_the_calendar() -> None:
    entered = [Happening(Kind.OTHER, "market", "", at(day), "trade_waste") for day in NOW for _ in range(2)]
    (found,) = find_signals(entered, watching(DAYS, [12], "market"), PERIOD)
    assert (found.topic.about, found.topic.type, found.basis) == (About.TYPE, "trade_waste", Basis.CALENDAR)
    assert (found.turn, found.expected) == (Turn.RISES, 0)
    assert found.compared is not None
    assert (found.compared.ratio, found.compared.high) == (None, None)


def test_two_rules_of_one_kind_watch_one_hour_once() -> None:
    hour = datetime(2026, 6, 1, 10, tzinfo=UTC)  # twelve in Almere
    sums = [
        HourSum("market", "home", "parking", "watched", hour, 1200),
        HourSum("market", "gate", "parking", "watched", hour, 600),
        HourSum("market", "home", "present", "watched", hour, 1200),
        HourSum("market", "home", "parking", "offline", hour, 1800),
    ]
    assert watched_hours(sums) == {Kind.PARKING: {("market", date(2026, 6, 1), 12): 0.5}}
