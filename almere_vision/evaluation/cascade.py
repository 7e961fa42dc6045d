"""Which stage of the search for fights said no, and the curve over the threshold of the classifier.

people seen ──► trigger ──► a look above the threshold ──► the last looks together ──► alarm in time
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from almere_vision.domain.event import events_from
from almere_vision.domain.look import Answer
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.events import WatchedClip
from almere_vision.evaluation.looks import Album
from almere_vision.evaluation.matching import Standing
from almere_vision.evaluation.metrics import Counts, JudgedClip, count, curve_point, judge, rate
from almere_vision.evaluation.reasons import Reason
from almere_vision.evaluation.report import Cascade, ClipRecord, CurvePoint
from almere_vision.evaluation.suite import EventsSettings
from almere_vision.rules.fight import FightParameters, FightRule
from almere_vision.suggest import Once
from almere_vision.worker.pipeline import Looking

_THRESHOLDS: Final = tuple(round(0.02 * step, 2) for step in range(1, 50))
_BY_STAGE: Final = (Reason.NO_DETECTION, Reason.NO_TRIGGER, Reason.BELOW, Reason.OUTWEIGHED)


def replay(
    watched: WatchedClip, looking: Looking, parameters: FightParameters, settings: EventsSettings
) -> JudgedClip:
    """The fights of one clip, by a rule with these parameters; closer looks are taken from `looking`."""
    rule, once, view = FightRule(parameters), Once(), watched.trace.view
    tellings = []
    for tracks in watched.trace.tracks():
        hits = rule.update(tracks, view)
        for look in rule.looks():
            looking.ask(look)
        hits += [hit for answer in looking.answers() for hit in rule.hear(answer)]
        tellings += [once.tell(hit, view) for hit in hits]
    only = settings.model_copy(update={"kinds": (Kind.FIGHT,), "score_min": 0.0})
    return judge(watched.clip, events_from(tellings, ""), only)


def curve(
    watched: Sequence[tuple[WatchedClip, Album]], settings: EventsSettings, base: FightParameters
) -> tuple[CurvePoint, ...]:
    """Recall and false alarms at every threshold of the classifier, each by a replay of the whole rule."""
    points = []
    for threshold in reversed(_THRESHOLDS):
        parameters = replace(base, threshold=threshold, low=min(base.low, threshold))
        judged = (replay(one, album, parameters, settings) for one, album in watched)
        total = sum((count(clip, Kind.FIGHT) for clip in judged), Counts())
        points.append(curve_point(threshold, total))
    return tuple(points)


def cascade(
    watched: Sequence[WatchedClip], records: Sequence[ClipRecord], model: str, parameters: FightParameters
) -> Cascade:
    """How far the fights got, and what the normal footage cost at each stage."""
    due = [event for clip in records for event in clip.events if event.kind is Kind.FIGHT]
    due = [event for event in due if event.standing is Standing.DUE]
    stages = Counter(event.reason for event in due if not event.found)
    normal_s, looks, groups, above = 0.0, 0, 0, 0
    for one in watched:
        spans_s = [(label.start_s, label.end_s) for label in one.clip.labels if label.kind is Kind.FIGHT]
        normal_s += one.clip.duration_s - sum(end_s - start_s for start_s, end_s in spans_s)
        normal = [answer for answer in one.trace.answers if not _touches(answer, spans_s)]
        looks += len(normal)
        groups += len({answer.look.stay for answer in normal})
        above += sum((answer.score or 0.0) >= parameters.threshold for answer in normal)
    false = sum(
        alarm.kind is Kind.FIGHT and alarm.outcome in ("false", "duplicate")
        for clip in records
        for alarm in clip.alarms
    )
    hours = max(normal_s / 3600, 1e-9)
    return Cascade(
        classifier=model,
        threshold=parameters.threshold,
        least=parameters.least,
        of=parameters.of,
        events=len(due),
        no_people=stages[Reason.NO_DETECTION],
        no_trigger=stages[Reason.NO_TRIGGER],
        below_threshold=stages[Reason.BELOW],
        too_few_looks=stages[Reason.OUTWEIGHED],
        otherwise=sum(number for reason, number in stages.items() if reason not in _BY_STAGE),
        found=sum(event.found is True for event in due),
        normal_hours=hours,
        groups_per_hour=groups / hours,
        looks_per_hour=looks / hours,
        looks_above_per_hour=above / hours,
        false_alarms_per_hour=rate(false, hours),
    )


def _touches(answer: Answer, spans_s: Sequence[tuple[float, float]]) -> bool:
    start_s, end_s = answer.look.start_s, answer.look.moment.media_time_s
    return any(start_s < last_s and end_s > first_s for first_s, last_s in spans_s)
