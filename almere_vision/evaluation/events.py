"""Alarms against labelled events: from label files to the events part of a report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from almere_vision.domain.detections import Detections
from almere_vision.domain.errors import LabelFileError
from almere_vision.domain.event import events_from
from almere_vision.domain.geometry import Box
from almere_vision.domain.suggestion import Kind, RuleHit
from almere_vision.domain.tracks import Tracks
from almere_vision.evaluation.labels import LabelledClip, load_labels
from almere_vision.evaluation.looks import Album
from almere_vision.evaluation.matching import Outcome, Standing
from almere_vision.evaluation.metrics import JudgedClip, figures, judge
from almere_vision.evaluation.reasons import Finding, Trace, why_false, why_missed
from almere_vision.evaluation.report import AlarmRecord, ClipRecord, EventRecord, EventsReport
from almere_vision.evaluation.strips import StripMaker, StripOrder
from almere_vision.evaluation.suite import EventsSettings, Suite
from almere_vision.rules.fight import FightParameters
from almere_vision.scene import Scene
from almere_vision.suggest import Once
from almere_vision.tracking import Tracker
from almere_vision.worker.pipeline import Judge, Looking

MakeJudge = Callable[[Scene, float, Looking | None], Judge]
"""Tracker and rules for a scene, at a rate of pictures, perhaps with closer looks."""

SESSION = "eval"
_BEFORE_S = 1.0


@dataclass(frozen=True, slots=True)
class WatchedClip:
    """A labelled clip with what the stages made of it."""

    clip: LabelledClip
    trace: Trace
    clip_sha256: str


def default_judge(scene: Scene, rate_fps: float, looking: Looking | None = None) -> Judge:
    """Tracker and rules as the worker has them."""
    return Judge(scene, SESSION, rate_fps, looking)


def load_clips(suite: Suite, settings: EventsSettings) -> list[LabelledClip]:
    """All label files of a suite, checked, in order of clip name.

    Raises:
        LabelFileError: the first mistake, as `file:line: what`.
    """
    labels_dir = suite.find("events", "labels")
    clips_dir, zones_dir = suite.find("events", "clips"), suite.find("events", "zones")
    paths = sorted(labels_dir.glob("*.json"))
    if not paths:
        raise suite.marked.refuse(["events", "labels"], f"{settings.labels} holds no label files (*.json)")
    clips: dict[str, tuple[LabelledClip, Path]] = {}
    for path in paths:
        clip = load_labels(path, clips_dir, zones_dir)
        if clip.name in clips:
            raise LabelFileError(f"{path}:1: clip {clip.name!r} is also labelled in {clips[clip.name][1]}")
        clips[clip.name] = (replace(clip, group=settings.group(clip.name, clip.group)), path)
    return [clip for _, (clip, _) in sorted(clips.items())]


def labels_sha8(clips: Sequence[LabelledClip]) -> str:
    """Changes when the names of clips, their labels, groups, conditions or limits change."""
    content = [
        [
            clip.name,
            clip.group,
            clip.conditions,
            [label.model_dump(mode="json", exclude={"note"}) for label in clip.labels],
            sorted([kind.value, zone, limit_s] for (kind, zone), limit_s in clip.limits_s.items()),
        ]
        for clip in clips
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:8]


def watch(
    clip: LabelledClip,
    detections: Sequence[Detections],
    clip_sha256: str,
    rate_fps: float,
    make_judge: MakeJudge = default_judge,
    album: Album | None = None,
) -> WatchedClip:
    """Let tracker and rules judge what was detected in a clip; fights are looked for with an album."""
    scene = Scene.load(clip.zones_path)
    decide = make_judge(scene, rate_fps, album)
    model = detections[0].model if detections else ""
    once = Once()
    hits = (hit for seen in detections for hit in _judged(decide, seen))
    tellings = [once.tell(hit, scene.view(hit.moment.preset)) for hit in hits]

    @cache
    def tracks() -> Sequence[Tracks]:
        """The same tracks again: a Judge keeps them to itself, and few clips need them."""
        tracker = Tracker(scene.camera, SESSION, rate_fps)
        return [tracker.update(seen) for seen in detections]

    trace = Trace(
        detections=detections,
        tracks=tracks,
        raised=events_from(tellings, model),
        view=scene.view(None),
        answers=() if album is None else album.all,
        look_threshold=FightParameters().threshold,
    )
    return WatchedClip(clip, trace, clip_sha256)


def _judged(judge: Judge, seen: Detections) -> Iterator[RuleHit]:
    yield from judge.update(seen)
    yield from (hit for hit, _ in judge.hear())


class StripBook:
    """Collects the picture strips of a report, by name."""

    def __init__(self, folder: Path) -> None:
        self.strips: dict[str, bytes] = {}
        self._folder = folder

    def add(self, watched: WatchedClip, zone: str, box: Box | None, span_s: tuple[float, float]) -> str:
        """Make the strip of a stretch of time of a clip, and return its name."""
        polygon = next(one.polygon for one in watched.trace.view.zones if one.id == zone)
        last_s = min(span_s[1], watched.clip.duration_s)
        first_s = max(0.0, min(span_s[0], last_s))
        clip = watched.clip
        maker = StripMaker(clip.path, watched.clip_sha256, watched.trace.detections, self._folder)
        name = f"strip-{len(self.strips) + 1}"
        self.strips[name] = maker.make(StripOrder(first_s, last_s, box, polygon))
        return name


def events_report(
    watched: Sequence[WatchedClip], settings: EventsSettings, seed: int, strips: StripBook | None
) -> EventsReport:
    """All figures and records over the watched clips; without `strips` no pictures are made."""
    judged = [(one, judge(one.clip, one.trace.raised, settings)) for one in watched]
    kinds: dict[str, Kind | None] = {kind.value: kind for kind in settings.kinds}
    if len(kinds) > 1:
        kinds["all"] = None
    return EventsReport(
        cameras=settings.cameras,
        observers=settings.observers,
        before_s=settings.before_s,
        after_s=settings.after_s,
        kinds={
            name: figures([one for _, one in judged], kind, settings, seed) for name, kind in kinds.items()
        },
        clips=tuple(_clip_record(one, found, settings, strips) for one, found in judged),
    )


def _clip_record(
    watched: WatchedClip, judged: JudgedClip, settings: EventsSettings, strips: StripBook | None
) -> ClipRecord:
    return ClipRecord(
        clip=judged.clip.name,
        group=judged.clip.group,
        conditions=judged.clip.conditions,
        duration_s=judged.clip.duration_s,
        events=tuple(
            _event_record(row, watched, judged, settings, strips) for row in range(len(judged.expected))
        ),
        alarms=tuple(_alarm_record(n, watched, judged, settings, strips) for n in range(len(judged.alarms))),
    )


def _event_record(
    row: int, watched: WatchedClip, judged: JudgedClip, settings: EventsSettings, strips: StripBook | None
) -> EventRecord:
    expected = judged.expected[row]
    label = expected.label
    alarm = next((judged.alarms[column] for mine, column in judged.matching.pairs if mine == row), None)
    missed = row in judged.matching.missed
    finding = why_missed(row, judged, watched.trace, settings) if missed else None
    strip = None
    if missed and strips is not None:
        span_s = (label.start_s - _BEFORE_S, min(label.end_s, expected.due_s + settings.after_s))
        strip = strips.add(watched, label.zone, label.box, span_s)
    return EventRecord(
        kind=label.kind,
        zone=label.zone,
        start_s=label.start_s,
        end_s=label.end_s,
        due_s=expected.due_s,
        standing=expected.standing,
        found=None if expected.standing is not Standing.DUE else alarm is not None,
        alarm_s=None if alarm is None else alarm.alarm_s,
        reason=finding.reason if finding else None,
        because=finding.because if finding else "",
        strip=strip,
    )


def _alarm_record(
    column: int, watched: WatchedClip, judged: JudgedClip, settings: EventsSettings, strips: StripBook | None
) -> AlarmRecord:
    alarm, outcome = judged.alarms[column], judged.matching.outcomes[column]
    false = outcome in (Outcome.FALSE, Outcome.DUPLICATE)
    finding: Finding | None = why_false(column, judged, watched.trace, settings) if false else None
    strip = None
    if false and strips is not None:
        strip = strips.add(watched, alarm.zone, alarm.box, (alarm.start_s - _BEFORE_S, alarm.alarm_s))
    return AlarmRecord(
        kind=alarm.kind,
        zone=alarm.zone,
        start_s=alarm.start_s,
        alarm_s=alarm.alarm_s,
        end_s=alarm.end_s,
        score=alarm.score,
        box=alarm.box,
        people=alarm.people,
        outcome=outcome,
        event=next((row for row, mine in judged.matching.pairs if mine == column), None),
        reason=finding.reason if finding else None,
        because=finding.because if finding else "",
        strip=strip,
    )
