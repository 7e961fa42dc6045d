"""`almere bench fight`, small: every figure is there, and idle cameras pay nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.integration.sources.footage_stage import make_video


def test_all_figures_are_told(tmp_path: Path) -> None:
    video = make_video(tmp_path / "ball.mp4", 6, scale=2)
    words = ["bench", "fight", "--seconds", "2", "--footage", str(video)]
    command = [sys.executable, "-m", "almere_vision", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for people in (2, 10, 30):
        assert 0 < found[f"trigger_ms_{people}"] < 3
        assert 0 < found[f"trigger_per_tracker_{people}"] < 1
    assert found["classifier"].startswith("fight")
    assert found["tube_ms"] > 0
    assert found["film_ms"] > 0
    assert found["tube_per_tracker_10"] > 1
    assert (found["looks_asked_0"], found["looks_answered_0"], found["look_s_p50_0"]) == (0, 0, None)
    assert found["looks_answered_1"] > 0
    assert found["cpu_s_per_s_10"] > found["cpu_s_per_s_1"] > found["cpu_s_per_s_0"] > 0
