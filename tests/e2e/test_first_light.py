"""From a street camera to a decision that outlives a crash, as an observer sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, Page, expect

from tests.e2e.conftest import Demo, wait_for

SLOW_MS = 60_000
"""A suggestion needs its dwell of 10 s, and this may be a slow machine."""


def sign_in(page: Page, demo: Demo, name: str = "observer") -> None:
    page.goto(demo.address)
    page.get_by_test_id("username").fill(name)
    page.get_by_test_id("password").fill(demo.passwords[name])
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("filters")).to_be_visible()


@pytest.mark.outage
def test_a_parked_vehicle_becomes_a_decision_that_outlives_a_crash(demo: Demo, page: Page) -> None:
    sign_in(page, demo)

    # both vehicles that stand in the footage come by themselves, without a reload
    expect(page.get_by_test_id("card")).to_have_count(2, timeout=SLOW_MS)
    page.get_by_test_id("card").first.click()
    detail = page.get_by_test_id("detail")
    incident = detail.get_attribute("data-incident")
    expect(page.get_by_test_id("reason")).to_contain_text("minstens")
    expect(page.get_by_test_id("clip")).to_be_visible()
    wait_for(
        lambda: page.evaluate("document.querySelector('video')?.readyState ?? 0") >= 2, 15, "the clip plays"
    )
    natural_width_px = "document.querySelector('[data-testid=snapshot]').naturalWidth"
    wait_for(lambda: page.evaluate(natural_width_px) > 0, 15, "the snapshot is shown")

    # one key each
    page.keyboard.press("c")
    expect(detail).to_have_attribute("data-state", "claimed")
    page.keyboard.press("Enter")
    expect(detail).to_have_attribute("data-state", "confirmed")
    page.keyboard.press("u")
    expect(detail).to_have_attribute("data-state", "claimed")
    page.keyboard.press("r")
    page.get_by_test_id("reject-dialog").wait_for()
    page.keyboard.press("4")
    expect(detail).to_have_attribute("data-state", "rejected")

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
    page.get_by_test_id("filter-view").get_by_text("Alles", exact=True).click()
    expect(page.get_by_test_id("card")).to_have_count(2, timeout=SLOW_MS)
    page.locator(f'[data-testid=card][data-incident="{incident}"]').click()
    expect(detail).to_have_attribute("data-incident", str(incident))
    expect(detail).to_have_attribute("data-state", "rejected")
    commands = [line.get_attribute("data-command") for line in page.get_by_test_id("history-line").all()]
    assert sorted(map(str, commands)) == sorted(["suggested", "claim", "confirm", "undo", "reject"])


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
