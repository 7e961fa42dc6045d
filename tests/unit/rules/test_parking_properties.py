"""What must hold for the parking rule whatever happens on the street."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.suggestion import Phase, RuleHit
from almere_vision.domain.tracks import Tracks
from almere_vision.rules import ParkingRule
from tests.unit.rules.parking_scenario import (
    FPS,
    PERSON,
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
    zone,
)

LIMIT_S = 12
STREET = [
    parks("a", 6, 30, unseen=[(12, 14)]),
    parks("b", 8, 24, x=0.72, y=0.62, seen_share=0.6),
    stands("c", 16, x=0.3, y=0.8),
    passes("d", 13, y=0.66),
    parks("e", 36, 52, kinds=[(40, ObjectClass.TRUCK)], ids=[(42, "e2")]),
    Thing("p", [(14, 0.5, 0.62), (20, 0.5, 0.62)], PERSON, ObjectClass.PERSON),
]
PICTURES = film(*STREET, seconds=60)


def told(pictures: Sequence[Tracks], rule: ParkingRule | None = None) -> list[RuleHit]:
    return Watch(view(zone(LIMIT_S)), rule or ParkingRule()).see(pictures).hits


def without_ids(hits: Sequence[RuleHit]) -> list[tuple[object, ...]]:
    """Hits with stays numbered in the order in which they came, since their ids are random."""
    order = list(dict.fromkeys(hit.stay for hit in hits))
    return [
        (h.phase, order.index(h.stay), h.onset_s, h.alarm_s, h.ended_s, h.at_least, h.score, h.box, h.tracks,
         tuple(h.facts.items()))
        for h in hits
    ]  # fmt: skip


def test_the_street_of_these_tests_has_something_to_tell() -> None:
    phases = [hit.phase for hit in told(PICTURES)]

    assert phases.count(Phase.RAISED) == 4
    assert phases.count(Phase.ENDED) >= 2


@given(by_s=st.integers(-900, 2_000_000_000))
@settings(max_examples=20, deadline=None)
def test_the_time_of_day_does_not_matter(by_s: int) -> None:
    def relative(hits: Sequence[RuleHit], start_s: float) -> list[tuple[object, ...]]:
        return [
            (h.phase, h.onset_s - start_s, h.alarm_s - start_s, h.at_least, tuple(h.facts.items()))
            for h in hits
        ]

    assert relative(told(moved(PICTURES, by_s)), by_s) == relative(told(PICTURES), 0.0)


@given(cut=st.integers(0, len(PICTURES)))
@settings(max_examples=40, deadline=None)
def test_another_process_goes_on_exactly_where_one_stopped(cut: int) -> None:
    first = ParkingRule()
    hits = told(PICTURES[:cut], first)
    second = ParkingRule()
    second.load(json.loads(json.dumps(first.dump())), PICTURES[min(cut, len(PICTURES) - 1)].moment.clock_s)

    hits += told(PICTURES[cut:], second)

    assert without_ids(hits) == without_ids(told(PICTURES))


@given(
    lost=st.sets(st.integers(0, 60 * FPS), max_size=150),
    seed=st.integers(0, 1000),
)
@settings(max_examples=40, deadline=None)
def test_lost_pictures_neither_reset_nor_double_a_stay(lost: set[int], seed: int) -> None:
    """Any pictures may be missing, as long as one in two seconds is there."""
    keep_each = 2 * FPS
    pictures = [
        picture
        for index, picture in enumerate(film(parks("a", 6, 46), seconds=60, seed=seed))
        if index not in lost or index % keep_each == 0
    ]

    watch = Watch(view(zone(24))).see(pictures)

    assert len(watch.raised) == 1
    assert 29 <= watch.alarms[0] <= 30 + 2 * 2.5
    assert len(watch.ended) == 1


@given(
    arrives=st.integers(4, 20),
    stays=st.integers(8, 40),
    seed=st.integers(0, 1000),
    share=st.sampled_from([1.0, 0.7, 0.5]),
)
@settings(max_examples=40, deadline=None)
def test_exactly_those_who_stand_for_longer_than_the_limit_are_suggested(
    arrives: int, stays: int, seed: int, share: float
) -> None:
    pictures = film(
        parks("a", arrives, arrives + stays, seen_share=share), seconds=arrives + stays + 30, seed=seed
    )

    watch = Watch(view(zone(20))).see(pictures)

    if stays >= 23:
        assert len(watch.raised) == 1
        assert len(watch.ended) == 1
    if stays <= 18:
        assert watch.hits == []


def test_work_grows_with_the_number_of_vehicles_and_no_faster() -> None:
    zones = view(zone(20), zone(10, "strict"))

    def calls_a_picture(count: int) -> float:
        return calls_per_picture(ParkingRule(), crowded_street(count), zones)

    assert calls_a_picture(30) < 4 * calls_a_picture(10)
