"""What is late goes to the supervisor: a count that opens, and shrinks when somebody acts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.incident import Role
from almere_vision.domain.priority import Priority
from tests.e2e.console.console_page import ConsolePage, serious_violations
from tests.integration.api.stack import PASSWORD, Stack, suggestion, wait_until
from tests.integration.api.test_api_budget import SITE, ZONES


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Stack]:
    """P2 should be claimed within a second, P3 has an hour; one of each waits."""
    (tmp_path / "site.yaml").write_text(SITE)
    (tmp_path / "plaza-1.yaml").write_text(ZONES)
    (tmp_path / "protocol.yaml").write_text("deadlines: {P2: {claim_s: 1}, P3: {claim_s: 3600}}\n")
    stack = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    stack.api.environment["ALMERE_SITE"] = str(tmp_path / "site.yaml")
    try:
        stack.redis.start()
        stack.add_person("anna")
        stack.add_person("chief", Role.SUPERVISOR)
        stack.api.start()
        for name, priority in (("urgent", Priority.P2), ("calm", Priority.P3)):
            stack.put(suggestion(name, priority=priority, raised_at=datetime.now(UTC)))
        with stack.signed_in("anna") as client:
            wait_until(lambda: client.get("/incidents/calm").status_code == 200, "both have arrived")
        yield stack
    finally:
        stack.close()


def test_the_supervisor_sees_what_is_late_until_somebody_takes_it(slow: Stack, page: Page) -> None:
    console = ConsolePage(page, slow.api.url).sign_in("chief", PASSWORD)
    expect(console.cards).to_have_count(2)
    pill = page.get_by_test_id("late-pill")
    expect(pill).to_have_text("1 te laat", timeout=15_000)
    pill.click()
    expect(console.cards).to_have_count(1)
    expect(console.card("urgent")).to_be_visible()
    assert serious_violations(page) == []
    with slow.signed_in("anna") as observer:
        assert observer.post("/incidents/urgent/claim", json={"version": 1}).status_code == 200
    expect(pill).to_have_text("0 te laat", timeout=15_000)
    pill.click()
    expect(pill).to_have_count(0)
    expect(console.cards).to_have_count(2)


def test_an_observer_is_not_bothered_with_the_count(slow: Stack, page: Page) -> None:
    with slow.signed_in("chief") as chief:
        wait_until(
            lambda: len(chief.get("/incidents?overdue=true").json()["items"]) == 1, "one of them is late"
        )
    console = ConsolePage(page, slow.api.url).sign_in("anna", PASSWORD)
    expect(console.cards).to_have_count(2)
    expect(console.card("urgent").get_by_test_id("due")).to_be_visible()
    expect(page.get_by_test_id("late-pill")).to_have_count(0)
