"""Parking, as a supervisor would describe it: who is suggested, when, how often, and who is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time

import pytest

from almere_vision.domain.clock import EVERY_DAY, TimeWindow
from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.scene import SceneView
from almere_vision.domain.suggestion import Phase
from almere_vision.rules import ParkingRule, rules_for
from almere_vision.rules.parking import ParkingParameters
from almere_vision.rules.places import PlaceSettings
from tests.unit.rules.parking_scenario import (
    PERSON,
    Thing,
    Watch,
    film,
    moved,
    parks,
    passes,
    stands,
    view,
    without,
    zone,
)

SOON = pytest.approx(70, abs=1)
"""When the alarm is due for a car that arrives at second 10 where 60 s are allowed."""


def test_a_car_that_stands_too_long_is_suggested_once_and_ended_when_it_leaves() -> None:
    watch = Watch().see(film(parks("a", 10, 100), seconds=130))

    (raised,), (ended,) = watch.raised, watch.ended
    assert watch.alarms == [SOON]
    assert watch.onset(raised) == pytest.approx(10, abs=1)
    assert not raised.at_least
    assert raised.facts["object"] == "car"
    assert raised.facts["state"] == "parked"
    assert raised.facts["limit_s"] == 60
    assert ended.stay == raised.stay
    assert ended.alarm_s == raised.alarm_s
    assert ended.ended_s is not None
    assert ended.ended_s - watch.start_s == pytest.approx(100, abs=1.5)
    assert ended.facts["dwell_s"] == pytest.approx(90, abs=2)
    assert 0.5 < raised.score <= 1


def test_a_car_that_leaves_just_before_the_limit_is_not_suggested() -> None:
    assert Watch().see(film(parks("a", 10, 67), seconds=90)).hits == []


PASSERS_BY = [
    Thing(f"p{i}", [(66, x, 0.62), (90, x, 0.62)], PERSON, ObjectClass.PERSON)
    for i, x in enumerate((0.46, 0.50, 0.54))
]


def test_a_car_that_is_hidden_when_it_is_due_is_suggested_all_the_same() -> None:
    watch = Watch().see(film(parks("a", 10, 100, unseen=[(66, 90)]), *PASSERS_BY, seconds=125))

    assert watch.alarms == [SOON]
    assert watch.raised[0].facts["dwell_s"] == pytest.approx(60, abs=1)
    assert watch.ended[0].facts["dwell_s"] == pytest.approx(90, abs=2)


def test_a_car_that_is_hidden_for_long_is_suggested_when_it_is_seen_again() -> None:
    people = [
        Thing(p.name, [(55, *p.route[0][1:]), (75, *p.route[0][1:])], p.size, p.kind) for p in PASSERS_BY
    ]
    watch = Watch().see(film(parks("a", 10, 100, unseen=[(55, 75)]), *people, seconds=125))

    assert watch.alarms == [pytest.approx(75, abs=0.5)]


@pytest.mark.parametrize("seed", range(5))
def test_a_car_that_the_detector_often_misses_is_suggested_in_time(seed: int) -> None:
    car = parks("a", 10, 100, seen_share=0.5, unseen=[(69, 73)])
    watch = Watch().see(film(car, seconds=125, seed=seed, fps=1))

    assert watch.alarms == [pytest.approx(71, abs=2)]


def test_a_car_that_the_detector_never_missed_is_not_suggested_unseen() -> None:
    watch = Watch().see(film(parks("a", 10, 100, unseen=[(67, 75)]), seconds=125, fps=1))

    assert watch.alarms == [pytest.approx(75, abs=1)]


@pytest.mark.parametrize("leaves", range(63, 69))
def test_a_car_that_drives_off_unseen_just_before_it_is_due_is_not_suggested(leaves: int) -> None:
    watch = Watch().see(film(parks("a", 10, leaves, unseen=[(leaves, leaves + 5)]), seconds=90, fps=2))

    assert watch.hits == []


def test_a_car_that_was_there_first_has_stood_for_at_least_so_long() -> None:
    watch = Watch().see(film(stands("a", 90), seconds=90))

    (raised,) = watch.raised
    assert watch.onset(raised) == 0
    assert watch.alarms == [pytest.approx(60, abs=1)]
    assert raised.at_least


def test_a_long_stay_is_told_again_each_time_it_doubles() -> None:
    watch = Watch().see(film(parks("a", 10, 300), seconds=310))

    told = [hit.moment.clock_s - watch.start_s for hit in watch.of(Phase.UPDATED)]
    assert told == [pytest.approx(130, abs=1), pytest.approx(250, abs=1)]
    assert {hit.stay for hit in watch.hits} == {watch.raised[0].stay}


@pytest.mark.parametrize(
    ("why", "car", "others"),
    [
        (
            "people stand in front of it",
            parks("a", 10, 100, unseen=[(30, 55)]),
            [
                Thing(f"p{i}", [(30, x, 0.62), (55, x, 0.62)], PERSON, ObjectClass.PERSON)
                for i, x in enumerate((0.46, 0.50, 0.54))
            ],
        ),
        (
            "a lorry stands in front of it for longer than an empty place would last",
            parks("a", 10, 100, unseen=[(30, 50)]),
            [
                Thing(
                    "t",
                    [(26, 0.0, 0.7), (30, 0.5, 0.7), (50, 0.5, 0.7), (54, 1, 0.7)],
                    (0.24, 0.25),
                    ObjectClass.TRUCK,
                )
            ],
        ),
        (
            "cars drive past",
            parks("a", 10, 100, unseen=[(29, 31), (49, 51)]),
            [passes("x", 30), passes("y", 50)],
        ),
        ("the detector finds it now and then", parks("a", 10, 100, seen_share=0.4), []),
        ("the detector loses it for ten seconds", parks("a", 10, 100, unseen=[(40, 50)]), []),
        ("its id breaks", parks("a", 10, 100, ids=[(t, f"a{t}") for t in range(12, 100, 3)]), []),
        (
            "its label flips",
            parks(
                "a",
                10,
                100,
                kinds=[
                    (t, kind)
                    for t, kind in zip(
                        range(12, 100, 2),
                        (ObjectClass.TRUCK, ObjectClass.CAR, ObjectClass.BUS) * 15,
                        strict=False,
                    )
                ],
            ),
            [],
        ),
        (
            "a passing car swaps ids with it",
            parks("a", 10, 100, ids=[(40, "x")]),
            [passes("x", 40, y=0.68, ids=[(40, "a")])],
        ),
        (
            "a passing car takes its id away, and it comes back under a new one",
            parks("a", 10, 100, unseen=[(39, 42)], ids=[(40, "b")]),
            [passes("x", 40, y=0.68, ids=[(39.5, "a")])],
        ),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_the_clock_goes_on_when(why: str, car: Thing, others: list[Thing]) -> None:
    watch = Watch().see(film(car, *others, seconds=125))

    assert watch.alarms == [pytest.approx(70, abs=2.5)], why
    assert len(watch.ended) == 1


def test_a_clock_that_is_reset_by_a_miss_would_be_noticed() -> None:
    """The flicker above is hard enough: a rule that forgets at the first miss never comes to 60 s."""
    forgetful = PlaceSettings(empty_s=0.0, empty_looks=1)
    watch = Watch(rule=ParkingRule(ParkingParameters(places=forgetful)))

    watch.see(film(parks("a", 10, 100, seen_share=0.4), seconds=125))

    assert watch.raised == []


def test_one_missed_picture_does_not_move_the_alarm() -> None:
    pictures = film(parks("a", 10, 100), seconds=125)
    blinked = film(parks("a", 10, 100, unseen=[(40, 40.25)]), seconds=125)

    assert Watch().see(blinked).alarms == Watch().see(pictures).alarms


def test_another_car_that_takes_the_place_later_is_another_stay() -> None:
    watch = Watch().see(film(parks("a", 10, 80), parks("b", 95, 180), seconds=200))

    assert watch.alarms == [SOON, pytest.approx(155, abs=1)]
    assert len({hit.stay for hit in watch.raised}) == 2


def test_a_car_that_drives_into_the_place_of_one_that_left_unseen_starts_anew() -> None:
    first = Thing("a", [(6, 0.0, 0.6), (10, 0.5, 0.6), (50, 0.5, 0.6)])  # its track ends where it stood

    watch = Watch().see(film(first, parks("b", 58, 100), seconds=120))

    assert watch.hits == []


@pytest.mark.parametrize("takes_s", [1.5, 2, 4])
def test_a_queue_that_creeps_is_not_suggested(takes_s: float) -> None:
    """Every car stands 20 s, then moves up one length, so that each place is always taken."""

    def creeping(index: int) -> Thing:
        x = 0.9 - 0.17 * index
        route = [(0.0, x, 0.6)]
        for step in range(1, 7):
            route += [(20.0 * step, x, 0.6), (20.0 * step + takes_s, x + 0.17, 0.6)]
            x += 0.17
        return Thing(f"q{index}", route)

    assert Watch().see(film(*(creeping(index) for index in range(8)), seconds=120)).hits == []


def test_a_stop_at_a_crossing_is_not_suggested() -> None:
    assert Watch().see(film(parks("a", 10, 50), parks("b", 60, 100), seconds=120)).hits == []


def test_people_who_stand_where_a_car_was_are_not_suggested() -> None:
    people = [
        Thing(f"p{i}", [(38, x, 0.6), (130, x, 0.6)], PERSON, ObjectClass.PERSON)
        for i, x in enumerate((0.45, 0.5, 0.55))
    ]

    assert Watch().see(film(parks("a", 10, 38), *people, seconds=130)).hits == []


def test_two_cars_side_by_side_are_two_stays() -> None:
    watch = Watch().see(film(parks("a", 10, 100, x=0.4), parks("b", 20, 110, x=0.6, y=0.62), seconds=130))

    assert watch.alarms == [SOON, pytest.approx(80, abs=1)]
    assert len({hit.stay for hit in watch.raised}) == 2
    assert len(watch.ended) == 2


def test_two_boxes_of_one_vehicle_are_one_stay() -> None:
    cab = Thing("cab", [(0, 0.5, 0.6), (90, 0.5, 0.6)], (0.15, 0.16), score=0.5)
    whole = Thing("whole", [(0, 0.52, 0.6), (90, 0.52, 0.6)], (0.2, 0.2), ObjectClass.TRUCK)

    assert len(Watch().see(film(cab, whole, seconds=90)).raised) == 1


def test_a_car_that_stands_on_the_edge_keeps_its_clock() -> None:
    watch = Watch(view(zone(polygon=((0.2, 0.599), (0.9, 0.599), (0.9, 1), (0.2, 1)))))

    watch.see(film(parks("a", 10, 100), seconds=120))

    assert watch.alarms == [SOON]


def test_a_car_outside_the_zone_is_not_suggested() -> None:
    assert Watch().see(film(parks("a", 10, 100, y=0.25), seconds=120)).hits == []


def test_a_car_that_the_picture_cuts_off_stands_inside_it() -> None:
    assert len(Watch().see(film(stands("a", 90, y=1.03), seconds=90)).raised) == 1


def test_each_of_two_zones_that_overlap_judges_by_its_own_limit() -> None:
    watch = Watch(view(zone(60), zone(30, "strict"))).see(film(parks("a", 10, 100), seconds=120))

    assert [hit.zone for hit in watch.raised] == ["strict", "square"]
    assert watch.alarms == [pytest.approx(40, abs=1), SOON]


def test_a_class_that_the_zone_does_not_watch_is_not_suggested() -> None:
    watch = Watch(view(zone(vehicles=[ObjectClass.TRUCK])))

    watch.see(film(parks("a", 10, 100), parks("b", 12, 100, x=0.7, kind=ObjectClass.TRUCK), seconds=120))

    assert [hit.facts["object"] for hit in watch.raised] == ["truck"]


def test_a_bicycle_is_suggested_where_the_zone_asks_for_it() -> None:
    watch = Watch(view(zone(vehicles=[ObjectClass.BICYCLE])))

    watch.see(film(parks("a", 10, 100, size=(0.06, 0.08), kind=ObjectClass.BICYCLE), seconds=120))

    assert [hit.facts["object"] for hit in watch.raised] == ["bicycle"]


class TestWindows:
    """Loading is allowed from 07:00 to 11:00; the films are of 12 March 2026, when Almere had UTC+1."""

    LOADING = TimeWindow(EVERY_DAY, time(7), time(11))

    def at(self, hour: int, minute: int) -> datetime:
        return datetime(2026, 3, 12, hour - 1, minute, tzinfo=UTC)

    def test_the_clock_starts_when_the_window_closes(self) -> None:
        watch = Watch(view(zone(allowed=[self.LOADING])))

        watch.see(film(parks("a", 10, 800), seconds=800, begins=self.at(10, 50)))

        (raised,) = watch.raised
        assert watch.alarms == [pytest.approx(600 + 60, abs=1)]
        assert watch.onset(raised) == pytest.approx(10, abs=1)
        assert raised.facts["counted_s"] == pytest.approx(60, abs=1)
        assert raised.facts["dwell_s"] == pytest.approx(650, abs=1.5)

    def test_nothing_is_suggested_inside_the_window(self) -> None:
        watch = Watch(view(zone(allowed=[self.LOADING])))

        assert watch.see(film(parks("a", 10, 400), seconds=420, begins=self.at(9, 0))).hits == []

    def test_the_clock_rests_when_a_window_opens(self) -> None:
        watch = Watch(view(zone(allowed=[self.LOADING])))

        assert watch.see(film(parks("a", 10, 400), seconds=400, begins=self.at(6, 59))).hits == []

    def test_windows_do_not_hold_for_a_film_of_unknown_date(self) -> None:
        watch = Watch(view(zone(allowed=[self.LOADING])))

        assert watch.see(film(parks("a", 10, 100), seconds=100)).alarms == [SOON]


class TestNotLooking:
    """Reconnects, tours and restarts: what happened meanwhile is told as an interval."""

    def test_a_short_gap_counts_and_makes_it_at_least(self) -> None:
        watch = Watch().see(without(film(parks("a", 10, 100), seconds=120), 30, 60))

        (raised,) = watch.raised
        assert watch.alarms == [SOON]
        assert raised.at_least

    def test_in_a_long_gap_the_clock_rests_but_the_stay_goes_on(self) -> None:
        pictures = without(film(parks("a", 10, 1200), seconds=1210), 90, 1000)

        watch = Watch().see(pictures)

        assert watch.alarms == [SOON]
        assert watch.ended[0].stay == watch.raised[0].stay
        assert watch.ended[0].facts["dwell_s"] == pytest.approx(80 + 200, abs=3)
        assert watch.ended[0].at_least

    def test_a_picture_without_a_known_preset_says_nothing(self) -> None:
        pictures = film(parks("a", 10, 100), seconds=120)
        watch = Watch()
        nowhere = SceneView("plaza-1", None, (), "v1")

        for picture in pictures:
            astray = 30 <= picture.moment.media_time_s < 60
            watch.hits += watch.rule.update(picture, nowhere if astray else watch.view)

        assert watch.alarms == [SOON]
        assert watch.raised[0].at_least

    def test_a_raised_stay_that_ended_while_nobody_looked_ends_with_an_interval(self) -> None:
        watch = Watch().see(without(film(parks("a", 10, 120), seconds=220), 100, 160))
        (ended,) = watch.ended
        assert ended.ended_s is not None
        assert ended.ended_s - watch.start_s == pytest.approx(100, abs=1)
        assert ended.facts["ended_within_s"] == pytest.approx(60, abs=1)

    def test_a_stay_that_was_seen_to_end_ends_at_a_moment(self) -> None:
        (ended,) = Watch().see(film(parks("a", 10, 100), seconds=125)).ended
        assert ended.facts["ended_within_s"] == 0

    def test_a_car_that_left_during_the_gap_is_not_suggested(self) -> None:
        assert Watch().see(without(film(parks("a", 10, 40), seconds=120), 30, 60)).hits == []


class TestRestart:
    """A worker dies and another goes on, with new track ids, from what the first one kept."""

    def split(self, at: float, gap: float = 0.0) -> tuple[Watch, Watch, dict[str, object]]:
        before = film(parks("a", 10, 100), seconds=130)
        after = film(parks("other-1", 10, 100), seconds=130)
        first = Watch().see(p for p in before if p.moment.media_time_s < at)
        kept = json.loads(json.dumps(first.rule.dump()))
        second = Watch()
        second.rule.load(kept, second.start_s + at + gap)
        second.see(p for p in after if p.moment.media_time_s >= at + gap)
        return first, second, kept

    def test_the_alarm_comes_in_time_and_says_at_least(self) -> None:
        first, second, _ = self.split(at=50, gap=15)

        assert first.raised == []
        assert second.alarms == [SOON]
        assert second.raised[0].at_least
        assert second.onset(second.raised[0]) == pytest.approx(10, abs=1)

    def test_what_was_suggested_is_not_suggested_again(self) -> None:
        first, second, _ = self.split(at=80)

        assert len(first.raised) == 1
        assert second.raised == []
        assert [hit.stay for hit in second.ended] == [first.raised[0].stay]
        assert second.ended[0].alarm_s == first.raised[0].alarm_s

    def test_a_crash_between_alarm_and_saving_raises_the_same_stay_again(self) -> None:
        _, one, kept = self.split(at=65)
        other = Watch()
        other.rule.load(kept, other.start_s + 65)
        other.see(p for p in film(parks("more-1", 10, 100), seconds=130) if p.moment.media_time_s >= 65)

        assert [hit.stay for hit in other.raised] == [hit.stay for hit in one.raised]
        assert len(one.raised) == 1

    def test_a_recording_that_is_played_again_goes_on_with_its_memory(self) -> None:
        pictures = film(stands("a", 200), seconds=200)
        first = Watch().see(p for p in pictures if p.moment.media_time_s < 50)
        second = Watch(rule=ParkingRule())
        second.rule.load(first.rule.dump(), 1000.0)

        second.see(moved(pictures, 0.0))

        assert second.alarms == [pytest.approx(10, abs=1)]

    def test_the_memory_of_another_version_is_left_alone(self) -> None:
        rule = ParkingRule()

        rule.load({"rule": "parking@0", "memory": "of another form"}, 1000.0)

        assert Watch(rule=rule).see(film(parks("a", 10, 100), seconds=100)).alarms == [SOON]


def test_a_zone_that_is_drawn_elsewhere_ends_its_stays() -> None:
    pictures = film(parks("a", 10, 200), seconds=200)
    watch = Watch().see(p for p in pictures if p.moment.media_time_s < 100)
    watch.view = view(zone(polygon=((0.0, 0.0), (0.1, 0.0), (0.1, 0.1))), version="v2")

    watch.see(p for p in pictures if p.moment.media_time_s >= 100)

    assert [hit.phase for hit in watch.hits] == [Phase.RAISED, Phase.ENDED]
    assert watch.ended[0].moment.media_time_s == 100


def test_a_zone_that_is_drawn_anew_around_the_car_keeps_its_clock() -> None:
    pictures = film(parks("a", 10, 100), seconds=120)
    watch = Watch().see(p for p in pictures if p.moment.media_time_s < 50)
    watch.view = view(zone(polygon=((0.1, 0.1), (0.9, 0.1), (0.9, 1), (0.1, 1))), version="v2")

    assert watch.see(p for p in pictures if p.moment.media_time_s >= 50).alarms == [SOON]


@pytest.mark.parametrize("fps", [1, 2, 12])
def test_the_rate_does_not_matter(fps: float) -> None:
    assert Watch().see(film(parks("a", 10, 100), seconds=120, fps=fps)).alarms == [pytest.approx(70, abs=2)]


def test_rules_are_made_for_the_zones_that_ask_for_them() -> None:
    assert [rule.name for rule in rules_for(view())] == ["parking@1"]
    assert rules_for(SceneView("plaza-1", None, (), "v1")) == []
