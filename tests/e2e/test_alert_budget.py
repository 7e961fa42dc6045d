"""What the alert budget holds back is in sight: a count that opens, and one let through by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.priority import Priority
from tests.e2e.console.console_page import ConsolePage, serious_violations
from tests.integration.api.stack import PASSWORD, Stack, suggestion, wait_until
from tests.integration.api.test_api_budget import SITE, ZONES


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Stack]:
    """Three suggestions for an observer who can look at one in an hour."""
    (tmp_path / "site.yaml").write_text(SITE)
    (tmp_path / "plaza-1.yaml").write_text(ZONES)
    (tmp_path / "protocol.yaml").write_text("alert_budget: {per_observer_hour: 1}\n")
    stack = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    stack.api.environment["ALMERE_SITE"] = str(tmp_path / "site.yaml")
    try:
        stack.redis.start()
        stack.add_person("anna")
        stack.api.start()
        with stack.signed_in("anna") as client:
            began = datetime.now(UTC) - timedelta(minutes=5)
            for number in range(3):
                at = began + timedelta(minutes=number)
                stack.put(suggestion(f"s-{number}", priority=Priority.P3, raised_at=at))
            wait_until(lambda: client.get("/incidents/s-2").status_code == 200, "all have arrived")
        yield stack
    finally:
        stack.close()


def test_the_count_opens_what_is_held_and_one_is_let_through(busy: Stack, page: Page) -> None:
    console = ConsolePage(page, busy.api.url).sign_in("anna", PASSWORD)
    pill = page.get_by_test_id("held-pill")
    expect(console.cards).to_have_count(1)
    expect(pill).to_have_text("2 tegengehouden")
    expect(page.get_by_test_id("budget")).to_have_text("Budget: 1 van 1 getoond dit uur")
    for _ in ("told", "decided", "all", "held"):
        page.keyboard.press("f")
    expect(pill).to_have_attribute("aria-pressed", "true")
    expect(console.cards).to_have_count(2)
    console.choose(console.cards.first.get_attribute("data-incident") or "")
    expect(page.get_by_test_id("held")).to_contain_text("meldingenbudget")
    assert serious_violations(page) == []
    page.keyboard.press("+")
    expect(page.get_by_test_id("held")).to_have_count(0)
    expect(pill).to_have_text("1 tegengehouden")
    console.expect_history("suggested", "let_through")
    pill.click()
    expect(console.cards).to_have_count(2)
    page.keyboard.press("l")
    expect(pill).to_have_text("1 held back")
