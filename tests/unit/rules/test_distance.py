"""Metres from boxes: by person heights, and by a ground plane."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almere_vision.domain.geometry import Box, Point
from almere_vision.domain.ground import GroundPlane
from almere_vision.rules.distance import Ruler

WIDE = 16 / 9


def standing(x: float, y: float, height: float = 0.17) -> Box:
    """A person whose feet are at (x, y); of this height 0.1 of the picture's height is a metre."""
    return x - 0.02, y - height, x + 0.02, y


def seen_by_camera(point: Point) -> Point:
    """A camera 6 m above (0, 0) that looks along y, 30 degrees down, with a field of view of 53 degrees."""
    x, y = point
    down = math.radians(30)
    depth = y * math.cos(down) + 6 * math.sin(down)
    drop = 6 * math.cos(down) - y * math.sin(down)
    return 0.5 + x / depth / WIDE, 0.5 + drop / depth


CORNERS: tuple[Point, ...] = ((-4, 8), (4, 8), (4, 20), (-4, 20))


def test_side_by_side_a_metre_is_a_part_of_a_person() -> None:
    ruler = Ruler(WIDE)
    assert ruler.spot(standing(0.5, 0.6)).apart_m(ruler.spot(standing(0.5 + 0.2 / WIDE, 0.6))) == (
        pytest.approx(2.0)
    )


def test_the_smaller_of_two_people_tells_the_scale() -> None:
    ruler = Ruler(WIDE)
    far, near = ruler.spot(standing(0.5, 0.6, 0.085)), ruler.spot(standing(0.5 + 0.1 / WIDE, 0.6))
    assert far.apart_m(near) == near.apart_m(far) == pytest.approx(2.0)


@given(
    a=st.tuples(st.floats(-4, 4), st.floats(8, 20)),
    b=st.tuples(st.floats(-4, 4), st.floats(8, 20)),
)
def test_a_ground_plane_gives_metres_wherever_they_stand(a: Point, b: Point) -> None:
    plane = GroundPlane.through(tuple(seen_by_camera(corner) for corner in CORNERS), CORNERS)
    ruler = Ruler(WIDE, plane)
    first, second = (ruler.spot(standing(*seen_by_camera(point))) for point in (a, b))
    assert first.apart_m(second) == pytest.approx(math.dist(a, b), abs=1e-6)


def test_without_a_plane_the_same_street_is_measured_to_within_a_half() -> None:
    # two metres, across and away from the camera, at 10 m: heights as that camera shows them
    ruler = Ruler(WIDE)

    def person(x: float, y: float) -> Box:
        foot = seen_by_camera((x, y))
        down = math.radians(30)
        head_depth = y * math.cos(down) + (6 - 1.7) * math.sin(down)
        head = 0.5 + ((6 - 1.7) * math.cos(down) - y * math.sin(down)) / head_depth
        return foot[0] - 0.02, head, foot[0] + 0.02, foot[1]

    here = ruler.spot(person(0, 10))
    assert here.apart_m(ruler.spot(person(2, 10))) == pytest.approx(2, rel=0.5)
    assert here.apart_m(ruler.spot(person(0, 12))) == pytest.approx(2, rel=0.5)


def test_feet_that_are_hidden_are_no_step() -> None:
    ruler = Ruler(WIDE)
    whole, cut = (0.48, 0.4, 0.52, 0.6), (0.48, 0.4, 0.52, 0.52)
    assert ruler.moved_m(whole, cut) == pytest.approx(0)
    assert ruler.moved_m(whole, (0.48 + 0.1 / WIDE, 0.4, 0.52 + 0.1 / WIDE, 0.6)) == pytest.approx(0.85)


@pytest.mark.parametrize(
    "picture",
    [
        ((0.1, 0.5), (0.5, 0.5), (0.9, 0.5), (0.5, 0.9)),
        ((0.1, 0.5), (0.9, 0.9), (0.9, 0.5), (0.1, 0.9)),
        ((0.1, 0.5), (0.1, 0.5), (0.9, 0.9), (0.1, 0.9)),
    ],
    ids=["three on a line", "crossed over", "one twice"],
)
def test_points_that_cannot_be_a_street_are_refused(picture: tuple[Point, ...]) -> None:
    with pytest.raises(ValueError, match=r"line|cross"):
        GroundPlane.through(picture, CORNERS)
