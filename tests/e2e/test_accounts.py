"""Accounts at the console: a second factor, people for an administrator, the log for an auditor."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.incident import Role
from tests.e2e.console.console_page import ConsolePage, serious_violations
from tests.integration.api.stack import PASSWORD, Stack
from tests.integration.api.test_api_accounts import next_code


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
        stack.api.start()
        yield stack
    finally:
        stack.close()


SWITCH = """scheme => {
  document.documentElement.dataset.mantineColorScheme = scheme;
  for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
}"""
"""To the light or dark scheme, with no colour still on its way."""


def expect_no_violations(page: Page) -> None:
    """In both schemes; ends in the dark one."""
    for scheme in ("light", "dark"):
        page.evaluate(SWITCH, scheme)
        assert serious_violations(page) == [], scheme


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
    at_home = ConsolePage(page, f"{stack.api.url}/profile")
    for code, left in ((next_code(totp, first), "10"), (recovery[0], "9")):
        at_home.give("sam", PASSWORD)
        page.get_by_test_id("code").fill(code)
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("second-factor-on")).to_contain_text(f"{left} herstelcodes")
        page.get_by_test_id("sign-out").click()
        expect(page.get_by_test_id("sign-in")).to_be_visible()
