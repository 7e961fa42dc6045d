"""Accounts at the console: a second factor, people for an administrator, the log for an auditor."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.incident import Role
from almere_vision.storage.notices import CameraStatus, Notices
from tests.e2e.console.console_page import ConsolePage, serious_violations
from tests.integration.api.stack import PASSWORD, Stack, suggestion, wait_until
from tests.integration.api.test_api_accounts import next_code
from tests.integration.api.test_api_decisions import give


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Supervisors must have a second factor."""
    folder = tmp_path_factory.mktemp("accounts")
    stack = Stack(folder, f"sqlite:///{folder / 'almere.db'}")
    try:
        stack.api.environment["ALMERE_TOTP_ROLES"] = "supervisor"
        stack.redis.start()
        stack.add_person("sam", Role.SUPERVISOR)
        stack.add_person("chief", Role.ADMINISTRATOR)
        stack.add_person("otto", Role.AUDITOR)
        stack.add_person("lea")
        stack.api.start()
        yield stack
    finally:
        stack.close()


def expect_no_violations(page: Page) -> None:
    assert serious_violations(page) == []


@pytest.mark.answers("401 /api/v1/session")
def test_who_must_have_a_second_factor_is_led_to_it_and_signs_in_with_it(stack: Stack, page: Page) -> None:
    console = ConsolePage(page, stack.api.url).give("sam", PASSWORD)
    expect(page.get_by_test_id("must-enrol")).to_be_visible()
    page.get_by_test_id("enrol-begin").click()
    expect(page.get_by_test_id("qr")).to_be_visible()
    expect_no_violations(page)
    totp = pyotp.TOTP(page.get_by_test_id("secret").inner_text().replace(" ", ""))
    first = totp.at(int(time.time()))
    page.get_by_test_id("first-code").fill(f"{first[:3]} {first[3:]}")
    page.keyboard.press("Enter")
    shown = page.get_by_test_id("shown-once").locator("li")
    expect(shown).to_have_count(10)
    expect_no_violations(page)
    recovery = shown.all_inner_texts()
    page.get_by_test_id("codes-kept").click()
    expect(console.live).to_have_attribute("data-state", "live")

    page.keyboard.press("g")
    expect(page.get_by_test_id("second-factor-on")).to_contain_text("10 herstelcodes")
    expect_no_violations(page)
    page.get_by_test_id("sign-out-everywhere").click()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    at_home = ConsolePage(page, f"{stack.api.url}/profile")
    for code, left in ((next_code(totp, first), "10"), (recovery[0], "9")):
        at_home.give("sam", PASSWORD)
        page.get_by_test_id("code").fill(code)
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("second-factor-on")).to_contain_text(f"{left} herstelcodes")
        page.get_by_test_id("sign-out").click()
        expect(page.get_by_test_id("sign-in")).to_be_visible()


@pytest.mark.answers("401 /api/v1/session", "409 /api/v1/people")
def test_an_administrator_adds_a_person_who_sees_one_camera_alone(stack: Stack, page: Page) -> None:
    notices = Notices(stack.redis.url)
    for camera in ("plaza-1", "plaza-2"):
        notices.set_camera_status(CameraStatus(camera, camera, "online", datetime.now(UTC), None))
        stack.put(suggestion(f"at-{camera}", camera=camera))
    notices.close()
    console = ConsolePage(page, stack.api.url).give("chief", PASSWORD)
    expect(page.get_by_test_id("person-row")).to_have_count(4)
    expect_no_violations(page)
    page.keyboard.press("n")
    page.get_by_test_id("new-username").fill("Otto")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Er is al iemand met deze naam")).to_be_visible()
    page.get_by_test_id("new-username").fill("bob")
    page.get_by_test_id("cameras-some").check()
    page.get_by_test_id("send-person").click()
    expect(page.get_by_text("Kies minstens één camera")).to_be_visible()
    page.get_by_test_id("cameras-plaza-1").check()
    expect_no_violations(page)
    page.get_by_test_id("send-person").click()
    one_time = page.get_by_test_id("shown-once").inner_text()
    expect_no_violations(page)
    page.get_by_test_id("done").click()
    bob = page.locator('[data-testid="person-row"][data-person="bob"]')
    expect(bob).to_contain_text("plaza-1")
    page.get_by_test_id("sign-out").click()

    expect(page.get_by_test_id("sign-in")).to_be_visible()
    console.give("bob", one_time)
    page.get_by_test_id("new-password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(console.live).to_have_attribute("data-state", "live")
    expect(console.card("at-plaza-1")).to_be_visible()
    expect(console.cards).to_have_count(1)
    page.get_by_test_id("sign-out").click()

    expect(page.get_by_test_id("sign-in")).to_be_visible()
    with stack.signed_in("lea"):  # elsewhere
        console.give("chief", PASSWORD)
        page.locator('[data-person="lea"] [data-row]').press("Enter")
        expect(page.get_by_test_id("session")).to_have_count(1)
        expect_no_violations(page)
        page.get_by_test_id("end-session").click()
        expect(page.get_by_test_id("session")).to_have_count(0)
    page.get_by_test_id("disable").click()
    expect(page.get_by_test_id("disable-sure")).to_be_focused()
    expect_no_violations(page)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("enable")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator('[data-person="lea"]')).to_have_attribute("data-disabled", "true")


