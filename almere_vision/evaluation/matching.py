"""Which alarm belongs to which labelled event: one to one, and as many as possible.

Two criteria, both with the same kind and zone, and the same place where the label has a box:

- the alarm window of KISA's certification: the alarm comes from `before_s` before it is due until
  `after_s` after; it is due when the onset plus the limit of the rule has passed;
- temporal overlap: intersection over union of the two intervals.

Of all assignments with the most pairs the one with the least total distance is taken: in time, and in
place where labels have boxes (Jonker-Volgenant, `scipy.optimize.linear_sum_assignment`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import scipy  # type: ignore[import-untyped]  # its parts load when they are first used

from almere_vision.domain.event import Event
from almere_vision.domain.geometry import Box, iou
from almere_vision.evaluation.labels import Label, LabelledClip
from almere_vision.evaluation.suite import EventsSettings


class Standing(StrEnum):
    """What a labelled event asks of the detector."""

    DUE = "due"
    IGNORED = "ignored"
    SHORT = "short"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Expectation:
    """A labelled event and when its alarm is due.

    `standing` is DUE when an alarm must come; SHORT when the event ends before its limit, so that an
    alarm would be false; UNSURE when the labelled times are not exact enough to tell these two apart;
    UNSURE and IGNORED count neither for nor against.
    """

    label: Label
    due_s: float
    standing: Standing


class Outcome(StrEnum):
    """What became of an alarm."""

    TRUE = "true"
    FALSE = "false"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Matching:
    """Pairs of (expectation, alarm) as indices, the expectations missed, and each alarm's outcome."""

    pairs: tuple[tuple[int, int], ...]
    missed: tuple[int, ...]
    outcomes: tuple[Outcome, ...]


Criterion = Callable[[Expectation, Event], float | None]
"""Distance of an alarm from an event, 0..1, or None when it cannot be that event."""


def expectations(clip: LabelledClip, settings: EventsSettings) -> tuple[Expectation, ...]:
    """The labels of the kinds at hand, with their due times. Labels are exact to `label_error_s` a side."""
    found = []
    for label in clip.labels:
        if label.kind not in settings.kinds:
            continue
        limit_s = clip.limits_s[label.kind, label.zone]
        spare_s = min(label.end_s, clip.duration_s) - label.start_s - limit_s
        if label.ignore:
            standing = Standing.IGNORED
        elif limit_s > 0 and abs(spare_s) <= 2 * settings.label_error_s:
            standing = Standing.UNSURE
        else:
            standing = Standing.DUE if spare_s >= 0 else Standing.SHORT
        found.append(Expectation(label, label.start_s + limit_s, standing))
    return tuple(found)


def alarm_window(settings: EventsSettings) -> Criterion:
    """The criterion of the alarm window."""
    width_s = max(settings.before_s, settings.after_s, 1e-9)

    def distance(expected: Expectation, alarm: Event) -> float | None:
        late_s = alarm.alarm_s - expected.due_s
        if not -settings.before_s <= late_s <= settings.after_s or not _may_be(expected, alarm, settings):
            return None
        return _with_place(abs(late_s) / width_s, expected.label, alarm)

    return distance


def temporal_overlap(settings: EventsSettings, duration_s: float) -> Criterion:
    """The criterion of temporal overlap; an alarm without an end lasts until the end of the clip."""

    def distance(expected: Expectation, alarm: Event) -> float | None:
        end_s = duration_s if alarm.end_s is None else alarm.end_s
        shared = temporal_iou((expected.label.start_s, expected.label.end_s), (alarm.start_s, end_s))
        if shared <= 0 or shared < settings.overlap_min or not _may_be(expected, alarm, settings):
            return None
        return _with_place(1 - shared, expected.label, alarm)

    return distance


def temporal_iou(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Intersection over union of two intervals, 0..1.

    >>> temporal_iou((0, 10), (5, 15))
    0.3333333333333333
    """
    shared = min(a[1], b[1]) - max(a[0], b[0])
    union = max(a[1], b[1]) - min(a[0], b[0])
    return shared / union if shared > 0 else 0.0


def same_place(labelled: Box, alarmed: Box, place_min: float) -> bool:
    """Whether two boxes can mean the same thing: they overlap enough, or one holds the other's centre."""
    return (
        iou(labelled, alarmed) >= place_min
        or _holds_centre(labelled, alarmed)
        or _holds_centre(alarmed, labelled)
    )


def match(
    expected: Sequence[Expectation], alarms: Sequence[Event], criterion: Criterion, settings: EventsSettings
) -> Matching:
    """Assign the alarms of one clip to its events, at most one to each.

    An alarm left over is a duplicate when it fits an event that another alarm has, and then counts as
    false; it is ignored when it touches an event that counts neither way.
    """
    due = [index for index, one in enumerate(expected) if one.standing is Standing.DUE]
    distances = [[criterion(expected[row], alarm) for alarm in alarms] for row in due]
    gain = 1 / (2 * max(1, min(len(due), len(alarms))))
    costs = np.array([[0.0 if d is None else gain * d - 1 for d in row] for row in distances])
    rows, columns = scipy.optimize.linear_sum_assignment(costs.reshape(len(due), len(alarms)))
    pairs = tuple(
        (due[row], int(column))
        for row, column in zip(rows, columns, strict=True)
        if distances[row][column] is not None
    )
    taken = {column for _, column in pairs}
    found = {row for row, _ in pairs}
    outcomes = []
    for column, alarm in enumerate(alarms):
        if column in taken:
            outcomes.append(Outcome.TRUE)
        elif any(_ignores(one, alarm, settings) for one in expected):
            outcomes.append(Outcome.IGNORED)
        elif any(row[column] is not None for row in distances):
            outcomes.append(Outcome.DUPLICATE)
        else:
            outcomes.append(Outcome.FALSE)
    return Matching(pairs, tuple(index for index in due if index not in found), tuple(outcomes))


def _may_be(expected: Expectation, alarm: Event, settings: EventsSettings) -> bool:
    label = expected.label
    return (
        label.kind is alarm.kind
        and label.zone in (alarm.zone, *alarm.zones)
        and (label.box is None or same_place(label.box, alarm.box, settings.place_min))
    )


def _with_place(distance: float, label: Label, alarm: Event) -> float:
    """A distance in time, 0..1, averaged with that in place when the label tells the place."""
    return distance if label.box is None else (distance + 1 - iou(label.box, alarm.box)) / 2


def _ignores(expected: Expectation, alarm: Event, settings: EventsSettings) -> bool:
    if expected.standing not in (Standing.IGNORED, Standing.UNSURE):
        return False
    first_s = expected.label.start_s - settings.before_s
    last_s = max(expected.label.end_s, expected.due_s) + settings.after_s
    return first_s <= alarm.alarm_s <= last_s and _may_be(expected, alarm, settings)


def _holds_centre(outer: Box, inner: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]
