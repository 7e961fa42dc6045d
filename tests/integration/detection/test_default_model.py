"""The network that we ship, in both runtimes."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from supervision.detection.utils.iou_and_nms import box_iou_batch

from almere_vision.detection import DEFAULT_MODEL, Detector, Manifest, load_detector
from almere_vision.detection.backend import open_backend
from almere_vision.detection.manifest import ModelInput
from almere_vision.detection.precision import Precision
from almere_vision.domain.detections import CLASSES, ObjectClass
from almere_vision.domain.errors import ModelError
from almere_vision.domain.frame import Frame, Moment
from almere_vision.networks import list_models


@pytest.fixture(scope="module")
def models_dir(root: Path) -> Path:
    return root / "models"


@pytest.fixture(scope="module")
def detector(models_dir: Path) -> Detector:
    return load_detector(DEFAULT_MODEL, models_dir, threads=1)


def frame(image: NDArray[np.uint8]) -> Frame:
    height_px, width_px = image.shape[:2]
    moment = Moment("plaza-1", None, 1.5, 1.5, datetime(2026, 1, 1, tzinfo=UTC), width_px, height_px)
    return Frame(moment, image)


def drawn_street() -> NDArray[np.uint8]:
    """A synthetic picture: a grey road, coloured blocks and noise, so that a network sees something."""
    rng = np.random.default_rng(7)
    image = np.full((720, 1280, 3), 120, np.uint8)
    for _ in range(40):
        x, y = int(rng.integers(0, 1200)), int(rng.integers(0, 640))
        image[y : y + 80, x : x + 60] = rng.integers(0, 256, 3)
    noise = rng.integers(-20, 20, image.shape)
    return np.clip(image.astype(np.int16) + noise, 0, 255).astype(np.uint8)


def test_the_default_model_loads_and_says_who_it_is(detector: Detector, models_dir: Path) -> None:
    (listed,) = [
        model for model in list_models(models_dir, {"detector": Manifest}) if model.name == DEFAULT_MODEL
    ]

    assert listed.problem is None
    assert detector.identity == listed.identity
    assert detector.input_px == (640, 384)
    assert detector.min_score == 0.2


def test_a_grey_picture_holds_nobody(detector: Detector) -> None:
    seen = frame(np.full((720, 1280, 3), 128, np.uint8))

    found = detector.detect(seen)

    assert len(found) == 0
    assert found.moment is seen.moment
    assert found.model == detector.identity


NANODET_INPUT = ModelInput(
    width=640, height=384, colour="bgr", mean=(103.53, 116.28, 123.675), std=(57.375, 57.12, 58.395)
)
TURNED_INPUT = NANODET_INPUT.model_copy(update={"colour": "rgb"})


@pytest.mark.parametrize("spec", [NANODET_INPUT, TURNED_INPUT], ids=["bgr", "rgb"])
@pytest.mark.parametrize("size", [(640, 384), (416, 416), (384, 640)])
def test_both_runtimes_compute_the_same(models_dir: Path, size: tuple[int, int], spec: ModelInput) -> None:
    path = models_dir / "nanodet-416" / "nanodet.onnx"
    picture = np.random.default_rng(3).integers(0, 256, (1, size[1], size[0], 3), np.uint8)
    picture[..., 2] //= 4  # so that colours in the wrong order would be seen

    ours = open_backend("openvino", path, spec, size, 1).infer(picture)
    theirs = open_backend("onnxruntime", path, spec, size, 1).infer(picture)

    assert [array.shape for array in ours] == [array.shape for array in theirs]
    assert len(ours) == 6
    for our, their in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(our, their, atol=2e-3)


def test_both_runtimes_detect_the_same(models_dir: Path) -> None:
    seen = frame(drawn_street())
    # a low score, so that even a drawing gives boxes to compare
    ours = load_detector(DEFAULT_MODEL, models_dir, "openvino", min_score=0.05).detect(seen)
    theirs = load_detector(DEFAULT_MODEL, models_dir, "onnxruntime", min_score=0.05).detect(seen)

    assert len(ours) > 0, "nothing to compare: draw another picture"
    assert ours.classes.tolist() == theirs.classes.tolist()
    np.testing.assert_allclose(ours.boxes, theirs.boxes, atol=1e-3)
    np.testing.assert_allclose(ours.scores, theirs.scores, atol=1e-3)


@pytest.fixture(scope="module")
def plaza(root: Path) -> list[Frame]:
    """Pictures of the demo footage, some seconds apart."""
    with av.open(str(root / ".cache/footage/plaza.mp4")) as container:
        shown = islice(container.decode(video=0), 0, 500, 50)
        return [frame(np.asarray(one.to_ndarray(format="bgr24"), np.uint8)) for one in shown]


def people(detector: Detector, pictures: list[Frame], min_score: float) -> list[NDArray[np.float32]]:
    found = [detector.detect(picture) for picture in pictures]
    person = CLASSES.index(ObjectClass.PERSON)
    return [one.boxes[(one.classes == person) & (one.scores >= min_score)] for one in found]


@pytest.mark.parametrize(
    ("name", "precision"), [(DEFAULT_MODEL, "fast"), ("nanodet-416-int8", "exact")], ids=["fast", "int8"]
)
def test_what_is_faster_sees_the_same_people(
    detector: Detector, models_dir: Path, plaza: list[Frame], name: str, precision: Precision
) -> None:
    fast = load_detector(name, models_dir, threads=1, precision=precision)
    for sure, all_found in ((detector, fast), (fast, detector)):
        pairs = list(zip(people(sure, plaza, 0.5), people(all_found, plaza, 0.3), strict=True))
        found = sum(
            int((box_iou_batch(ours, theirs).max(axis=1) > 0.6).sum())
            for ours, theirs in pairs
            if len(theirs)
        )
        of = sum(len(ours) for ours, _ in pairs)
        assert of > 40
        assert found >= 0.97 * of


def test_exact_means_the_same_whatever_the_processor_can(
    detector: Detector, models_dir: Path, plaza: list[Frame]
) -> None:
    again = load_detector(DEFAULT_MODEL, models_dir, threads=1)
    theirs = load_detector(DEFAULT_MODEL, models_dir, "onnxruntime", precision="fast")
    for picture in plaza[:3]:
        ours = detector.detect(picture)
        assert np.array_equal(ours.scores, again.detect(picture).scores)
        np.testing.assert_allclose(ours.scores, theirs.detect(picture).scores, atol=2e-3)


@pytest.mark.parametrize("backend", ["openvino", "onnxruntime"])
def test_several_pictures_at_once_give_what_each_gives_alone(models_dir: Path, backend: str) -> None:
    detector = load_detector(DEFAULT_MODEL, models_dir, backend, min_score=0.05)  # type: ignore[arg-type]
    pictures = [frame(drawn_street()), frame(drawn_street()[:, :700]), frame(drawn_street()[::-1].copy())]

    together = detector.detect_many(pictures)
    alone = [detector.detect(picture) for picture in pictures]

    assert sum(len(found) for found in alone) > 0
    for both, one in zip(together, alone, strict=True):
        assert both.classes.tolist() == one.classes.tolist()
        np.testing.assert_allclose(both.boxes, one.boxes, atol=1e-3)


def test_boxes_are_fractions_of_the_picture_for_any_proportions(models_dir: Path) -> None:
    detector = load_detector(DEFAULT_MODEL, models_dir, min_score=0.02)

    for image in (drawn_street(), drawn_street()[:, 400:700], drawn_street()[300:400]):
        found = detector.detect(frame(image))

        assert len(found) > 0
        assert found.boxes.dtype == np.float32
        assert ((found.boxes >= 0) & (found.boxes <= 1)).all()
        assert (found.boxes[:, :2] < found.boxes[:, 2:]).all()
        assert (np.diff(found.scores) <= 0).all()


def test_no_pictures_give_no_detections(detector: Detector) -> None:
    assert detector.detect_many([]) == []


@pytest.mark.parametrize("backend", ["openvino", "onnxruntime"])
@pytest.mark.parametrize("content", [b"words, not a network", b"\x08\x07\x12\x04half"])
def test_a_file_that_is_no_network_is_one_line(
    tmp_path: Path, models_dir: Path, backend: str, content: bytes
) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)

    with pytest.raises(ModelError) as caught:
        load_detector(str(path), models_dir, backend)  # type: ignore[arg-type]

    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("backend", ["openvino", "onnxruntime"])
def test_a_network_that_breaks_off_is_one_line(tmp_path: Path, models_dir: Path, backend: str) -> None:
    whole = (models_dir / "nanodet-416" / "nanodet.onnx").read_bytes()
    path = tmp_path / "half.onnx"
    path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(ModelError) as caught:
        load_detector(str(path), models_dir, backend)  # type: ignore[arg-type]

    assert "whole" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_size_that_is_no_multiple_of_32_is_refused(models_dir: Path) -> None:
    with pytest.raises(ModelError, match="multiples of 32"):
        load_detector(DEFAULT_MODEL, models_dir, input_size=(640, 360))


def test_a_runtime_that_cannot_open_the_file_names_those_that_can(models_dir: Path) -> None:
    with pytest.raises(ModelError, match="use openvino, onnxruntime"):
        load_detector(DEFAULT_MODEL, models_dir, backend="ultralytics")
