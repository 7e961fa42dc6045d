"""A supervisor draws a zone, gets a suggestion from it, tries another limit, and takes it all back."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.frame import Moment
from almere_vision.scene import load_zone_file
from almere_vision.storage.seen import Seen
from tests.e2e.conftest import Demo, start_demo, stop_demo
from tests.e2e.console.console_page import ConsolePage, serious_violations

ZONES = """camera: own
presets:
  - id: home
    zones:
      - {id: corner, polygon: [[0, 0.9], [0.05, 0.9], [0.05, 1], [0, 1]], rules: {parking: {limit_s: 60}}}
"""
BAY = (0.86, 0.13)
"""Where two vehicles stand in the clip of the demo."""


@pytest.fixture
def drawn(root: Path) -> Iterator[Demo]:
    """The clip of the demo, a zone in which nothing happens, and a car that stood in the bay hours ago."""
    data_dir = Path(tempfile.mkdtemp(prefix="almere-", dir="/tmp"))
    (data_dir / "zones.yaml").write_text(ZONES)
    begin = (datetime.now(UTC) - timedelta(hours=5)).replace(minute=10)
    box = np.array([[BAY[0] - 0.02, BAY[1] - 0.03, BAY[0] + 0.02, BAY[1] + 0.03]], np.float32)
    kind = np.array([CLASSES.index(ObjectClass.CAR)])
    stood = [begin.timestamp() + n / 2 for n in range(120)]
    moments = [Moment("own", "home", at_s, 0.0, None, 1280, 720) for at_s in stood]
    Seen(data_dir / "detections").append(
        [Detections(moment, box, np.full(1, 0.9, np.float32), kind, "net@1") for moment in moments]
    )
    clip = root / ".cache" / "footage" / "plaza.mp4"
    running = start_demo(data_dir, str(clip), "--zones", str(data_dir / "zones.yaml"))
    yield running
    stop_demo(running)
    shutil.rmtree(data_dir)


def rules_beside(page: Page) -> None:
    """Windows of both sorts, a permit, and the ground come and go; each form is for everybody."""
    add = page.get_by_test_id("add-window-parking")
    add.click()
    add.click()
    second = page.get_by_test_id("window").nth(1)
    second.get_by_text("Op datums").click()
    page.get_by_role("button", name="Ontheffing toevoegen").click()
    expect(page.get_by_test_id("week-grid")).to_be_visible()
    assert serious_violations(page) == []
    page.get_by_test_id("permit").get_by_role("button").click()
    second.get_by_role("button").click()
    page.get_by_test_id("window").get_by_role("button").click()
    expect(page.get_by_test_id("window")).to_have_count(0)
    page.keyboard.press("m")
    page.get_by_test_id("measure-ground").click()
    expect(page.get_by_test_id("ground-panel")).to_be_visible()
    assert serious_violations(page) == []
    page.get_by_test_id("ground-panel").get_by_role("button").last.click()
    expect(page.get_by_test_id("measure-ground")).to_be_visible()
    page.keyboard.press("m")


def test_a_zone_from_the_first_line_to_a_suggestion_and_back(drawn: Demo, page: Page) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    console = ConsolePage(page, drawn.address).sign_in("supervisor", drawn.passwords["supervisor"])
    expect(console.camera("own")).to_have_attribute("data-state", "online", timeout=60_000)
    page.get_by_test_id("zones-link").click()
    expect(page.get_by_test_id("picture-kind")).to_have_text("Beeld van nu", timeout=15_000)

    # A new zone by keys, dragged into the bay, and one corner of it moved and removed again.
    page.keyboard.press("n")
    zone = page.locator('[data-testid="outline"][data-zone="zone-2"]')
    expect(zone).to_have_attribute("data-chosen", "true")
    canvas = page.get_by_test_id("zone-canvas").bounding_box()
    assert canvas is not None

    def place(x: float, y: float) -> tuple[float, float]:
        return canvas["x"] + x * canvas["width"], canvas["y"] + y * canvas["height"]

    page.mouse.move(*place(0.5, 0.5))
    page.mouse.down()
    page.mouse.move(*place(0.7, 0.4), steps=3)
    page.mouse.move(*place(*BAY), steps=3)
    page.mouse.up()
    page.keyboard.press("i")
    expect(zone.get_by_test_id("corner")).to_have_count(5)
    for key in ("ArrowLeft", "ArrowDown", "Delete"):
        page.keyboard.press(key)
    expect(zone.get_by_test_id("corner")).to_have_count(4)

    rules_beside(page)

    # The server checks as one draws: a limit of nothing is told with its zone, and cannot be saved.
    limit = page.get_by_test_id("field-parking-limit_s")
    limit.fill("0")
    expect(page.get_by_test_id("fault")).to_contain_text("home, zone-2:")
    expect(zone).to_have_attribute("data-faulty", "true")
    expect(page.get_by_test_id("save-change")).to_be_disabled()
    limit.fill("5")
    expect(page.get_by_test_id("sound")).to_have_text("Alles klopt; het kan worden opgeslagen.")
    assert serious_violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.keyboard.type("laadplek wordt vrijgehouden")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("zones-saved")).to_contain_text("Versie 2 is van kracht")

    # Within a minute, and without a restart, the worker suggests what stands there.
    page.get_by_test_id("queue-link").click()
    expect(console.cards.first).to_contain_text("zone-2", timeout=60_000)

    # Another limit is tried on what was seen before it is saved.
    page.get_by_test_id("zones-link").click()
    page.get_by_test_id("zone").nth(1).click()
    limit.fill("6000")
    expect(page.get_by_test_id("sound")).to_have_text("Alles klopt; het kan worden opgeslagen.")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.get_by_test_id("dry-run")).to_have_attribute("data-state", "done", timeout=30_000)
    told = page.get_by_test_id("dry-run-told")
    expect(told).to_contain_text(re.compile(r"0 voorstellen in plaats van [1-9]"))
    expect(told).to_contain_text("Geen daarvan is door iemand bevestigd")
    assert serious_violations(page) == []

    # Back to the version before, which is a version as well.
    page.keyboard.press("u")
    page.keyboard.press("r")
    page.get_by_test_id("version").nth(1).get_by_test_id("compare-version").click()
    expect(page.get_by_test_id("differences")).to_contain_text("zone zone-2 is toegevoegd")
    assert serious_violations(page) == []
    page.get_by_test_id("take-back").click()
    page.get_by_test_id("save-change").click()
    expect(page.get_by_test_id("zones-saved")).to_contain_text("Versie 3 is van kracht")
    expect(page.get_by_test_id("version").first).to_contain_text("Terug naar versie 1")
    (preset,) = load_zone_file(drawn.data_dir / "zones.yaml").presets
    assert [one.id for one in preset.zones] == ["corner"]

    page.keyboard.press("l")
    page.keyboard.press("?")
    expect(page.get_by_test_id("key-tryZones")).to_contain_text("Dry run")
