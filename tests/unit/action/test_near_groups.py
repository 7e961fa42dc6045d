"""Who is near whom."""

from __future__ import annotations

from almere_vision.action import near_groups
from almere_vision.domain.tracks import Tracks
from tests.unit.action.made import tracked


def standing(*places: float, height: float = 0.3, pictures: int = 5) -> list[Tracks]:
    """People named by number at these places across the picture."""
    boxes = {str(n): (x - 0.03, 0.4, x + 0.03, 0.4 + height) for n, x in enumerate(places)}
    return [tracked(number / 5, boxes) for number in range(pictures)]


def test_people_within_a_height_are_a_group_and_others_stand_alone() -> None:
    assert near_groups(standing(0.2, 0.3, 0.8)) == [("0", "1"), ("2",)]


def test_nearness_is_measured_in_heights() -> None:
    assert near_groups(standing(0.2, 0.35, height=0.3)) == [("0", "1")]
    assert near_groups(standing(0.2, 0.35, height=0.1)) == [("0",), ("1",)]


def test_a_crowd_gives_small_groups() -> None:
    groups = near_groups(standing(*(0.1 + 0.08 * n for n in range(10))))
    assert 2 <= len(groups) <= 10
    assert all(len(group) <= 5 for group in groups)
    assert {name for group in groups for name in group} == {str(n) for n in range(10)}


def test_a_far_person_behind_a_near_one_is_no_pair() -> None:
    boxes = {"near": (0.4, 0.1, 0.6, 0.9), "far": (0.48, 0.45, 0.52, 0.55)}
    assert near_groups([tracked(n / 5, boxes) for n in range(5)]) == [("far",), ("near",)]


def test_a_box_that_flickers_is_nobody_and_nobody_makes_no_group() -> None:
    tracks = standing(0.2, pictures=12)
    tracks[3] = tracked(0.6, {"0": (0.17, 0.4, 0.23, 0.7), "ghost": (0.25, 0.4, 0.3, 0.7)})
    assert near_groups(tracks) == [("0",)]
    assert near_groups([]) == []
    assert near_groups([tracked(0.0, {})]) == []
