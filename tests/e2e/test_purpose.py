"""An investigator says what for before anything is shown, and the print goes along with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.incident import Role
from almere_vision.domain.suggestion import Evidence
from almere_vision.storage.audit import Audit, AuditQuery
from almere_vision.storage.blobs import FolderBlobs
from tests.e2e.console.console_page import ConsolePage, serious_violations
from tests.integration.api.stack import PASSWORD, Stack, suggestion, wait_until
from tests.integration.api.test_api_decisions import give

SNAPSHOT = "2026/07/01/s-1/snapshot.jpg"


@pytest.fixture
def confirmed(tmp_path: Path) -> Iterator[Stack]:
    """One confirmed incident with a picture, and an investigator."""
    stack = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    try:
        _, picture = cv2.imencode(".jpg", np.full((90, 160, 3), 90, np.uint8))
        FolderBlobs(tmp_path / "blobs").put(SNAPSHOT, picture.tobytes())
        stack.redis.start()
        stack.add_person("anna")
        stack.add_person("vera", Role.INVESTIGATOR)
        stack.api.start()
        stack.put(suggestion("s-1", evidence=Evidence(snapshot=SNAPSHOT)))
        with stack.signed_in("anna") as client:
            wait_until(lambda: client.get("/incidents/s-1").status_code == 200, "it has arrived")
            give(client, "s-1", "claim", 1)
            give(client, "s-1", "confirm", 2)
        yield stack
    finally:
        stack.close()


def test_nothing_is_shown_before_the_purpose_and_everything_names_it_after(
    confirmed: Stack, page: Page
) -> None:
    console = ConsolePage(page, f"{confirmed.api.url}/?view=all").sign_in("vera", PASSWORD)
    form = page.get_by_test_id("purpose")
    expect(form).to_be_visible()
    expect(page.get_by_test_id("snapshot")).to_have_count(0)
    expect(page.get_by_test_id("print")).to_have_count(0)
    assert serious_violations(page) == []
    page.get_by_test_id("purpose-text").fill("zaak")
    expect(page.get_by_test_id("purpose-send")).to_be_disabled()
    page.get_by_test_id("purpose-text").fill("zaak 2026-117")
    page.keyboard.press("Enter")
    snapshot = page.get_by_test_id("snapshot")
    expect(snapshot).to_be_visible()
    wait_until(lambda: snapshot.evaluate("image => image.naturalWidth") == 160, "the picture is loaded")
    expect(console.card("s-1").locator("img")).to_be_visible()

    address = page.get_by_test_id("print").get_attribute("href")
    assert address is not None
    sheet = page.request.get(confirmed.api.url + address)
    assert sheet.status == 200
    assert sheet.body().startswith(b"%PDF")
    looks = Audit(confirmed.engine).page(AuditQuery(actor="vera", action="view")).lines
    assert {line.entry.purpose for line in looks} == {"zaak 2026-117"}
    assert {dict(line.entry.details)["what"] for line in looks} >= {"snapshot", "print"}
    refused = Audit(confirmed.engine).page(AuditQuery(actor="vera", action="refused")).lines
    assert refused == ()
