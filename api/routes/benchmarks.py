"""Benchmarks, for operators: reports of `almere eval`, read from a folder."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from almere_vision.evaluation.diff import Diff, diff_reports
from almere_vision.evaluation.report import Report
from api.access import GuardedRoute
from api.benchmarks import REPORT_ID
from api.deps import Parts, Services
from api.problems import Problem
from api.schemas.benchmarks import Benchmark, BenchmarkList, BenchmarkSummary

router = APIRouter(prefix="/benchmarks", tags=["benchmarks"], route_class=GuardedRoute)

ReportId = Annotated[str, Path(pattern=REPORT_ID, description="Name of the folder of a report.")]


@router.get("", operation_id="listBenchmarks")
def list_benchmarks(parts: Parts) -> BenchmarkList:
    """All reports in the folder, and files there that are none. A new one is there without a restart."""
    folder = parts.benchmarks.folder
    return BenchmarkList(
        folder=None if folder is None else str(folder.resolve()),
        items=[
            Benchmark(
                id=one.id,
                summary=None if one.head is None else BenchmarkSummary.of(one.head),
                fault=one.fault,
            )
            for one in parts.benchmarks.list()
        ],
    )


@router.get("/{report_id}", operation_id="getBenchmark")
def get_benchmark(report_id: ReportId, parts: Parts) -> Report:
    """One report: figures, and each clip with what was labelled and what was alarmed."""
    return _report(parts, report_id)


@router.get("/{report_id}/against/{earlier_id}", operation_id="compareBenchmarks")
def compare_benchmarks(report_id: ReportId, earlier_id: ReportId, parts: Parts) -> Diff:
    """What changed from the earlier report to this one; both must be on the same labels."""
    return diff_reports(_report(parts, earlier_id), _report(parts, report_id))


def _report(parts: Services, report_id: str) -> Report:
    report = parts.benchmarks.get(report_id)
    if report is None:
        raise Problem("not_found", "There is no such report in the folder.")
    return report
