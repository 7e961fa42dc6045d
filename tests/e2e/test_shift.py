"""An observer's shift by keys alone: twenty verdicts, an undo, something urgent, and the hand-over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from almere_vision.domain.priority import Priority
from tests.e2e.console.console_page import ConsolePage, serious_violations, too_wide, untranslated
from tests.integration.api.stack import PASSWORD, Stack, suggestion, wait_until

PRIORITIES = [Priority.P1] * 2 + [Priority.P2] * 5 + [Priority.P3] * 13


@pytest.fixture
def shift(tmp_path: Path) -> Iterator[Stack]:
    """Twenty suggestions wait: two P1, five P2, and the rest P3."""
    stack = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    try:
        stack.redis.start()
        for name in ("anna", "bram"):
            stack.add_person(name)
        stack.api.start()
        began = datetime.now(UTC) - timedelta(seconds=30)
        stack.put(
            *(
                suggestion(f"s-{n:02}", priority=priority, raised_at=began + timedelta(seconds=n))
                for n, priority in enumerate(PRIORITIES)
            )
        )
        with stack.signed_in("anna") as client:
            wait_until(lambda: client.get("/incidents/s-19").status_code == 200, "all have arrived")
        yield stack
    finally:
        stack.close()


@pytest.fixture
def sound_page(page: Page) -> Page:
    """On a small laptop; a request that fails fails the test, unless the page itself let go of it."""

    def failed(request: Request) -> None:
        assert request.failure == "net::ERR_ABORTED", f"{request.url}: {request.failure}"

    page.on("requestfailed", failed)
    page.set_viewport_size({"width": 1366, "height": 768})
    return page


def clean(page: Page) -> None:
    assert serious_violations(page) == []
    assert untranslated(page) == []
    assert not too_wide(page)


@pytest.mark.answers("401 /api/v1/session")  # of signing out
def test_a_shift_by_keys_alone(shift: Stack, sound_page: Page) -> None:
    page = sound_page
    console = ConsolePage(page, shift.api.url).sign_in("anna", PASSWORD)
    for name, count in (("P1", "2"), ("P2", "5"), ("P3", "13")):
        expect(page.get_by_test_id(f"lane-count-{name}")).to_have_attribute("data-open", count)
    expect(page.locator('[data-testid="lane"][data-lane="P1"]').get_by_test_id("card")).to_have_count(2)
    expect(console.cards.first.get_by_test_id("card-why")).to_have_text(
        "Auto staat minstens 64 s in 'square', grens 60 s"
    )
    expect(console.cards.first.get_by_test_id("due-ring")).to_be_visible()
    clean(page)

    decided = [judge(console, n) for n in range(len(PRIORITIES))]
    assert sorted(decided) == [f"s-{n:02}" for n in range(len(PRIORITIES))]
    assert decided[:2] == ["s-01", "s-00"], "the newest P1 comes first"
    with shift.signed_in("anna") as client:
        items = client.get("/incidents", params={"limit": 200}).json()["items"]
    states = [one["state"] for one in items]
    assert {state: states.count(state) for state in set(states)} == {
        "confirmed": 5,
        "rejected": 10,
        "escalated": 5,
    }
    assert all(one["reason"] is not None for one in items if one["state"] == "rejected")
    expect(page.get_by_test_id("lane-count-P3")).to_have_attribute("data-open", "0")

    something_urgent_waits_for_the_hand(shift, console)
    hand_over(console)
    the_next_one_reads_it(shift, console)


def judge(console: ConsolePage, n: int) -> str:
    """Gives the n-th verdict, and goes to the next; the third one is thought better of."""
    incident = console.chosen()
    match n % 4:
        case 0:
            console.press("Enter", "confirmed")
        case 1:
            console.escalate(recipient=1, priority=3)
        case _:
            console.reject(1 + n % 8)
    if n == 2:
        console.move("j")
        expect(console.page.get_by_test_id("undo-last")).to_be_visible()
        console.press("u", "claimed")
        assert console.chosen() == incident
        console.reject(8)
    if n < len(PRIORITIES) - 1:
        console.move("j")
    return incident


def something_urgent_waits_for_the_hand(shift: Stack, console: ConsolePage) -> None:
    page = console.page
    alarm = page.get_by_test_id("alarm")
    console.press("b")
    expect(page.get_by_test_id("sound")).to_have_attribute("aria-pressed", "true")
    shift.put(*(suggestion(f"new-{n}", priority=Priority.P1, raised_at=datetime.now(UTC)) for n in range(2)))
    expect(alarm).to_contain_text("Nieuwe P1 om")
    expect(alarm).to_have_attribute("data-sounded", "true")
    expect(console.new_pill).to_contain_text("2 nieuw")
    expect(console.card("new-0")).to_have_count(0)
    console.press("n")
    expect(console.cards).to_have_count(2)
    assert {console.move("j"), console.press("c", "claimed").move("j")} == {"new-0", "new-1"}
    console.press("c", "claimed")


def hand_over(console: ConsolePage) -> None:
    page = console.page
    console.press("h")
    expect(page.get_by_test_id("handover-mine").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_test_id("handover-told").get_by_role("listitem")).to_have_count(5)
    console.press("c")
    expect(page.get_by_test_id("handover-to")).to_be_focused()
    console.press("ArrowDown").press("Escape")
    expect(page.get_by_test_id("handover-to")).to_have_value("bram")
    console.press("n")
    expect(page.get_by_test_id("handover-text")).to_be_focused()
    page.keyboard.type("Grote Markt: marktkramen tot zes uur")
    console.press("Escape")
    clean(page)
    report = page.get_by_test_id("day-report").get_attribute("href") or ""
    assert page.request.get(console.address + report).headers["content-type"] == "application/pdf"
    console.press("s")
    expect(page.get_by_test_id("handover-done")).to_contain_text("2 naar je collega")
    console.press("?")
    expect(page.get_by_test_id("key-send")).to_be_visible()
    console.press("Escape")


def the_next_one_reads_it(shift: Stack, console: ConsolePage) -> None:
    page = console.page
    page.get_by_test_id("sign-out").press("Enter")
    console.sign_in("bram", PASSWORD)
    expect(page.get_by_test_id("handover-notes")).to_contain_text("marktkramen tot zes uur")
    expect(console.cards).to_have_count(2)
    expect(console.cards.first.get_by_test_id("card-who")).to_have_text("jij")
    page.evaluate("localStorage.setItem('almere.scheme', 'light')")
    page.reload()
    expect(page.get_by_test_id("handover-notes")).to_be_visible()
    console.press("l")
    clean(page)
    console.press("y")
    expect(page.get_by_test_id("handover-notes")).to_have_count(0)
    page.reload()
    expect(console.cards).to_have_count(2)
    expect(page.get_by_test_id("handover-notes")).to_have_count(0)
    console.press("h")
    expect(page.get_by_test_id("handover-note")).to_contain_text("anna to bram")
    clean(page)