def test_an_auditor_finds_a_line(stack: Stack, page: Page) -> None:
    for _ in range(110):  # more than a page
        stack.accounts.end_sessions(stack.accounts.named("lea").id, by=stack.persons["chief"])
    stack.put(suggestion("audited"))
    stack.add_person("anna")
    with stack.signed_in("anna") as client:
        wait_until(lambda: client.get("/incidents/audited").status_code == 200, "it has arrived")
        give(client, "audited", "claim", 1)
        give(client, "audited", "reject", 2, reason="exempt")
    ConsolePage(page, stack.api.url).give("otto", PASSWORD)
    lines = page.get_by_test_id("audit-line")
    expect(lines).to_have_count(100)
    expect(lines.first).to_contain_text("otto (auditor) meldde zich aan")
    expect_no_violations(page)
    page.keyboard.press("o")
    expect(page.get_by_test_id("audit-older")).to_have_count(0)
    assert lines.count() > 110

    page.keyboard.press("f")
    page.get_by_test_id("audit-actor").fill("anna")
    page.get_by_test_id("audit-action").select_option("reject")
    page.get_by_test_id("audit-subject").fill("audited")
    page.get_by_test_id("audit-from").fill(f"{datetime.now(UTC).date() - timedelta(days=1)}T00:00")
    page.get_by_test_id("audit-subject").press("Enter")
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("anna (observant) wees incident audited af")
    expect(lines).to_contain_text("reden: Toegestaan of ontheffing")
    with page.expect_download() as downloaded:
        page.get_by_test_id("audit-export").click()
    (line,) = downloaded.value.path().read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["action"] == "reject"
    page.keyboard.press("l")
    expect(lines).to_contain_text("anna (observer) rejected incident audited")
    page.reload()
    expect(lines).to_have_count(1)
    page.get_by_test_id("audit-from").fill(f"{datetime.now(UTC).date() + timedelta(days=2)}T00:00")
    page.get_by_test_id("audit-search").click()
    expect(lines).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_test_id("key-older")).to_be_visible()
    expect_no_violations(page)


@pytest.mark.answers("401 /api/v1/session", "401 /api/v1/session/password")
def test_an_administrator_scopes_a_role_and_the_person_sees_only_that(stack: Stack, page: Page) -> None:
    """The person had everything, and is signed out by the change."""
    stack.add_person("scoped")
    notices = Notices(stack.redis.url)
    for camera in ("wide-1", "wide-2"):
        notices.set_camera_status(CameraStatus(camera, camera, "online", datetime.now(UTC), None))
        stack.put(suggestion(f"seen-{camera}", camera=camera))
    notices.close()
    console = ConsolePage(page, stack.api.url).sign_in("scoped", PASSWORD)
    expect(console.card("seen-wide-1")).to_be_visible()
    expect(console.card("seen-wide-2")).to_be_visible()
    # All that the page asked for has come: what is under way when somebody signs out is refused.
    expect(console.reason).to_be_visible()
    expect(page.get_by_test_id("lanes").locator('[data-open]:not([data-open="0"])')).to_be_visible()
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("sign-in")).to_be_visible()

    console.give("chief", PASSWORD)
    page.locator('[data-person="scoped"] [data-row]').press("Enter")
    page.get_by_test_id("cameras-some").check()
    page.get_by_test_id("cameras-wide-2").check()
    page.get_by_test_id("save-rights").click()
    expect(page.locator('[data-testid="person-row"][data-person="scoped"]')).to_contain_text("wide-2")
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("sign-in")).to_be_visible()

    console.sign_in("scoped", PASSWORD)
    expect(console.card("seen-wide-2")).to_be_visible()
    expect(console.cards).to_have_count(1)
    expect(console.camera("wide-2")).to_be_visible()
    expect(console.camera("wide-1")).to_have_count(0)

    page.keyboard.press("g")  # and chooses a password of their own
    with stack.signed_in("scoped") as elsewhere:
        for present, again in (
            ("wrong, wrong, wrong", "long enough, twice"),
            (PASSWORD, "long enough, twice"),
        ):
            page.get_by_test_id("present-password").fill(present)
            page.get_by_test_id("chosen-password").fill("long enough, twice")
            page.get_by_test_id("again-password").fill("something else")
            page.get_by_test_id("change-password").click()
            expect(page.get_by_text("niet hetzelfde als het nieuwe")).to_be_visible()
            page.get_by_test_id("again-password").fill(again)
            page.get_by_test_id("change-password").click()
            if present != PASSWORD:
                expect(page.get_by_text("Het huidige wachtwoord klopt niet.")).to_be_visible()
        expect(page.get_by_test_id("password-changed")).to_contain_text("Je wachtwoord is veranderd")
        assert elsewhere.get("/session").status_code == 401
    expect_no_violations(page)
    page.keyboard.press("Escape")
    expect(console.live).to_have_attribute("data-state", "live")
