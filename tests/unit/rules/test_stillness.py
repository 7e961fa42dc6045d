"""When a trail of boxes is a vehicle that stands."""

from __future__ import annotations

import doctest
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almere_vision.domain.geometry import Box
from almere_vision.rules import stillness
from almere_vision.rules.stillness import Sighting, StillnessSettings, shift, standstill

WIDE = 16 / 9
SETTINGS = StillnessSettings()
PLACE: Box = (0.4, 0.4, 0.6, 0.6)


def trail(*boxes: Box, fps: float = 5, start_s: float = 100.0) -> list[Sighting]:
    return [(start_s + index / fps, box) for index, box in enumerate(boxes)]


def rolling(speed: float, seconds: float) -> list[Box]:
    """Boxes of a car that moves right by `speed` picture widths a second."""
    return [(0.1 + speed * i / 5, 0.4, 0.3 + speed * i / 5, 0.6) for i in range(int(seconds * 5) + 1)]


def nearing(growth: float, seconds: float) -> list[Box]:
    """Boxes of a car that comes straight at us and grows by this share a second."""
    sizes = [0.05 * (1 + growth) ** (i / 5) for i in range(int(seconds * 5) + 1)]
    return [(0.5 - s / 2, 0.5 - s / 2, 0.5 + s / 2, 0.5 + s / 2) for s in sizes]


def test_the_examples_in_the_module_hold() -> None:
    assert doctest.testmod(stillness).failed == 0


def test_standing_is_dated_back_to_the_first_sighting_at_the_place() -> None:
    boxes = [*rolling(0.1, 2), *[(0.3, 0.4, 0.5, 0.6)] * 25]

    rest = standstill(trail(*boxes), WIDE, SETTINGS)

    assert rest is not None
    assert rest.place == (0.3, 0.4, 0.5, 0.6)
    assert rest.since_s == pytest.approx(102, abs=0.5)
    assert rest.arrived


def test_a_trail_that_begins_at_the_place_did_not_arrive() -> None:
    rest = standstill(trail(*[PLACE] * 25), WIDE, SETTINGS)

    assert rest is not None
    assert not rest.arrived
    assert rest.since_s == 100


@pytest.mark.parametrize("boxes", [rolling(0.02, 6), nearing(0.05, 6)], ids=["crossing", "nearing"])
def test_slow_traffic_does_not_stand(boxes: list[Box]) -> None:
    assert standstill(trail(*boxes), WIDE, SETTINGS) is None


def test_nothing_is_said_after_too_short_a_time_or_too_few_sightings() -> None:
    assert standstill(trail(*[PLACE] * 15), WIDE, SETTINGS) is None
    assert standstill(trail(PLACE, PLACE, PLACE, fps=0.5), WIDE, SETTINGS) is None


def test_trembling_and_cut_boxes_still_stand() -> None:
    noise = random.Random(7)
    boxes: list[Box] = []
    for index in range(30):
        x1, y1, x2, y2 = (edge + noise.gauss(0, 0.004) for edge in PLACE)
        boxes.append((x1, y1, x2 - 0.1 if index % 3 == 0 else x2, y2))

    assert standstill(trail(*boxes), WIDE, SETTINGS) is not None


def test_an_edge_that_the_picture_cuts_off_tells_nothing() -> None:
    entering = shift((0.0, 0.4, 0.2, 0.6), (0.0, 0.4, 0.3, 0.6), 1.0)
    hidden = shift((0.2, 0.4, 0.4, 0.6), (0.2, 0.4, 0.3, 0.6), 1.0)

    assert entering == pytest.approx(0.5)
    assert hidden == 0


boxes = st.tuples(st.floats(0.1, 0.4), st.floats(0.1, 0.4), st.floats(0.5, 0.9), st.floats(0.5, 0.9))


@given(box=boxes, by=st.floats(0.001, 0.05), scale=st.floats(0.2, 1.0))
def test_shift_is_in_sizes_of_the_vehicle(box: Box, by: float, scale: float) -> None:
    def scaled(b: Box) -> Box:
        x1, y1, x2, y2 = (0.05 + scale * (edge - 0.05) for edge in b)
        return x1, y1, x2, y2

    x1, y1, x2, y2 = box
    other = (x1 + by, y1, x2 + by, y2)

    assert shift(scaled(box), scaled(other), WIDE) == pytest.approx(shift(box, other, WIDE), rel=1e-6)
    assert shift(box, box, WIDE) == 0
