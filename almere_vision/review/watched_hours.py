"""From what workers counted, hour by hour, to the hours in which a kind was watched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from almere_vision.domain.suggestion import Kind
from almere_vision.domain.watching import WATCHED, HourSum
from almere_vision.review.signals import Cell, WatchedHours, cell_of

KIND_OF_RULE: Final[Mapping[str, Kind]] = {
    "parking": Kind.PARKING,
    "present": Kind.PARKING,
    "loitering": Kind.LOITERING,
    "fight": Kind.FIGHT,
}


def watched_hours(sums: Iterable[HourSum]) -> WatchedHours:
    """Hours by kind and cell. Of two rules of one kind at a camera the longer watched counts, not both."""
    of_rule: dict[tuple[str, str, datetime], float] = defaultdict(float)
    for one in sums:
        if one.what == WATCHED and one.rule in KIND_OF_RULE:
            of_rule[one.camera, one.rule, one.hour] += one.seconds
    of_kind: dict[tuple[str, Kind, datetime], float] = defaultdict(float)
    for (camera, rule, hour), seconds in of_rule.items():
        key = camera, KIND_OF_RULE[rule], hour
        of_kind[key] = max(of_kind[key], min(3600.0, seconds))
    found: dict[Kind, dict[Cell, float]] = defaultdict(lambda: defaultdict(float))
    for (camera, kind, hour), seconds in of_kind.items():
        found[kind][cell_of(camera, hour)] += seconds / 3600
    return {kind: dict(cells) for kind, cells in found.items()}
