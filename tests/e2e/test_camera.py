"""An observer takes a camera that turns, sees that it is not watched and why, and gives it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.audit import Subject
from almere_vision.domain.ptz import Position
from almere_vision.scene.learnt import Stored, Variant, places, save
from almere_vision.simulate.scenery import pictures, render
from almere_vision.storage.audit import Audit, AuditQuery
from tests.e2e.conftest import wait_for
from tests.e2e.console.console_page import ConsolePage, serious_violations
from tests.integration.api.stack import PASSWORD, Stack
from tests.integration.ptz.stage import PASSWORD as CAMERA_PASSWORD
from tests.integration.ptz.stage import USER, VirtualPtz
from tests.integration.ptz.test_nudge_during_a_stay import SITE
from tests.integration.worker.test_takeover import worker

ZONES = """
camera: mast
presets:
  - id: square
    reference: square.jpg
    zones:
      - id: square
        polygon: [[0.0, 0.5], [1.0, 0.5], [1.0, 1.0], [0.0, 1.0]]
        rules: {parking: {limit_s: 600}}
"""


@pytest.fixture
def mast(root: Path, tmp_path: Path) -> Iterator[VirtualPtz]:
    picture = tmp_path / "plaza.png"
    cv2.imwrite(str(picture), next(pictures(root / ".cache/footage/plaza.mp4", 10)))
    made = VirtualPtz(picture)
    yield made
    made.close()


@pytest.fixture
def watched(tmp_path: Path, mast: VirtualPtz, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """A site with the virtual camera, its home learnt as the preset `square`, and a worker on it."""
    login = "://${CAMERA_USER}:${CAMERA_PASSWORD}@"
    written = SITE.format(rtsp=mast.rtsp.replace("://", login), onvif=mast.onvif.replace("://", login))
    (tmp_path / "site.yaml").write_text(written)
    (tmp_path / "mast.yaml").write_text(ZONES)
    home = Position(0.0, 0.0, 0.0)
    picture = render(cv2.imread(str(tmp_path / "plaza.png")), home, (1280, 720))  # type: ignore[arg-type]
    save(places(tmp_path / "mast.yaml")["square"], Variant.DAY, picture, Stored("home", home))
    for name, value in (("CAMERA_USER", USER), ("CAMERA_PASSWORD", CAMERA_PASSWORD), ("ALMERE_IDLE_S", "1")):
        monkeypatch.setenv(name, value)
    stack = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    stack.api.environment["ALMERE_SITE"] = str(tmp_path / "site.yaml")
    try:
        stack.redis.start()
        stack.add_person("anna")
        stack.api.start()
        with worker(tmp_path / "site.yaml", stack.redis, tmp_path / "worker"):
            yield stack
    finally:
        stack.close()


def test_taken_turned_given_back_and_watched_again(watched: Stack, mast: VirtualPtz, page: Page) -> None:
    console = ConsolePage(page, watched.api.url).sign_in("anna", PASSWORD)
    console.press("z")
    row = page.get_by_test_id("camera-row")
    expect(row).to_have_attribute("data-blind", "false", timeout=60_000)
    expect(row.get_by_test_id("live-picture")).to_have_attribute("data-live", "true", timeout=20_000)
    assert serious_violations(page) == []
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("camera-page")).to_be_visible()

    state, control = page.get_by_test_id("camera-state"), page.get_by_test_id("control")
    expect(state).to_have_attribute("data-preset", "square", timeout=20_000)
    expect(page.get_by_test_id("live-picture")).to_have_attribute("data-live", "true", timeout=20_000)
    page.keyboard.press("c")
    expect(control).to_have_attribute("data-mine", "true", timeout=20_000)
    page.keyboard.down("ArrowRight")
    wait_for(lambda: mast.state()["position"]["pan"] > 0.2, 20, "it turns to the right")
    page.keyboard.up("ArrowRight")
    wait_for(lambda: not mast.state()["moving"], 20, "it stops")
    expect(state).to_have_attribute("data-blind", "true", timeout=20_000)
    expect(page.get_by_test_id("not-watching")).to_contain_text("kijkt niet mee: het beeld", timeout=20_000)
    assert serious_violations(page) == []
    page.keyboard.press("l")
    expect(page.get_by_test_id("not-watching")).to_contain_text("not watching: the picture")

    page.keyboard.press("s")
    expect(control).to_have_attribute("data-holder", "", timeout=20_000)
    expect(state).to_have_attribute("data-preset", "square", timeout=30_000)
    expect(state).to_have_attribute("data-blind", "false")
    page.keyboard.press("Escape")
    expect(row).to_be_visible()

    lines = Audit(watched.engine).lines(AuditQuery(kind=Subject.CAMERA, subject="mast"))
    did = [(line.entry.actor, line.entry.action) for line in lines]
    assert did[:5] == [("anna", deed) for deed in ("view", "take", "steer", "steer", "give_back")]
    assert did[5] == ("almere", "steer")
