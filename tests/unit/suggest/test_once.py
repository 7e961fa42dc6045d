"""One incident once, by hits that a rule could give."""

from __future__ import annotations

import itertools
import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almere_vision.domain.frame import Moment
from almere_vision.domain.geometry import Box
from almere_vision.domain.scene import (
    FightSettings,
    LoiteringSettings,
    ParkingSettings,
    RuleSettings,
    SamePlace,
    SceneView,
    Zone,
)
from almere_vision.domain.suggestion import DETECTED, MORE_PIECES, Kind, Phase, RuleHit, Told
from almere_vision.suggest import Once

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HERE: Box = (0.2, 0.2, 0.4, 0.4)
BESIDE: Box = (0.36, 0.2, 0.56, 0.4)
THERE: Box = (0.7, 0.7, 0.9, 0.9)
CORNER = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
RULES: tuple[RuleSettings, ...] = (
    ParkingSettings(60, frozenset()),
    LoiteringSettings(3, 60, 2.0),
    FightSettings(),
)
FOUNTAIN = SamePlace("fountain", frozenset({("plaza-1", "square"), ("plaza-2", "corner")}))


def view(camera: str = "plaza-1", rules: tuple[RuleSettings, ...] = RULES) -> SceneView:
    zones = tuple(Zone(name, CORNER, rules) for name in ("square", "strip", "corner"))
    return SceneView(camera, "home", zones, f"zones-{camera}")


@dataclass
class Stay:
    """Gives the hits of one stay; the limit is 60 s."""

    id: str
    onset_s: float
    zone: str = "square"
    camera: str = "plaza-1"
    box: Box = HERE
    tracks: tuple[str, ...] = ()
    kind: Kind = Kind.PARKING
    object: str = "car"
    alarm_s: float | None = None

    def hit(self, phase: Phase, now_s: float, ended_s: float | None = None) -> RuleHit:
        dwell_s = (now_s if ended_s is None else ended_s) - self.onset_s
        return RuleHit(
            moment=Moment(self.camera, "home", now_s, now_s - 7, NOON + timedelta(seconds=now_s), 640, 360),
            phase=phase,
            kind=self.kind,
            zone=self.zone,
            rule=f"{self.kind}@1",
            stay=self.id,
            onset_s=self.onset_s,
            alarm_s=self.onset_s + 60 if self.alarm_s is None else self.alarm_s,
            ended_s=ended_s,
            at_least=False,
            score=0.8,
            box=self.box,
            people=0 if self.kind is Kind.PARKING else 4,
            tracks=self.tracks,
            facts={"object": self.object, "dwell_s": round(dwell_s, 1), "limit_s": 60.0},
        )

    @property
    def raised(self) -> RuleHit:
        return self.hit(Phase.RAISED, self.onset_s + 60)

    def updated(self, now_s: float) -> RuleHit:
        return self.hit(Phase.UPDATED, now_s)

    def ended(self, ended_s: float) -> RuleHit:
        return self.hit(Phase.ENDED, ended_s + 15, ended_s)


def tell(once: Once, hit: RuleHit) -> Told:
    return once.tell(hit, view(hit.moment.camera))


def tell_all(hits: Sequence[RuleHit], places: Sequence[SamePlace] = ()) -> list[Told]:
    once = Once(places)
    return [tell(once, hit) for hit in hits]


def told(tellings: Sequence[Told]) -> list[tuple[str, Phase]]:
    return [(one.hit.stay, one.hit.phase) for one in tellings]


def test_a_stay_alone_is_told_as_its_rule_says() -> None:
    stay = Stay("a", 0)
    first, second, third = tell_all([stay.raised, stay.updated(130), stay.ended(200)])
    assert told([first, second, third]) == [("a", Phase.RAISED), ("a", Phase.UPDATED), ("a", Phase.ENDED)]
    assert (first.piece, second.piece, third.piece) == (stay.raised, None, None)
    assert replace(third.hit, facts={}) == replace(stay.ended(200), facts={})
    assert (third.zones, third.zones_version) == ((), "zones-plaza-1")


@pytest.mark.parametrize(
    "other",
    [
        Stay("b", 0, zone="strip"),
        Stay("b", 10, zone="strip", box=(0.22, 0.2, 0.42, 0.4)),
        Stay("b", 0, zone="strip", box=BESIDE, tracks=("t1",)),
    ],
    ids=["same box", "nearly the same box", "same track, boxes that touch"],
)
def test_one_vehicle_in_overlapping_zones_is_one_suggestion_until_it_has_left_both(other: Stay) -> None:
    a = Stay("a", 0, tracks=("t1",))
    tellings = tell_all([a.raised, other.raised, a.ended(300), other.ended(310)])
    assert told(tellings) == [
        ("a", Phase.RAISED), ("a", Phase.UPDATED), ("a", Phase.UPDATED), ("a", Phase.ENDED),
    ]  # fmt: skip
    second, third, last = tellings[1:]
    assert (second.hit.zone, second.zones, second.piece) == ("square", ("strip",), other.raised)
    assert third.hit.ended_s is None
    assert last.hit.ended_s == 310
    assert [one.revision for one in tellings] == sorted({one.revision for one in tellings})


