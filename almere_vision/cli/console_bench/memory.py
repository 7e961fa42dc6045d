"""Hours of events in minutes: the clock of the page jumps, the events, requests and verdicts are real."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from almere_vision.cli.console_bench.keys import open_queue
from almere_vision.cli.console_bench.stage import Stage

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

EVENTS_PER_MINUTE: Final = 6
_MINUTE_MS: Final = 60_000
_MB: Final = 2**20
_LOOKS_PER_HOUR: Final = 2


def memory(page: Page, stage: Stage, hours: float, tell: Callable[[str], None]) -> dict[str, Any]:
    """What the page holds after each half hour, garbage collected before each look.

    Each minute six suggestions arrive; the observer confirms one and takes the most urgent one next.
    Timers that were due in that minute fire once.
    """
    page.clock.install()
    open_queue(page, stage)
    browser = page.context.new_cdp_session(page)
    minutes = max(2, round(hours * 60))
    looks: list[tuple[float, float, int, int]] = []
    for minute in range(minutes):
        stage.suggest("hours", minute * EVENTS_PER_MINUTE, EVENTS_PER_MINUTE)
        _work(page)
        page.clock.fast_forward(_MINUTE_MS)
        if (minute + 1) % max(1, min(60 // _LOOKS_PER_HOUR, minutes // 2)) == 0:
            looks.append(((minute + 1) / 60, *_held(browser)))
            tell(f"{looks[-1][0]:.1f} h: {looks[-1][1]:.1f} MB")
    at_h, heap_mb, nodes, listeners = np.array(looks).T
    settled = slice(len(looks) // 5, None)  # the first fifth fills caches
    slope = np.polyfit(at_h[settled], heap_mb[settled], 1)[0] if len(at_h[settled]) > 1 else 0.0
    return {
        "memory_hours": round(minutes / 60, 2),
        "memory_events": minutes * EVENTS_PER_MINUTE,
        "memory_heap_mb": [round(float(one), 1) for one in heap_mb],
        "memory_growth_mb_per_h": round(float(slope), 3),
        "memory_last_per_settled": round(float(heap_mb[-1] / heap_mb[settled][0]), 3),
        "memory_dom_nodes": [int(one) for one in nodes],
        "memory_listeners": [int(one) for one in listeners],
    }


def _work(page: Page) -> None:
    """Confirms the one that is chosen, lets in what is new, and takes the most urgent one that is free."""
    page.keyboard.press("Enter")
    page.wait_for_function(
        """() => document.querySelector('[data-testid="notice"]')?.dataset.tone.match(/done|stopped/)"""
    )
    page.keyboard.press("n")
    page.locator('[data-testid="card"][data-state="suggested"]').first.click()
    page.mouse.move(0, 0)
    page.wait_for_selector('[data-testid="detail"][data-state="suggested"]')


def _held(browser: CDPSession) -> tuple[float, int, int]:
    """MB of script heap, nodes and event listeners, after the garbage is gone."""
    for _ in range(2):
        browser.send("HeapProfiler.collectGarbage")
    heap = browser.send("Runtime.getHeapUsage")
    counters = browser.send("Memory.getDOMCounters")
    return heap["usedSize"] / _MB, counters["nodes"], counters["jsEventListeners"]
