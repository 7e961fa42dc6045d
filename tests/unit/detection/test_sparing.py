"""Pictures on which nothing moved are not looked at again."""

from __future__ import annotations

import numpy as np

from almere_vision.detection.sparing import sparing
from almere_vision.domain.detections import Detections
from almere_vision.domain.frame import Frame, Moment


def frame(second: float, *, unchanged: bool) -> Frame:
    return Frame(
        Moment("c", "home", second, second, None, 8, 8), np.zeros((8, 8, 3), np.uint8), unchanged=unchanged
    )


def test_an_unchanged_picture_shows_what_was_there_at_its_own_moment() -> None:
    seen: list[float] = []

    def see(one: Frame) -> Detections:
        seen.append(one.moment.clock_s)
        box = np.full((1, 4), 0.1 * len(seen), np.float32)
        return Detections(one.moment, box, np.ones(1, np.float32), np.zeros(1, np.int64), "m@1")

    look = sparing(see)
    found = [look(frame(second, unchanged=second in (0, 1, 2, 4))) for second in range(5)]
    assert seen == [0, 3]  # the very first is looked at whatever it says
    assert [one.moment.clock_s for one in found] == [0, 1, 2, 3, 4]
    assert [round(float(one.boxes[0, 0]), 1) for one in found] == [0.1, 0.1, 0.1, 0.2, 0.2]
