"""Vehicles in a closed street: who is suggested, once for each visit, and who is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almere_vision.domain.clock import EVERY_DAY, TimeWindow
from almere_vision.domain.detections import MOTOR_VEHICLES, ObjectClass
from almere_vision.domain.scene import ParkingSettings, Permit, PresentSettings, SceneView, Zone
from almere_vision.domain.suggestion import Kind, Phase
from almere_vision.rules import PresentRule, rules_for
from tests.unit.rules.parking_scenario import (
    PERSON,
    SQUARE,
    Thing,
    Watch,
    calls_per_picture,
    crowded_street,
    film,
    moved,
    parks,
    passes,
    stands,
    view,
    without,
)


def closed(limit_s: float = 2.0, **more: Any) -> SceneView:
    return view(Zone("street", SQUARE, (PresentSettings(limit_s, MOTOR_VEHICLES, **more),)))


def watching(scene: SceneView | None = None) -> Watch:
    return Watch(scene or closed(), PresentRule())


def drives(name: str, enters: float = 4, takes: float = 12, y: float = 0.6, **more: Any) -> Thing:
    """A car that crosses the picture; the street is from 0.2 to 0.9 of its width."""
    return Thing(name, [(enters, 0.0, y), (enters + takes, 1.0, y)], **more)


def test_a_car_that_drives_through_is_suggested_once_and_ended_when_it_has_left() -> None:
    watch = watching().see(film(drives("a"), seconds=40))

    (raised,), (ended,) = watch.raised, watch.ended
    enters, leaves = 4 + 0.2 * 12, 4 + 0.9 * 12
    assert watch.alarms == [pytest.approx(enters + 2, abs=0.6)]
    assert watch.onset(raised) == pytest.approx(enters, abs=0.5)
    assert (raised.kind, raised.rule, raised.people) == (Kind.PARKING, "present@1", 0)
    assert not raised.at_least
    assert raised.facts["mode"] == "present"
    assert raised.facts["object"] == "car"
    assert raised.facts["stands"] is False
    assert raised.facts["limit_s"] == 2
    assert ended.stay == raised.stay
    assert ended.ended_s is not None
    assert ended.ended_s - watch.start_s == pytest.approx(leaves, abs=0.5)
    assert ended.facts["dwell_s"] == pytest.approx(leaves - enters, abs=1)


@pytest.mark.parametrize("fps", [1, 2, 5, 12])
def test_the_rate_does_not_matter(fps: float) -> None:
    assert len(watching().see(film(drives("a"), seconds=40, fps=fps)).raised) == 1


@pytest.mark.parametrize(
    ("why", "car", "others"),
    [
        ("its id breaks every second", drives("a", ids=[(t, f"a{t}") for t in range(5, 16)]), []),
        ("it is hidden for two seconds", drives("a", unseen=[(9, 11)], ids=[(11, "b")]), []),
        ("it is hidden before it is believed", drives("a", unseen=[(7.5, 8.5)], ids=[(8, "b")]), []),
        ("the detector finds it two times in three", drives("a", seen_share=0.67), []),
        ("its label flips", drives("a", kinds=[(9, ObjectClass.TRUCK), (10, ObjectClass.BUS)]), []),
        ("it parks and drives on", parks("a", 10, 60), []),
        ("its id breaks while it parks", parks("a", 10, 60, ids=[(9, "b"), (12, "c"), (61, "d")]), []),
        ("it parks, and is lost for ten seconds", parks("a", 10, 60, unseen=[(30, 40)], ids=[(35, "b")]), []),
        (
            "it parks, and people stand before it for a minute",
            parks("a", 10, 100, unseen=[(20, 80)], ids=[(60, "b")]),
            [
                Thing(f"p{i}", [(20, x, 0.62), (80, x, 0.62)], PERSON, ObjectClass.PERSON)
                for i, x in enumerate((0.46, 0.50, 0.54))
            ],
        ),
        (
            "it leaves the street and comes back in the same picture",
            Thing("a", [(0, 0.3, 0.6), (10, 0.8, 0.6), (14, 0.8, 0.2), (40, 0.3, 0.2), (50, 0.8, 0.9)]),
            [],
        ),
        (
            "it has a second box",
            drives("a", size=(0.2, 0.2), kind=ObjectClass.TRUCK),
            [drives("cab", size=(0.15, 0.16))],
        ),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)  # fmt: skip
def test_one_vehicle_is_one_suggestion_when(why: str, car: Thing, others: list[Thing]) -> None:
    watch = watching().see(film(car, *others, seconds=140))

    assert len(watch.raised) == 1, why
    assert [hit.stay for hit in watch.ended] == [watch.raised[0].stay]


@pytest.mark.parametrize("seen_from", [0, 39], ids=["x-came-in-sight", "x-came-from-behind-it"])
def test_a_parked_car_whose_id_a_passing_car_takes_along_stays_itself(seen_from: float) -> None:
    standing = parks("a", 10, 60, unseen=[(38.75, 41)], ids=[(40, "b")])
    passing = passes("x", 40, y=0.68, takes=8, unseen=[(0, seen_from)], ids=[(39, "a")])

    watch = watching().see(film(standing, passing, seconds=90))

    ends = {hit.stay: (hit.ended_s or 0) - watch.start_s for hit in watch.ended}
    assert len(watch.raised) == 2
    assert ends[watch.raised[0].stay] == pytest.approx(63, abs=1)  # it, and not the one that passed
    assert ends[watch.raised[1].stay] == pytest.approx(43, abs=1)


def test_two_cars_one_after_the_other_are_two_suggestions() -> None:
    watch = watching().see(film(drives("a"), drives("b", enters=8), drives("c", enters=30), seconds=60))

    assert len({hit.stay for hit in watch.raised}) == 3
    assert len(watch.ended) == 3


def test_a_queue_of_cars_is_as_many_suggestions_as_cars() -> None:
    """They move up one length at a time, to where the next one was; at two pictures a second."""

    def creeping(index: int) -> Thing:
        x = 0.85 - 0.2 * index
        route = [(0.0, x, 0.6)]
        for step in range(1, 4):
            route += [(5.0 * step, x, 0.6), (5.0 * step + 0.5, x + 0.2, 0.6)]
            x += 0.2
        return Thing(f"q{index}", [*route, (20.0, x, 0.6)])

    watch = watching().see(film(*(creeping(index) for index in range(4)), seconds=40, fps=2))

    assert len(watch.raised) == 4


@pytest.mark.parametrize(
    ("why", "things"),
    [
        ("one box flickers", [stands("a", 120, unseen=[(t, t + 2.6) for t in range(1, 120, 3)])]),
        ("a box is seen for a second", [Thing("a", [(10, 0.5, 0.6), (11, 0.5, 0.6)])]),
        ("boxes come up here and there", [
            Thing(f"n{t}", [(t, 0.3 + 0.07 * (t % 8), 0.6), (t + 0.3, 0.3 + 0.07 * (t % 8), 0.6)])
            for t in range(5, 100, 7)
        ]),
        ("it cuts a corner of the zone", [Thing("a", [(0, 0.15, 0.1), (10, 0.21, 0.6), (11, 0.1, 0.9)])]),
        ("it is beside the street", [drives("a", y=0.25)]),
        ("people and bicycles pass", [
            drives("p", kind=ObjectClass.PERSON, size=PERSON),
            drives("b", enters=6, kind=ObjectClass.BICYCLE),
        ]),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)  # fmt: skip
def test_nobody_is_suggested_when(why: str, things: list[Thing]) -> None:
    assert watching().see(film(*things, seconds=120)).hits == [], why


def test_a_class_or_size_that_the_zone_does_not_watch_is_not_suggested() -> None:
    pictures = film(drives("a"), drives("b", enters=20, size=(0.3, 0.3), kind=ObjectClass.BUS), seconds=50)
    trucks = Zone("street", SQUARE, (PresentSettings(2.0, frozenset({ObjectClass.TRUCK})),))

    assert watching(view(trucks)).see(pictures).hits == []
    assert [hit.facts["object"] for hit in watching(closed(max_size=0.2)).see(pictures).raised] == ["car"]
    assert [hit.facts["object"] for hit in watching(closed(min_size=0.2)).see(pictures).raised] == ["bus"]


class TestWindows:
    """Deliveries from 07:00 to 11:00; the films are of 12 March 2026, when Almere had UTC+1."""

    SCENE = closed(allowed=(TimeWindow(EVERY_DAY, time(7), time(11)),))

    def at(self, hour: int, minute: int) -> datetime:
        return datetime(2026, 3, 12, hour - 1, minute, tzinfo=UTC)

    def test_nobody_is_suggested_inside_the_window(self) -> None:
        assert watching(self.SCENE).see(film(parks("a", 10, 60), seconds=80, begins=self.at(9, 0))).hits == []

    def test_who_is_still_there_when_it_closes_is_suggested_then(self) -> None:
        watch = watching(self.SCENE).see(film(parks("a", 10, 200), seconds=220, begins=self.at(10, 59)))

        (raised,) = watch.raised
        assert watch.alarms == [pytest.approx(62, abs=0.6)]
        assert watch.onset(raised) == pytest.approx(60, abs=0.5)
        assert raised.facts["stands"] is True

    def test_who_was_suggested_before_it_opens_is_not_suggested_again_after_it_closes(self) -> None:
        pictures = film(
            parks("a", 10, 4 * 3600 + 300), seconds=4 * 3600 + 400, begins=self.at(6, 58), fps=0.5
        )

        watch = watching(self.SCENE).see(pictures)

        assert len(watch.raised) == 1
        assert len(watch.ended) == 1

    def test_a_permit_is_told_and_its_end_too(self) -> None:
        permit = Permit("florist", self.at(11, 0), self.at(12, 1))
        watch = watching(closed(permits=(permit,))).see(
            film(parks("a", 10, 90), seconds=120, begins=self.at(12, 0))
        )

        assert watch.raised[0].facts["permit"] == "florist"
        assert watch.raised[0].facts["permit_until"] == "2026-03-12T11:01:00+00:00"
        assert [hit.moment.media_time_s for hit in watch.of(Phase.UPDATED)] == [60, pytest.approx(67, abs=1)]


def test_a_long_visit_is_told_again_after_a_minute_and_each_time_it_doubles() -> None:
    watch = watching().see(film(parks("a", 10, 300), seconds=320))

    told = [hit.facts["dwell_s"] for hit in watch.of(Phase.UPDATED)]
    assert told == [pytest.approx(60, abs=1), pytest.approx(120, abs=1), pytest.approx(240, abs=1)]


class TestNotLooking:
    def test_who_is_there_when_we_begin_to_look_was_there_for_at_least_so_long(self) -> None:
        assert watching().see(film(stands("a", 30), seconds=30)).raised[0].at_least

    def test_a_reconnect_does_not_double_a_parked_car(self) -> None:
        watch = watching().see(without(film(parks("a", 10, 300, ids=[(60, "b")]), seconds=320), 30, 90))

        assert len(watch.raised) == 1
        assert not watch.raised[0].at_least
        assert watch.ended[0].at_least

    def test_who_drove_when_we_looked_away_has_left(self) -> None:
        watch = watching().see(without(film(drives("a"), drives("b", enters=60), seconds=90), 10, 60))

        assert len(watch.raised) == 2
        assert watch.ended[0].ended_s == pytest.approx(watch.start_s + 9.75)

    @pytest.mark.parametrize("at", [7.0, 9.0, 12.0, 30.0])
    def test_another_worker_goes_on_with_new_ids(self, at: float) -> None:
        before, after = (film(parks(name, 10, 60), seconds=90) for name in ("a", "other-1"))
        first = watching().see(p for p in before if p.moment.media_time_s < at)
        second = watching()
        second.rule.load(json.loads(json.dumps(first.rule.dump())), second.start_s + at)

        second.see(p for p in after if p.moment.media_time_s >= at)

        hits = first.hits + second.hits
        assert [hit.phase for hit in hits if hit.phase is not Phase.UPDATED] == [Phase.RAISED, Phase.ENDED]
        assert len({hit.stay for hit in hits}) == 1

    def test_a_recording_that_is_played_again_goes_on_with_its_memory(self) -> None:
        pictures = film(stands("a", 60), seconds=60)
        first = watching().see(pictures)
        second = watching()
        second.rule.load(json.loads(json.dumps(first.rule.dump())), 100.0)

        second.see(moved(pictures, -900.0))

        assert [hit.phase for hit in second.hits if hit.phase is Phase.RAISED] == []

    def test_the_memory_of_another_version_is_left_alone(self) -> None:
        watch = watching()

        watch.rule.load({"rule": "present@0", "memory": "of another form"}, 1000.0)

        assert len(watch.see(film(drives("a"), seconds=40)).raised) == 1


def test_a_zone_that_is_taken_away_ends_its_visits() -> None:
    pictures = film(parks("a", 10, 60), seconds=90)
    watch = watching().see(p for p in pictures if p.moment.media_time_s < 30)
    other = Zone("other", SQUARE, (PresentSettings(2.0, MOTOR_VEHICLES),))
    watch.view = view(other, version="v2")

    watch.see(p for p in pictures if p.moment.media_time_s >= 30)

    assert [(hit.phase, hit.zone) for hit in watch.hits[:2]] == [
        (Phase.RAISED, "street"),
        (Phase.ENDED, "street"),
    ]


@given(
    lost=st.sets(st.integers(0, 160), max_size=60),
    breaks=st.sets(st.integers(5, 40), max_size=8),
    stops=st.booleans(),
    seed=st.integers(0, 1000),
)
@settings(max_examples=60, deadline=None)
def test_lost_pictures_and_broken_ids_neither_hide_nor_double_a_visit(
    lost: set[int], breaks: set[int], stops: bool, seed: int
) -> None:
    """Any pictures may be missing, as long as one a second is there."""
    ids = [(float(second), f"a{second}") for second in sorted(breaks)]
    car = parks("a", 12, 30, ids=ids) if stops else drives("a", takes=20, ids=ids)
    pictures = [p for i, p in enumerate(film(car, seconds=60, seed=seed)) if i not in lost or i % 4 == 0]

    watch = watching().see(pictures)

    assert len(watch.raised) == 1
    assert len(watch.ended) == 1


def test_work_grows_with_the_number_of_vehicles_and_no_faster() -> None:
    def calls_a_picture(count: int) -> float:
        return calls_per_picture(PresentRule(), crowded_street(count), closed())

    assert calls_a_picture(30) < 4 * calls_a_picture(10)


def test_rules_are_made_for_the_zones_that_ask_for_them() -> None:
    both = Zone("both", SQUARE, (ParkingSettings(60, MOTOR_VEHICLES), PresentSettings(2, MOTOR_VEHICLES)))

    assert [rule.name for rule in rules_for(closed())] == ["present@1"]
    assert [rule.name for rule in rules_for(view(both))] == ["parking@1", "present@1"]
