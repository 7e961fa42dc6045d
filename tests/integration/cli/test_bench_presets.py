"""`almere bench presets`, small: views of real footage are recognised, and no other is taken for one."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from almere_vision.cli import app


def test_presets_of_the_demo_clip_are_recognised_and_no_other_view_is(root: Path) -> None:
    footage = str(root / ".cache/footage/plaza.mp4")
    words = ["bench", "presets", "--footage", footage, "--returns", "6", "--views", "20", "--offsets", "12"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.exception
    found = json.loads(done.stdout)
    assert found["returns_in_time"] == 6
    assert found["taken_for_a_preset"] == 0
    assert found["offsets_missed"] <= 1
    assert found["offset_within_half_percent"] >= 10
    assert found["made_night_by_night_reference"] > found["made_night_by_day_reference"]
    assert found.keys() >= {
        "check_ms",
        "check_when_lost_ms",
        "cores_for_87_cameras",
        "check_per_decoded_picture",
    }
