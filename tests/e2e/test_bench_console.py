"""`almere bench console`, small: every figure is there, and the first page holds its budget of script."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from almere_vision.cli import app
from almere_vision.cli.console_bench.measure import BUDGETS
from almere_vision.domain.errors import SettingsError

WORDS = ("--suggestions", "100", "--keys", "10", "--paints", "1", "--hours", "0.05")


def test_all_figures_are_told_and_the_script_is_small(tmp_path: Path) -> None:
    """Times are not judged here: what this machine does beside it is not known."""
    done = subprocess.run(
        [sys.executable, "-m", "almere_vision", "bench", "console", *WORDS],
        cwd=tmp_path,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert done.returncode in (0, 1), done.stderr
    found = json.loads(done.stdout)
    assert 50_000 < found["initial_script_gzip_bytes"] <= BUDGETS["initial_script_gzip_bytes"]
    assert found["keys"] == 10
    assert set(found["key_ms_by_kind"]) >= {
        "next",
        "previous",
        "claim",
        "confirm",
        "undo",
        "reject",
        "release",
    }
    for figure in ("first_paint_ms_p50", "key_ms_p95", "bare_page_paint_ms_p50", "bare_key_ms_p50"):
        assert found[figure] > 0, figure
    assert len(found["memory_heap_mb"]) == len(found["memory_dom_nodes"]) >= 2
    assert found["missed"] == [name for name, limit in BUDGETS.items() if found[name] > limit]
    assert (done.returncode == 1) == bool(found["missed"])
    assert list(tmp_path.iterdir()) == []


def test_without_chromium_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = CliRunner().invoke(app, ["bench", "console", *WORDS])
    assert isinstance(done.exception, SettingsError)
    assert "apt-get install chromium" in str(done.exception)
