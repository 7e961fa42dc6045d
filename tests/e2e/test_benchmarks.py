"""An operator looks at reports of benchmarks, and compares two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.incident import Role
from tests.e2e.console.console_page import ConsolePage, serious_violations
from tests.integration.api.stack import PASSWORD, Stack
from tests.integration.reports import make_report, write_report


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    folder = tmp_path / "reports"
    write_report(folder, "small", make_report({"north": [], "south": [82]}, model="small@1"))
    (folder / "broken").mkdir()
    (folder / "broken" / "report.json").write_text("{")
    stack.api.environment["ALMERE_REPORTS_DIR"] = str(folder)
    try:
        stack.redis.start()
        stack.add_person("opa", Role.OPERATOR)
        stack.api.start()
        yield stack
    finally:
        stack.close()


def test_an_operator_compares_two_benchmarks(bench: Stack, page: Page) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    ConsolePage(page, bench.api.url).give("opa", PASSWORD)
    page.get_by_test_id("benchmarks-link").click()
    rows = page.get_by_test_id("benchmark")
    expect(rows).to_have_count(2)
    expect(page.locator('[data-report="broken"]')).to_contain_text("Niet te lezen: report.json")
    expect(page.get_by_test_id("run-command")).to_contain_text(f"--out {bench.data_dir / 'reports'}/NAME")
    assert serious_violations(page) == []

    # A run that ends while the page is open: no reload, no restart.
    write_report(
        bench.data_dir / "reports", "large", make_report({"north": [81], "south": [82, 150]}, model="large@2")
    )
    expect(rows).to_have_count(3, timeout=30_000)
    page.keyboard.press("j")
    expect(rows.first.get_by_test_id("open-benchmark")).to_be_focused()
    page.keyboard.press("Enter")
    recall = page.locator('[data-testid="figure"][data-figure="parking.recall"]')
    expect(recall).to_contain_text("Parkeren: gevonden deel (recall)")
    expect(page.get_by_test_id("clip")).to_have_count(1)
    expect(page.get_by_test_id("false-alarm")).to_contain_text("Vals: Parkeren in street op 150 s")
    assert serious_violations(page) == []

    page.keyboard.press("c")
    expect(page.get_by_test_id("compare-with")).to_be_focused()
    page.get_by_test_id("compare-with").select_option("small")
    expect(page.get_by_test_id("lost-found")).to_contain_text("1 gevonden die eerst gemist werden, 0 gemist")
    changes = page.get_by_test_id("change")
    expect(changes).to_have_text(
        [
            "Nu gevonden Parkeren in street, north.mp4 op 20 s",
            "Vals alarm erbij Parkeren in street, south.mp4 op 150 s",
        ]
    )
    cells = page.locator('[data-testid="difference"][data-figure="parking.recall"] td')
    expect(cells.nth(0)).to_have_text("0,5")
    expect(cells.nth(1)).to_have_text("1")
    expect(cells.nth(2)).to_contain_text("0,5 (")
    north = page.locator('[data-testid="clip"][data-clip="north.mp4"]')
    fates = north.get_by_test_id("strip-event")
    expect(fates.nth(0)).to_have_attribute("data-fate", "missed")
    expect(fates.nth(1)).to_have_attribute("data-fate", "found")
    south = page.locator('[data-testid="clip"][data-clip="south.mp4"]').get_by_test_id("strip").nth(1)
    expect(south.locator('[data-outcome="false"]')).to_have_count(1)
    assert serious_violations(page) == []
    page.get_by_test_id("compare-with").blur()
    page.keyboard.press("l")
    expect(changes.first).to_contain_text("Found now")
    page.reload()
    expect(changes).to_have_count(2)
    page.keyboard.press("n")
    expect(rows).to_have_count(3)
