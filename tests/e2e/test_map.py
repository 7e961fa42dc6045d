"""The map of a site without internet: cameras, what they look at, and where something waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.incident import Role, Scope
from almere_vision.domain.priority import Priority
from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.storage.notices import CameraStatus, Notices
from tests.e2e.console.console_page import ConsolePage, serious_violations, too_wide, untranslated
from tests.integration.api.stack import PASSWORD, ROOT, Stack, suggestion, wait_until

SITE = ROOT / "zones" / "almere" / "site.yaml"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Stack]:
    """The worked example: three cameras, one of them offline and one that does not look at its zones."""
    stack = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    stack.api.environment["ALMERE_SITE"] = str(SITE)
    try:
        stack.redis.start()
        stack.add_person("anna")
        stack.add_person("narrow", Role.OBSERVER, Scope(cameras=frozenset({"festivalplein"})))
        stack.api.start()
        notices, at = Notices(stack.redis.url), datetime.now(UTC)
        blind, away = Reason(ReasonCode.FITS_NONE), Reason(ReasonCode.NOTHING_ANSWERS)
        for status in (
            CameraStatus("grote-markt", "grote-markt", "online", at, None),
            CameraStatus("stationsstraat", "stationsstraat", "online", at, None, not_watching=blind),
            CameraStatus("festivalplein", "festivalplein", "offline", at, away),
        ):
            notices.set_camera_status(status)
        notices.close()
        stack.put(
            *(suggestion(f"m-{n}", camera="grote-markt", priority=Priority.P2) for n in range(2)),
            suggestion("f-1", camera="festivalplein", priority=Priority.P1),
        )
        with stack.signed_in("anna") as client:
            wait_until(lambda: client.get("/incidents/f-1").status_code == 200, "all have arrived")
        yield stack
    finally:
        stack.close()


def test_the_map_shows_cameras_and_what_waits_and_opens_it_by_key(town: Stack, page: Page) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.set_viewport_size({"width": 1366, "height": 768})
    console = ConsolePage(page, town.api.url).sign_in("anna", PASSWORD)
    console.press("q")
    mark = page.locator('[data-testid="map-camera"][data-camera="grote-markt"]')
    expect(mark).to_have_attribute("data-tone", "watching")
    expect(mark).to_contain_text("2")
    expect(page.locator('g[data-camera="stationsstraat"]')).to_have_attribute("data-tone", "blind")
    expect(page.locator('g[data-camera="festivalplein"]')).to_have_attribute("data-tone", "offline")
    assert serious_violations(page) == []
    assert untranslated(page) == []
    assert not too_wide(page)

    whole = page.get_by_test_id("site-map").get_attribute("viewBox")
    console.press("j")  # what is not watched comes first
    focused = page.locator("[data-testid=map-row]:focus")
    expect(focused).to_have_attribute("data-camera", "festivalplein")
    expect(focused.get_by_title("er antwoordt niets op deze host en poort")).to_be_visible()
    expect(page.get_by_title("het beeld past bij geen enkele preset")).to_have_count(2)  # strip and list
    console.press("+")
    expect(page.get_by_test_id("site-map")).not_to_have_attribute("viewBox", whole or "")
    console.press("0")
    expect(page.get_by_test_id("site-map")).to_have_attribute("viewBox", whole or "")
    console.press("Enter")
    expect(console.cards).to_have_count(1)
    expect(console.card("f-1")).to_be_visible()
    assert asked == {urlsplit(town.api.url).netloc}


def test_something_new_is_on_the_map_at_once(town: Stack, page: Page) -> None:
    ConsolePage(page, town.api.url).sign_in("anna", PASSWORD).press("q")
    row = page.locator('[data-testid="map-row"][data-camera="stationsstraat"]')
    expect(row).to_be_visible()
    expect(row).not_to_contain_text("wacht")
    town.put(suggestion("s-1", camera="stationsstraat", priority=Priority.P3))
    expect(row).to_contain_text("1 wacht")


def test_a_camera_out_of_scope_is_not_on_the_map(town: Stack, page: Page) -> None:
    with town.signed_in("narrow") as client:
        told = client.get("/map").json()
        assert [one["id"] for one in told["cameras"]] == ["festivalplein"]
        assert [one["camera"] for one in client.get("/load").json()["items"]] == ["festivalplein"]
    with town.signed_in("anna") as client:
        whole = client.get("/map").json()
        assert len(whole["cameras"]) == 3
        assert (whole["width_m"], whole["height_m"]) == (told["width_m"], told["height_m"])
