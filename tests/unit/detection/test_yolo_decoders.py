"""YOLO: boxes out of hand-built outputs, the dense form and the end-to-end form."""

from __future__ import annotations

import numpy as np
import pytest

from almere_vision.detection.classes import COCO80, our_columns
from almere_vision.detection.yolo import decode_yolo, decode_yolo_end2end
from almere_vision.domain.detections import CLASSES, ObjectClass
from almere_vision.domain.errors import ModelError

COLUMNS = our_columns(COCO80)
INPUT_PX = (640, 384)


def test_dense_rows_become_corners_and_our_classes() -> None:
    output = np.zeros((1, 84, 5), np.float32)
    output[0, :4, 2] = (100, 200, 40, 60)
    output[0, 4 + COCO80.index("motorcycle"), 2] = 0.7
    output[0, 4 + COCO80.index("dog"), 3] = 0.9
    output[0, 4 + COCO80.index("car"), 4] = 0.2

    found = decode_yolo((output,), INPUT_PX, COLUMNS, 0.35)

    np.testing.assert_allclose(found.boxes_px, [[80, 170, 120, 230]])
    assert found.scores[0, CLASSES.index(ObjectClass.MOTORCYCLE)] == pytest.approx(0.7)
    assert found.scores.sum() == pytest.approx(0.7)


def test_two_names_for_one_class_count_with_the_better_score() -> None:
    columns = our_columns(["van", "Truck", "cat"])
    output = np.zeros((1, 7, 1), np.float32)
    output[0, 4:, 0] = (0.5, 0.6, 0.9)

    found = decode_yolo((output,), INPUT_PX, columns, 0.35)

    assert found.scores[0, CLASSES.index(ObjectClass.TRUCK)] == pytest.approx(0.6)
    assert found.scores.sum() == pytest.approx(0.6)


def test_end_to_end_rows_become_our_classes() -> None:
    output = np.zeros((1, 300, 6), np.float32)
    output[0, 0] = (10, 20, 50, 80, 0.9, COCO80.index("bus"))
    output[0, 1] = (10, 20, 50, 80, 0.8, COCO80.index("kite"))
    output[0, 2] = (10, 20, 50, 80, 0.3, COCO80.index("car"))

    found = decode_yolo_end2end((output,), INPUT_PX, COLUMNS, 0.35)

    np.testing.assert_allclose(found.boxes_px, [[10, 20, 50, 80]])
    assert found.scores[0, CLASSES.index(ObjectClass.BUS)] == pytest.approx(0.9)
    assert found.scores.sum() == pytest.approx(0.9)


def test_an_empty_picture_gives_nothing() -> None:
    dense = decode_yolo((np.zeros((1, 84, 100), np.float32),), INPUT_PX, COLUMNS, 0.35)
    sparse = decode_yolo_end2end((np.zeros((1, 300, 6), np.float32),), INPUT_PX, COLUMNS, 0.35)

    assert dense.boxes_px.shape == sparse.boxes_px.shape == (0, 4)
    assert dense.scores.shape == sparse.scores.shape == (0, 6)


def test_outputs_of_another_form_are_refused() -> None:
    with pytest.raises(ModelError, match=r"\(1, 84, N\)"):
        decode_yolo((np.zeros((1, 56, 100), np.float32),), INPUT_PX, COLUMNS, 0.35)
    with pytest.raises(ModelError, match=r"\(1, N, 6\)"):
        decode_yolo_end2end((np.zeros((1, 300, 7), np.float32),), INPUT_PX, COLUMNS, 0.35)


def test_a_class_number_beyond_the_classes_is_refused() -> None:
    output = np.zeros((1, 300, 6), np.float32)
    output[0, 0] = (10, 20, 50, 80, 0.9, 80)

    with pytest.raises(ModelError, match="80 classes"):
        decode_yolo_end2end((output,), INPUT_PX, COLUMNS, 0.35)
