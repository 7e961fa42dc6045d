"""Fault 23, many streams for hours: when `scripts/soak` (in CI, and at night) says that something grew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

FLAT: dict[str, Any] = {
    "cameras": 10,
    "kept_up": 10,
    "rss_mb": 500.0,
    "rss_growth_mb": 10.0,
    "descriptors_growth": 1,
    "frame_age_growth_ms": 20.0,
    "frame_age_ms_p95": 300.0,
}

FaultsOf = Callable[..., Iterator[str]]


@pytest.fixture(scope="module")
def faults_of(root: Path) -> FaultsOf:
    loader = SourceFileLoader("soak", str(root / "scripts" / "soak"))
    spec = spec_from_loader("soak", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    faults: FaultsOf = module.faults_of
    return faults


def test_fault_23_what_stays_flat_passes(faults_of: FaultsOf) -> None:
    assert list(faults_of(FLAT, beside=False)) == []


@pytest.mark.parametrize(
    ("grown", "told"),
    [
        ({"rss_growth_mb": 26.0}, "memory grew by 26.0 of 500.0 MB"),
        ({"descriptors_growth": 5}, "5 more open files"),
        ({"frame_age_growth_ms": 300.0}, "pictures were judged 300.0 ms older in the second half"),
        ({"frame_age_growth_ms": None}, "pictures were judged None ms older in the second half"),
        ({"frame_age_ms_p95": 1100.0}, "pictures were 1100.0 ms old when they were judged"),
        ({"kept_up": 9}, "9 of 10 cameras kept up"),
    ],
)
def test_fault_23_what_grows_is_told(faults_of: FaultsOf, grown: dict[str, Any], told: str) -> None:
    assert list(faults_of(FLAT | grown, beside=False)) == [told]


def test_fault_23_beside_other_work_pictures_may_be_late_but_nothing_may_leak(faults_of: FaultsOf) -> None:
    late = {"frame_age_ms_p95": 2500.0, "frame_age_growth_ms": 800.0, "kept_up": 3}
    assert list(faults_of(FLAT | late, beside=True)) == []
    assert (
        len(list(faults_of(FLAT | late | {"rss_growth_mb": 26.0, "descriptors_growth": 5}, beside=True))) == 2
    )
