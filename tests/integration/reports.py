"""Reports as `almere eval` writes them, of alarms that a test makes up, without footage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from almere_vision.domain.event import Event
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.figures import named_figures
from almere_vision.evaluation.labels import Label, LabelledClip
from almere_vision.evaluation.matching import Standing
from almere_vision.evaluation.metrics import JudgedClip, figures, judge
from almere_vision.evaluation.report import AlarmRecord, ClipRecord, EventRecord, EventsReport, Report
from almere_vision.evaluation.suite import EventsSettings

SETTINGS = EventsSettings(
    clips="clips", labels="labels", zones="zones", kinds=(Kind.PARKING,), replicates=200
)
LIMIT_S, CLIP_S = 60.0, 300.0


def make_report(
    alarms_s: Mapping[str, Sequence[float]],
    *,
    model: str,
    labels: str = "01234567",
    created: str = "2026-11-01",
) -> Report:
    """In each clip (its camera has the same name) one vehicle stands from 20 to 200 s, so is due at 80 s."""
    judged = [_judged(clip, alarms) for clip, alarms in alarms_s.items()]
    events = EventsReport(
        cameras=SETTINGS.cameras,
        observers=SETTINGS.observers,
        before_s=SETTINGS.before_s,
        after_s=SETTINGS.after_s,
        kinds={"parking": figures(judged, Kind.PARKING, SETTINGS, 1)},
        clips=tuple(map(_record, judged)),
    )
    return Report(
        suite="street",
        created_at=f"{created}T10:00:00+00:00",
        program="almere 0.1.0",
        model=model,
        rules=("parking@1",),
        rate_fps=None,
        labels_sha8=labels,
        seconds=12.5,
        from_cache=0,
        events=events,
        figures=named_figures(events, None, None),
    )


def write_report(folder: Path, name: str, report: Report) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "report.json").write_text(report.model_dump_json(), encoding="utf-8")


def _judged(name: str, alarms_s: Sequence[float]) -> JudgedClip:
    clip = LabelledClip(
        name=f"{name}.mp4",
        path=Path(name),
        zones_path=Path("zones.yaml"),
        group=name,
        conditions=("day",),
        duration_s=CLIP_S,
        limits_s={(Kind.PARKING, "street"): LIMIT_S},
        labels=(Label(kind=Kind.PARKING, zone="street", start_s=20.0, end_s=200.0),),
    )
    return judge(clip, [_alarm(name, at_s) for at_s in alarms_s], SETTINGS)


def _alarm(camera: str, at_s: float) -> Event:
    return Event(
        kind=Kind.PARKING,
        camera=camera,
        preset=None,
        zone="street",
        start_s=at_s - LIMIT_S,
        alarm_s=at_s,
        end_s=None,
        at_least=False,
        score=0.9,
        box=(0.4, 0.4, 0.6, 0.6),
        people=0,
        model="net@01234567",
        rule="parking@1",
        facts={},
    )


def _record(judged: JudgedClip) -> ClipRecord:
    found = {row: judged.alarms[column] for row, column in judged.matching.pairs}
    return ClipRecord(
        clip=judged.clip.name,
        group=judged.clip.group,
        conditions=judged.clip.conditions,
        duration_s=judged.clip.duration_s,
        events=tuple(
            EventRecord(
                kind=one.label.kind,
                zone=one.label.zone,
                start_s=one.label.start_s,
                end_s=one.label.end_s,
                due_s=one.due_s,
                standing=one.standing,
                found=row in found if one.standing is Standing.DUE else None,
                alarm_s=found[row].alarm_s if row in found else None,
                reason="no_detection" if row in judged.matching.missed else None,
                because="the network saw it in 3 of 180 pictures" if row in judged.matching.missed else "",
            )
            for row, one in enumerate(judged.expected)
        ),
        alarms=tuple(
            AlarmRecord(
                kind=alarm.kind,
                zone=alarm.zone,
                start_s=alarm.start_s,
                alarm_s=alarm.alarm_s,
                end_s=alarm.end_s,
                score=alarm.score,
                box=alarm.box,
                people=alarm.people,
                outcome=outcome,
            )
            for alarm, outcome in zip(judged.alarms, judged.matching.outcomes, strict=True)
        ),
    )
