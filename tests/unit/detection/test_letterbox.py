"""Pictures into the input of a network and boxes back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from almere_vision.detection.letterbox import PADDING_GREY, Placement, fit, place, to_floats
from almere_vision.detection.manifest import ModelInput

NANODET = ModelInput(
    width=640, height=384, colour="bgr", mean=(103.53, 116.28, 123.675), std=(57.375, 57.12, 58.395)
)
PLAIN_RGB = ModelInput(width=640, height=384, colour="rgb", scale=1 / 255)

picture = st.tuples(st.integers(16, 4000), st.integers(16, 4000))
fraction = st.floats(0.0, 1.0, width=32)


@given(
    picture_px=picture,
    letterbox=st.booleans(),
    x=st.tuples(fraction, fraction),
    y=st.tuples(fraction, fraction),
)
def test_a_box_comes_back_where_it_was(
    picture_px: tuple[int, int], letterbox: bool, x: tuple[float, float], y: tuple[float, float]
) -> None:
    placed = place(picture_px, (640, 384), letterbox)
    box = np.array([[min(x), min(y), max(x), max(y)]], np.float32)
    in_input = box * np.array([placed.width_px, placed.height_px] * 2, np.float32) + np.array(
        [placed.left_px, placed.top_px] * 2, np.float32
    )

    # half a thousandth of a pixel of float32 in a strip that may be one pixel wide
    tolerance = 1e-4 * max(1.0, 64 / min(placed.width_px, placed.height_px))
    np.testing.assert_allclose(placed.to_fractions(in_input), box, atol=tolerance)


@given(picture_px=picture)
def test_proportions_are_kept_and_the_input_is_touched_on_two_sides(picture_px: tuple[int, int]) -> None:
    placed = place(picture_px, (640, 384), letterbox=True)

    assert placed.width_px == 640 or placed.height_px == 384
    assert 0 <= placed.left_px <= placed.left_px + placed.width_px <= 640
    assert 0 <= placed.top_px <= placed.top_px + placed.height_px <= 384
    scale = min(640 / picture_px[0], 384 / picture_px[1])
    assert abs(placed.width_px - picture_px[0] * scale) <= 1
    assert abs(placed.height_px - picture_px[1] * scale) <= 1


def test_boxes_are_cut_off_at_the_edges_of_the_picture() -> None:
    placed = place((1280, 720), (640, 384), letterbox=True)

    outside = np.array([[-50, -50, 700, 400], [0, 0, 100, 11]], np.float32)

    np.testing.assert_allclose(placed.to_fractions(outside)[0], [0, 0, 1, 1])
    assert placed.to_fractions(outside)[1, 3] == 0.0, "a box in the padding above the picture has no height"


def to_input(image: NDArray[np.uint8], spec: ModelInput) -> tuple[NDArray[np.float32], Placement]:
    """What a network of 640x384 sees of a picture, written over what it saw before."""
    canvases = np.full((1, 384, 640, 3), 255, np.uint8)
    placement = fit(image, canvases[0], letterbox=spec.letterbox)
    return to_floats(canvases, spec)[0], placement


def test_a_wide_picture_is_padded_above_and_below() -> None:
    image = np.full((720, 1280, 3), 200, np.uint8)

    blob, placed = to_input(image, PLAIN_RGB)

    assert (placed.left_px, placed.top_px, placed.width_px, placed.height_px) == (0, 12, 640, 360)
    np.testing.assert_allclose(blob[:, :12], PADDING_GREY / 255, rtol=1e-5)
    np.testing.assert_allclose(blob[:, 12:372], 200 / 255, rtol=1e-5)
    np.testing.assert_allclose(blob[:, 372:], PADDING_GREY / 255, rtol=1e-5)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (PLAIN_RGB, (30 / 255, 20 / 255, 10 / 255)),
        (NANODET, ((10 - 103.53) / 57.375, (20 - 116.28) / 57.12, (30 - 123.675) / 58.395)),
    ],
    ids=["rgb with a scale", "bgr with mean and std"],
)
def test_channels_come_in_the_order_and_scale_of_the_network(
    spec: ModelInput, expected: tuple[float, float, float]
) -> None:
    image = np.empty((384, 640, 3), np.uint8)
    image[:] = (10, 20, 30)

    blob, _ = to_input(image, spec)

    np.testing.assert_allclose(blob[:, 100, 100], expected, rtol=1e-5)


def test_a_tall_picture_is_padded_left_and_right() -> None:
    blob, placed = to_input(np.full((768, 512, 3), 200, np.uint8), PLAIN_RGB)

    assert (placed.left_px, placed.top_px, placed.width_px, placed.height_px) == (192, 0, 256, 384)
    np.testing.assert_allclose(blob[:, :, :192], PADDING_GREY / 255, rtol=1e-5)
    np.testing.assert_allclose(blob[:, :, 192:448], 200 / 255, rtol=1e-5)
    np.testing.assert_allclose(blob[:, :, 448:], PADDING_GREY / 255, rtol=1e-5)


def test_without_letterbox_the_picture_is_stretched() -> None:
    spec = PLAIN_RGB.model_copy(update={"letterbox": False})

    blob, placed = to_input(np.full((100, 100, 3), 51, np.uint8), spec)

    assert (placed.width_px, placed.height_px) == (640, 384)
    np.testing.assert_allclose(blob, 0.2, rtol=1e-5)
