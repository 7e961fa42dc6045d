"""Offsets between a picture and the reference picture."""

from __future__ import annotations

import numpy as np
import pytest

from almere_vision.domain.offset import STRAIGHT, Offset

SHIFTED = Offset(((1.02, 0.0, 0.01), (0.0, 1.02, -0.02), (0.0, 0.0, 1.0)))


def test_a_box_goes_to_the_picture_and_back() -> None:
    box = (0.2, 0.3, 0.5, 0.7)
    moved = SHIFTED.on_picture(box)
    assert moved == pytest.approx((0.214, 0.286, 0.52, 0.694))
    assert SHIFTED.on_reference(moved) == pytest.approx(box)


def test_what_would_leave_the_picture_is_cut_off() -> None:
    assert SHIFTED.on_picture((0.9, 0.0, 1.0, 0.5)) == pytest.approx((0.928, 0.0, 1.0, 0.49))


def test_size_and_zoom_say_how_much() -> None:
    assert STRAIGHT.size == 0.0
    assert SHIFTED.size == pytest.approx(0.03)
    assert SHIFTED.zoom == pytest.approx(1.02)
    assert Offset.of(2 * np.eye(3)) == STRAIGHT
