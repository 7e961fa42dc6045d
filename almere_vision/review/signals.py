"""Signals: which kinds, places and hours rise or fall against the weeks before. A pure function.

The last days are held against the `REFERENCE_WEEKS` weeks before them, in whole weeks, so that each weekday
weighs the same. Confirmed suggestions count per hour that their rule watched: who looks less, finds less.
What people entered by hand has no such hours, and counts per hour of the calendar. All tests of one answer
together are corrected by the procedure of Benjamini and Hochberg (1995), so that of what is called a signal
at most about one in twenty is chance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import scipy  # type: ignore[import-untyped]  # its parts load when they are first used

from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.happening import Happening
from almere_vision.domain.suggestion import DETECTED, Kind
from almere_vision.review.rates import Compared, compare_rates

REFERENCE_WEEKS: Final = 12
BLOCK_H: Final = 3
"""Hours of the day are taken together in blocks of three."""

LEAST_INCIDENTS: Final = 10
"""Now and before together; from fewer nothing is said."""

LEAST_WEEKS: Final = 4
"""Weeks before in which was watched at all."""

LEAST_SHARE: Final = 0.1
"""Of the hours of the last days, the least that must have been watched."""

MOST_CHANCE: Final = 0.05
"""Share of the signals that may be chance."""

_RECORDED: Final = 0.9
"""Where fewer of the incidents lie in hours that were counted, the calendar counts instead."""


class About(StrEnum):
    """What a line is about."""

    KIND = "kind"
    CAMERA = "camera"
    ZONE = "zone"
    HOURS = "hours"
    TYPE = "type"


class Turn(StrEnum):
    """What a line says."""

    RISES = "rises"
    FALLS = "falls"
    STEADY = "steady"
    TOO_LITTLE = "too_little"


class Basis(StrEnum):
    """Of which hours a rate is."""

    WATCHED = "watched"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True, order=True)
class Topic:
    """What is counted; `hour` is the first of a block, local, and `type` is of the catalogue."""

    about: About
    kind: Kind
    camera: str | None = None
    zone: str | None = None
    hour: int | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """One line.

    Attributes:
        now, before: counts, of the last days and of the weeks before.
        now_h, before_h: hours that they are of, camera by camera.
        expected: how many there would be now at the rate of before; None where that is not known.
        compared: None where there is too little to say.
        adjusted: p-value after correction.
    """

    topic: Topic
    turn: Turn
    basis: Basis
    now: int
    before: int
    now_h: float
    before_h: float
    expected: float | None
    compared: Compared | None = None
    adjusted: float | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """Local dates: reference from `begin`, the last days from `turn`, until `end`, which is outside."""

    begin: date
    turn: date
    end: date

    @classmethod
    def until(cls, end: date, days: int) -> Period:
        """The last `days` before a date, and the weeks before those."""
        turn = end - timedelta(days=days)
        return cls(turn - timedelta(weeks=REFERENCE_WEEKS), turn, end)

    def moments(self) -> tuple[datetime, datetime]:
        """Begin and end, aware."""
        begin, end = (datetime.combine(day, datetime.min.time(), CITY_TIME) for day in (self.begin, self.end))
        return begin, end


Cell = tuple[str, date, int]
"""Camera, local date, and block of the day."""

WatchedHours = Mapping[Kind, Mapping[Cell, float]]
"""Hours in which a rule of a kind was watched; what nobody counted is not in it."""


def cell_of(camera: str, at: datetime) -> Cell:
    """Where an aware moment falls."""
    local = at.astimezone(CITY_TIME)
    return camera, local.date(), local.hour // BLOCK_H * BLOCK_H


def find_signals(
    happenings: Sequence[Happening], watched: WatchedHours, period: Period
) -> tuple[Signal, ...]:
    """All lines: signals first, the surest first, and what is too little to say last.

    Args:
        happenings: real incidents within the period.
        watched: within the period, of the cameras that may be told of.
    """
    lines: list[Signal] = []
    for kind in DETECTED:
        of_kind = [one for one in happenings if one.kind is kind and one.type is None]
        lines += _suggested_lines(of_kind, watched.get(kind, {}), period)
    entered = [one for one in happenings if one.type is not None]
    lines += [_calendar_line(*item, period) for item in _by_topic(entered, _type_topic).items()]
    return tuple(sorted(_corrected(lines), key=_rank))


def _topics(one: Happening) -> Iterable[Topic]:
    yield Topic(About.KIND, one.kind)
    yield Topic(About.CAMERA, one.kind, camera=one.camera)
    if one.zone:
        yield Topic(About.ZONE, one.kind, camera=one.camera, zone=one.zone)
    yield Topic(About.HOURS, one.kind, hour=cell_of(one.camera, one.at)[2])


def _type_topic(one: Happening) -> Iterable[Topic]:
    yield Topic(About.TYPE, one.kind, type=one.type)


def _by_topic(
    happenings: Iterable[Happening], topics: Callable[[Happening], Iterable[Topic]]
) -> dict[Topic, list[Cell]]:
    found: dict[Topic, list[Cell]] = defaultdict(list)
    for one in happenings:
        for topic in topics(one):
            found[topic].append(cell_of(one.camera, one.at))
    return found


def _suggested_lines(
    happenings: Sequence[Happening], cells: Mapping[Cell, float], period: Period
) -> list[Signal]:
    """By watched hours, of the same cells as the incidents, so that what nobody counted is in neither."""
    sums: dict[tuple[str | None, int | None], dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for (camera, day, block), hours in cells.items():
        for key in ((None, None), (camera, None), (None, block)):
            sums[key][day] += hours
    lines = []
    for topic, found in _by_topic(happenings, _topics).items():
        recorded = [cell for cell in found if cells.get(cell, 0) > 0]
        if len(recorded) >= _RECORDED * len(found):
            days = [day for _, day, _ in recorded]
            lines.append(_line(topic, Basis.WATCHED, days, sums[topic.camera, topic.hour], period))
        else:
            lines.append(_calendar_line(topic, found, period))
    return lines


def _calendar_line(topic: Topic, found: Sequence[Cell], period: Period) -> Signal:
    hours = float(24 if topic.hour is None else BLOCK_H)
    days = (period.begin + timedelta(days=n) for n in range((period.end - period.begin).days))
    return _line(topic, Basis.CALENDAR, [day for _, day, _ in found], dict.fromkeys(days, hours), period)


def _line(
    topic: Topic, basis: Basis, days: Iterable[date], hours: Mapping[date, float], period: Period
) -> Signal:
    weeks = [[0, 0.0] for _ in range(REFERENCE_WEEKS)]
    now, now_h = 0, 0.0
    for day in days:
        if day >= period.turn:
            now += 1
        else:
            weeks[(day - period.begin).days // 7][0] += 1
    for day, watched_h in hours.items():
        if day >= period.turn:
            now_h += watched_h
        else:
            weeks[(day - period.begin).days // 7][1] += watched_h
    told = [(int(count), watched_h) for count, watched_h in weeks]
    before, before_h = sum(count for count, _ in told), sum(watched_h for _, watched_h in told)
    enough = (
        now + before >= LEAST_INCIDENTS
        and sum(watched_h > 0 for _, watched_h in told) >= LEAST_WEEKS
        and now_h >= LEAST_SHARE * before_h * (period.end - period.turn).days / (7 * REFERENCE_WEEKS)
        and now_h > 0
    )
    return Signal(
        topic=topic,
        turn=Turn.STEADY if enough else Turn.TOO_LITTLE,
        basis=basis,
        now=now,
        before=before,
        now_h=now_h,
        before_h=before_h,
        expected=before / before_h * now_h if before_h > 0 else None,
        compared=compare_rates(now, now_h, told) if enough else None,
    )


def _corrected(lines: Sequence[Signal]) -> list[Signal]:
    tested = [one for one in lines if one.compared is not None]
    if not tested:
        return list(lines)
    adjusted = scipy.stats.false_discovery_control([one.compared.p_value for one in tested if one.compared])
    judged = [_judged(one, float(p_value)) for one, p_value in zip(tested, adjusted, strict=True)]
    return judged + [one for one in lines if one.compared is None]


def _judged(line: Signal, adjusted: float) -> Signal:
    turn = Turn.STEADY
    if adjusted <= MOST_CHANCE and line.expected is not None:
        turn = Turn.RISES if line.now > line.expected else Turn.FALLS
    return replace(line, turn=turn, adjusted=adjusted)


def _rank(line: Signal) -> tuple[bool, bool, float, int, str]:
    signal = line.turn in (Turn.RISES, Turn.FALLS)
    adjusted = 1.0 if line.adjusted is None else line.adjusted
    topic = line.topic
    return (
        not signal,
        line.compared is None,
        adjusted,
        -(line.now + line.before),
        f"{topic.about}{topic.kind}{topic.camera}{topic.zone}{topic.hour}{topic.type}",
    )
