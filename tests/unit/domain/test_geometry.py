from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from shapely import Point as ShapelyPoint
from shapely import Polygon as ShapelyPolygon

from almere_vision.domain.geometry import Box, contains, ground_point, iou

fractions = st.floats(0, 1, width=32)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x1, x2 = sorted((draw(fractions), draw(fractions)))
    y1, y2 = sorted((draw(fractions), draw(fractions)))
    return x1, y1, x2, y2


def test_a_thing_stands_at_the_bottom_of_its_box() -> None:
    assert ground_point((0.25, 0.1, 0.75, 0.5)) == (0.5, 0.5)


@given(boxes(), boxes())
def test_iou_is_symmetric_and_between_0_and_1(a: Box, b: Box) -> None:
    assert iou(a, b) == iou(b, a)
    assert 0 <= iou(a, b) <= 1 + 1e-9


@given(boxes().filter(lambda box: (box[2] - box[0]) * (box[3] - box[1]) > 0))
def test_a_box_overlaps_itself_wholly(box: Box) -> None:
    assert iou(box, box) == 1


@given(st.lists(st.tuples(fractions, fractions), min_size=3, max_size=8), st.tuples(fractions, fractions))
def test_contains_agrees_with_an_independent_library(
    corners: list[tuple[float, float]], point: tuple[float, float]
) -> None:
    shape = ShapelyPolygon(corners)
    if not shape.is_valid or shape.boundary.distance(ShapelyPoint(point)) < 1e-6:
        return
    assert contains(tuple(corners), point) == shape.contains(ShapelyPoint(point))
