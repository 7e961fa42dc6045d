"""The release gate: a report may not be worse than its baseline by more than the tolerance."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from almere_vision.domain.errors import InputError
from almere_vision.evaluation.report import Report
from almere_vision.evaluation.suite import Tolerance

_ROUNDING = 1e-6


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Guarded(Tolerance):
    """A figure of a baseline, and how much worse it may become."""

    value: float | None


class Baseline(_Part):
    """Figures to hold on to; no footage, no pictures, no names."""

    schema_version: Literal[1] = 1
    suite: str
    labels_sha8: str
    model: str
    rules: tuple[str, ...]
    events: int = Field(description="Labelled events that count.")
    camera_hours: float
    figures: Mapping[str, Guarded]


class Fallen(_Part):
    """A figure that is worse than the baseline allows."""

    name: str
    value: float | None
    baseline: float | None
    limit: float | None

    def __str__(self) -> str:
        return f"{self.name}: {_text(self.value)}, was {_text(self.baseline)}, limit {_text(self.limit)}"


def make_baseline(report: Report, gate: Mapping[str, Tolerance]) -> Baseline:
    """The baseline that a report makes with the tolerances of its suite.

    Raises:
        InputError: the suite guards a figure that the report does not have, or none at all.
    """
    if unknown := sorted(set(gate) - set(report.figures)):
        raise InputError(f"the report has no {unknown[0]}; it has {', '.join(sorted(report.figures))}")
    if not gate:
        raise InputError(f"suite {report.suite} guards no figure: add `gate` to it")
    every = list(report.events.kinds.values()) if report.events else []
    largest = max(every, key=lambda kind: kind.events, default=None)
    return Baseline(
        suite=report.suite,
        labels_sha8=report.labels_sha8,
        model=report.model,
        rules=report.rules,
        events=largest.events if largest else 0,
        camera_hours=round(largest.camera_hours, 4) if largest else 0.0,
        figures={
            name: Guarded(value=_rounded(report.figures[name]), **tolerance.model_dump())
            for name, tolerance in sorted(gate.items())
        },
    )


def read_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises:
        InputError: missing, or not a baseline.
    """
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise InputError(f"{path} is not a baseline: {where} {first['msg']}") from None


def fallen(report: Report, baseline: Baseline) -> list[Fallen]:
    """The figures of the report that fell beyond their tolerance. An undefined figure is the worst.

    Raises:
        InputError: report and baseline are not about the same labels.
    """
    if report.suite != baseline.suite or report.labels_sha8 != baseline.labels_sha8:
        raise InputError(
            f"the baseline is about other labels ({baseline.suite}@{baseline.labels_sha8}, the report about "
            f"{report.suite}@{report.labels_sha8}): make a new one with --write"
        )
    worse = []
    for name, guarded in baseline.figures.items():
        if guarded.value is None:
            continue  # nothing was promised
        sign = 1 if guarded.better == "higher" else -1
        limit = guarded.value - sign * guarded.worse_by
        value = report.figures.get(name)
        if value is None or sign * (value - limit) < -_ROUNDING:
            worse.append(Fallen(name=name, value=value, baseline=guarded.value, limit=limit))
    return worse


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _text(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"
