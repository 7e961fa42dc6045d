"""An incident that a person saw, entered by keys, with a picture of the real camera of the demo."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Demo
from tests.e2e.console.console_page import ConsolePage, serious_violations


def test_an_observer_enters_what_no_detector_suggested(demo: Demo, page: Page) -> None:
    console = ConsolePage(page, demo.address).sign_in("observer", demo.passwords["observer"])
    expect(page.get_by_test_id("camera").first).to_have_attribute("data-state", "online", timeout=60_000)

    page.keyboard.press("i")
    dialog = page.get_by_test_id("entry-dialog")
    expect(dialog).to_be_visible()
    expect(page.get_by_test_id("entry-type")).to_be_focused()
    page.keyboard.type("wildplas")
    expect(page.get_by_test_id("type-public_urination")).to_contain_text("Overtreding APV")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("entry-type")).to_have_value("Wildplassen")
    page.get_by_test_id("entry-note").fill("Achter de kiosk <b>links</b>")
    page.get_by_test_id("entry-snapshot").click()
    picture = page.get_by_test_id("entry-picture")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    assert serious_violations(page) == []

    page.get_by_test_id("entry-send").dblclick()
    expect(dialog).not_to_be_visible()
    expect(console.detail).to_have_attribute("data-state", "confirmed")
    expect(console.reason).to_have_text("Wildplassen")
    expect(page.get_by_test_id("facts")).to_contain_text("Achter de kiosk <b>links</b>")
    expect(page.get_by_test_id("snapshot")).to_be_visible()
    console.expect_history("enter")
    entered = console.chosen()
    console.view("decided")
    expect(console.cards).to_have_count(1)
    expect(console.card(entered)).to_be_visible()

    page.keyboard.press("l")
    expect(console.reason).to_have_text("Public urination")
    console.press("e")
    expect(page.get_by_test_id("escalate-dialog")).to_be_visible()
    expect(page.locator("input[name=priority]:checked")).to_have_value("P3")
