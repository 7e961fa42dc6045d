"""`almere detect` as a person runs it: a process, its lines, its exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

GOOD_ZONES = """
camera: square
presets:
  - id: home
    zones:
      - id: street
        polygon: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
        rules: {parking: {limit_s: 5}}
"""


def almere(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "almere_vision", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)


def events(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def zones(tmp_path: Path) -> Path:
    file = tmp_path / "zones.yaml"
    file.write_text(GOOD_ZONES)
    return file


@pytest.fixture
def grey_video(tmp_path: Path) -> Path:
    """Three seconds in which nothing stands."""
    file = tmp_path / "grey.mp4"
    with av.open(str(file), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for level in range(30):
            picture = np.full((240, 320, 3), 100 + level, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return file


def assert_one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr


def test_nothing_stands_so_nothing_is_printed(grey_video: Path, zones: Path) -> None:
    done = almere("detect", grey_video, "--zones", zones)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_a_missing_video_is_told_in_one_line(zones: Path, tmp_path: Path) -> None:
    assert_one_line(almere("detect", tmp_path / "no.mp4", "--zones", zones), "no.mp4", "no such file")


def test_an_empty_file_is_told_in_one_line(zones: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    assert_one_line(almere("detect", tmp_path / "empty.mp4", "--zones", zones), "empty.mp4", "empty")


def test_text_named_mp4_is_told_in_one_line(zones: Path, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("this is no film\n" * 100)
    assert_one_line(almere("detect", tmp_path / "text.mp4", "--zones", zones), "text.mp4", "not a video")


def test_a_truncated_video_is_told_and_the_other_is_still_read(
    grey_video: Path, zones: Path, tmp_path: Path
) -> None:
    half = tmp_path / "half.mp4"
    half.write_bytes(grey_video.read_bytes()[: grey_video.stat().st_size // 2])
    out = tmp_path / "events.jsonl"
    done = almere("detect", half, grey_video, "--zones", zones, "--out", out)
    assert_one_line(done, "half.mp4")
    assert out.exists()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]", "[[0.1, 0.1], [0.9, 0.1]]", "3 points"),
        ("[0.9, 0.1], [0.9, 0.9]", "[0.9, 0.9], [0.9, 0.1]", "crosses"),
        ("{parking: {limit_s: 5}}", "{dancing: {limit_s: 5}}", "unknown rule 'dancing'"),
        ("{limit_s: 5}", "{limit_s: 5, vehicles: [tank]}", "unknown class 'tank'"),
        ("{limit_s: 5}", '{limit_s: 5, allowed: [{from: "25:00", to: "11:00"}]}', "25:00"),
    ],
)
def test_a_bad_zone_file_is_told_with_its_line(
    grey_video: Path, zones: Path, before: str, after: str, told: str
) -> None:
    assert before in GOOD_ZONES
    zones.write_text(GOOD_ZONES.replace(before, after))
    line = next(n for n, text in enumerate(zones.read_text().splitlines(), 1) if after in text)
    assert_one_line(almere("detect", grey_video, "--zones", zones), told, f"{zones}:{line}")


def test_a_network_with_a_wrong_hash_is_refused(
    grey_video: Path, zones: Path, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "share" / "models" / "nanodet-416"
    store.mkdir(parents=True)
    for file in (root / "models" / "nanodet-416").iterdir():
        (store / file.name).write_bytes(file.read_bytes())
    network = store / "nanodet.onnx"
    network.write_bytes(network.read_bytes()[:-1] + b"x")
    monkeypatch.setenv("ALMERE_SHARE_DIR", str(tmp_path / "share"))
    assert_one_line(almere("detect", grey_video, "--zones", zones), "nanodet.onnx", "sha256")


def test_a_live_camera_is_not_a_recording_and_its_password_is_not_repeated(zones: Path) -> None:
    done = almere("detect", "rtsp://admin:geheim@127.0.0.1:9/live", "--zones", zones)
    assert_one_line(done, "live camera")
    assert "geheim" not in done.stderr


def test_wrong_usage_is_exit_code_2() -> None:
    assert almere("detect").returncode == 2


def test_the_two_standing_vehicles_of_the_demo_are_found_once_each(root: Path) -> None:
    done = almere("detect", root / ".cache/footage/plaza.mp4", "--zones", root / "zones/demo/plaza.yaml")
    assert done.returncode == 0, done.stderr
    found = events(done)
    assert [event["kind"] for event in found] == ["parking", "parking"]
    centres = sorted((event["box"][0] + event["box"][2]) / 2 for event in found)
    assert centres == pytest.approx([0.895, 0.978], abs=0.02)  # the van, and the car at the edge


@pytest.mark.shared
@pytest.mark.parametrize("model", ["nanodet-416", "../shared/models/onnx/yolo11n_fp32_dyn.onnx"])
def test_the_standing_minibus_is_one_parking_event(footage: Path, root: Path, model: str) -> None:
    (video,) = (footage / "parking").glob("pk06*.mp4")
    (zone_file,) = (footage / "zones").glob("pk06*.yaml")
    name = str(root / model) if "/" in model else model
    done = almere("detect", video, "--zones", zone_file, "--model", name)
    assert done.returncode == 0, done.stderr
    (event,) = events(done)
    assert event["kind"] == "parking"
    assert event["start_s"] == pytest.approx(0, abs=1)
    assert event["alarm_s"] == pytest.approx(5, abs=2)
    assert event["model"].partition("@")[2].isalnum()
    x1, y1, x2, y2 = event["box"]
    assert (x1, y1, x2, y2) == pytest.approx((0.32, 0.15, 0.77, 1.0), abs=0.06)


def test_fights_are_not_looked_for_without_a_classifier_and_that_is_told(
    grey_video: Path, zones: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALMERE_FIGHT_MODEL", "none-such")
    zones.write_text(GOOD_ZONES.replace("parking: {limit_s: 5}", "fight: {}"))
    done = almere("detect", grey_video, "--zones", zones)
    assert (done.returncode, done.stdout) == (0, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("almere: fights are not looked for: ")
    assert "almere train fight" in line
