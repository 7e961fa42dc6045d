"""The report as data: what stands in `report.json`. Fields may be added, not renamed or removed.

Times are media seconds of the clip. `null` means that a figure is not defined, such as the precision of
a detector that raised no alarm.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from almere_vision.domain.errors import InputError
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.matching import Outcome, Standing

SCHEMA_VERSION: Final = 1


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Figure(_Part):
    """A figure with its 95 % interval; `low` and `high` are null where there is no basis for one."""

    value: float | None
    low: float | None = None
    high: float | None = None


class Rate(_Part):
    """Events per hour: exact two-sided 95 % Poisson limits, and the one-sided "at most" of a claim."""

    value: float
    low: float
    high: float
    at_most: float


class Latency(_Part):
    """From due to alarm, in seconds. Misses are kept as infinitely late: null in the quantiles."""

    delays_s: tuple[float, ...] = Field(description="Of the events found, in order of size.")
    missed: int
    median_s: float | None
    p90_s: float | None
    found_mean_s: float | None = Field(description="Mean over the events found only.")


class CurvePoint(_Part):
    """The figures when only alarms of at least `score` are put before people."""

    score: float
    true: int
    false: int
    precision: float | None
    recall: float | None
    miss_rate: float | None
    false_per_hour: float


class Slice(_Part):
    """The figures of the clips under one condition; Wilson intervals."""

    name: str
    clips: int
    camera_hours: float
    events: int
    found: int
    false: int
    recall: Figure
    precision: Figure


class Group(_Part):
    """One camera: its own counts, and the figures of all the others without it."""

    name: str
    clips: int
    camera_hours: float
    events: int
    found: int
    false: int
    precision_without: float | None
    recall_without: float | None
    f1_without: float | None


class KindFigures(_Part):
    """The figures of one kind of event, or of all kinds together."""

    events: int
    found: int
    missed: int
    alarms: int = Field(description="All alarms that people would get, ignored ones included.")
    false: int = Field(description="False alarms, duplicates included.")
    duplicates: int
    ignored: int
    camera_hours: float
    precision: Figure
    recall: Figure
    f_alpha: Mapping[str, Figure] = Field(description="F = (1 + a) R P / (R + a P) by alpha; 1 is F1.")
    latency: Latency
    false_per_camera_hour: Rate
    alerts_per_observer_hour: Rate
    overlap: OverlapFigures
    curve: tuple[CurvePoint, ...]
    conditions: tuple[Slice, ...]
    groups: tuple[Group, ...]


class OverlapFigures(_Part):
    """The same alarms matched by temporal overlap instead of the alarm window."""

    found: int
    missed: int
    false: int
    precision: float | None
    recall: float | None
    f1: float | None


class Cascade(_Part):
    """The search for fights, stage by stage: where the labelled ones stopped, and what the rest cost."""

    classifier: str = Field(description="name@sha8")
    threshold: float
    least: int = Field(description="So many looks there must be ...")
    of: int = Field(description="... and the mean of the last so many decides.")
    events: int
    no_people: int = Field(description="Missed: the network saw nobody, or too rarely.")
    no_trigger: int = Field(description="Missed: nobody was close and restless for long enough.")
    below_threshold: int = Field(description="Missed: no look said fight.")
    too_few_looks: int = Field(description="Missed: some looks said fight, never all together.")
    otherwise: int = Field(description="Missed for another reason, as an alarm that came too late.")
    found: int
    normal_hours: float = Field(description="Camera-hours outside of the labelled fights.")
    groups_per_hour: float = Field(description="Groups of people that were looked at, outside of fights.")
    looks_per_hour: float = Field(description="Closer looks outside of fights.")
    looks_above_per_hour: float = Field(description="Those that said fight.")
    false_alarms_per_hour: Rate


class EventRecord(_Part):
    """A labelled event and what became of it."""

    kind: Kind
    zone: str
    start_s: float
    end_s: float
    due_s: float
    standing: Standing
    found: bool | None = Field(description="Null when no alarm had to come.")
    alarm_s: float | None = None
    reason: str | None = Field(None, description="Why it was missed.")
    because: str = Field("", description="The reason in a sentence.")
    strip: str | None = Field(None, description="Name of the picture strip in report.html.")


class AlarmRecord(_Part):
    """An alarm and what became of it."""

    kind: Kind
    zone: str
    start_s: float
    alarm_s: float
    end_s: float | None
    score: float
    box: tuple[float, float, float, float]
    people: int
    outcome: Outcome
    event: int | None = Field(None, description="Index of the event that it found.")
    reason: str | None = Field(None, description="Why it was false.")
    because: str = ""
    strip: str | None = None


class ClipRecord(_Part):
    """One clip: what happened, and what was alarmed."""

    clip: str
    group: str
    conditions: tuple[str, ...]
    duration_s: float
    events: tuple[EventRecord, ...]
    alarms: tuple[AlarmRecord, ...]


class Fold(_Part):
    """A camera that was left out, with the settings that were best on all others."""

    group: str
    chosen: Mapping[str, float]
    found: int
    missed: int
    false: int


class CrossValidated(_Part):
    """Figures of a rule whose settings were never chosen on the camera that is judged."""

    tried: int = Field(description="Combinations of settings.")
    found: int
    missed: int
    false: int
    precision: Figure
    recall: Figure
    f1: Figure
    folds: tuple[Fold, ...]


class EventsReport(_Part):
    """Alarms against labelled events."""

    cameras: int
    observers: int
    before_s: float
    after_s: float
    kinds: Mapping[str, KindFigures] = Field(description="By kind, and `all` for all together.")
    clips: tuple[ClipRecord, ...]
    cascade: Cascade | None = Field(None, description="Where fights are looked for.")
    cross_validated: Mapping[str, CrossValidated] = Field(
        {}, description="By kind, where it was asked for: leave one camera out."
    )


class Confusion(_Part):
    """Counts at the working point. `accuracy` is null without clips."""

    name: str
    clips: int
    true_positive: int
    false_positive: int
    true_negative: int
    false_negative: int
    accuracy: float | None
    roc_auc: float | None = Field(None, description="Null when only one class is present.")
    average_precision: float | None = None


class ScoredClip(_Part):
    """One short clip with its score."""

    clip: str
    group: str
    positive: bool
    score: float


class ClipsReport(_Part):
    """Fight or not, over short clips."""

    threshold: float
    overall: Confusion
    accuracy: Figure
    roc_auc: Figure
    average_precision: Figure
    sources: tuple[Confusion, ...]
    groups: tuple[Confusion, ...]
    roc: tuple[tuple[float, float], ...] = Field(description="(false positive rate, true positive rate)")
    precision_recall: tuple[tuple[float, float], ...] = Field(description="(recall, precision)")
    clips: tuple[ScoredClip, ...]


class TrackingFigures(_Part):
    """Tracking at one rate of pictures; shares 0..1, MOTA may be negative."""

    rate_fps: float
    pictures: int
    hota: float
    deta: float
    assa: float
    idf1: float
    mota: float
    id_switches: int


class TrackingReport(_Part):
    """Persons: detections and tracks against boxes with identities."""

    clip: str
    detection_ap50: float
    detection_ap: float = Field(description="Mean over IoU 0.50 to 0.95, as COCO.")
    rates: tuple[TrackingFigures, ...]


class Report(_Part):
    """One run of one suite."""

    schema_version: Literal[1] = SCHEMA_VERSION
    suite: str
    created_at: str = Field(description="UTC, ISO 8601.")
    program: str = Field(description="Name and version of the program.")
    model: str = Field(description="name@sha8")
    rules: tuple[str, ...] = Field(description="name@version of each rule that raised an alarm.")
    rate_fps: float | None = Field(
        description="Pictures a second; null where each clip had what its rules need."
    )
    precision: Literal["exact", "fast"] = Field(
        "exact", description="fast: computed as suits the processor, as workers do."
    )
    keep_alive_s: float | None = Field(
        None, description="Pictures on which nothing moved were not looked at for so long; null: all were."
    )
    labels_sha8: str = Field(description="Changes when footage names, labels or zones change.")
    seconds: float = Field(description="How long the run took.")
    from_cache: int = Field(description="Clips whose detections came from the cache.")
    events: EventsReport | None = None
    clips: ClipsReport | None = None
    tracking: TrackingReport | None = None
    figures: Mapping[str, float | None] = Field(
        description="The figures that gates and comparisons look at, by name as `parking.recall`."
    )


def read_report(path: Path) -> Report:
    """Read a `report.json`, or the one in a folder.

    Raises:
        InputError: missing, or not a report of this version.
    """
    file = path / "report.json" if path.is_dir() else path
    try:
        return Report.model_validate_json(file.read_bytes())
    except OSError as error:
        raise InputError(f"{file}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise InputError(f"{file} is not a report of almere eval: {where} {first['msg']}") from None


def json_schema() -> dict[str, Any]:
    """JSON Schema of `report.json`; the committed copy is checked against this."""
    return Report.model_json_schema(mode="serialization")
