"""A wall of pictures by macros, and a camera that an observer puts on a screen of the control room."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.incident import Role
from almere_vision.storage.live_pictures import LivePictures
from almere_vision.storage.notices import CameraStatus, Notices
from almere_vision.worker.showing import Showing
from tests.e2e.console.console_page import ConsolePage, serious_violations, too_wide, untranslated
from tests.integration.api.stack import PASSWORD, ROOT, Stack

CAMERAS = ("grote-markt", "stationsstraat", "festivalplein")


def grey(camera: str, _younger_s: float) -> Frame:
    """What such a camera sees: a grey street."""
    moment = Moment(camera, None, 0.0, 0.0, datetime.now(UTC), 640, 360)
    return Frame(moment, np.full((360, 640, 3), 90 + 40 * CAMERAS.index(camera), np.uint8))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Stack]:
    """The worked example with its macros, and a worker that shows its three cameras."""
    stack = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    stack.api.environment["ALMERE_SITE"] = str(ROOT / "zones" / "almere" / "site.yaml")
    stop = threading.Event()
    stack.redis.start()
    pictures = LivePictures(stack.redis.url)
    worker = threading.Thread(target=Showing(pictures, grey).serve, args=(CAMERAS, stop))
    try:
        stack.add_person("anna")
        stack.add_person("room", Role.CONTROL_ROOM)
        stack.api.start()
        notices = Notices(stack.redis.url)
        for camera in CAMERAS:
            notices.set_camera_status(CameraStatus(camera, camera, "online", datetime.now(UTC), None))
        notices.close()
        worker.start()
        yield stack
    finally:
        stop.set()
        worker.join()
        pictures.close()
        stack.close()


def clean(page: Page) -> None:
    assert serious_violations(page) == []
    assert untranslated(page) == []
    assert not too_wide(page)


def test_a_macro_puts_cameras_on_the_wall_and_one_goes_to_the_control_room(
    town: Stack, page: Page, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    there = context.new_page()
    room = ConsolePage(there, town.api.url).sign_in("room", PASSWORD)
    there.get_by_test_id("screens-link").click()
    screen = there.locator('[data-testid="screen"][data-screen="1"]')
    expect(screen).to_have_attribute("data-camera", "")
    clean(there)

    page.set_viewport_size({"width": 1366, "height": 768})
    console = ConsolePage(page, town.api.url).sign_in("anna", PASSWORD).press("w")
    tiles = page.get_by_test_id("wall-tile")
    expect(tiles).to_have_count(3)
    expect(page.get_by_test_id("macro")).to_have_count(3)
    console.press("1")
    expect(tiles).to_have_count(2)
    expect(tiles.first).to_have_attribute("data-camera", "grote-markt")
    expect(tiles.first.get_by_test_id("live-picture")).to_have_attribute("data-live", "true")
    clean(page)
    console.press("j").press("p")
    expect(tiles.first.get_by_test_id("to-screen")).to_have_text("Op scherm 1p")

    # the control room sees it without doing anything
    expect(screen).to_have_attribute("data-camera", "grote-markt")
    expect(screen).to_contain_text("door anna")
    expect(screen.get_by_test_id("live-picture")).to_have_attribute("data-live", "true")
    room.press("l")
    clean(there)
    room.press("1").press("d")
    expect(screen).to_have_attribute("data-camera", "")
    expect(tiles.first.get_by_test_id("to-screen")).to_have_text("Naar de meldkamerp")
    context.close()
