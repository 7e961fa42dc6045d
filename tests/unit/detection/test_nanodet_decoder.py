"""NanoDet: boxes out of hand-built score and bin tensors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from almere_vision.detection.classes import COCO80, our_columns
from almere_vision.detection.nanodet import decode_nanodet
from almere_vision.domain.detections import CLASSES, ObjectClass
from almere_vision.domain.errors import ModelError

COLUMNS = our_columns(COCO80)
INPUT_PX = (640, 384)
BINS = 11
SURE = 40.0  # a logit so far above the others that its softmax is 1


def empty_outputs() -> dict[int, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    return {
        stride: (
            np.zeros((1, (640 // stride) * (384 // stride), 80), np.float32),
            np.zeros((1, (640 // stride) * (384 // stride), 4 * BINS), np.float32),
        )
        for stride in (8, 16, 32)
    }


def as_outputs(
    levels: dict[int, tuple[NDArray[np.float32], NDArray[np.float32]]],
) -> tuple[NDArray[np.float32], ...]:
    return tuple(scores for scores, _ in levels.values()) + tuple(bins for _, bins in levels.values())


@given(
    stride=st.sampled_from([8, 16, 32]),
    column=st.integers(0, 19),
    row=st.integers(0, 11),
    bins=st.tuples(*[st.integers(0, BINS - 1)] * 4),
    score=st.floats(0.36, 1.0),
)
def test_a_cell_and_its_bins_give_the_box_around_its_centre(
    stride: int, column: int, row: int, bins: tuple[int, int, int, int], score: float
) -> None:
    levels = empty_outputs()
    cell = row * (640 // stride) + column
    levels[stride][0][0, cell, COCO80.index("bus")] = score
    for side, place in enumerate(bins):
        levels[stride][1][0, cell, side * BINS + place] = SURE

    found = decode_nanodet(as_outputs(levels), INPUT_PX, COLUMNS, 0.35)

    x, y = (column + 0.5) * stride, (row + 0.5) * stride
    left, top, right, bottom = (place * stride for place in bins)
    np.testing.assert_allclose(found.boxes_px, [[x - left, y - top, x + right, y + bottom]], atol=1e-3)
    assert found.scores.shape == (1, 6)
    assert found.scores[0, CLASSES.index(ObjectClass.BUS)] == pytest.approx(score)
    assert found.scores.sum() == pytest.approx(score)


def test_a_side_between_two_bins_is_their_mean() -> None:
    levels = empty_outputs()
    levels[16][0][0, 0, COCO80.index("person")] = 0.9
    levels[16][1][0, 0].reshape(4, BINS)[:, 2:4] = SURE

    found = decode_nanodet(as_outputs(levels), INPUT_PX, COLUMNS, 0.35)

    np.testing.assert_allclose(found.boxes_px, [[8 - 40, 8 - 40, 8 + 40, 8 + 40]], atol=1e-3)


def test_the_order_of_the_outputs_does_not_matter() -> None:
    levels = empty_outputs()
    levels[32][0][0, 7, 0] = 0.8
    outputs = as_outputs(levels)

    forward = decode_nanodet(outputs, INPUT_PX, COLUMNS, 0.35)
    backward = decode_nanodet(outputs[::-1], INPUT_PX, COLUMNS, 0.35)

    assert len(forward.boxes_px) == 1
    np.testing.assert_array_equal(forward.boxes_px, backward.boxes_px)


def test_low_scores_and_classes_that_we_drop_give_nothing() -> None:
    levels = empty_outputs()
    levels[8][0][0, 3, COCO80.index("person")] = 0.34
    levels[8][0][0, 4, COCO80.index("train")] = 0.99
    levels[8][0][0, 5, COCO80.index("dog")] = 0.99

    found = decode_nanodet(as_outputs(levels), INPUT_PX, COLUMNS, 0.35)

    assert found.boxes_px.shape == (0, 4)
    assert found.scores.shape == (0, 6)


@pytest.mark.parametrize(
    "outputs",
    [
        (np.zeros((1, 84, 100), np.float32),),
        (np.zeros((1, 240, 80), np.float32),),
        (np.zeros((1, 240, 80), np.float32), np.zeros((1, 60, 44), np.float32)),
        (np.zeros((1, 240, 80), np.float32), np.zeros((1, 240, 43), np.float32)),
        (np.zeros((1, 241, 80), np.float32), np.zeros((1, 241, 44), np.float32)),
    ],
    ids=["yolo", "no bins", "unpaired", "bins that no four sides share", "cells that fill no grid"],
)
def test_outputs_of_another_form_are_refused(outputs: tuple[NDArray[np.float32], ...]) -> None:
    with pytest.raises(ModelError, match="correct"):
        decode_nanodet(outputs, INPUT_PX, COLUMNS, 0.35)
