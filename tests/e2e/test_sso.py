"""Signing in through an identity provider, in a real browser that knows two sites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.console.console_page import ConsolePage, serious_violations
from tests.integration.api.identity import MockProvider, prepare_sso
from tests.integration.api.stack import PASSWORD, Stack

PEOPLE = (
    {"sub": "mia@city", "preferred_username": "mia", "groups": ["cctv-watchers"]},
    {"sub": "nora@city", "preferred_username": "nora", "groups": ["staff"]},
    {"sub": "bob@city", "preferred_username": "bob", "groups": ["cctv-watchers"]},
)


@pytest.fixture(scope="module")
def provider() -> Iterator[MockProvider]:
    made = MockProvider(*PEOPLE)
    yield made
    made.close()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, provider: MockProvider) -> Iterator[Stack]:
    """The console at 127.0.0.1 and the provider at localhost: to a browser another site."""
    folder: Path = tmp_path_factory.mktemp("sso")
    made = Stack(folder, f"sqlite:///{folder / 'almere.db'}")
    try:
        made.redis.start()
        made.add_person("bob")
        prepare_sso(made, provider.url, provider.register)
        made.api.start()
        yield made
    finally:
        made.close()


def without_foreign_styles(page: Page) -> None:
    """The page of the provider asks for a style sheet on the internet."""
    page.route(re.compile("^https://"), lambda route: route.fulfill(content_type="text/css", body=""))


def through_the_provider(page: Page, subject: str) -> None:
    page.get_by_test_id("sso").click()
    page.get_by_role("button", name=subject).click()


@pytest.mark.answers("401 /api/v1/session")  # asked once more after signing out
def test_a_person_signs_in_through_the_provider_and_out_again(city: Stack, page: Page) -> None:
    without_foreign_styles(page)
    console = ConsolePage(page, city.api.url)
    page.goto(city.api.url)
    expect(page.get_by_test_id("sso")).to_have_text("Via de gemeente")
    assert serious_violations(page) == []

    through_the_provider(page, "mia@city")

    expect(console.live).to_have_attribute("data-state", "live")
    expect(page.get_by_test_id("person")).to_contain_text("mia")
    assert page.url == f"{city.api.url}/"
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies(city.api.url)}
    assert set(cookies) == {"almere_session"}
    assert (cookies["almere_session"]["sameSite"], cookies["almere_session"]["httpOnly"]) == ("Strict", True)
    page.reload()
    expect(console.live).to_have_attribute("data-state", "live")
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    expect(page.get_by_test_id("sign-in-error")).to_have_count(0)


def test_who_is_not_let_in_reads_why_and_local_accounts_go_on(city: Stack, page: Page) -> None:
    without_foreign_styles(page)
    page.goto(city.api.url)
    told = page.get_by_test_id("sign-in-error")

    through_the_provider(page, "nora@city")
    expect(told).to_contain_text("geen groep")
    through_the_provider(page, "bob@city")
    expect(told).to_contain_text("ander account met jouw naam")
    assert serious_violations(page) == []
    assert page.url == f"{city.api.url}/"
    assert page.context.cookies(city.api.url) == []

    console = ConsolePage(page, city.api.url).sign_in("bob", PASSWORD)
    expect(console.live).to_have_attribute("data-state", "live")
