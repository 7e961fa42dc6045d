"""Views of the virtual camera: moving it moves what is seen, by as much as it says."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from almere_vision.domain.errors import FootageError
from almere_vision.domain.ptz import Position
from almere_vision.simulate.scenery import pictures, render, window

SIZE = (320, 180)


def whole() -> np.ndarray:
    noise = np.random.default_rng(3).integers(0, 255, (60, 80, 3), np.uint8)
    return cv2.resize(noise, (800, 600), interpolation=cv2.INTER_CUBIC)


def test_panning_shifts_the_view_by_the_share_of_its_width() -> None:
    picture = whole()
    aspect = (800 / 600) / (320 / 180)
    x0, _, width, _ = window(Position(0, 0, 0), aspect)
    x1, *_ = window(Position(0.05, 0, 0), aspect)
    before = cv2.cvtColor(render(picture, Position(0, 0, 0), SIZE), cv2.COLOR_BGR2GRAY)
    after = cv2.cvtColor(render(picture, Position(0.05, 0, 0), SIZE), cv2.COLOR_BGR2GRAY)
    (shift_px, down_px), _ = cv2.phaseCorrelate(np.float64(after), np.float64(before))
    assert shift_px == pytest.approx((x1 - x0) / width * 320, abs=0.3)
    assert down_px == pytest.approx(0, abs=0.3)


def test_the_widest_view_reaches_the_edges_of_the_picture_and_not_beyond() -> None:
    for aspect in (0.75, 1.0, 1.3):
        for pan in (-1.0, 1.0):
            for tilt in (-1.0, 1.0):
                x, y, width, height = window(Position(pan, tilt, 0.0), aspect)
                assert x - width / 2 >= -1e-9
                assert x + width / 2 <= 1 + 1e-9
                assert y - height / 2 >= -1e-9
                assert y + height / 2 <= 1 + 1e-9


def test_a_still_picture_is_shown_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "street.png"
    cv2.imwrite(str(path), whole())
    shown = pictures(path, 10)
    assert [next(shown).shape for _ in range(3)] == [(600, 800, 3)] * 3


def test_what_is_no_picture_is_told(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("no picture")
    with pytest.raises(FootageError, match="cannot be read"):
        next(pictures(path, 10))
