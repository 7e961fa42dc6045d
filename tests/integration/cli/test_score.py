"""`almere score` as a person runs it: a process, its lines, its exit code."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest


def almere(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "almere_vision", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def grey_video(path: Path) -> Path:
    """Two seconds in which there is nobody."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for level in range(20):
            picture = np.full((240, 320, 3), 100 + level, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return path


def test_a_folder_gives_a_line_for_each_clip_and_nobody_is_no_fight(tmp_path: Path) -> None:
    for name in ("b.mp4", "a.mp4"):
        grey_video(tmp_path / name)
    done = almere("score", tmp_path)
    assert done.returncode == 0, done.stderr
    found = lines(done)
    assert [line["clip"] for line in found] == [str(tmp_path / "a.mp4"), str(tmp_path / "b.mp4")]
    assert [(line["fight"], line["tubes"]) for line in found] == [(0.0, 0), (0.0, 0)]
    assert all(line["model"].startswith("fight-motion@") for line in found)


def test_a_broken_file_is_told_and_the_others_are_scored(tmp_path: Path) -> None:
    whole = grey_video(tmp_path / "whole.mp4")
    (tmp_path / "broken.mp4").write_text("These are the minutes of the meeting.\n" * 100)
    done = almere("score", tmp_path / "missing.mp4", tmp_path / "broken.mp4", whole)
    assert done.returncode == 2
    assert [line["clip"] for line in lines(done)] == [str(whole)]
    missing, broken = done.stderr.strip().splitlines()
    assert "missing.mp4: no such file" in missing
    assert "broken.mp4: is not a video" in broken


def test_an_unknown_classifier_and_a_live_camera_are_refused_in_one_line(tmp_path: Path) -> None:
    whole = grey_video(tmp_path / "whole.mp4")
    for words in (("--model", "nothing", whole), ("--model", "nanodet-416", whole), ("rtsp://127.0.0.1/x",)):
        done = almere("score", *words)
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr


@pytest.mark.shared
def test_fights_of_the_validation_split_score_above_other_clips(footage: Path) -> None:
    with (footage / "fight_splits.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "val"]
    fights = [row["file"] for row in rows if row["file"].startswith("fight/vioperu")][:2]
    others = [row["file"] for row in rows if row["file"].startswith("nofight/vioperu")][:2]
    done = almere("score", *(footage / name for name in fights + others))
    assert done.returncode == 0, done.stderr
    scores = [line["fight"] for line in lines(done)]
    assert min(scores[:2]) > max(scores[2:])
    assert all(line["tubes"] > 0 for line in lines(done)[:2])
