"""`almere train fight` on a handful of short clips: it must end in a classifier that scores."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
import yaml

from almere_vision.config import share_dir
from almere_vision.networks import MANIFEST_NAME

SHAPE_PX = (384, 288)


def almere(*words: object, models: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "almere_vision", *map(str, words)]
    environment = (
        None if models is None else {"ALMERE_SHARE_DIR": str(models.parent), "PATH": "/usr/bin:/bin"}
    )
    return subprocess.run(command, capture_output=True, text=True, timeout=280, check=False, env=environment)


def cut(source: Path, out: Path, start: int, shake_px: int) -> None:
    """A second of the demo clip; `shake_px` throws every picture about, which passes for a fight here."""
    out.parent.mkdir(exist_ok=True)
    with av.open(str(source)) as container, av.open(str(out), "w") as written:
        stream = written.add_stream("libx264", rate=10)
        stream.width, stream.height = SHAPE_PX
        stream.pix_fmt = "yuv420p"
        for number, frame in enumerate(container.decode(video=0)):
            if start <= number < start + 12:
                image = frame.reformat(*SHAPE_PX, format="bgr24").to_ndarray()
                moved = np.roll(image, round(shake_px * np.sin(2.0 * number)), axis=0)
                written.mux(stream.encode(av.VideoFrame.from_ndarray(moved, format="bgr24")))
            elif number >= start + 12:
                break
        written.mux(stream.encode(None))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    folder = tmp_path_factory.mktemp("data")
    source = root / ".cache" / "footage" / "vtest.avi"
    rows = ["file,label,group,visibility,split"]
    for number in range(6):
        fight = number % 2 == 0
        name = f"{'fight' if fight else 'nofight'}/made_{number}.mp4"
        cut(source, folder / name, 20 * number, 12 if fight else 0)
        rows.append(f"{name},{'fight' if fight else 'nofight'},g{number // 2},clear,train")
    (folder / "fight_splits.csv").write_text("\n".join(rows) + "\n")
    cut(source, folder / "street" / "s.mp4", 150, 0)
    return folder


def test_clips_become_a_classifier_with_figures_that_scores(data: Path, tmp_path: Path) -> None:
    out, cache = tmp_path / "fight-made", tmp_path / "cache"
    done = almere("train", "fight", "--data", data, "--out", out, "--folds", 2, "--cache", cache)
    assert done.returncode == 0, done.stderr
    figures = yaml.safe_load((out / "accuracy.yaml").read_text())
    assert {"majority", "people", "energy", "flow", "pose", "all"} <= figures["auc"].keys()
    assert figures["auc"]["majority"]["all"][0] == 0.5
    assert figures["fights_found_at_half"]["made, clear"][1] == 3
    manifest = yaml.safe_load((out / MANIFEST_NAME).read_text())
    assert (manifest["name"], manifest["kind"], manifest["pose"]) == (
        "fight-made",
        "fight",
        "movenet-lightning",
    )

    store = tmp_path / "share" / "models"
    store.mkdir(parents=True)
    for name in ("nanodet-416", "movenet-lightning"):
        (store / name).symlink_to(share_dir() / "models" / name)
    (store / "fight-made").symlink_to(out)
    done = almere("score", data / "fight", "--model", "fight-made", models=store)
    assert done.returncode == 0, done.stderr
    scored = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(line["tubes"] > 0 and 0 < line["fight"] < 1 for line in scored)


def test_clips_of_one_kind_teach_nothing_and_a_folder_without_splits_is_refused(
    data: Path, tmp_path: Path
) -> None:
    done = almere("train", "fight", "--data", tmp_path, "--out", tmp_path / "fight-none")
    assert done.returncode == 2
    assert "fight_splits.csv" in done.stderr
    only = tmp_path / "only"
    only.mkdir()
    (only / "fight").symlink_to(data / "fight")
    rows = [row for row in (data / "fight_splits.csv").read_text().splitlines() if "nofight" not in row]
    (only / "fight_splits.csv").write_text("\n".join(rows) + "\n")
    done = almere("train", "fight", "--data", only, "--out", tmp_path / "fight-none", "--folds", 2)
    assert done.returncode == 2
    assert "clips without" in done.stderr
    assert not (tmp_path / "fight-none").exists()
