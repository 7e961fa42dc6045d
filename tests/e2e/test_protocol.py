"""The protocol from end to end: an observer tells the control room, and sees each step of what follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from almere_vision.domain.incident import Role
from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind
from tests.e2e.console.console_page import ConsolePage, serious_violations
from tests.integration.api.stack import PASSWORD, Stack, suggestion, wait_until


@pytest.fixture
def fight(tmp_path: Path) -> Iterator[Stack]:
    """A fight that was suggested as P2; people `anna`, an observer, and `room`, the control room."""
    stack = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    try:
        stack.redis.start()
        stack.add_person("anna")
        stack.add_person("room", Role.CONTROL_ROOM)
        stack.api.start()
        facts = {"duration_s": 4.0}
        stack.put(
            suggestion(
                "fight",
                kind=Kind.FIGHT,
                priority=Priority.P2,
                people=2,
                facts=facts,
                raised_at=datetime.now(UTC),
            )
        )
        with stack.signed_in("anna") as client:
            wait_until(lambda: client.get("/incidents/fight").status_code == 200, "it is there")
        yield stack
    finally:
        stack.close()


@pytest.fixture
def other_page(browser: Browser) -> Iterator[Page]:
    """The screen of somebody else, in another building."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="nl-NL")
    yield context.new_page()
    context.close()


HOSTILE = "<img src=x onerror='window.hit=1'><svg onload='window.hit=1'><script>window.hit=1</script>{{7*7}}"


def assert_no_script_ran(*pages: Page) -> None:
    for page in pages:
        assert page.evaluate("window.hit") is None
        assert page.locator("img[src=x], svg[onload]").count() == 0


def steps(page: Page) -> list[str | None]:
    return [step.get_attribute("data-step") for step in page.get_by_test_id("follow-up-step").all()]


def test_a_p2_fight_goes_to_the_control_room_and_its_answer_comes_back(
    fight: Stack, page: Page, other_page: Page
) -> None:
    observer = ConsolePage(page, fight.api.url).sign_in("anna", PASSWORD)
    room = ConsolePage(other_page, fight.api.url).sign_in("room", PASSWORD)
    expect(room.cards).to_have_count(0)

    observer.choose("fight").press("c", "claimed").press("Enter", "confirmed").press("e")
    dialog = page.get_by_test_id("escalate-dialog")
    expect(dialog.get_by_test_id("recipient-control_room")).to_contain_text("volgens protocol")
    expect(dialog.locator("input[name=priority]:checked")).to_have_value("P2")
    page.get_by_test_id("escalate-note").fill(f"Twee groepen bij de fontein {HOSTILE}")
    dialog.get_by_test_id("recipient-control_room").click()
    page.get_by_test_id("escalate-send").click()
    expect(observer.detail).to_have_attribute("data-state", "escalated")

    expect(room.cards).to_have_count(1)
    room.choose("fight")
    expect(other_page.get_by_test_id("facts")).to_contain_text(f"Twee groepen bij de fontein {HOSTILE}")
    expect(other_page.get_by_test_id("due").first).to_contain_text("Antwoord binnen")
    assert serious_violations(other_page) == []
    for key, state in (("a", "acknowledged"), ("o", "on_scene")):
        room.press(key, state)
        expect(observer.detail).to_have_attribute("data-state", state)
    room.press("d")
    expect(other_page.get_by_test_id("resolve-dialog")).to_be_visible()
    assert serious_violations(other_page) == []
    room.press("4")
    other_page.get_by_test_id("resolve-note").fill(f"Uit elkaar gegaan {HOSTILE}")
    other_page.get_by_test_id("resolve-send").click()

    expect(observer.detail).to_have_attribute("data-state", "resolved")
    expect(page.get_by_test_id("answer")).to_contain_text(f"Uit elkaar gegaan {HOSTILE}")
    assert steps(page) == [
        "received",
        "looked",
        "claimed",
        "escalated",
        "acknowledged",
        "on_scene",
        "resolved",
    ]
    observer.expect_history("suggested", "claim", "confirm", "escalate", "acknowledge", "arrive", "resolve")
    assert_no_script_ran(page, other_page)
    assert serious_violations(page) == []


def test_no_capacity_is_seen_at_once_and_goes_to_another_recipient(
    fight: Stack, page: Page, other_page: Page
) -> None:
    observer = ConsolePage(page, fight.api.url).sign_in("anna", PASSWORD)
    room = ConsolePage(other_page, fight.api.url).sign_in("room", PASSWORD)
    observer.choose("fight").press("c", "claimed").escalate(recipient=1, priority=2)
    expect(room.cards).to_have_count(1)
    room.choose("fight").press("x", "no_capacity")
    expect(observer.detail).to_have_attribute("data-state", "no_capacity")
    observer.escalate(recipient=2, priority=2)
    with fight.signed_in("anna") as client:
        assert client.get("/incidents/fight").json()["recipient"] == "police"
