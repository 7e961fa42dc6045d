"""From matched clips to figures: precision, recall, F-alpha, delay, false alarms, each with an interval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from almere_vision.domain.event import Event
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.intervals import (
    Floats,
    bootstrap,
    poisson_at_most,
    poisson_interval,
    wilson_interval,
)
from almere_vision.evaluation.labels import LabelledClip
from almere_vision.evaluation.matching import (
    Expectation,
    Matching,
    Outcome,
    alarm_window,
    expectations,
    match,
    temporal_overlap,
)
from almere_vision.evaluation.report import (
    CurvePoint,
    Figure,
    Group,
    KindFigures,
    Latency,
    OverlapFigures,
    Rate,
    Slice,
)
from almere_vision.evaluation.suite import EventsSettings

_HOUR_S: Final = 3600.0
_MAX_CURVE_POINTS: Final = 200


@dataclass(frozen=True, slots=True)
class JudgedClip:
    """A clip with what was expected, what was alarmed, and which belongs to which."""

    clip: LabelledClip
    expected: tuple[Expectation, ...]
    alarms: tuple[Event, ...]
    matching: Matching


@dataclass(frozen=True, slots=True)
class Counts:
    """Events found and missed, false alarms (duplicates included), and camera hours."""

    found: int = 0
    missed: int = 0
    false: int = 0
    hours: float = 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.found + other.found,
            self.missed + other.missed,
            self.false + other.false,
            self.hours + other.hours,
        )

    @property
    def precision(self) -> float | None:
        return _share(self.found, self.found + self.false)

    @property
    def recall(self) -> float | None:
        return _share(self.found, self.found + self.missed)

    def f_alpha(self, alpha: float) -> float | None:
        """F = (1 + a) R P / (R + a P), 0..1, written with counts so that it is defined without alarms.

        Below 1, alpha weighs precision (an alarm room); above 1 it weighs recall (a search afterwards).

        >>> Counts(found=1, missed=1, false=0).f_alpha(1)
        0.6666666666666666
        """
        positives = self.found + self.false + alpha * (self.found + self.missed)
        return _share((1 + alpha) * self.found, positives)


def judge(
    clip: LabelledClip, alarms: Iterable[Event], settings: EventsSettings, *, overlap: bool = False
) -> JudgedClip:
    """Match the alarms of one clip, of the kinds and at the working point of the settings."""
    kept = tuple(a for a in alarms if a.kind in settings.kinds and a.score >= settings.score_min)
    expected = expectations(clip, settings)
    criterion = temporal_overlap(settings, clip.duration_s) if overlap else alarm_window(settings)
    return JudgedClip(clip, expected, kept, match(expected, kept, criterion, settings))


def count(judged: JudgedClip, kind: Kind | None = None) -> Counts:
    """Counts of one clip, of one kind or of all."""
    found = sum(1 for row, _ in judged.matching.pairs if kind in (None, judged.expected[row].label.kind))
    missed = sum(1 for row in judged.matching.missed if kind in (None, judged.expected[row].label.kind))
    false = sum(
        1
        for alarm, outcome in zip(judged.alarms, judged.matching.outcomes, strict=True)
        if outcome in (Outcome.FALSE, Outcome.DUPLICATE) and kind in (None, alarm.kind)
    )
    return Counts(found, missed, false, judged.clip.duration_s / _HOUR_S)


def figures(
    clips: Sequence[JudgedClip], kind: Kind | None, settings: EventsSettings, seed: int
) -> KindFigures:
    """All figures of one kind (or of all) over the clips."""
    clips = sorted(clips, key=lambda judged: judged.clip.name)
    total = _total(clips, kind)
    outcomes = [
        outcome
        for judged in clips
        for alarm, outcome in zip(judged.alarms, judged.matching.outcomes, strict=True)
        if kind in (None, alarm.kind)
    ]
    precision, recall, *by_alpha = _figures_with_intervals(clips, kind, settings, seed)
    return KindFigures(
        events=total.found + total.missed,
        found=total.found,
        missed=total.missed,
        alarms=len(outcomes),
        false=total.false,
        duplicates=outcomes.count(Outcome.DUPLICATE),
        ignored=outcomes.count(Outcome.IGNORED),
        camera_hours=total.hours,
        precision=precision,
        recall=recall,
        f_alpha={f"{alpha:g}": f for alpha, f in zip(_alphas(settings), by_alpha, strict=True)},
        latency=latency(_delays_s(clips, kind), total.missed),
        false_per_camera_hour=rate(total.false, total.hours),
        alerts_per_observer_hour=rate(len(outcomes), total.hours * settings.observers / settings.cameras),
        overlap=_overlap(clips, kind, settings),
        curve=_curve(clips, kind, settings),
        conditions=_slices(clips, kind),
        groups=_groups(clips, kind, total),
    )


def latency(delays_s: Sequence[float], missed: int) -> Latency:
    """Distribution of delays over all events: a quantile that falls among the misses is None.

    >>> latency([1.0, 3.0], missed=1).p90_s is None
    True
    """
    ordered = sorted(delays_s)
    everything = np.array([*ordered, *[np.inf] * missed])

    def quantile(share: float) -> float | None:
        if not len(everything):
            return None
        value = float(np.quantile(everything, share, method="inverted_cdf"))
        return value if np.isfinite(value) else None

    return Latency(
        delays_s=tuple(ordered),
        missed=missed,
        median_s=quantile(0.5),
        p90_s=quantile(0.9),
        found_mean_s=float(np.mean(ordered)) if ordered else None,
    )


def rate(number: int, hours: float) -> Rate:
    """A rate per hour with its exact Poisson limits."""
    low, high = poisson_interval(number, hours)
    return Rate(value=number / hours, low=low, high=high, at_most=poisson_at_most(number, hours))


def _alphas(settings: EventsSettings) -> tuple[float, ...]:
    return tuple(sorted({1.0, *settings.alphas}))


def _total(clips: Iterable[JudgedClip], kind: Kind | None) -> Counts:
    return sum((count(judged, kind) for judged in clips), Counts())


def _by_group(clips: Sequence[JudgedClip]) -> dict[str, list[JudgedClip]]:
    groups: dict[str, list[JudgedClip]] = {}
    for judged in clips:
        groups.setdefault(judged.clip.group, []).append(judged)
    return dict(sorted(groups.items()))


def columns(counts: Iterable[Counts]) -> Floats:
    """Counts as an array (n, 4) of float64: found, missed, false, hours."""
    return np.array([[c.found, c.missed, c.false, c.hours] for c in counts], np.float64).reshape(-1, 4)


def shares(sums: Floats, alphas: Sequence[float]) -> Floats:
    """Precision, recall and F at each alpha of summed counts: (n, 4) -> (n, 2 + alphas), NaN if undefined."""
    found, missed, false = sums[:, 0], sums[:, 1], sums[:, 2]
    parts = [(found, found + false), (found, found + missed)]
    parts += [((1 + a) * found, found + false + a * (found + missed)) for a in alphas]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.column_stack([np.where(below > 0, above / below, np.nan) for above, below in parts])


def _figures_with_intervals(
    clips: Sequence[JudgedClip], kind: Kind | None, settings: EventsSettings, seed: int
) -> list[Figure]:
    alphas = _alphas(settings)
    per_camera = columns(_total(group, kind) for group in _by_group(clips).values())
    lows, highs = bootstrap(per_camera, lambda sums: shares(sums, alphas), settings.replicates, seed)
    total = _total(clips, kind)
    values = [total.precision, total.recall, *(total.f_alpha(alpha) for alpha in alphas)]
    return [
        Figure(value=value, low=_defined(low, value), high=_defined(high, value))
        for value, low, high in zip(values, lows, highs, strict=True)
    ]


def _delays_s(clips: Iterable[JudgedClip], kind: Kind | None) -> list[float]:
    return [
        judged.alarms[column].alarm_s - judged.expected[row].due_s
        for judged in clips
        for row, column in judged.matching.pairs
        if kind in (None, judged.expected[row].label.kind)
    ]


def _overlap(clips: Iterable[JudgedClip], kind: Kind | None, settings: EventsSettings) -> OverlapFigures:
    total = _total((judge(j.clip, j.alarms, settings, overlap=True) for j in clips), kind)
    return OverlapFigures(
        found=total.found,
        missed=total.missed,
        false=total.false,
        precision=total.precision,
        recall=total.recall,
        f1=total.f_alpha(1),
    )


def _curve(
    clips: Sequence[JudgedClip], kind: Kind | None, settings: EventsSettings
) -> tuple[CurvePoint, ...]:
    scores = sorted({a.score for j in clips for a in j.alarms if kind in (None, a.kind)}, reverse=True)
    if len(scores) > _MAX_CURVE_POINTS:
        picked = np.linspace(0, len(scores) - 1, _MAX_CURVE_POINTS).round().astype(int)
        scores = [scores[index] for index in picked]
    points = []
    for score in scores:
        strict = settings.model_copy(update={"score_min": score})
        total = _total((judge(j.clip, j.alarms, strict) for j in clips), kind)
        points.append(curve_point(score, total))
    return tuple(points)


def curve_point(score: float, total: Counts) -> CurvePoint:
    """The figures at one score."""
    return CurvePoint(
        score=score,
        true=total.found,
        false=total.false,
        precision=total.precision,
        recall=total.recall,
        miss_rate=None if total.recall is None else 1 - total.recall,
        false_per_hour=total.false / total.hours,
    )


def _slices(clips: Sequence[JudgedClip], kind: Kind | None) -> tuple[Slice, ...]:
    slices = []
    for name in sorted({condition for judged in clips for condition in judged.clip.conditions}):
        part = [judged for judged in clips if name in judged.clip.conditions]
        total = _total(part, kind)
        slices.append(
            Slice(
                name=name,
                clips=len(part),
                camera_hours=total.hours,
                events=total.found + total.missed,
                found=total.found,
                false=total.false,
                recall=share_figure(total.found, total.found + total.missed),
                precision=share_figure(total.found, total.found + total.false),
            )
        )
    return tuple(slices)


def share_figure(part: int, whole: int) -> Figure:
    """A share with its Wilson interval; all None without a whole."""
    if not whole:
        return Figure(value=None)
    low, high = wilson_interval(part, whole)
    return Figure(value=part / whole, low=low, high=high)


def _groups(clips: Sequence[JudgedClip], kind: Kind | None, total: Counts) -> tuple[Group, ...]:
    groups = []
    for name, part in _by_group(clips).items():
        own = _total(part, kind)
        others = Counts(total.found - own.found, total.missed - own.missed, total.false - own.false)
        groups.append(
            Group(
                name=name,
                clips=len(part),
                camera_hours=own.hours,
                events=own.found + own.missed,
                found=own.found,
                false=own.false,
                precision_without=others.precision,
                recall_without=others.recall,
                f1_without=others.f_alpha(1),
            )
        )
    return tuple(groups)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _defined(limit: float, value: float | None) -> float | None:
    return None if value is None or np.isnan(limit) else float(limit)
