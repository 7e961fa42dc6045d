"""What is seen through a camera that is a little off is judged where it really is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from almere_vision.domain.detections import Detections
from almere_vision.domain.frame import Moment
from almere_vision.domain.offset import Offset
from almere_vision.domain.suggestion import Kind, Phase, RuleHit
from almere_vision.scene.correction import as_drawn, as_seen, zone_as_seen

OFF = Offset(((1.0, 0.0, 0.01), (0.0, 1.0, -0.005), (0.0, 0.0, 1.0)))
MOMENT = Moment("mast", "bay", 1.0, 1.0, None, 640, 360, OFF)


def test_detections_are_moved_to_the_reference_picture_and_hits_back() -> None:
    seen = np.array([[0.2, 0.3, 0.4, 0.5]], np.float32)
    detections = Detections(MOMENT, seen, np.array([0.9], np.float32), np.array([3]), "n@0")
    (drawn,) = as_drawn(detections).boxes
    assert drawn == pytest.approx([0.19, 0.305, 0.39, 0.505])
    box = tuple(float(edge) for edge in drawn)
    hit = RuleHit(
        MOMENT, Phase.RAISED, Kind.PARKING, "bay", "parking@1", "s", 0, 1, None, False, 0.9, box, 0, (),
        members=(box,),
    )  # fmt: skip
    assert as_seen(hit).box == pytest.approx((0.2, 0.3, 0.4, 0.5))
    assert as_seen(hit).members[0] == pytest.approx((0.2, 0.3, 0.4, 0.5))


def test_zones_are_drawn_where_they_lie_in_the_picture() -> None:
    assert zone_as_seen(((0.0, 0.5), (0.5, 0.5), (0.5, 1.0)), OFF)[1] == pytest.approx((0.51, 0.495))


def test_without_an_offset_nothing_changes() -> None:
    straight = replace(MOMENT, offset=Offset())
    detections = Detections(
        straight,
        np.array([[0.2, 0.3, 0.4, 0.5]], np.float32),
        np.array([0.9], np.float32),
        np.array([3]),
        "n@0",
    )
    assert as_drawn(detections) is detections
