"""Loitering, as a supervisor would describe it: which groups are suggested, when, and which are not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almere_vision.domain.clock import EVERY_DAY, TimeWindow
from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.ground import GroundPlane
from almere_vision.domain.scene import LoiteringSettings, SceneView, Zone
from almere_vision.domain.suggestion import Phase
from almere_vision.domain.tracks import Tracks
from almere_vision.rules import LoiteringRule
from tests.unit.rules.parking_scenario import SQUARE, Thing, Watch, film, without

HEIGHT = 0.2
METRE_X = HEIGHT / 1.7 * 9 / 16
METRE_Y = HEIGHT / 1.7 / 2
"""Where a person is a fifth of the picture high, a metre is so many parts of its width and height."""


def person(name: str, *route: tuple[float, float, float], **more: object) -> Thing:
    """Somebody who is at (x, y) metres from the middle of the square at each second given."""
    steps = [(second, 0.55 + x * METRE_X, 0.65 + y * METRE_Y) for second, x, y in route]
    return Thing(name, steps, size=(0.05, HEIGHT), kind=ObjectClass.PERSON, **more)  # type: ignore[arg-type]


def visits(name: str, comes: float, goes: float, x: float = 0.0, y: float = 0.0, **more: object) -> Thing:
    """Walks in from the left at 1.4 m/s, stands at (x, y), and walks on to the right."""
    route = ((comes - 4, x - 5.6, y), (comes, x, y), (goes, x, y), (goes + 4, x + 5.6, y))
    return person(name, *route, **more)


def trio(comes: float = 10, goes: float = 120, **more: object) -> list[Thing]:
    return [visits(name, comes, goes, x=x, **more) for name, x in (("a", -1), ("b", 0), ("c", 1))]


def square(
    people: int = 3,
    limit_s: float = 60,
    within_m: float = 2,
    active: Sequence[TimeWindow] = (),
    ground: GroundPlane | None = None,
) -> SceneView:
    rule = LoiteringSettings(people, limit_s, within_m, tuple(active))
    return SceneView("plaza-1", "home", (Zone("square", SQUARE, (rule,)),), "v1", ground)


def watch(*things: Thing, seconds: float, view: SceneView | None = None, **more: object) -> Watch:
    pictures = film(*things, seconds=seconds, **more)  # type: ignore[arg-type]
    return Watch(view or square(), LoiteringRule()).see(pictures)


def test_a_group_that_stays_too_long_is_suggested_once_and_ended_when_it_leaves() -> None:
    seen = watch(*trio(10, 120), seconds=180)

    (raised,), (ended,) = seen.raised, seen.ended
    assert seen.alarms == [pytest.approx(70, abs=2)]
    assert seen.onset(raised) == pytest.approx(10, abs=1.5)
    assert not raised.at_least
    assert raised.people == 3
    assert len(raised.members) == 3
    assert raised.facts["people_max"] == 3
    assert raised.facts["limit_s"] == 60
    assert set(str(raised.facts["people_over_time"]).split()) == {"3"}
    assert ended.stay == raised.stay
    assert ended.ended_s is not None
    assert ended.ended_s - seen.start_s == pytest.approx(121, abs=3)


def test_the_group_forms_when_the_last_of_those_needed_comes() -> None:
    seen = watch(visits("a", 10, 200, x=-1), visits("b", 20, 200), visits("c", 50, 200, x=1), seconds=150)
    assert seen.alarms == [pytest.approx(110, abs=2)]


def test_two_are_no_three_and_a_group_that_leaves_in_time_is_no_matter() -> None:
    assert watch(*trio()[:2], seconds=120).hits == []
    assert watch(*trio(10, 65), seconds=120).hits == []


def test_people_who_stand_apart_are_no_group() -> None:
    apart = [visits(name, 10, 120, x=x) for name, x in (("a", -3), ("b", 0), ("c", 3))]
    assert watch(*apart, seconds=120).hits == []
    assert len(watch(*apart, seconds=120, view=square(within_m=4)).raised) == 1


def test_who_stands_outside_the_zone_does_not_count() -> None:
    outside = person("c", (0, 1, -7), (120, 1, -7))
    assert watch(*trio()[:2], outside, seconds=120, view=square(within_m=9)).hits == []


def test_a_crowd_that_passes_is_no_group() -> None:
    crowd = [
        person(f"p{n}", (n, -6, n % 4 - 2), (n + 9, 6, n % 4 - 2))  # a new one every second, at 1.3 m/s
        for n in range(150)
    ]
    assert watch(*crowd, seconds=150).hits == []


def test_a_group_that_strolls_through_is_no_group_that_stays() -> None:
    stroll = [person(name, (0, -6, y), (20, 6, y)) for name, y in (("a", -1), ("b", 0), ("c", 1))]
    assert watch(*stroll, seconds=30, view=square(limit_s=10)).hits == []


def test_a_queue_that_creeps_is_no_group() -> None:
    # each steps on by 0.8 m every 8 s and is served after 60 s
    queue = [
        person(
            f"q{n}",
            *(
                step
                for k in range(8)
                for step in ((8 * (n + k), -3 + 0.8 * k, 0), (8 * (n + k) + 7, -3 + 0.8 * k, 0))
            ),
        )
        for n in range(30)
    ]
    assert watch(*queue, seconds=220).hits == []


def test_a_bus_stop_is_no_group() -> None:
    # a bus every 25 s takes everybody along
    waiting = [
        visits(f"w{bus}{n}", 25 * bus + 4 * n, 25 * bus + 24, x=n - 1.5) for bus in range(8) for n in range(4)
    ]
    assert watch(*waiting, seconds=200).hits == []


def test_members_come_and_go_and_the_clock_goes_on() -> None:
    coming_and_going = [
        visits("a", 10, 200, x=-1),
        visits("b", 10, 200),
        visits("c", 10, 40, x=1),
        visits("d", 46, 200, x=1.5),
    ]
    seen = watch(*coming_and_going, seconds=120)
    assert seen.alarms == [pytest.approx(70, abs=2)]
    assert seen.raised[0].people == 3


def test_too_long_without_enough_people_begins_the_clock_anew() -> None:
    seen = watch(*trio(10, 200)[:2], visits("c", 10, 40, x=1), visits("d", 75, 200, x=1), seconds=180)
    assert seen.alarms == [pytest.approx(135, abs=2)]


def test_broken_ids_flicker_and_a_crowd_in_front_do_not_stop_the_clock() -> None:
    poor = [
        visits(
            name,
            10,
            200,
            x=x,
            seen_share=0.6,
            ids=[(25, f"{name}2"), (44, f"{name}3")],
            unseen=[(32, 37)],
        )
        for name, x in (("a", -1), ("b", 0), ("c", 1))
    ]
    seen = watch(*poor, seconds=100)
    assert seen.alarms == [pytest.approx(70, abs=4)]


def test_people_who_were_there_first_have_been_there_for_at_least_so_long() -> None:
    there = [person(name, (0, x, 0), (90, x, 0)) for name, x in (("a", -1), ("b", 0), ("c", 1))]
    (raised,) = watch(*there, seconds=90).raised
    assert raised.at_least


def test_a_group_that_stays_on_is_told_again_as_an_update() -> None:
    seen = watch(*trio(10, 500), seconds=300)
    assert len(seen.raised) == 1
    assert [hit.facts["counted_s"] for hit in seen.of(Phase.UPDATED)] == [
        pytest.approx(120, abs=1),
        pytest.approx(240, abs=1),
    ]


def test_another_process_goes_on_with_the_clock() -> None:
    pictures = film(*trio(10, 200), seconds=120)
    first, second = LoiteringRule(), LoiteringRule()
    before = Watch(square(), first).see(without(pictures, 40, 999))
    assert before.hits == []
    second.load(json.loads(json.dumps(first.dump())), pictures[0].moment.clock_s + 55)
    after = Watch(square(), second).see(without(pictures, 0, 55))
    assert after.alarms == [pytest.approx(70, abs=2)]
    assert after.raised[0].at_least
    assert after.onset(after.raised[0]) == pytest.approx(10, abs=1.5)


def test_a_long_time_without_looking_pauses_the_clock() -> None:
    pictures = film(*trio(10, 500), seconds=400)
    seen = Watch(square(), LoiteringRule()).see(without(pictures, 40, 240))
    assert seen.alarms == [pytest.approx(270, abs=2)]
    assert seen.raised[0].at_least


def test_a_raised_group_that_went_while_nobody_looked_ends_with_an_interval() -> None:
    seen = Watch(square(), LoiteringRule()).see(without(film(*trio(10, 120), seconds=220), 100, 160))
    (ended,) = seen.ended
    assert ended.ended_s is not None
    assert ended.ended_s - seen.start_s == pytest.approx(100, abs=1)
    assert ended.facts["ended_within_s"] == pytest.approx(60, abs=1)
    assert ended.facts["dwell_s"] == pytest.approx(90, abs=2)


def test_a_group_that_is_still_there_when_somebody_looks_again_ends_at_a_moment() -> None:
    seen = Watch(square(), LoiteringRule()).see(without(film(*trio(10, 200), seconds=260), 100, 160))
    (ended,) = seen.ended
    assert ended.ended_s is not None
    assert ended.ended_s - seen.start_s == pytest.approx(201, abs=3)
    assert ended.facts["ended_within_s"] == 0


def test_a_group_that_went_while_nobody_looked_is_not_suggested() -> None:
    pictures = without(film(*trio(10, 60), seconds=200), 50, 130)
    assert Watch(square(), LoiteringRule()).see(pictures).hits == []


def test_only_the_active_hours_are_on_the_clock() -> None:
    night = TimeWindow(EVERY_DAY, time(22), time(6))
    begins = datetime(2026, 11, 23, 20, 59, 20, tzinfo=UTC)  # 40 s before ten in the evening in Almere
    seen = watch(*trio(10, 200), seconds=150, view=square(active=[night]), begins=begins)
    assert seen.alarms == [pytest.approx(100, abs=2)]
    noon = datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert watch(*trio(10, 200), seconds=150, view=square(active=[night]), begins=noon).hits == []


def test_two_groups_in_a_zone_are_two_and_stay_one_each() -> None:
    left = [visits(f"l{n}", 10, 300, x=n - 5) for n in range(3)]
    right = [visits(f"r{n}", 20, 300, x=n + 3) for n in range(3)]
    seen = watch(*left, *right, seconds=200)
    assert seen.alarms == [pytest.approx(70, abs=2), pytest.approx(80, abs=2)]
    assert len({hit.stay for hit in seen.raised}) == 2


def test_a_ground_plane_tells_who_is_far_behind() -> None:
    # in the picture they stand 0.12 apart in depth; the plane says that this is 12 m
    plane = GroundPlane.through(
        ((0.0, 0.3), (1.0, 0.3), (1.0, 1.0), (0.0, 1.0)), ((0, 70), (40, 70), (40, 0), (0, 0))
    )
    deep = [visits("a", 10, 200, x=-0.5), visits("b", 10, 200, x=0.5), visits("c", 10, 200, y=-2)]
    near = square(within_m=2.5)
    assert len(watch(*deep, seconds=120, view=near).raised) == 1
    assert watch(*deep, seconds=120, view=square(within_m=2.5, ground=plane)).hits == []


def test_one_person_can_be_enough() -> None:
    seen = watch(visits("a", 10, 100), visits("b", 130, 220), seconds=260, view=square(people=1))
    assert seen.alarms == [pytest.approx(70, abs=2), pytest.approx(190, abs=2)]
    assert len(seen.ended) == 2


def test_a_zone_that_was_taken_away_ends_what_was_raised_in_it() -> None:
    pictures = film(*trio(10, 200), seconds=120)
    seen = Watch(square(), LoiteringRule()).see(without(pictures, 100, 999))
    elsewhere = Zone("other", SQUARE, (LoiteringSettings(3, 60, 2),))
    seen.view = SceneView("plaza-1", "home", (elsewhere,), "v2")
    seen.see(without(pictures, 0, 100))
    assert [hit.zone for hit in seen.ended] == ["square"]


def street(seed: int) -> list[Tracks]:
    things = [*trio(8, 60), visits("d", 20, 45, y=1.5), visits("e", 30, 80, x=4)]
    return film(*things, seconds=90, seed=seed)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), stops=st.lists(st.integers(1, 350), max_size=3))
def test_a_restart_between_any_two_pictures_changes_nothing(seed: int, stops: list[int]) -> None:
    view = square(people=2, limit_s=20)
    whole = Watch(view, LoiteringRule()).see(street(seed))
    rule = LoiteringRule()
    parts = Watch(view, rule)
    for index, picture in enumerate(street(seed)):
        if index in stops:
            state = json.loads(json.dumps(rule.dump()))
            rule = parts.rule = LoiteringRule()
            rule.load(state, picture.moment.clock_s)
        parts.see([picture])

    def told(seen: Watch) -> list[tuple[object, ...]]:
        return [(hit.phase, hit.onset_s, hit.alarm_s, hit.ended_s, hit.people) for hit in seen.hits]

    assert told(parts) == told(whole)
    for stay in {hit.stay for hit in whole.hits}:
        phases = [hit.phase for hit in whole.hits if hit.stay == stay]
        assert phases[0] is Phase.RAISED
        assert phases.count(Phase.RAISED) == 1
        assert phases.count(Phase.ENDED) <= 1
