"""A supervisor changes the priorities of the site, is told what is wrong, saves, and goes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.incident import Role
from almere_vision.scene import load_priorities
from tests.e2e.console.console_page import ConsolePage, serious_violations
from tests.integration.api.stack import PASSWORD, Stack

SITE = """
site: street
name: {nl: Straat, en: Street}
priorities: priorities.yaml
protocol: protocol.yaml
cameras: [{id: plaza, name: Plaza, source: nothing.mp4, zones: plaza.yaml}]
"""
ZONES = """camera: plaza
presets:
  - id: home
    zones: [{id: square, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]], rules: {parking: {limit_s: 60}}}]
"""


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Stack]:
    (tmp_path / "site.yaml").write_text(SITE)
    (tmp_path / "plaza.yaml").write_text(ZONES)
    (tmp_path / "priorities.yaml").write_text("rows: [{kind: parking, zone: square, priority: P3}]\n")
    (tmp_path / "protocol.yaml").write_text("routes: [{to: police}]\n")
    stack = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    stack.api.environment["ALMERE_SITE"] = str(tmp_path / "site.yaml")
    try:
        stack.redis.start()
        stack.add_person("chief", Role.SUPERVISOR)
        stack.api.start()
        yield stack
    finally:
        stack.close()


def test_priorities_are_changed_by_keys_and_taken_back(street: Stack, page: Page) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    ConsolePage(page, street.api.url).sign_in("chief", PASSWORD)
    page.get_by_test_id("tables-link").click()
    rows = page.get_by_test_id("table-row")
    expect(rows).to_have_count(1)
    page.keyboard.press("n")
    expect(rows).to_have_count(2)
    page.keyboard.press("n")
    expect(page.get_by_test_id("fault").first).to_contain_text("Rij 3: this row is never reached")
    expect(page.get_by_test_id("save-change")).to_be_disabled()
    page.keyboard.press("u")
    expect(rows).to_have_count(2)
    rows.nth(1).get_by_text("P1", exact=True).click()
    expect(page.get_by_test_id("sound")).to_have_text("Alles klopt; het kan worden opgeslagen.")
    assert serious_violations(page) == []
    page.get_by_test_id("change-note").fill("parkeren voor de brandgang")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("table-saved")).to_contain_text("Versie 2")
    table = load_priorities(street.data_dir / "priorities.yaml")
    assert [row.priority.value for row in table.rows] == ["P3", "P1"]

    page.get_by_test_id("version").nth(1).get_by_test_id("compare-version").click()
    expect(page.get_by_test_id("differences")).to_contain_text('is "P1"')
    page.get_by_test_id("take-back").click()
    page.get_by_test_id("save-change").click()
    expect(page.get_by_test_id("table-saved")).to_contain_text("Versie 3")

    page.get_by_test_id("tab-protocol").click()
    expect(page.get_by_test_id("table-editor")).to_have_attribute("data-table", "protocol")
    expect(rows).to_have_count(1)
    assert serious_violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("live")).to_be_visible()
