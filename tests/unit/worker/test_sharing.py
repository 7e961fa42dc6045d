"""Who watches which cameras, worked out by each worker for itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almere_vision.domain.scene import SamePlace
from almere_vision.worker.sharing import Group, fair_share, groups_of, to_give, to_take


def place(*cameras: str) -> SamePlace:
    return SamePlace("-".join(cameras), frozenset((camera, "square") for camera in cameras))


def test_cameras_that_see_the_same_place_by_way_of_others_go_together() -> None:
    groups = groups_of(["e", "d", "c", "b", "a"], [place("a", "c"), place("d", "b"), place("c", "d")])
    assert groups == (("e",), ("a", "b", "c", "d"))


@pytest.mark.parametrize(
    ("cameras", "rooms", "room", "share"),
    [
        (87, [0], 0, 87),
        (87, [0, 0], 0, 44),
        (87, [20, 0], 20, 20),
        (87, [20, 0], 0, 67),
        (87, [50, 0], 50, 44),
        (87, [10, 20, 0, 0], 0, 29),
        (87, [10, 20], 20, 20),
        (3, [0, 0, 0, 0], 0, 1),
    ],
)
def test_a_share_is_equal_but_for_those_who_have_less_room(
    cameras: int, rooms: list[int], room: int, share: int
) -> None:
    assert fair_share(cameras, rooms, room) == share


@given(
    sizes=st.lists(st.integers(1, 6), min_size=1, max_size=40),
    workers=st.integers(1, 6),
    joins=st.integers(0, 3),
)
def test_workers_that_come_later_get_theirs_and_then_nothing_moves(
    sizes: list[int], workers: int, joins: int
) -> None:
    groups = [tuple(f"{number}-{one}" for one in range(size)) for number, size in enumerate(sizes)]
    cameras = sum(sizes)
    held: list[list[Group]] = [[] for _ in range(workers)]
    for _ in range(joins + 1):
        moved, rounds = True, 0
        while moved:
            share = fair_share(cameras, [0] * len(held), 0)
            moved, rounds = False, rounds + 1
            for mine in held:
                for group in to_give(mine, share):
                    mine.remove(group)
                    moved = True
            for mine in held:
                free = [group for group in groups if all(group not in others for others in held)]
                more = to_take(free, sum(map(len, mine)), share, 0)
                mine.extend(more)
                moved |= bool(more)
            assert rounds <= len(groups) + 2
        assert sorted(group for mine in held for group in mine) == sorted(groups)
        assert all(sum(map(len, mine)) < share + max(sizes) for mine in held)
        held.append([])


def test_nobody_takes_more_than_there_is_room_for() -> None:
    assert to_take([("a",), ("b", "c"), ("d",)], held=1, share=3, room=2) == [("a",)]
