"""How long rules were watched, and how long not, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

WATCHED: Final = "watched"
"""Of a rule whose preset the camera was proven to show."""

UNCOUNTED: Final = "uncounted"
"""No worker counted: the camera may have been watched or not, so it was not."""

_HOUR: Final = timedelta(hours=1)
_LATE_S: Final = 60.0
"""What workers count is here within half a minute; less than this is not told as missing."""


@dataclass(frozen=True, slots=True)
class WatchedTime:
    """Seconds of one rule in one hour, as one run of a worker counted them.

    Attributes:
        run: of the worker; its figure of an hour only grows, so told twice it counts once.
        hour: its start (UTC).
        what: `watched`, or why not: `elsewhere`, `moving`, `unknown`, `offline`.
        seconds: 0..3600.
    """

    run: str
    hour: datetime
    camera: str
    preset: str
    rule: str
    what: str
    seconds: float


@dataclass(frozen=True, slots=True)
class HourSum:
    """Seconds of one rule in one hour, of all runs together."""

    camera: str
    preset: str
    rule: str
    what: str
    hour: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class RuleTime:
    """Seconds of one rule in a period, by what became of them; with `uncounted` they add up to the period."""

    camera: str
    preset: str
    rule: str
    seconds: Mapping[str, float]

    @property
    def blind_s(self) -> float:
        """In which it was not watched, for whatever reason."""
        return sum(seconds for what, seconds in self.seconds.items() if what != WATCHED)


def rule_times(sums: Iterable[HourSum], begin: datetime, end: datetime) -> tuple[RuleTime, ...]:
    """The time of each rule from `begin` to `end`.

    Args:
        sums: of the period, and of the hour before it: a rule that was counted there is due from `begin` on.
            Another is due from when it was first counted.
        begin, end: aware; `begin` is the start of an hour, `end` at most now.
    """
    rules: dict[tuple[str, str, str], list[HourSum]] = defaultdict(list)
    for one in sums:
        rules[one.camera, one.preset, one.rule].append(one)
    return tuple(RuleTime(*rule, _seconds(hours, begin, end)) for rule, hours in sorted(rules.items()))


def _seconds(hours: Sequence[HourSum], begin: datetime, end: datetime) -> Mapping[str, float]:
    found: dict[str, float] = defaultdict(float)
    for one in hours:
        if one.hour >= begin:
            found[one.what] += one.seconds
    first = min(one.hour for one in hours)
    since = begin
    if first >= begin:  # it began in that hour, and went on to its end
        in_first_s = sum(one.seconds for one in hours if one.hour == first)
        since = first + _HOUR - timedelta(seconds=min(3600.0, in_first_s))
    uncounted_s = (end - since).total_seconds() - sum(found.values())
    if uncounted_s > _LATE_S:
        found[UNCOUNTED] = uncounted_s
    return dict(found)
