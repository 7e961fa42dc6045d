"""Benchmarks: the list of reports. A report itself is that of `almere eval`, by its own schema."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field

from almere_vision.evaluation.report import Report


class BenchmarkSummary(BaseModel):
    """What a list says of a report."""

    suite: str
    created_at: str = Field(description="UTC, ISO 8601.")
    program: str
    model: str = Field(description="name@sha8")
    rules: list[str]
    labels_sha8: str = Field(description="Two reports can be compared when it and the suite are the same.")
    seconds: float = Field(description="How long the run took.")
    figures: dict[str, float | None]

    @classmethod
    def of(cls, report: Report) -> Self:
        return cls(
            suite=report.suite,
            created_at=report.created_at,
            program=report.program,
            model=report.model,
            rules=list(report.rules),
            labels_sha8=report.labels_sha8,
            seconds=report.seconds,
            figures=dict(report.figures),
        )


class Benchmark(BaseModel):
    """A folder with a report, or with a file that is none."""

    id: str = Field(description="Name of the folder.")
    summary: BenchmarkSummary | None
    fault: str = Field(description="Why the file cannot be read; empty where it can.")


class BenchmarkList(BaseModel):
    """The newest first. `folder` is where `almere eval run --out` puts a report; null where none is set."""

    folder: str | None
    items: list[Benchmark]
