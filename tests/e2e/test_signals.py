"""A supervisor reads what rises and falls, and what is too little to say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.incident import Role
from tests.e2e.console.console_page import ConsolePage, serious_violations
from tests.integration.api.stack import PASSWORD, Stack, suggestion
from tests.integration.api.test_api_signals import days_ago, fill_street
from tests.integration.decided import decide_all


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    try:
        stack.redis.start()
        stack.add_person("chief", Role.SUPERVISOR)
        fill_street(stack)
        rare = [suggestion(f"rare-{n}", camera="quay", raised_at=days_ago(3)) for n in range(2)]
        decide_all(stack.engine, {None: rare}, datetime.now(UTC))
        stack.api.start()
        yield stack
    finally:
        stack.close()


def test_a_supervisor_sees_what_rises(street: Stack, page: Page) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    ConsolePage(page, street.api.url).sign_in("chief", PASSWORD)
    page.get_by_test_id("signals-link").click()
    found = page.get_by_test_id("signals-found").get_by_test_id("signal")
    expect(found.first).to_be_visible(timeout=30_000)  # the first question loads what computes them
    page.keyboard.press("2")
    market = found.filter(has_text="Parkeren, market")
    expect(market.first).to_contain_text("Stijgt")
    expect(market.first).to_contain_text("3\u00d7 (")
    expect(market.first).to_contain_text("uur gekeken (14 u nu, 84 u ervoor)")
    steady = page.get_by_test_id("signals-steady").get_by_test_id("signal")
    expect(steady.filter(has_text="harbour").first).to_contain_text("Geen verandering te zien")
    little = page.get_by_test_id("signals-little").get_by_test_id("signal")
    expect(little.filter(has_text="quay").first).to_contain_text("Te weinig om iets te zeggen")
    page.get_by_test_id("signals-how").click()
    expect(page.get_by_text("hooguit 5% toeval")).to_be_visible()
    assert serious_violations(page) == []
    page.keyboard.press("j")
    expect(found.first).to_be_focused()
    page.keyboard.press("l")
    expect(found.first).to_contain_text("Rises")
    page.keyboard.press("?")
    expect(page.get_by_test_id("key-period")).to_be_visible()