@pytest.mark.parametrize(
    "other",
    [
        Stay("b", 0, zone="strip", box=THERE),
        Stay("b", 0, zone="strip", box=THERE, tracks=("t1",)),
        Stay("b", 0, box=BESIDE),
        Stay("b", 0, zone="strip", camera="plaza-2"),
        Stay("b", 0, zone="strip", kind=Kind.FIGHT),
    ],
    ids=["elsewhere", "elsewhere, with a swapped id", "beside it", "another camera", "another kind"],
)
def test_what_is_not_the_same_is_a_suggestion_of_its_own(other: Stay) -> None:
    a = Stay("a", 0, tracks=("t1",))
    assert told(tell_all([a.raised, other.raised])) == [("a", Phase.RAISED), ("b", Phase.RAISED)]


def test_a_group_with_a_member_in_common_is_the_same_group() -> None:
    a = Stay("a", 0, kind=Kind.LOITERING, tracks=("t1", "t2", "t3"))
    b = Stay("b", 20, kind=Kind.LOITERING, zone="strip", box=THERE, tracks=("t3", "t4"))
    assert told(tell_all([a.raised, b.raised]))[1] == ("a", Phase.UPDATED)


def test_two_cameras_that_see_one_place_give_one_suggestion_with_a_piece_of_each() -> None:
    a = Stay("a", 0)
    b = Stay("b", 8, zone="corner", camera="plaza-2", box=THERE)
    first, second, third, last = tell_all([a.raised, b.raised, a.ended(200), b.ended(204)], [FOUNTAIN])
    assert told([first, second, third, last]) == [
        ("a", Phase.RAISED), ("a", Phase.UPDATED), ("a", Phase.UPDATED), ("a", Phase.ENDED),
    ]  # fmt: skip
    assert second.piece == b.raised
    assert (second.hit.moment.camera, second.hit.zone, second.hit.box) == ("plaza-1", "square", HERE)
    assert second.hit.moment.captured_at == NOON + timedelta(seconds=68)
    assert second.hit.moment.clock_s == 68
    assert second.zones == ()
    assert second.zones_version == "zones-plaza-1"
    assert last.hit.ended_s == 204


@pytest.mark.parametrize(
    "places", [[], [SamePlace("x", frozenset({("plaza-1", "strip"), ("plaza-2", "corner")}))]]
)
def test_views_that_the_site_does_not_link_are_apart(places: list[SamePlace]) -> None:
    a, b = Stay("a", 0), Stay("b", 0, zone="corner", camera="plaza-2")
    assert told(tell_all([a.raised, b.raised], places))[1] == ("b", Phase.RAISED)


@pytest.mark.parametrize(("apart_s", "same"), [(15.0, True), (15.5, False)])
def test_a_vehicle_that_another_camera_sees_must_have_come_at_the_same_time(
    apart_s: float, same: bool
) -> None:
    a, b = Stay("a", 0), Stay("b", apart_s, zone="corner", camera="plaza-2")
    assert told(tell_all([a.raised, b.raised], [FOUNTAIN]))[1][0] == ("a" if same else "b")


def test_two_vehicles_that_two_cameras_see_are_two_suggestions() -> None:
    a1, b1 = Stay("a1", 0), Stay("b1", 6, box=THERE)
    a2, b2 = (
        Stay("a2", 1, zone="corner", camera="plaza-2"),
        Stay("b2", 5, zone="corner", camera="plaza-2", box=THERE),
    )
    hits = [a1.raised, a2.raised, b2.raised, b1.raised]
    assert told(tell_all(hits, [FOUNTAIN])) == [
        ("a1", Phase.RAISED), ("a1", Phase.UPDATED), ("b2", Phase.RAISED), ("b2", Phase.UPDATED),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [Kind.LOITERING, Kind.FIGHT])
