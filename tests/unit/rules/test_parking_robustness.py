"""What a street does to a parking clock, all of it at once; and proof that the occlusion tests bite."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.suggestion import Phase
from almere_vision.rules import ParkingRule
from almere_vision.rules.parking import ParkingParameters
from almere_vision.rules.places import PlaceSettings
from tests.unit.rules.parking_scenario import PERSON, Thing, Watch, film, parks, passes, view, without, zone

LORRY = Thing(
    "t", [(26, 0.0, 0.7), (30, 0.5, 0.7), (50, 0.5, 0.7), (54, 1, 0.7)], (0.24, 0.25), ObjectClass.TRUCK
)
PEOPLE = [
    Thing(f"p{i}", [(30, x, 0.62), (55, x, 0.62)], PERSON, ObjectClass.PERSON)
    for i, x in enumerate((0.46, 0.50, 0.54))
]
OCCLUSIONS = [
    pytest.param(parks("a", 10, 100, unseen=[(30, 55)]), PEOPLE, id="people"),
    pytest.param(parks("a", 10, 100, unseen=[(30, 50)]), [LORRY], id="lorry"),
    pytest.param(parks("a", 10, 100, unseen=[(49, 51)]), [passes("x", 50)], id="passing-car"),
    pytest.param(parks("a", 10, 100, unseen=[(45, 46)]), [], id="flicker"),
]


def forgets() -> Watch:
    """A rule whose clock begins anew at the first miss."""
    resets = PlaceSettings(empty_s=0.0, empty_looks=1, cover=2.0)
    return Watch(rule=ParkingRule(ParkingParameters(places=resets)))


@pytest.mark.parametrize(("car", "others"), OCCLUSIONS)
def test_a_rule_that_forgets_at_the_first_miss_is_found_out(car: Thing, others: list[Thing]) -> None:
    """Ours tells the stay in time; one that holds a place for empty as soon as it sees nothing never does."""
    pictures = film(car, *others, seconds=125)
    ours, forgetful = Watch().see(pictures), forgets().see(pictures)

    assert ours.alarms == [pytest.approx(70, abs=1)]
    assert ours.ended[0].facts["dwell_s"] == pytest.approx(90, abs=2)
    assert forgetful.raised == []


def test_where_nothing_hides_the_car_that_rule_would_do() -> None:
    """So it is the occlusion that finds it out, and nothing else."""
    assert len(forgets().see(film(parks("a", 10, 100), seconds=125)).raised) == 1


@pytest.mark.parametrize(
    ("light", "ids"),
    [
        ([(40, 1.12, 0.36)], []),
        ([(40, 0.9, 0.36), (60, 1.0, 0.8)], []),
        ([(t, 1.0 + 0.1 * (t % 4 == 0), 0.4) for t in range(30, 60, 2)], []),
        ([(40, 1.15, 0.36)], [(41.5, "b")]),
    ],
    ids=["headlights", "a-cloud-comes-and-goes", "a-lamp-flickers", "a-flash-and-a-new-id"],
)
def test_the_clock_outlives_a_change_of_light(
    light: Sequence[tuple[float, float, float]], ids: Sequence[tuple[float, str]]
) -> None:
    """Boxes jump by a tenth, scores fall to just above the threshold, and for a second nothing is seen."""
    watch = Watch().see(film(parks("a", 10, 100, light=light, ids=ids, unseen=[(40, 41.25)]), seconds=125))

    assert watch.alarms == [pytest.approx(70, abs=1.5)]
    assert len(watch.ended) == 1
    assert watch.ended[0].facts["dwell_s"] == pytest.approx(90, abs=3)


def test_traffic_that_stops_and_goes_in_changing_light_is_not_suggested() -> None:
    waits = [
        parks(f"w{i}", 10 + 50 * i, 50 + 50 * i, x=0.4 + 0.1 * (i % 2), light=[(30 + 50 * i, 1.12, 0.36)])
        for i in range(4)
    ]

    assert Watch().see(film(*waits, seconds=240)).hits == []


@given(
    breaks=st.sets(st.integers(15, 95), max_size=10),
    hidden=st.integers(20, 60),
    hidden_for=st.integers(1, 25),
    share=st.sampled_from([1.0, 0.8, 0.6]),
    dark_at=st.integers(20, 90),
    gap_at=st.integers(20, 90),
    gap_s=st.integers(0, 40),
    restart=st.integers(12, 98),
    seed=st.integers(0, 1000),
)
@settings(max_examples=40, deadline=None)
def test_a_stay_is_told_once_in_time_and_ended_once_whatever_happens(
    breaks: set[int],
    hidden: int,
    hidden_for: int,
    share: float,
    dark_at: int,
    gap_at: int,
    gap_s: int,
    restart: int,
    seed: int,
) -> None:
    """Broken ids, an occlusion, flicker, a change of light, a gap and a restart, once it has come to rest."""
    car = parks(
        "a",
        10,
        150,
        ids=[(second, f"a{second}") for second in sorted(breaks)],
        unseen=[(hidden, hidden + hidden_for)],
        seen_share=share,
        light=[(dark_at, 1.08, 0.4)],
    )
    people = [
        Thing(f"p{i}", [(hidden, x, 0.62), (hidden + hidden_for, x, 0.62)], PERSON, ObjectClass.PERSON)
        for i, x in enumerate((0.46, 0.50, 0.54))
    ]
    pictures = without(film(car, *people, seconds=200, seed=seed), gap_at, gap_at + gap_s)
    first, second = Watch(view(zone(60))), Watch(view(zone(60)))
    first.see(p for p in pictures if p.moment.media_time_s < restart)
    second.rule.load(json.loads(json.dumps(first.rule.dump())), second.start_s + restart)
    second.see(p for p in pictures if p.moment.media_time_s >= restart)

    raised, ended = first.raised + second.raised, first.ended + second.ended
    latest_s = max(70, hidden + hidden_for) + 5
    if gap_at <= latest_s:
        latest_s = max(latest_s, gap_at + gap_s + 5)

    assert len({hit.stay for hit in first.hits + second.hits}) == 1
    assert [len(raised), len(ended)] == [1, 1]
    assert 69 <= raised[0].alarm_s - 1000 <= latest_s
    assert ended[0].facts["dwell_s"] == pytest.approx(140, abs=3)
    assert ended[0].phase is Phase.ENDED
    if gap_s > 5:
        assert ended[0].at_least
