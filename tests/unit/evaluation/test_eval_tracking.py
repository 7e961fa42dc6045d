"""Tracking figures are those of TrackEval, and AP is that of pycocotools."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trackeval.metrics import CLEAR, HOTA, Identity

from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.errors import LabelFileError
from almere_vision.domain.frame import Moment
from almere_vision.domain.tracks import Track, Tracks
from almere_vision.evaluation.tracking import (
    Boxes,
    detection_ap,
    every,
    person_boxes,
    read_truth,
    tracking_figures,
)

SIZE = np.array([30, 70])
MOMENT = Moment("pets", None, 0.0, 0.0, None, 100, 100)


def walk(seed: int, pictures: int = 30, people: int = 5) -> tuple[dict[int, Boxes], dict[int, Boxes]]:
    """People who wander, and a tracker that is late, drops them, swaps them and sees ghosts."""
    chance = np.random.default_rng(seed)
    at = chance.uniform(0, 300, (people, 2))
    names = np.arange(people)
    truth, tracks = {}, {}
    for picture in range(pictures):
        at += chance.normal(0, 4, at.shape)
        boxes = np.hstack([at, at + SIZE])
        truth[picture] = Boxes(np.arange(people), boxes)
        if chance.random() < 0.2:
            names = chance.permutation(people + 2)[:people]
        seen = chance.random(people) < 0.8
        guesses = boxes[seen] + chance.normal(0, 5, boxes[seen].shape)
        ghosts = chance.uniform(0, 300, (chance.integers(0, 2), 2))
        tracks[picture] = Boxes(
            np.concatenate([names[seen], np.arange(len(ghosts)) + 90]).astype(np.int64),
            np.vstack([guesses, np.hstack([ghosts, ghosts + SIZE])]),
        )
    return truth, tracks


def iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (a, b)]
    return shared / (areas[0][:, None] + areas[1][None] - shared)


def by_trackeval(truth: dict[int, Boxes], tracks: dict[int, Boxes]) -> dict[str, float]:
    """The same sequence in the form that TrackEval wants: ids numbered from 0 without gaps."""
    numbers: dict[int, int] = {}
    shown = [
        np.array([numbers.setdefault(int(name), len(numbers)) for name in tracks[picture].ids], int)
        for picture in sorted(tracks)
    ]
    wanted = [truth[picture].ids for picture in sorted(tracks)]
    data = {
        "num_timesteps": len(wanted),
        "num_gt_ids": int(max(ids.max() for ids in wanted)) + 1,
        "num_tracker_ids": len(numbers),
        "num_gt_dets": sum(map(len, wanted)),
        "num_tracker_dets": sum(map(len, shown)),
        "gt_ids": wanted,
        "tracker_ids": shown,
        "similarity_scores": [iou(truth[p].boxes, tracks[p].boxes) for p in sorted(tracks)],
    }
    quiet = {"PRINT_CONFIG": False, "THRESHOLD": 0.5}
    hota = HOTA().eval_sequence(data)
    return {
        "hota": hota["HOTA"].mean(),
        "deta": hota["DetA"].mean(),
        "assa": hota["AssA"].mean(),
        "idf1": Identity(quiet).eval_sequence(data)["IDF1"],
        "mota": CLEAR(quiet).eval_sequence(data)["MOTA"],
        "id_switches": CLEAR(quiet).eval_sequence(data)["IDSW"],
    }


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_the_figures_are_those_of_trackeval(seed: int):
    truth, tracks = walk(seed)
    ours = tracking_figures(truth, tracks, rate_fps=10, iou_min=0.5).model_dump()
    for name, theirs in by_trackeval(truth, tracks).items():
        assert ours[name] == pytest.approx(theirs, abs=1e-9), name


def test_a_perfect_tracker_has_ones():
    truth, _ = walk(1)
    found = tracking_figures(truth, truth, rate_fps=10, iou_min=0.5)
    assert (found.hota, found.idf1, found.mota, found.id_switches) == (1, 1, 1, 0)


def test_a_lower_rate_keeps_the_pictures_that_are_due():
    pictures = {number: Detections(MOMENT, *nothing(), "m") for number in range(21)}
    assert list(every(pictures, 10, 10)) == list(range(21))
    assert list(every(pictures, 10, 5)) == list(range(0, 21, 2))
    assert list(every(pictures, 10, 1)) == [0, 10, 20]
    assert list(every(pictures, 10, 3)) == [0, 4, 7, 10, 14, 17, 20]


def nothing() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64)


def seen(boxes: list[list[float]], scores: list[float], kind: ObjectClass = ObjectClass.PERSON) -> Detections:
    return Detections(
        MOMENT,
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(scores, np.float32),
        np.full(len(scores), CLASSES.index(kind), np.int64),
        "m",
    )


def test_ap_by_hand():
    truth = {
        0: Boxes(np.array([1, 2]), np.array([[10.0, 10, 30, 50], [60, 10, 80, 50]])),
        1: Boxes(np.array([1, 2]), np.array([[10.0, 10, 30, 50], [60, 10, 80, 50]])),
    }
    right, other, ghost = [0.1, 0.1, 0.3, 0.5], [0.6, 0.1, 0.8, 0.5], [0.3, 0.6, 0.4, 0.9]
    perfect = {0: seen([right, other], [0.9, 0.8]), 1: seen([right, other], [0.9, 0.8])}
    assert detection_ap(truth, perfect) == pytest.approx((1.0, 1.0))
    # half of the people found, and before them by score a ghost: precision 2/3 up to recall 1/2
    half = {0: seen([right, ghost], [0.8, 0.9]), 1: seen([right], [0.7])}
    ap50, _ = detection_ap(truth, half)
    assert ap50 == pytest.approx(51 / 101 * 2 / 3, abs=1e-6)
    cars = {0: seen([right], [0.9], ObjectClass.CAR), 1: seen([right], [0.9], ObjectClass.CAR)}
    assert detection_ap(truth, cars) == (0, 0)


def test_tracks_of_persons_become_pixels():
    moment = Moment("pets", None, 0.0, 0.0, None, 200, 100)
    tracks = Tracks(
        moment,
        (
            Track("s-7", ObjectClass.PERSON, (0.1, 0.1, 0.2, 0.4), 0.9),
            Track("s-8", ObjectClass.CAR, (0.5, 0.5, 0.9, 0.9), 0.9),
        ),
        "m",
    )
    [boxes] = person_boxes({3: tracks}).values()
    assert boxes.ids.tolist() == [0]
    assert boxes.boxes == pytest.approx(np.array([[20.0, 10, 40, 40]]))


def test_a_truth_file_is_read_and_its_mistakes_are_told(tmp_path: Path):
    path = tmp_path / "gt.txt"
    path.write_text("1,9,10,20,30,40,1,1,1\n1,8,0,0,5,5,0,1,1\n3,9,11,20,30,40,1,1,1\n")
    truth = read_truth(path)
    assert sorted(truth) == [0, 2]
    assert truth[0].ids.tolist() == [9]
    assert truth[0].boxes.tolist() == [[10, 20, 40, 60]]
    for text, line in (("1,9,10\n", 1), ("1,9,10,20,30,40\n0,9,1,1,1,1\n", 2), ("1,9,10,20,0,40\n", 1)):
        path.write_text(text)
        with pytest.raises(LabelFileError, match=rf"gt\.txt:{line}: "):
            read_truth(path)
