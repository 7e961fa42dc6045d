"""Tracks keep their id through what cameras do to them, and ids never meet."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest

from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.frame import Moment
from almere_vision.domain.geometry import Box
from almere_vision.tracking import Tracker, TrackerSettings

FPS = 5
Seen = tuple[Box, float, ObjectClass]


def picture(second: float, *seen: Seen, camera: str = "plaza-1") -> Detections:
    moment = Moment(camera, "home", 1000.0 + second, second, None, 1280, 720)
    return Detections(
        moment,
        np.array([box for box, _, _ in seen], np.float32).reshape(-1, 4),
        np.array([score for _, score, _ in seen], np.float32),
        np.array([CLASSES.index(kind) for _, _, kind in seen], np.int64),
        "test@00000000",
    )


def walker(second: float, speed: float = 0.04, score: float = 0.8) -> Seen:
    """A person who crosses the picture by `speed` widths a second."""
    x = 0.1 + speed * second
    return (x, 0.4, x + 0.05, 0.65), score, ObjectClass.PERSON


def car(score: float = 0.8, kind: ObjectClass = ObjectClass.CAR) -> Seen:
    return (0.6, 0.5, 0.8, 0.7), score, kind


def ids_over(tracker: Tracker, pictures: Sequence[Detections]) -> list[str]:
    """Ids in the order in which they first came."""
    return list(dict.fromkeys(t.id for p in pictures for t in tracker.update(p).tracks))


def seconds(end: float, fps: float = FPS) -> list[float]:
    return [index / fps for index in range(int(end * fps) + 1)]


def test_an_object_keeps_its_id_and_its_box_is_the_detected_one() -> None:
    tracker = Tracker("plaza-1", "s1", FPS)
    for second in seconds(10):
        tracks = tracker.update(picture(second, walker(second), car()))

    assert tracks.moment.media_time_s == 10
    assert tracks.model == "test@00000000"
    by_kind = {track.kind: track for track in tracks.tracks}
    assert by_kind[ObjectClass.CAR].box == pytest.approx(car()[0])
    assert by_kind[ObjectClass.PERSON].score == pytest.approx(0.8)
    assert len({track.id for track in tracks.tracks}) == 2
    assert ids_over(Tracker("plaza-1", "s1", FPS), [picture(s, walker(s)) for s in seconds(10)]) == ["s1-0"]


def test_cameras_count_for_themselves_and_sessions_never_meet() -> None:
    pictures = [picture(s, walker(s)) for s in seconds(2)]
    elsewhere = [picture(s, walker(s), camera="plaza-2") for s in seconds(2)]
    first, second = Tracker("plaza-1", "s1", FPS), Tracker("plaza-2", "s1", FPS)

    assert ids_over(first, pictures) == ids_over(second, elsewhere)
    assert ids_over(Tracker("plaza-1", "s2", FPS), pictures) == ["s2-0"]


@pytest.mark.parametrize("hole", [(3.0, 4.0), (3.0, 4.6)])
def test_an_object_that_is_hidden_for_a_while_keeps_its_id(hole: tuple[float, float]) -> None:
    pictures = [picture(s, *(() if hole[0] <= s < hole[1] else (walker(s),))) for s in seconds(8)]

    assert len(ids_over(Tracker("plaza-1", "s1", FPS), pictures)) == 1


@pytest.mark.parametrize("kept", [lambda i: i % 2 == 0, lambda i: not 15 <= i < 22], ids=["half", "a hole"])
def test_pictures_that_never_came_do_no_harm(kept: object) -> None:
    assert callable(kept)
    pictures = [picture(s, walker(s)) for index, s in enumerate(seconds(8)) if kept(index)]

    assert len(ids_over(Tracker("plaza-1", "s1", FPS), pictures)) == 1


def test_an_object_that_was_away_for_longer_than_the_buffer_is_a_new_one() -> None:
    pictures = [picture(s, *(() if 3 <= s < 6 else (car(),))) for s in seconds(8)]

    assert len(ids_over(Tracker("plaza-1", "s1", FPS), pictures)) == 2
    patient = TrackerSettings(buffer_s=5.0)
    assert len(ids_over(Tracker("plaza-1", "s1", FPS, patient), pictures)) == 1


def test_a_walker_is_followed_at_two_pictures_a_second() -> None:
    pictures = [picture(s, walker(s, speed=0.05)) for s in seconds(8, fps=2)]

    assert len(ids_over(Tracker("plaza-1", "s1", 2), pictures)) == 1


def test_the_class_is_what_most_sightings_said() -> None:
    tracker = Tracker("plaza-1", "s1", FPS)
    labels = [ObjectClass.CAR, ObjectClass.CAR, ObjectClass.TRUCK] * 5

    kinds = {
        track.kind
        for second, label in zip(seconds(2.8), labels, strict=True)
        for track in tracker.update(picture(second, car(kind=label))).tracks
    }

    assert kinds == {ObjectClass.CAR}


def test_a_weak_detection_continues_a_track_but_begins_none() -> None:
    fading = [picture(s, car(score=0.8 if s < 1 else 0.25)) for s in seconds(4)]
    faint = [picture(s, car(score=0.25)) for s in seconds(4)]
    tracker = Tracker("plaza-1", "s1", FPS)

    assert ids_over(tracker, fading) == ["s1-0"]
    assert tracker.update(picture(4.2, car(score=0.25))).tracks[0].id == "s1-0"
    assert ids_over(Tracker("plaza-1", "s1", FPS), faint) == []


def test_a_weak_detection_of_a_person_is_left_out() -> None:
    tracker = Tracker("plaza-1", "s1", FPS)
    for second in seconds(2):
        strong = tracker.update(picture(second, walker(second), car()))

    weak = tracker.update(picture(2.2, walker(2.2, score=0.25), car(score=0.25)))

    assert len(strong.tracks) == 2
    assert [track.kind for track in weak.tracks] == [ObjectClass.CAR]


def test_a_box_that_is_seen_once_is_no_track() -> None:
    pictures = [picture(s, *((car(),) if s == 2 else ())) for s in seconds(4)]

    assert ids_over(Tracker("plaza-1", "s1", FPS), pictures) == []


def test_a_clock_that_stands_still_is_survived() -> None:
    tracker = Tracker("plaza-1", "s1", FPS)

    assert ids_over(tracker, [picture(s, car()) for s in (0, 0.2, 0.2, 0.2, 0.4, 0.6)]) == ["s1-0"]


def test_a_picture_of_another_camera_is_refused() -> None:
    with pytest.raises(ValueError, match="a picture of plaza-2 came to the tracker of plaza-1"):
        Tracker("plaza-1", "s1", FPS).update(picture(0, camera="plaza-2"))


def test_tracking_brings_no_drawing_library_along() -> None:
    code = "import sys, almere_vision.tracking; print('matplotlib' in sys.modules or 'torch' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
