"""`almere bench review`, small: every figure is there, and it takes only a database that is empty."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil

WORDS = (
    "bench",
    "review",
    "--incidents",
    "1000",
    "--suggestions",
    "500",
    "--minutes",
    "0.05",
    "--rate",
    "10",
)


def almere(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "almere_vision", *WORDS],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=200,
    )


def test_all_figures_are_told(tmp_path: Path) -> None:
    done = almere(tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["incidents"] == 1000
    assert found["ingest_suggestions"] > 0
    assert found["events_missed"] == 0
    for figure in (
        "bare_inserts_per_s",
        "ingest_per_s",
        "ingest_per_bare_insert",
        "page_p50_ms",
        "page_p95_ms",
        "page_per_bare_route",
        "event_to_console_p95_ms",
        "memory_last_mb",
    ):
        assert found[figure] > 0, figure
    assert list(tmp_path.iterdir()) == []


def test_stopped_half_way_it_leaves_no_process_behind(tmp_path: Path) -> None:
    bench = subprocess.Popen(
        [sys.executable, "-m", "almere_vision", *WORDS], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    assert bench.stderr is not None
    for line in bench.stderr:
        if "ingest" in line:
            break
    below = psutil.Process(bench.pid).children(recursive=True)
    servers = [other for other in psutil.process_iter() if "almere-pg-" in " ".join(_words(other))]
    began = [one for one in servers if one.create_time() >= psutil.Process(bench.pid).create_time()]
    assert below
    assert began
    bench.terminate()
    assert bench.wait(30) == 143
    bench.stderr.close()
    assert psutil.wait_procs([*below, *began], 20)[1] == []


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_another_database_is_refused(tmp_path: Path) -> None:
    done = almere(tmp_path, ALMERE_DATABASE_URL=f"sqlite:///{tmp_path}/almere.db")
    assert (done.returncode, done.stdout) == (2, "")
    assert "bench review measures PostgreSQL" in done.stderr
