"""A supervisor reads what decisions propose, approves it by keys, and takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.incident import RejectReason, Role
from almere_vision.review.gate import is_sample
from tests.e2e.console.console_page import ConsolePage, serious_violations
from tests.integration.api.stack import PASSWORD, Stack, suggestion
from tests.integration.decided import decide_all


@pytest.fixture
def taught(tmp_path: Path) -> Iterator[Stack]:
    """100 false ones at 0.50 and 50 right ones, one of them at 0.40."""
    stack = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    try:
        stack.redis.start()
        stack.add_person("chief", Role.SUPERVISOR)
        decide_all(
            stack.engine,
            {
                RejectReason.WRONG_OBJECT: [suggestion(f"f-{n}", score=0.5) for n in range(100)],
                None: [suggestion(f"c-{n}", score=0.8 if n else 0.4) for n in range(50)],
            },
            datetime.now(UTC) - timedelta(days=1),
        )
        stack.api.start()
        yield stack
    finally:
        stack.close()


def test_approved_by_keys_it_holds_back_and_taken_back_it_shows(taught: Stack, page: Page) -> None:
    drawn = next(f"low-{n}" for n in range(1000) if is_sample(f"low-{n}", 0.02))
    plain = next(f"low-{n}" for n in range(1000) if not is_sample(f"low-{n}", 0.02))
    console = ConsolePage(page, taught.api.url).sign_in("chief", PASSWORD)
    console.press("t")
    proposal = page.get_by_test_id("threshold-proposal")
    expect(proposal).to_have_text(
        "Verhoog naar 0,51: 100 minder onterecht, 1 bevestigd verloren, uit 150 beslissingen"
    )
    assert serious_violations(page) == []
    page.keyboard.press("a")
    expect(page.get_by_test_id("threshold-dialog")).to_be_visible()
    assert serious_violations(page) == []
    page.get_by_test_id("threshold-note").fill("kermis voorbij")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("threshold-in-force")).to_have_text("Drempel 0,51")
    expect(page.get_by_test_id("threshold-change")).to_contain_text("kermis voorbij")

    page.keyboard.press("Escape")
    taught.put(suggestion(drawn, score=0.4), suggestion(plain, score=0.4))
    expect(page.get_by_test_id("held-pill")).to_have_text("1 tegengehouden", timeout=15_000)
    expect(console.card(drawn)).to_be_visible()
    console.choose(drawn)
    expect(page.get_by_test_id("sample")).to_contain_text("Steekproef: scoort onder de drempel 0,51")
    expect(console.card(plain)).to_have_count(0)

    page.get_by_test_id("thresholds-link").click()
    expect(page.get_by_test_id("threshold-undo")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_test_id("threshold-dialog")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("threshold-in-force")).to_have_text("Geen drempel")
    page.keyboard.press("l")
    expect(page.get_by_test_id("threshold-in-force")).to_have_text("No threshold")
    page.keyboard.press("t")
    expect(console.card(plain)).to_be_visible()
    expect(page.get_by_test_id("held-pill")).to_have_count(0, timeout=15_000)
