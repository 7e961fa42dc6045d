"""What a network without a manifest is, told from the shapes of its outputs and its metadata."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from almere_vision.detection.classes import COCO80
from almere_vision.detection.manifest import Manifest
from almere_vision.detection.probe import probe
from almere_vision.domain.errors import ModelError
from almere_vision.networks import ModelFile

FILES = (ModelFile(path="net.onnx", sha256="0" * 64, bytes=1),)
PATH = Path("net.onnx")
NANODET = [(1, 3840, 80), (1, 960, 80), (1, 240, 80), (1, 3840, 44), (1, 960, 44), (1, 240, 44)]


class Shapes:
    """A backend whose outputs have given shapes."""

    def __init__(self, shapes: list[tuple[int, ...]], metadata: dict[str, str] | None = None) -> None:
        self.input_px = (640, 384)
        self.at_once = 1
        self.metadata = metadata or {}
        self.shapes = shapes

    def infer(self, pictures: NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
        assert pictures.shape == (1, 384, 640, 3)
        return tuple(np.zeros(shape, np.float32) for shape in self.shapes)


def describe(
    shapes: list[tuple[int, ...]], metadata: dict[str, str] | None = None, classes: list[str] | None = None
) -> Manifest:
    backend = Shapes(shapes, metadata)
    return probe(PATH, backend, name="net", files=FILES, backends=("openvino",), classes=classes)


def test_nanodet_is_fed_bgr_with_its_own_normalisation() -> None:
    found = describe(NANODET)

    assert (found.decoder, found.classes, found.input.colour) == ("nanodet", "coco80", "bgr")
    assert found.input.mean == (103.53, 116.28, 123.675)


def test_yolo_is_fed_rgb_from_0_to_1() -> None:
    found = describe([(1, 84, 5040)])

    assert (found.decoder, found.classes, found.input.colour) == ("yolo", "coco80", "rgb")
    assert found.input.factors == pytest.approx((1 / 255,) * 3)


def test_class_names_come_from_the_metadata() -> None:
    found = describe([(1, 6, 5040)], {"names": "{0: 'person', 1: 'van'}", "task": "detect"})

    assert (found.decoder, found.class_names) == ("yolo", ("person", "van"))


def test_end_to_end_yolo_is_known_by_its_six_columns() -> None:
    found = describe([(1, 300, 6)], {"names": str(dict(enumerate(COCO80)))})

    assert (found.decoder, found.classes) == ("yolo-end2end", "coco80")


def test_the_users_class_names_go_before_those_of_the_file() -> None:
    found = describe([(1, 6, 5040)], {"names": "{0: 'a', 1: 'b'}"}, classes=["bus", "car"])

    assert found.class_names == ("bus", "car")


@pytest.mark.parametrize(
    ("shapes", "metadata", "message"),
    [
        ([(1, 56, 5040)], {"task": "pose", "names": "{0: 'person'}"}, "for pose"),
        ([(1, 1000)], {}, "no form that we know"),
        ([(1, 20, 5040)], {}, "class names are unknown"),
        ([(1, 300, 6)], {}, "does not say what its classes are"),
        ([(1, 6, 5040)], {"names": "{0: 'cat', 1: 'dog'}"}, "none of its classes"),
        ([(1, 6, 5040)], {"names": "__import__('os')"}, "cannot be read"),
        ([(1, 6, 5040)], {"names": "{1: 'person', 2: 'car'}"}, "cannot be read"),
        (NANODET[:5], {}, "no form that we know"),
    ],
)
def test_what_we_cannot_read_is_refused(
    shapes: list[tuple[int, ...]], metadata: dict[str, str], message: str
) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        describe(shapes, metadata)

    assert "\n" not in str(caught.value)
