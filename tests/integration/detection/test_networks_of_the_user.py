"""Networks without a manifest: OpenVINO folders and ONNX files given by path, or added to the store."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from numpy.typing import NDArray
from openvino import opset13 as ops

from almere_vision.detection import Manifest, add_model, load_detector
from almere_vision.detection.classes import COCO80
from almere_vision.domain.detections import CLASSES, ObjectClass
from almere_vision.domain.errors import ModelError
from almere_vision.domain.frame import Frame, Moment
from almere_vision.networks import list_models


def save_network(path: Path, output: NDArray[np.float32], size: tuple[int, int] | None = None) -> None:
    """An OpenVINO network that answers `output` to any picture, of any size or of one (width, height)."""
    shape = [-1, 3, -1, -1] if size is None else [1, 3, size[1], size[0]]
    picture = ops.parameter(shape, np.float32, name="images")
    nothing = ops.multiply(ops.reduce_mean(picture, np.array([0, 1, 2, 3]), keep_dims=False), np.float32(0.0))
    answer = ops.add(nothing, ops.constant(output))
    ov.save_model(ov.Model([answer], [picture], "hand-built"), path, compress_to_fp16=False)


def dense_answer() -> NDArray[np.float32]:
    """A YOLO output (1, 84, 3) in an input of 640x384: a bus that is also a car, a person, and a dog."""
    output = np.zeros((1, 84, 3), np.float32)
    output[0, :4, 0] = (320, 192, 128, 90)
    output[0, 4 + COCO80.index("bus"), 0] = 0.9
    output[0, 4 + COCO80.index("car"), 0] = 0.8
    output[0, :4, 1] = (64, 102, 32, 36)
    output[0, 4 + COCO80.index("person"), 1] = 0.6
    output[0, 4 + COCO80.index("dog"), 2] = 0.9
    return output


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


@pytest.fixture
def picture() -> Frame:
    """1280x720: in 640x384 it is half as large, 12 pixels below the top."""
    return Frame(Moment("cam", None, 0.0, 0.0, None, 1280, 720), np.zeros((720, 1280, 3), np.uint8))


def test_an_openvino_folder_is_known_by_its_outputs(tmp_path: Path, store: Path, picture: Frame) -> None:
    save_network(tmp_path / "net" / "best.xml", dense_answer())

    detector = load_detector(str(tmp_path / "net"), store)
    found = detector.detect(picture)

    assert detector.identity.startswith("best@")
    assert [CLASSES[index] for index in found.classes] == [ObjectClass.BUS, ObjectClass.PERSON]
    np.testing.assert_allclose(found.scores, [0.9, 0.6], atol=1e-6)
    expected = [
        [(320 - 64) / 640, (180 - 45) / 360, (320 + 64) / 640, (180 + 45) / 360],
        [(64 - 16) / 640, (90 - 18) / 360, (64 + 16) / 640, (90 + 18) / 360],
    ]
    np.testing.assert_allclose(found.boxes, expected, atol=1e-5)


def test_metadata_beside_an_openvino_network_names_its_classes(
    tmp_path: Path, store: Path, picture: Frame
) -> None:
    output = np.zeros((1, 300, 6), np.float32)
    output[0, 0] = (100, 112, 200, 212, 0.9, 1)
    save_network(tmp_path / "net" / "best.xml", output, size=(640, 640))
    (tmp_path / "net" / "metadata.yaml").write_text("task: detect\nnames:\n  0: cat\n  1: van\n")

    detector = load_detector(str(tmp_path / "net" / "best.xml"), store)
    found = detector.detect(picture)

    assert detector.input_px == (640, 640), "a network of fixed size runs at its own"
    assert [CLASSES[index] for index in found.classes] == [ObjectClass.TRUCK]
    np.testing.assert_allclose(found.boxes, [[100 / 640, 0.0, 200 / 640, 72 / 360]], atol=1e-5)


def test_another_size_than_a_fixed_one_is_refused(tmp_path: Path, store: Path) -> None:
    save_network(tmp_path / "net.xml", dense_answer(), size=(640, 640))

    with pytest.raises(ModelError, match="takes an input of 640x640, not 640x384"):
        load_detector(str(tmp_path / "net.xml"), store, input_size=(640, 384))


def test_an_added_network_is_listed_and_loads_by_name(tmp_path: Path, store: Path, picture: Frame) -> None:
    save_network(tmp_path / "net" / "best.xml", dense_answer())

    manifest = add_model(tmp_path / "net", store, name="mine", licence="CC0-1.0")
    shutil.rmtree(tmp_path / "net")

    (listed,) = list_models(store, {"detector": Manifest})
    assert (listed.name, listed.licence, listed.kind, listed.problem) == ("mine", "CC0-1.0", "detector", None)
    assert sorted(path.name for path in (store / "mine").iterdir()) == [
        "best.bin",
        "best.xml",
        "manifest.yaml",
    ]
    assert len(manifest.files) == 2
    detector = load_detector("mine", store)
    assert detector.identity == listed.identity
    assert len(detector.detect(picture)) == 2


def test_our_own_onnx_file_is_known_as_nanodet(root: Path, tmp_path: Path, store: Path) -> None:
    copy = tmp_path / "some.onnx"
    shutil.copyfile(root / "models" / "nanodet-416" / "nanodet.onnx", copy)

    manifest = add_model(copy, store, name="copy", licence="Apache-2.0", input_size=(416, 256))

    assert (manifest.decoder, manifest.input.colour) == ("nanodet", "bgr")
    assert manifest.backends == ("openvino", "onnxruntime")
    assert load_detector("copy", store, backend="onnxruntime").input_px == (416, 256)


def test_a_name_that_is_taken_is_refused_and_the_store_stays(tmp_path: Path, store: Path) -> None:
    save_network(tmp_path / "net.xml", dense_answer())
    add_model(tmp_path / "net.xml", store, name="mine", licence="CC0-1.0")
    before = list_models(store, {"detector": Manifest})

    with pytest.raises(ModelError, match="exists already"):
        add_model(tmp_path / "net.xml", store, name="mine", licence="MIT")

    assert list_models(store, {"detector": Manifest}) == before


def test_a_network_that_detects_nothing_that_we_keep_is_not_added(tmp_path: Path, store: Path) -> None:
    save_network(tmp_path / "net.xml", np.zeros((1, 6, 3), np.float32))

    with pytest.raises(ModelError, match="none of its classes"):
        add_model(tmp_path / "net.xml", store, name="pets", licence="MIT", classes=["cat", "dog"])

    assert list(store.iterdir()) == []


def test_metadata_that_is_no_yaml_is_refused(tmp_path: Path, store: Path) -> None:
    save_network(tmp_path / "net.xml", dense_answer())
    (tmp_path / "metadata.yaml").write_text("{")

    with pytest.raises(ModelError, match="not YAML"):
        load_detector(str(tmp_path / "net.xml"), store)