def test_a_group_that_another_camera_sees_need_only_be_there_at_the_same_time(kind: Kind) -> None:
    a = Stay("a", 0, kind=kind)
    b = Stay("b", 200, kind=kind, zone="corner", camera="plaza-2")
    late = Stay("c", 500, kind=kind, zone="corner", camera="plaza-2", box=THERE)
    tellings = tell_all([a.raised, b.raised, b.ended(290), a.ended(300), late.raised], [FOUNTAIN])
    assert told(tellings) == [
        ("a", Phase.RAISED), ("a", Phase.UPDATED), ("a", Phase.UPDATED), ("a", Phase.ENDED),
        ("c", Phase.RAISED),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "cooldown_s"), [(Kind.PARKING, 60), (Kind.LOITERING, 120), (Kind.FIGHT, 30)]
)
def test_what_begins_again_within_the_cooldown_is_reopened(kind: Kind, cooldown_s: float) -> None:
    a = Stay("a", 0, kind=kind)
    again = Stay("b", 200 + cooldown_s, kind=kind)
    raised, ended, opened, over = tell_all([a.raised, a.ended(200), again.raised, again.ended(500)])
    assert told([opened, over]) == [("a", Phase.UPDATED), ("a", Phase.ENDED)]
    assert (raised.hit.at_least, ended.hit.at_least, opened.hit.at_least) == (False, False, True)
    assert (opened.hit.ended_s, over.hit.ended_s) == (None, 500)
    assert opened.hit.facts["dwell_s"] == 200 + 60
    assert opened.piece == again.raised
    too_late = replace(again, onset_s=again.onset_s + 0.5)
    assert told(tell_all([a.raised, a.ended(200), too_late.raised]))[-1] == ("b", Phase.RAISED)


@pytest.mark.parametrize(
    "other", [Stay("b", 210, box=THERE), Stay("b", 210, object="truck"), Stay("b", 210, zone="strip")]
)
def test_another_vehicle_within_the_cooldown_is_a_suggestion_of_its_own(other: Stay) -> None:
    a = Stay("a", 0)
    assert told(tell_all([a.raised, a.ended(200), other.raised]))[-1] == ("b", Phase.RAISED)


def test_the_cooldown_is_that_of_the_zone() -> None:
    a, b = Stay("a", 0), Stay("b", 500)
    patient = view(rules=(ParkingSettings(60, frozenset(), cooldown_s=300),))
    once = Once()
    tellings = [once.tell(hit, patient) for hit in (a.raised, a.ended(200), b.raised)]
    assert told(tellings)[-1] == ("a", Phase.UPDATED)


def test_severity_grows_each_time_that_the_limit_doubles_and_never_falls() -> None:
    a, again = Stay("a", 0), Stay("b", 520)
    hits = [a.raised, a.updated(120), a.updated(240), a.updated(480), a.ended(500), again.raised]
    tellings = tell_all(hits)
    assert [one.hit.facts["severity"] for one in tellings] == [1, 2, 3, 4, 4, 4]
    assert {one.hit.stay for one in tellings} == {"a"}


def test_a_stay_that_is_raised_again_after_a_crash_gets_the_same_answer() -> None:
    """Killed after the memory was kept and before the message was sent."""
    a, b = Stay("a", 0), Stay("b", 3, zone="corner", camera="plaza-2")
    once = Once([FOUNTAIN])
    tell(once, a.raised)
    tell(once, b.raised)
    again = [tell(once, b.hit(Phase.RAISED, 75)), tell(once, a.hit(Phase.RAISED, 76))]
    assert told(again) == [("a", Phase.UPDATED), ("a", Phase.RAISED)]
    assert [one.piece and one.piece.stay for one in again] == ["b", "a"]


def test_a_rule_that_lost_its_memory_finds_its_suggestion_again() -> None:
    a, b = Stay("a", 0), Stay("b", 100)
    opened, over = tell_all([a.raised, b.raised, b.ended(300)])[1:]
    assert told([opened, over]) == [("a", Phase.UPDATED), ("a", Phase.ENDED)]
    assert opened.hit.at_least


def test_a_stay_that_was_told_before_this_memory_began_keeps_its_suggestion() -> None:
    a = Stay("a", 0)
    assert told(tell_all([a.updated(130), a.ended(200)])) == [("a", Phase.UPDATED), ("a", Phase.ENDED)]


def test_an_open_stay_of_which_nothing_is_heard_any_more_takes_in_no_others() -> None:
    gone = Stay("a", 0, kind=Kind.LOITERING)
    other = Stay("b", 20_000, kind=Kind.LOITERING, zone="corner", camera="plaza-2")
    assert told(tell_all([gone.raised, other.raised], [FOUNTAIN]))[1] == ("b", Phase.RAISED)


def test_only_so_many_stays_bring_a_piece_of_evidence() -> None:
    stays = [Stay(f"s{n}", 100.0 * n, kind=Kind.FIGHT) for n in range(MORE_PIECES + 4)]
    hits = [hit for stay in stays for hit in (stay.raised, stay.ended(stay.onset_s + 80))]
    tellings = tell_all(hits)
    assert {one.hit.stay for one in tellings} == {"s0"}
    assert sum(one.piece is not None for one in tellings) == 1 + MORE_PIECES


