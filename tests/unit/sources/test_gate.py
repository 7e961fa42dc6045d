"""What counts as a picture on which nothing moved."""

from __future__ import annotations

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from almere_vision.sources.gate import Gate, grey_cells

Picture = NDArray[np.uint8]


def frame(image: Picture, pixels: str = "yuv420p") -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(image, format="bgr24").reformat(format=pixels)


@pytest.fixture
def street() -> Picture:
    chance = np.random.default_rng(1)
    return chance.integers(60, 180, (360, 640, 3), np.uint8)


def person(image: Picture, left: int, top: int, height: int = 24, grey: int = 40) -> Picture:
    image = image.copy()
    image[top : top + height, left : left + height // 3] = grey
    return image


def test_noise_of_a_sensor_at_night_is_no_change(street: Picture) -> None:
    gate, chance = Gate(10.0), np.random.default_rng(2)
    assert not gate.unchanged(frame(street), 0.0)
    for number in range(1, 9):
        noise = chance.normal(0, 8, street.shape[:2])[..., None]
        noisy = np.clip(street + noise, 0, 255).astype(np.uint8)
        assert gate.unchanged(frame(noisy), number)


@pytest.mark.parametrize(("left", "top"), [(0, 0), (313, 167), (628, 330)])
def test_a_small_person_who_appears_anywhere_is_a_change(street: Picture, left: int, top: int) -> None:
    gate = Gate(10.0)
    gate.unchanged(frame(street), 0.0)
    assert not gate.unchanged(frame(person(street, left, top)), 1.0)


def test_who_creeps_is_a_change_in_the_end(street: Picture) -> None:
    """The picture that counts is the last one that was looked at, so slow things add up."""
    gate = Gate(60.0)
    gate.unchanged(frame(person(street, 300, 100, 60)), 0.0)
    answers = [gate.unchanged(frame(person(street, 300 + step, 100, 60)), step) for step in range(1, 9)]
    assert not all(answers)


def test_what_stands_still_is_looked_at_again_in_time(street: Picture) -> None:
    gate = Gate(4.0)
    looked = [second for second in range(13) if not gate.unchanged(frame(street), float(second))]
    assert looked == [0, 4, 8, 12]


def test_another_size_and_time_that_goes_back_count_as_changed(street: Picture) -> None:
    gate = Gate(10.0)
    gate.unchanged(frame(street), 5.0)
    assert not gate.unchanged(frame(street[:320]), 6.0)
    assert not gate.unchanged(frame(street[:320]), 1.0)


def test_forms_without_plain_brightness_always_count_as_changed(street: Picture) -> None:
    for pixels in ("rgb24", "yuv420p10le"):
        assert grey_cells(frame(street, pixels)) is None
    gate = Gate(10.0)
    assert not any(gate.unchanged(frame(street, "rgb24"), second) for second in (0.0, 1.0))


def test_cells_are_means_of_brightness(street: Picture) -> None:
    grey = np.repeat(street[..., :1], 3, axis=2)
    cells = grey_cells(frame(grey, "gray"))
    assert cells is not None
    assert cells.shape == (45, 80)
    wanted = grey[..., 0].reshape(45, 8, 80, 8).mean(axis=(1, 3))
    assert np.abs(cells - wanted).max() < 2
