"""Suggested priority and likelihood at the desk: seen, sorted, filtered, and taken over when escalating."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.priority import Band, Priority
from tests.e2e.console.console_page import ConsolePage, serious_violations
from tests.integration.api.stack import PASSWORD, Stack, suggestion, wait_until

AT = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Stack]:
    """Four suggestions a minute apart: P3, P1, none and P2, oldest first."""
    stack = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    try:
        stack.redis.start()
        stack.add_person("anna")
        stack.api.start()
        stack.put(
            suggestion("third", raised_at=AT, priority=Priority.P3),
            suggestion(
                "first",
                raised_at=AT + timedelta(minutes=1),
                priority=Priority.P1,
                likelihood=0.8125,
                band=Band.VERY_LIKELY,
            ),
            suggestion("unjudged", raised_at=AT + timedelta(minutes=2)),
            suggestion("second", raised_at=AT + timedelta(minutes=3), priority=Priority.P2),
        )
        with stack.signed_in("anna") as client:
            wait_until(lambda: client.get("/incidents/second").status_code == 200, "the last one is there")
        yield stack
    finally:
        stack.close()


def test_the_observer_starts_from_the_suggested_priority(queue: Stack, page: Page) -> None:
    console = ConsolePage(page, queue.api.url).sign_in("anna", PASSWORD)

    def shown(*names: str) -> None:
        expect(console.cards).to_have_count(len(names))
        for place, name in enumerate(names):
            expect(console.cards.nth(place)).to_have_attribute("data-incident", name)

    shown("first", "second", "third", "unjudged")
    expect(page.get_by_test_id("lane")).to_have_count(4)
    page.get_by_test_id("sort").select_option("newest")
    shown("second", "unjudged", "first", "third")
    expect(page.get_by_test_id("lane")).to_have_count(0)

    expect(console.card("first")).to_contain_text("P1")
    expect(console.card("first")).to_contain_text("zeer waarschijnlijk")
    expect(console.card("unjudged").get_by_test_id("priority-badge")).to_have_count(0)
    console.choose("third")
    expect(console.detail.get_by_test_id("band-badge")).to_have_text("kans onbekend")
    console.choose("first")
    expect(page.get_by_test_id("facts")).to_contain_text("geijkt: kans 0,81")
    assert serious_violations(page) == []

    page.get_by_test_id("filter-priority").select_option("P2")
    shown("second")
    console.choose("second").press("c", "claimed").press("e")
    dialog = page.get_by_test_id("escalate-dialog")
    expect(dialog.locator("input[name=priority]:checked")).to_have_value("P2")
    assert serious_violations(page) == []
    console.press("2").press("Enter", "escalated")
    with queue.signed_in("anna") as client:
        told = client.get("/incidents/second").json()
    assert (told["recipient"], told["priority"], told["suggested_priority"]) == ("police", "P2", "P2")


def test_another_priority_can_be_given_by_its_digit(queue: Stack, page: Page) -> None:
    console = ConsolePage(page, queue.api.url).sign_in("anna", PASSWORD)
    console.choose("third").press("c", "claimed").escalate(recipient=1, priority=1)
    with queue.signed_in("anna") as client:
        told = client.get("/incidents/third").json()
    assert (told["priority"], told["suggested_priority"]) == ("P1", "P3")
