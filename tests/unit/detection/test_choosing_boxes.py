"""One box for one thing: vehicle classes compete before suppression, other classes do not."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from almere_vision.detection.candidates import Candidates, choose
from almere_vision.domain.detections import CLASSES, ObjectClass
from almere_vision.domain.geometry import iou

BOX = (100.0, 100.0, 200.0, 180.0)
NEARLY = (104.0, 102.0, 203.0, 181.0)
FAR = (400.0, 100.0, 500.0, 180.0)


def candidates(*rows: tuple[tuple[float, float, float, float], dict[ObjectClass, float]]) -> Candidates:
    scores = np.zeros((len(rows), len(CLASSES)), np.float32)
    for index, (_, named) in enumerate(rows):
        for kind, score in named.items():
            scores[index, CLASSES.index(kind)] = score
    return Candidates(np.array([box for box, _ in rows], np.float32).reshape(-1, 4), scores)


def labels(classes: np.ndarray) -> list[ObjectClass]:
    return [CLASSES[index] for index in classes]


def test_a_vehicle_that_is_car_truck_and_bus_is_one_box_with_the_best_label() -> None:
    proposals = candidates(
        (BOX, {ObjectClass.CAR: 0.55, ObjectClass.TRUCK: 0.6}),
        (NEARLY, {ObjectClass.BUS: 0.8, ObjectClass.CAR: 0.5}),
    )

    boxes, scores, classes = choose(proposals, 0.35, 0.5)

    assert labels(classes) == [ObjectClass.BUS]
    np.testing.assert_allclose(boxes, [NEARLY])
    np.testing.assert_allclose(scores, [0.8])


def test_people_and_bicycles_in_the_same_place_both_stay() -> None:
    proposals = candidates(
        (BOX, {ObjectClass.PERSON: 0.7, ObjectClass.BICYCLE: 0.5}), (NEARLY, {ObjectClass.MOTORCYCLE: 0.6})
    )

    _, _, classes = choose(proposals, 0.35, 0.5)

    assert labels(classes) == [ObjectClass.PERSON, ObjectClass.MOTORCYCLE, ObjectClass.BICYCLE]


def test_vehicles_apart_both_stay_best_first() -> None:
    proposals = candidates((BOX, {ObjectClass.CAR: 0.5}), (FAR, {ObjectClass.TRUCK: 0.9}))

    boxes, scores, classes = choose(proposals, 0.35, 0.5)

    assert labels(classes) == [ObjectClass.TRUCK, ObjectClass.CAR]
    np.testing.assert_allclose(boxes, [FAR, BOX])
    np.testing.assert_allclose(scores, [0.9, 0.5])


def test_nothing_above_the_score_gives_empty_arrays_of_the_right_form() -> None:
    boxes, scores, classes = choose(candidates((BOX, {ObjectClass.CAR: 0.34})), 0.35, 0.5)

    assert (boxes.shape, scores.shape, classes.shape) == ((0, 4), (0,), (0,))


corner = st.integers(0, 300)
side = st.integers(5, 200)


@given(
    st.lists(
        st.tuples(corner, corner, side, side, st.floats(0.0, 1.0, width=32), st.sampled_from(CLASSES)),
        max_size=25,
    )
)
def test_no_two_boxes_of_one_group_that_stay_overlap_more_than_allowed(
    rows: list[tuple[int, int, int, int, float, ObjectClass]],
) -> None:
    proposals = candidates(
        *(((x, y, x + width, y + height), {kind: score}) for x, y, width, height, score, kind in rows)
    )
    vehicles = {ObjectClass.CAR, ObjectClass.TRUCK, ObjectClass.BUS}

    boxes, scores, classes = choose(proposals, 0.35, 0.5)

    kinds = labels(classes)
    assert all(score >= np.float32(0.35) for score in scores)
    assert {kind for kind in kinds if kind not in vehicles} <= {row[5] for row in rows}
    for first in range(len(boxes)):
        for second in range(first):
            if kinds[first] == kinds[second] or {kinds[first], kinds[second]} <= vehicles:
                assert iou(tuple(boxes[first]), tuple(boxes[second])) <= 0.5 + 1e-3
