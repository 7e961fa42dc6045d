"""The supervisor with real processes: what dies comes back, and nothing outlives it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

PROGRAM = """
import json, sys, threading
from pathlib import Path
from almere_vision.worker.supervisor import Part, PartFailed, Supervisor, stop_on_signals

folder = Path(sys.argv[1])
sleeper = (sys.executable, "-c", "import time; time.sleep(600)")
crasher = (sys.executable, "-c", "raise SystemExit(3)")
parts = [Part("first", sleeper), Part("second", crasher if "crash" in sys.argv else sleeper,
              ready=lambda: "crash" not in sys.argv, ready_within_s=5)]
try:
    Supervisor(parts, {}, folder / "parts.json").run(stop_on_signals(), (folder / "ready").touch)
except PartFailed as error:
    print(error)
    raise SystemExit(7)
"""


def wait_for(condition: Callable[[], object], within_s: float = 15.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def pids(folder: Path) -> dict[str, int]:
    file = folder / "parts.json"
    return dict(json.loads(file.read_text())) if file.exists() else {}


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path)], stderr=subprocess.DEVNULL)
    wait_for((tmp_path / "ready").exists)
    yield process
    process.kill()
    process.wait()


def test_a_killed_part_is_started_again_and_the_other_is_left_alone(
    supervisor: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    before = pids(tmp_path)
    os.kill(before["second"], signal.SIGKILL)
    wait_for(lambda: pids(tmp_path)["second"] != before["second"])
    after = pids(tmp_path)
    assert after["first"] == before["first"]
    assert psutil.pid_exists(after["second"])


def test_a_stop_ends_all_parts(supervisor: subprocess.Popen[bytes], tmp_path: Path) -> None:
    running = pids(tmp_path)
    supervisor.terminate()
    assert supervisor.wait(10) == 0
    assert all(gone(pid) for pid in running.values())
    assert not (tmp_path / "parts.json").exists()


def test_no_part_outlives_a_killed_supervisor(supervisor: subprocess.Popen[bytes], tmp_path: Path) -> None:
    running = pids(tmp_path)
    supervisor.kill()
    wait_for(lambda: all(gone(pid) for pid in running.values()))


def test_a_part_that_does_not_start_is_told_by_name_and_the_rest_is_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), "crash"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 7
    assert done.stdout.strip() == "second ended with exit code 3 while starting"
