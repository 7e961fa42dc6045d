"""Ultralytics .pt files in torch: an untrained network of theirs, saved and loaded again."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from almere_vision.detection import add_model, load_detector
from almere_vision.detection.backend import open_backend
from almere_vision.detection.classes import COCO80
from almere_vision.detection.manifest import ModelInput
from almere_vision.domain.errors import ModelError
from almere_vision.domain.frame import Frame, Moment

YOLO_INPUT = ModelInput(width=320, height=192, colour="rgb", scale=1 / 255)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="torch is installed here")
def test_without_the_extra_the_message_names_it(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "mine.pt"
    path.write_bytes(b"a network of mine")

    with pytest.raises(ModelError, match="install the gpu extra"):
        load_detector(str(path), store, trust=True)


def save_untrained(folder: Path, kind: str, end_to_end: bool = False) -> Path:
    """A network of a given kind with random weights and the classes of COCO, as ultralytics saves it."""
    ultralytics: Any = importlib.import_module("ultralytics")
    network = ultralytics.YOLO(f"{kind}.yaml")
    network.model.names = dict(enumerate(COCO80))
    if end_to_end:
        network.model.model[-1].end2end = True
    path = folder / "untrained.pt"
    network.save(path)
    return path


@pytest.mark.extras
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    ("kind", "end_to_end", "decoder"),
    [("yolo11n", False, "yolo"), ("yolo26n", False, "yolo"), ("yolo26n", True, "yolo-end2end")],
)
def test_a_trusted_network_loads_runs_and_may_join_the_store(
    tmp_path: Path, store: Path, capfd: pytest.CaptureFixture[str], kind: str, end_to_end: bool, decoder: str
) -> None:
    path = save_untrained(tmp_path, kind, end_to_end)
    image = np.random.default_rng(0).integers(0, 256, (720, 1280, 3), np.uint8)
    frame = Frame(Moment("cam", None, 0.0, 0.0, None, 1280, 720), image)
    capfd.readouterr()

    with pytest.raises(ModelError, match="--trust"):
        load_detector(str(path), store)
    trusted = load_detector(str(path), store, trust=True, min_score=1e-6)
    manifest = add_model(path, store, name="mine", licence="AGPL-3.0", trust=True)
    stored = load_detector("mine", store, min_score=1e-6)
    ours, theirs = trusted.detect(frame), stored.detect(frame)

    assert (manifest.decoder, manifest.classes, manifest.backends) == (decoder, "coco80", ("ultralytics",))
    assert trusted.identity.removeprefix("untrained") == stored.identity.removeprefix("mine")
    assert len(ours) > 0
    assert len(ours) == len(theirs)
    np.testing.assert_allclose(ours.boxes, theirs.boxes, atol=1e-3)
    assert capfd.readouterr().out == "", "the standard output is for event lines"


@pytest.mark.extras
@pytest.mark.filterwarnings("default")
def test_batches_and_single_pictures_agree(tmp_path: Path) -> None:
    path = save_untrained(tmp_path, "yolo11n")
    backend = open_backend("ultralytics", path, YOLO_INPUT, (320, 192), threads=1)
    pictures = np.random.default_rng(0).integers(0, 256, (3, 192, 320, 3), np.uint8)

    (together,) = backend.infer(pictures)
    alone = np.concatenate([backend.infer(pictures[index : index + 1])[0] for index in range(3)])

    assert together.shape == (3, 84, 40 * 24 + 20 * 12 + 10 * 6)
    np.testing.assert_allclose(together, alone, rtol=1e-3, atol=1e-3)


@pytest.mark.extras
@pytest.mark.filterwarnings("default")
def test_colours_come_in_the_order_of_the_network(tmp_path: Path) -> None:
    path = save_untrained(tmp_path, "yolo11n")
    pictures = np.random.default_rng(0).integers(0, 256, (1, 192, 320, 3), np.uint8)
    plain = YOLO_INPUT.model_copy(update={"colour": "bgr"})

    (turned,) = open_backend("ultralytics", path, YOLO_INPUT, (320, 192), threads=1).infer(pictures)
    network = open_backend("ultralytics", path, plain, (320, 192), threads=1)
    (by_hand,) = network.infer(np.ascontiguousarray(pictures[..., ::-1]))
    (otherwise,) = network.infer(pictures)

    away, apart = np.abs(turned - by_hand).max(), np.abs(turned - otherwise).max()
    assert apart > 100 * away, (away, apart)


@pytest.mark.extras
@pytest.mark.filterwarnings("default")
def test_a_trusted_file_that_is_no_network_is_one_line(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "broken.pt"
    path.write_bytes(b"not a pickle")

    with pytest.raises(ModelError) as caught:
        load_detector(str(path), store, trust=True)

    assert "\n" not in str(caught.value)