def test_the_memory_stays_small() -> None:
    once = Once()
    for n in range(400):
        stay = Stay(f"s{n}", 600.0 * n, box=(0, 0, 0.01 + n / 1000, 0.5))
        tell(once, stay.raised)
        tell(once, stay.ended(stay.onset_s + 90))
    for n in range(400, 500):
        stay = Stay(f"s{n}", 240_000 + 100.0 * (n - 400), kind=Kind.LOITERING)
        tell(once, stay.raised)
        tell(once, stay.ended(stay.onset_s + 80))
    assert len(json.dumps(once.dump())) < 64_000


CAMERAS = {"plaza-1": ("square", "strip"), "plaza-2": ("corner", "strip")}


@st.composite
def stays(draw: st.DrawFn) -> list[list[RuleHit]]:
    """The hits of some stays, by place: nothing stands at one place of a zone twice."""
    found = []
    for camera, zones in CAMERAS.items():
        for zone in zones:
            for place in (HERE, THERE):
                now_s, hits = 0.0, list[RuleHit]()
                for number in range(draw(st.integers(0, 2))):
                    now_s += draw(st.floats(1, 200))
                    stay = Stay(
                        f"{camera}-{zone}-{place[0]}-{number}", now_s, zone, camera, place,
                        tracks=tuple(draw(st.lists(st.sampled_from("tuvw"), max_size=2, unique=True))),
                        kind=draw(st.sampled_from(DETECTED)),
                    )  # fmt: skip
                    times_s = [now_s + 60 + s for s in sorted(draw(st.lists(st.floats(0, 500), max_size=2)))]
                    now_s = max([now_s + 60, *times_s]) + draw(st.floats(0, 100))
                    ends = draw(st.booleans())
                    hits += [stay.raised, *(stay.updated(s) for s in times_s)]
                    if not ends:
                        break
                    hits.append(stay.ended(now_s))
                found += [hits] if hits else []
    return found


@st.composite
def interleaved(draw: st.DrawFn) -> list[RuleHit]:
    """Hits of several places in any order that keeps the order at each place."""
    queues = [list(hits) for hits in draw(stays())]
    order = []
    while queues:
        queue = queues[draw(st.integers(0, len(queues) - 1))]
        order.append(queue.pop(0))
        queues = [left for left in queues if left]
    return order


def in_time(places: list[list[RuleHit]]) -> list[RuleHit]:
    return sorted(itertools.chain.from_iterable(places), key=lambda hit: hit.moment.clock_s)


@given(hits=st.one_of(interleaved(), stays().map(in_time)))
def test_each_suggestion_is_raised_once_and_ends_when_all_its_stays_have_ended(hits: list[RuleHit]) -> None:
    once = Once([FOUNTAIN])
    phases: dict[str, list[Phase]] = defaultdict(list)
    revisions: dict[str, list[int]] = defaultdict(list)
    belongs: dict[str, str] = {}
    open_stays: dict[str, set[str]] = defaultdict(set)
    for hit in hits:
        one = tell(once, hit)
        name = one.hit.stay
        assert belongs.setdefault(hit.stay, name) == name, "a stay does not move to another suggestion"
        phases[name].append(one.hit.phase)
        revisions[name].append(one.revision)
        if hit.phase is Phase.ENDED:
            open_stays[name].discard(hit.stay)
        else:
            open_stays[name].add(hit.stay)
        assert (one.hit.phase is Phase.ENDED) == (not open_stays[name])
        assert (one.hit.ended_s is not None) == (one.hit.phase is Phase.ENDED)
    for name, seen in phases.items():
        assert seen[0] is Phase.RAISED
        assert seen.count(Phase.RAISED) == 1
        assert revisions[name] == sorted(set(revisions[name]))
        raised = sum(hit.phase is Phase.RAISED and belongs[hit.stay] == name for hit in hits)
        assert seen.count(Phase.ENDED) <= raised, "each end but the first follows a stay that began again"


@given(hits=interleaved(), cut=st.floats(0, 1))
def test_a_memory_that_is_kept_and_loaded_at_any_point_changes_nothing(
    hits: list[RuleHit], cut: float
) -> None:
    whole = Once([FOUNTAIN])
    expected = [tell(whole, hit) for hit in hits]
    middle = math.floor(cut * len(hits))
    first, second = Once([FOUNTAIN]), Once([FOUNTAIN])
    before = [tell(first, hit) for hit in hits[:middle]]
    second.load(json.loads(json.dumps(first.dump())))
    assert before + [tell(second, hit) for hit in hits[middle:]] == expected
    assert second.dump() == whole.dump()


def test_a_memory_of_another_form_is_left_and_a_broken_one_is_refused() -> None:
    once = Once()
    tell(once, Stay("a", 0).raised)
    kept = once.dump()
    once.load({"form": "once@0", "cases": "?"})
    assert once.dump() == kept
    with pytest.raises(ValueError, match="valid list"):
        once.load({"form": kept["form"], "cases": "?"})
    assert once.dump() == kept
