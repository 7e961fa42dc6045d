"""Tubes: where the cut lies, how large it is, and where people are between looks."""

from __future__ import annotations

import numpy as np
import pytest

from almere_vision.action import cut_tube
from almere_vision.action.cut import LONG_SIDE_PX, MARGIN
from almere_vision.domain.frame import Frame, Moment
from tests.unit.action.made import moment, tracked

PICTURE = np.zeros((240, 320, 3), np.uint8)


def frames(count: int, image: np.ndarray = PICTURE) -> list[Frame]:
    return [Frame(moment(number / 10), image) for number in range(count)]


def test_the_cut_holds_everybody_at_all_times_and_a_margin_in_person_heights() -> None:
    tracks = [
        tracked(0.0, {"a": (0.4, 0.4, 0.5, 0.6), "b": (0.5, 0.4, 0.6, 0.8)}),
        tracked(0.4, {"a": (0.3, 0.4, 0.4, 0.6), "b": (0.5, 0.4, 0.6, 0.8)}),
    ]
    tube = cut_tube(frames(5), tracks, ["a", "b"])
    margin = MARGIN * 0.4
    assert tube.box == pytest.approx((0.3 - margin * 0.75, 0.4 - margin, 0.6 + margin * 0.75, 0.8 + margin))
    assert tube.ids == ("a", "b")
    assert tube.people.shape == (2, 5, 4)
    assert tube.duration_s == pytest.approx(0.4)


def test_the_cut_stays_inside_of_the_picture() -> None:
    tube = cut_tube(frames(2), [tracked(0.0, {"a": (0.0, 0.0, 1.0, 1.0)})], ["a"])
    assert tube.box == (0.0, 0.0, 1.0, 1.0)
    assert tube.size_px == (320, 240)
    corner = cut_tube(frames(2), [tracked(0.0, {"a": (1.0, 1.0, 1.0, 1.0)})], ["a"])
    assert min(corner.size_px) >= 1


def test_proportions_are_kept_large_cuts_shrink_and_small_ones_do_not_grow() -> None:
    large = np.zeros((1080, 1920, 3), np.uint8)
    box = (0.1, 0.1, 0.6, 0.5)
    for image, longest in ((large, LONG_SIDE_PX), (PICTURE, 320)):
        tube = cut_tube(frames(2, image), [tracked(0.0, {"a": box})], ["a"])
        width_px, height_px = tube.size_px
        x1, y1, x2, y2 = tube.box
        wanted = (x2 - x1) * image.shape[1] / ((y2 - y1) * image.shape[0])
        assert width_px / height_px == pytest.approx(wanted, rel=0.02)
        assert max(tube.size_px) <= longest


def test_between_two_looks_people_move_on_a_straight_line() -> None:
    tracks = [tracked(0.0, {"a": (0.2, 0.4, 0.3, 0.8)}), tracked(0.4, {"a": (0.4, 0.4, 0.5, 0.8)})]
    tube = cut_tube(frames(5), tracks, ["a"])
    assert tube.people[0, :, 0] == pytest.approx([0.2, 0.25, 0.3, 0.35, 0.4])


def test_who_is_not_seen_is_nan_and_is_held_for_a_moment_only() -> None:
    tracks = [
        tracked(0.0, {"a": (0.2, 0.4, 0.3, 0.8), "b": (0.3, 0.4, 0.4, 0.8)}),
        tracked(0.2, {"a": (0.2, 0.4, 0.3, 0.8)}),
        tracked(1.8, {"a": (0.2, 0.4, 0.3, 0.8)}),
    ]
    tube = cut_tube(frames(20), tracks, ["a", "b"])
    gone = np.isnan(tube.people[..., 0])
    assert not gone[1, :4].any()
    assert gone[1, 4:].all()
    assert gone[0, 6:15].all(), "a gap of 1.6 s is too long to guess what happened in it"
    assert not gone[0, 16:].any()
    assert (np.isnan(tube.people).any(axis=2) == gone).all()


def test_people_in_pixels_of_the_cut_lie_where_they_are_in_it() -> None:
    image = PICTURE.copy()
    image[96:192, 64:96] = 255
    tube = cut_tube(frames(2, image), [tracked(0.0, {"a": (0.2, 0.4, 0.3, 0.8)})], ["a"])
    x1, y1, x2, y2 = tube.people_px()[0, 0].round().astype(int)
    inside = tube.pictures[0, y1 + 1 : y2 - 1, x1 + 1 : x2 - 1]
    assert (inside == 255).all()
    assert tube.pictures[0].sum() == pytest.approx(255 * 3 * (x2 - x1) * (y2 - y1), rel=0.1)


def test_what_cannot_be_cut_is_refused() -> None:
    seen = [tracked(0.0, {"a": (0.2, 0.4, 0.3, 0.8)})]
    with pytest.raises(ValueError, match="at least one picture"):
        cut_tube([], seen, ["a"])
    with pytest.raises(ValueError, match="nobody"):
        cut_tube(frames(2), seen, ["b"])
    with pytest.raises(ValueError, match="nobody"):
        cut_tube(frames(2), [], ["a"])
    other = Frame(Moment("made", None, 1, 1, None, 320, 120), PICTURE[:120])
    with pytest.raises(ValueError, match="one size"):
        cut_tube([*frames(2), other], seen, ["a"])
