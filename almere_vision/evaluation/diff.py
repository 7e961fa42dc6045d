"""Two reports on the same labels: what changed, clip by clip, and whether it can be chance.

Figures of two versions on the same footage are paired: McNemar's exact test over the events, and for
shares and rates a bootstrap that draws the same cameras for both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from almere_vision.domain.errors import InputError
from almere_vision.evaluation.intervals import Floats, mcnemar, paired_bootstrap
from almere_vision.evaluation.matching import Outcome
from almere_vision.evaluation.metrics import Counts, columns, shares
from almere_vision.evaluation.report import AlarmRecord, ClipRecord, EventRecord, EventsReport, Report

_REPLICATES = 2000
_SEED = 1


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Change(_Part):
    """One event or alarm that differs."""

    clip: str
    what: Literal["found", "lost", "false alarm more", "false alarm less"]
    kind: str
    zone: str
    at_s: float
    because: str = ""


class Difference(_Part):
    """A figure before and after; the 95 % interval of the difference, where cameras allow one."""

    name: str
    before: float | None
    after: float | None
    low: float | None = None
    high: float | None = None


class Diff(_Part):
    """What changed from one report to another."""

    before: str
    after: str
    changes: tuple[Change, ...]
    found_more: int
    found_less: int
    p_value: float | None
    differences: tuple[Difference, ...]


def diff_reports(before: Report, after: Report) -> Diff:
    """Compare two reports.

    Raises:
        InputError: they are not about the same labels.
    """
    if before.suite != after.suite or before.labels_sha8 != after.labels_sha8:
        raise InputError(
            f"the reports are about different labels ({before.suite}@{before.labels_sha8} and "
            f"{after.suite}@{after.labels_sha8}): run both versions on the same suite"
        )
    changes = _changes(before.events, after.events) if before.events and after.events else []
    more, less = (sum(1 for c in changes if c.what == what) for what in ("found", "lost"))
    limits = _limits(before.events, after.events) if before.events and after.events else {}
    names = [name for name in after.figures if name in before.figures]
    return Diff(
        before=_version(before),
        after=_version(after),
        changes=tuple(changes),
        found_more=more,
        found_less=less,
        p_value=mcnemar(more, less) if before.events and after.events else None,
        differences=tuple(
            Difference(
                name=name,
                before=before.figures[name],
                after=after.figures[name],
                low=limits.get(name, (None, None))[0],
                high=limits.get(name, (None, None))[1],
            )
            for name in names
        ),
    )


def _version(report: Report) -> str:
    return " ".join([report.model, *report.rules]).strip()


def _changes(before: EventsReport, after: EventsReport) -> list[Change]:
    clips = {clip.clip: clip for clip in before.clips}
    changes = []
    for clip in after.clips:
        old = clips[clip.clip]
        for was, now in zip(old.events, clip.events, strict=True):
            if was.found != now.found:
                changes.append(_event_change(clip.clip, was, now))
        changes += _alarm_changes(clip.clip, old, clip)
    return changes


def _event_change(clip: str, was: EventRecord, now: EventRecord) -> Change:
    return Change(
        clip=clip,
        what="found" if now.found else "lost",
        kind=now.kind.value,
        zone=now.zone,
        at_s=now.start_s,
        because=was.because if now.found else now.because,
    )


def _alarm_changes(clip: str, old: ClipRecord, new: ClipRecord) -> list[Change]:
    """False alarms of one report that have no like in the other: same kind, zone and moment to a second."""
    rest = list(_false(old.alarms))
    changes = []
    for alarm in _false(new.alarms):
        like = next((o for o in rest if _alike(o, alarm)), None)
        if like is not None:
            rest.remove(like)
        else:
            changes.append(_alarm_change(clip, "false alarm more", alarm))
    return changes + [_alarm_change(clip, "false alarm less", alarm) for alarm in rest]


def _alarm_change(
    clip: str, what: Literal["false alarm more", "false alarm less"], alarm: AlarmRecord
) -> Change:
    return Change(
        clip=clip,
        what=what,
        kind=alarm.kind.value,
        zone=alarm.zone,
        at_s=alarm.alarm_s,
        because=alarm.because,
    )


def _alike(a: AlarmRecord, b: AlarmRecord) -> bool:
    return a.kind is b.kind and a.zone == b.zone and abs(a.alarm_s - b.alarm_s) <= 1


def _false(alarms: Iterable[AlarmRecord]) -> Iterable[AlarmRecord]:
    return (alarm for alarm in alarms if alarm.outcome in (Outcome.FALSE, Outcome.DUPLICATE))


def _limits(before: EventsReport, after: EventsReport) -> dict[str, tuple[float | None, float | None]]:
    """95 % intervals of the differences of precision, recall, F1 and false alarms per hour, by name."""
    found: dict[str, tuple[float | None, float | None]] = {}
    names = ("precision", "recall", "f1", "false_per_camera_hour")
    for kind in after.kinds:
        lows, highs = paired_bootstrap(
            _by_group(before, kind), _by_group(after, kind), _figures, _REPLICATES, _SEED
        )
        for name, low, high in zip(names, lows, highs, strict=True):
            found[f"{kind}.{name}"] = (_number(low), _number(high))
    return found


def _by_group(report: EventsReport, kind: str) -> Floats:
    groups: dict[str, Counts] = {}
    for clip in report.clips:
        events = [e for e in clip.events if kind in ("all", e.kind.value)]
        counts = Counts(
            found=sum(e.found is True for e in events),
            missed=sum(e.found is False for e in events),
            false=sum(kind in ("all", a.kind.value) for a in _false(clip.alarms)),
            hours=clip.duration_s / 3600,
        )
        groups[clip.group] = groups.get(clip.group, Counts()) + counts
    return columns(counts for _, counts in sorted(groups.items()))


def _figures(sums: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.column_stack([shares(sums, (1.0,)), sums[:, 2] / sums[:, 3]])


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
