"""The small suite: the demo clip through the real network, tracker and rules, held against its baseline."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ALMERE = Path(sys.executable).with_name("almere")


@pytest.fixture(scope="module")
def clip(root: Path) -> Path:
    path = root / ".cache" / "footage" / "vtest.avi"
    assert path.is_file(), "run ./scripts/test, or ./scripts/fetch-footage .cache/footage/vtest.avi"
    return path


def almere(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ALMERE, "eval", *map(str, words)], capture_output=True, text=True, check=False)


def test_the_demo_suite_passes_its_gate_and_the_second_run_needs_no_network(clip, root, tmp_path):
    suite, cache = root / "eval" / "suites" / "demo.yaml", tmp_path / "cache"
    first = almere("run", suite, "--out", tmp_path / "first", "--cache", cache, "--json")
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout)["parking.recall"] == 1
    assert "vtest.avi" in first.stderr
    gate = almere("gate", tmp_path / "first", root / "eval" / "baselines" / "demo.json")
    assert gate.returncode == 0, gate.stdout
    second = almere("run", suite, "--out", tmp_path / "second", "--cache", cache)
    assert second.returncode == 0, second.stderr
    reports = [json.loads((tmp_path / name / "report.json").read_text()) for name in ("first", "second")]
    assert [report["from_cache"] for report in reports] == [0, 1]
    assert reports[0]["events"] == reports[1]["events"]
    diff = almere("diff", tmp_path / "first", tmp_path / "second", "--json")
    assert json.loads(diff.stdout)["changes"] == []


def test_bad_input_is_told_in_one_line(clip, root, tmp_path):
    suite = tmp_path / "suite.yaml"
    good = (root / "eval" / "suites" / "demo.yaml").read_text()
    suite.write_text(good.replace("kinds: [parking]", "kinds: [theft]"))
    for words in (
        ["run", suite, "--out", tmp_path / "out"],
        ["run", tmp_path / "none.yaml", "--out", tmp_path / "out"],
        ["run", root / "eval" / "suites" / "demo.yaml", "--out", suite],
        ["run", root / "eval" / "suites" / "demo.yaml", "--out", tmp_path / "out", "--model", "nonesuch"],
        ["gate", tmp_path, tmp_path / "none.json"],
        ["diff", tmp_path, tmp_path],
    ):
        done = almere(*words)
        assert done.returncode == 2, words
        lines = done.stderr.strip().splitlines()
        assert len(lines) == 1, done.stderr
        assert lines[0].startswith("almere: ")
