"""A fight as an observer sees it: the people close up, moving in a loop, beside the wide shot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.incident import Role
from almere_vision.domain.suggestion import Evidence, Kind
from almere_vision.domain.tube import Tube
from almere_vision.storage.blobs import FolderBlobs
from almere_vision.suggest import closeup_mp4
from tests.e2e.conftest import wait_for
from tests.e2e.console.console_page import ConsolePage, serious_violations
from tests.integration.api.stack import PASSWORD, Stack, suggestion
from tests.integration.sources.footage_stage import make_video

FOLDER = "2026/07/01/fight-1"


def made_tube() -> Tube:
    pictures = np.zeros((25, 120, 160, 3), np.uint8)
    for number, picture in enumerate(pictures):
        picture[:, 6 * number : 6 * number + 10] = 255
    people = np.full((2, 25, 4), 0.5, np.float32)
    return Tube("plaza-1", np.arange(25) / 10, (0.2, 0.2, 0.6, 0.6), pictures, people, ("a", "b"), (640, 360))


@pytest.fixture
def fought(tmp_path: Path) -> Iterator[Stack]:
    """A fight with all its evidence waits in the queue."""
    stack = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    try:
        stack.redis.start()
        stack.add_person("observer", Role.OBSERVER)
        blobs = FolderBlobs(stack.data_dir / "blobs")
        jpeg = cv2.imencode(".jpg", np.full((360, 640, 3), 90, np.uint8))[1].tobytes()
        clip = make_video(tmp_path / "clip.mp4", 6, reordered=False).read_bytes()
        parts = {"snapshot.jpg": jpeg, "annotated.jpg": jpeg, "clip.mp4": clip}
        parts["closeup.mp4"] = closeup_mp4(made_tube())
        for name, data in parts.items():
            blobs.put(f"{FOLDER}/{name}", data)
        evidence = Evidence(*(f"{FOLDER}/{name}" for name in parts))
        stack.api.start()
        facts = {"people_max": 3, "looks": 3, "classifier": "fight@00000000"}
        stack.put(
            suggestion("fight-1", kind=Kind.FIGHT, people=3, facts=facts, evidence=evidence),
            suggestion("plain-1"),
        )
        yield stack
    finally:
        stack.close()


def test_a_fight_is_shown_close_up_in_a_loop_and_on_demand_as_a_whole(fought: Stack, page: Page) -> None:
    console = ConsolePage(page, fought.api.url).sign_in("observer", PASSWORD)
    expect(console.cards).to_have_count(2)  # the second one moves the first
    console.choose("fight-1")
    expect(console.reason).to_have_text("Lijkt op een vechtpartij in 'square', 3 mensen dicht bijeen")
    clip = page.get_by_test_id("clip")
    expect(clip).to_have_attribute("data-close", "true")
    expect(page.get_by_test_id("snapshot")).to_be_visible()
    length_s = "document.querySelector('video')?.duration ?? 0"
    wait_for(lambda: 2.3 < page.evaluate(length_s) < 2.7, 15, "the close-up is loaded")
    wait_for(lambda: page.evaluate("document.querySelector('video').currentTime > 0.3"), 15, "it plays")
    assert page.evaluate("document.querySelector('video').loop")
    assert serious_violations(page) == []

    page.get_by_role("button", name="Alleen de mensen, of het hele beeld").click()
    expect(clip).to_have_attribute("data-close", "false")
    wait_for(lambda: 5.5 < page.evaluate(length_s) < 6.5, 15, "the whole clip is loaded")

    console.choose("plain-1")
    expect(page.get_by_role("button", name="Alleen de mensen, of het hele beeld")).to_have_count(0)
