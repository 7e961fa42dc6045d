"""The measurements, one after another on the same parts, and what of them missed its budget."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from almere_vision.cli.console_bench import browser, keys, paint
from almere_vision.cli.console_bench.memory import memory
from almere_vision.cli.console_bench.stage import Stage, staged
from almere_vision.config import Settings

BUDGETS: Final[Mapping[str, float]] = {
    "initial_script_gzip_bytes": 300_000,
    "first_paint_ms_p50": 1000,
    "key_ms_p95": 100,
    "memory_last_per_settled": 1.1,
}
"""No figure may be above its budget."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to measure; see the options of `almere bench console`."""

    suggestions: int
    keys: int
    paints: int
    hours: float


def measure(settings: Settings, order: Order, tell: Callable[[str], None]) -> dict[str, Any]:
    """All figures of a run; `missed` names those over their budget.

    Raises:
        SettingsError: a browser, a PostgreSQL or the built console is missing.
        AlmereError: a part did not start or did not answer.
    """
    with browser.chromium() as chromium, staged(settings, order.suggestions, tell) as stage:
        desk = browser.sign_in(chromium, stage)
        found: dict[str, Any] = {"suggestions": order.suggestions, "cores": os.cpu_count()}
        found["initial_script_gzip_bytes"] = paint.initial_script_bytes(desk, stage.url)
        tell("measuring keys")
        found |= _keys(desk, stage, order.keys)
        tell("measuring first paints")
        found |= _paints(desk, stage, order.paints)
        tell(f"measuring memory over {order.hours:g} hours")
        with desk.page() as page:
            found |= memory(page, stage, order.hours, tell)
    found["missed"] = [name for name, limit in BUDGETS.items() if found[name] > limit]
    return found


def _paints(desk: browser.Desk, stage: Stage, times: int) -> dict[str, Any]:
    queue_ms = paint.first_paints_ms(desk, stage.url, times)
    with paint.bare_page() as url:
        bare_ms = paint.first_paints_ms(desk, url, times)
    return {
        "first_paint_ms_p50": _percentile(queue_ms, 50),
        "first_paint_ms_max": _percentile(queue_ms, 100),
        "bare_page_paint_ms_p50": _percentile(bare_ms, 50),
        "paint_per_bare_page": round(float(np.median(queue_ms) / np.median(bare_ms)), 1),
    }


def _keys(desk: browser.Desk, stage: Stage, count: int) -> dict[str, Any]:
    with desk.page() as page:
        keys.open_queue(page, stage)
        by_kind = keys.presses_ms(page, stage, count, "meanwhile")
    with paint.bare_page() as url, desk.page() as page:
        bare_ms = keys.bare_presses_ms(page, url, count)
    every = [cost for costs in by_kind.values() for cost in costs]
    return {
        "keys": len(every),
        "key_ms_by_kind": {
            kind: [_percentile(costs, 50), _percentile(costs, 95)] for kind, costs in by_kind.items()
        },
        "key_ms_p50": _percentile(every, 50),
        "key_ms_p95": _percentile(every, 95),
        "bare_key_ms_p50": _percentile(bare_ms, 50),
        "key_per_bare_key": round(float(np.median(every) / np.median(bare_ms)), 1),
    }


def _percentile(values: Sequence[float], percent: float) -> float:
    return round(float(np.percentile(values, percent)), 1)
