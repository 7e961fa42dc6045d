"""From a street camera to a decision that outlives a crash, as an observer sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, Page, expect

from tests.e2e.conftest import Demo, wait_for
from tests.e2e.console.console_page import ConsolePage, serious_violations

FIRST_SUGGESTION_MS = 60_000
"""A suggestion needs its dwell of 10 s, and this may be a slow machine."""


@pytest.mark.outage
def test_a_parked_vehicle_becomes_a_decision_that_outlives_a_crash(demo: Demo, page: Page) -> None:
    console = ConsolePage(page, demo.address).sign_in("observer", demo.passwords["observer"])

    # both vehicles that stand in the footage come by themselves, without a reload
    expect(console.cards).to_have_count(2, timeout=FIRST_SUGGESTION_MS)
    incident = str(console.cards.first.get_attribute("data-incident"))
    console.choose(incident)
    expect(console.reason).to_contain_text("minstens")
    expect(console.detail.get_by_test_id("priority-badge")).to_contain_text("P3")
    expect(console.detail.get_by_test_id("band-badge")).to_have_text("kans onbekend")
    video_ready = "document.querySelector('video')?.readyState ?? 0"
    wait_for(lambda: page.evaluate(video_ready) >= 2, 15, "the clip plays")
    snapshot_width_px = "document.querySelector('[data-testid=snapshot]').naturalWidth"
    wait_for(lambda: page.evaluate(snapshot_width_px) > 0, 15, "the snapshot is shown")
    assert serious_violations(page) == []

    # one key each
    console.press("c", "claimed").press("Enter", "confirmed").press("u", "claimed").reject(4)

    # the power fails for everything that thinks
    before_s = dwells_s(page, demo)
    demo.kill("worker")
    demo.kill("api")
    wait_for(lambda: is_ready(page, demo), 60, "the api answers again")

    # the new worker goes on with the same two stays: it tells longer ones under the same ids
    wait_for(
        lambda: all(now_s > before_s[stay] for stay, now_s in dwells_s(page, demo).items()),
        180,
        "the new worker goes on counting",
    )
    assert set(dwells_s(page, demo)) == set(before_s)
    page.reload()
    console.view("all")
    expect(console.cards).to_have_count(2)
    console.choose(incident)
    expect(console.detail).to_have_attribute("data-state", "rejected")
    console.expect_history("suggested", "claim", "confirm", "undo", "reject")


def is_ready(page: Page, demo: Demo) -> bool:
    try:
        return page.request.get(f"{demo.address}/readyz").ok
    except Error:  # nobody listens yet
        return False


def dwells_s(page: Page, demo: Demo) -> dict[str, float]:
    """How long each suggestion says that its vehicle stands, by id."""
    answer = page.request.get(f"{demo.address}/api/v1/incidents")
    assert answer.ok, answer.text()
    return {item["id"]: item["facts"]["dwell_s"] for item in answer.json()["items"]}
