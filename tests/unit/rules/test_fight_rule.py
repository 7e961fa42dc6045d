"""The trigger on made tracks, and what the rule makes of closer looks."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import numpy as np
import pytest

from almere_vision.action import TUBE_S
from almere_vision.domain.look import Answer, Look
from almere_vision.domain.scene import FightSettings, SceneView, Zone
from almere_vision.domain.suggestion import Phase
from almere_vision.domain.tracks import Tracks
from almere_vision.rules import FightRule, rules_for
from almere_vision.rules.fight import FightParameters
from tests.unit.rules.brawl import (
    BLIND,
    FPS,
    VIEW,
    Body,
    Scene,
    approach,
    brawl,
    embrace,
    fall,
    pass_by,
    picture,
    watch,
)


def test_a_brawl_is_looked_at_soon_and_again_and_again() -> None:
    found = watch(FightRule(), brawl, 6)
    clocks_s = [look.moment.clock_s for look in found.looks]
    assert clocks_s[0] <= 1.6
    assert np.diff(clocks_s) == pytest.approx(FightParameters().stride_s, abs=1.01 / FPS)
    assert all(set(look.group) == {"a", "b"} for look in found.looks)
    assert len({look.stay for look in found.looks}) == 1


@pytest.mark.parametrize("scene", [approach, pass_by])
def test_who_meets_and_talks_or_walks_past_is_not_looked_at(scene: Scene) -> None:
    assert watch(FightRule(), scene, 10).looks == []


def test_who_falls_alone_is_not_looked_at() -> None:
    assert watch(FightRule(), fall, 8).looks == []


def test_an_embrace_may_be_looked_at_but_is_left_alone_once_it_is_still() -> None:
    found = watch(FightRule(), embrace, 14)
    assert all(look.moment.clock_s < 7 for look in found.looks)


def test_who_is_struck_down_stays_in_the_group() -> None:
    def scene(clock_s: float) -> list[Body]:
        (victim,) = fall(clock_s)
        attacker = brawl(clock_s)[1]
        return [replace(victim, x=-0.3, name="a"), attacker]

    found = watch(FightRule(), scene, 6)
    assert found.looks[-1].moment.clock_s >= 5
    assert set(found.looks[-1].group) == {"a", "b"}


def test_a_brawl_whose_ids_break_and_boxes_fall_together_goes_on_as_one() -> None:
    def scene(clock_s: float) -> list[Body]:
        a, b = brawl(clock_s)
        if clock_s < 2:
            return [a, b]
        if clock_s < 3.2:
            return [replace(b, width=0.8)]
        return [replace(a, name="c"), replace(b, name="d" if clock_s > 4 else "b")]

    found = watch(FightRule(), scene, 7)
    assert len({look.stay for look in found.looks}) == 1
    assert set(found.looks[-1].group) == {"c", "d", "b"} or set(found.looks[-1].group) == {"c", "d"}
    clocks_s = [look.moment.clock_s for look in found.looks]
    assert max(np.diff(clocks_s)) <= 1.2


def test_a_single_box_that_is_wild_is_looked_at_since_two_may_be_in_it() -> None:
    def scene(clock_s: float) -> list[Body]:
        swing = np.sin(4 * np.pi * clock_s + 0.4)
        return [Body(0.0, width=0.7 + 0.3 * swing, height=0.95 + 0.1 * swing, name="a")]

    assert watch(FightRule(), scene, 5).looks


def test_people_outside_of_every_zone_are_not_looked_at() -> None:
    corner = ((0.0, 0.0), (0.1, 0.0), (0.1, 0.1))
    view = SceneView("plaza", "home", (Zone("corner", corner, (FightSettings(),)),), "cafe0123")
    assert watch(FightRule(), brawl, 6, view=view).looks == []


def test_a_look_covers_what_a_tube_shows() -> None:
    look = watch(FightRule(), brawl, 6).looks[-1]
    assert FightParameters().window_s == TUBE_S
    assert look.moment.media_time_s - look.start_s == pytest.approx(TUBE_S)
    assert look.seen[0].moment.media_time_s <= look.start_s
    assert look.seen[-1].moment == look.moment


def test_a_crowd_is_looked_at_where_it_is_most_restless() -> None:
    def scene(clock_s: float) -> list[Body]:
        still = [Body(-2.5 + 0.4 * n, 0.1 * (n % 2), name=f"s{n}") for n in range(6)]
        return [*still, *brawl(clock_s), Body(0.9, name="t0"), Body(1.3, name="t1"), Body(1.7, name="t2")]

    group = watch(FightRule(), scene, 6).looks[-1].group
    assert {"a", "b"} <= set(group)
    assert len(group) <= 6


def test_many_groups_cost_no_more_than_two_looks_in_a_stride_and_each_has_its_turn() -> None:
    def scene(clock_s: float) -> list[Body]:
        pairs = [(x, y) for x in (-2.4, 0.0, 2.4) for y in (-1.0, 1.0)]
        return [
            replace(body, x=body.x + x, y=y, name=f"{body.name}{x}{y}")
            for x, y in pairs
            for body in brawl(clock_s + x + y)
        ]

    looks = watch(FightRule(), scene, 12).looks
    parameters = FightParameters()
    for first in looks:
        together = [
            look
            for look in looks
            if 0 <= look.moment.clock_s - first.moment.clock_s < parameters.stride_s - 0.01
        ]
        assert len(together) <= parameters.at_once
    assert len(looks) >= 25
    assert len({look.stay for look in looks}) == 6


def surely(_: Look) -> float:
    return 0.99


def test_looks_that_agree_raise_it_once_and_it_ends_when_they_say_no_more() -> None:
    rule = FightRule()
    found = watch(rule, brawl, 25, score=lambda look: 0.99 if look.moment.clock_s < 14 else 0.0)
    assert [hit.phase for hit in found.hits] == [Phase.RAISED, Phase.UPDATED, Phase.ENDED]
    raised, _, ended = found.hits
    assert {hit.stay for hit in found.hits} == {raised.stay}
    assert raised.alarm_s <= 1.6
    assert 0.0 <= raised.onset_s <= 1.0
    assert raised.people == 2
    assert len(raised.members) == 2
    assert raised.score == pytest.approx(0.982, abs=1e-3)
    assert raised.facts["classifier"] == "fight@0"
    assert ended.ended_s == pytest.approx(14, abs=0.8)


def test_looks_that_disagree_raise_nothing() -> None:
    turns = iter(range(1000))
    found = watch(FightRule(), brawl, 12, score=lambda _: 0.9 if next(turns) % 3 == 1 else 0.1)
    assert len(found.looks) >= 15
    assert found.hits == []


def test_a_look_that_is_sure_is_believed_at_once_and_one_that_is_not_waits_for_others() -> None:
    turns = iter([0.3, 0.6, 0.8, 0.9, *[0.9] * 20])
    rule = FightRule()
    found = watch(rule, brawl, 6, score=lambda _: next(turns))
    raised = found.hits[0]
    assert raised.phase is Phase.RAISED
    assert raised.alarm_s == pytest.approx(found.looks[3].moment.clock_s)
    odds = [np.log(score / (1 - score)) for score in (0.3, 0.6, 0.8, 0.9)]
    assert raised.score == pytest.approx(1 / (1 + np.exp(-np.mean(odds))))


def test_what_was_seen_long_ago_does_not_weigh_against_a_fight() -> None:
    of = FightParameters().of
    turns = iter([*[0.05] * 8, *[0.9] * 30])
    found = watch(FightRule(), brawl, 14, score=lambda _: next(turns))
    raised = found.hits[0]
    assert raised.alarm_s <= found.looks[8 + of - 1].moment.clock_s


def test_one_look_that_disagrees_is_outweighed() -> None:
    turns = iter([0.1, *[0.95] * 30])
    found = watch(FightRule(), brawl, 12, score=lambda _: next(turns))
    assert [hit.phase for hit in found.hits][:1] == [Phase.RAISED]


def test_a_fight_goes_on_at_a_lower_level_than_it_is_raised_at() -> None:
    low = FightParameters().low + 0.01
    assert low < FightParameters().threshold - 0.1
    sure = iter([0.9])
    found = watch(FightRule(), brawl, 14, score=lambda _: next(sure, low))
    assert Phase.RAISED in [hit.phase for hit in found.hits]
    assert Phase.ENDED not in [hit.phase for hit in found.hits]


def test_looks_below_the_threshold_raise_nothing() -> None:
    low = FightParameters().threshold - 0.01
    assert watch(FightRule(), brawl, 12, score=lambda _: low).hits == []


def test_looks_that_bring_nothing_raise_nothing() -> None:
    assert watch(FightRule(), brawl, 6, score=lambda _: None).hits == []


def test_an_answer_that_comes_late_counts_and_its_alarm_is_when_it_came() -> None:
    rule = FightRule()
    looks = watch(rule, brawl, 4).looks
    late = [hit for look in looks for hit in rule.hear(Answer(look, 0.99, None, "fight@0"))]
    (raised,) = late
    assert raised.alarm_s == pytest.approx(3.8)


def test_an_answer_about_people_who_are_gone_says_nothing() -> None:
    rule = FightRule()
    looks = watch(rule, brawl, 4).looks
    watch(rule, lambda _: [], 10, start_s=4)
    assert [hit for look in looks for hit in rule.hear(Answer(look, 0.99, None, "fight@0"))] == []


def test_a_raised_fight_goes_on_after_a_restart_and_a_gap() -> None:
    rule = FightRule()
    (raised,) = watch(rule, brawl, 5, score=surely).hits
    state = json.loads(json.dumps(rule.dump()))
    other = FightRule()
    other.load(state, 60.0)
    found = watch(other, brawl, 6, start_s=60, score=lambda _: 0.0)
    ended = [hit for hit in found.hits if hit.phase is Phase.ENDED]
    assert [hit.stay for hit in ended] == [raised.stay]
    assert ended[0].at_least
    assert not [hit for hit in found.hits if hit.phase is Phase.RAISED]


def test_a_memory_of_a_recording_that_is_played_again_is_moved_back() -> None:
    rule = FightRule()
    (raised,) = watch(rule, brawl, 5, start_s=1000, score=surely).hits
    other = FightRule()
    other.load(json.loads(json.dumps(rule.dump())), 0.0)
    found = watch(other, brawl, 8, score=lambda _: 0.0)
    (ended,) = [hit for hit in found.hits if hit.stay == raised.stay]
    assert ended.phase is Phase.ENDED
    assert ended.ended_s is not None
    assert ended.ended_s <= ended.moment.clock_s <= 8


def test_a_state_of_another_version_is_ignored() -> None:
    rule = FightRule()
    rule.load({"rule": "fight@0"}, 5.0)
    assert watch(rule, brawl, 4).looks


def test_after_a_gap_people_must_be_close_anew() -> None:
    rule = FightRule()
    watch(rule, brawl, 2)
    found = watch(rule, brawl, 3, start_s=60)
    assert found.looks[0].moment.clock_s >= 61
    assert found.looks[0].start_s >= 60


def test_an_unknown_preset_is_not_looked_at() -> None:
    found = watch(FightRule(), brawl, 6, view=BLIND, score=surely)
    assert (found.looks, found.hits) == ([], [])


def test_a_zone_that_is_taken_away_ends_what_was_raised_in_it() -> None:
    rule = FightRule()
    watch(rule, brawl, 5, score=surely)
    elsewhere = SceneView(
        "plaza", "home", (Zone("other", VIEW.zones[0].polygon, (FightSettings(),)),), "cafe0124"
    )
    (ended,) = rule.update(picture(brawl(5), 5.0), elsewhere)
    assert ended.phase is Phase.ENDED


def test_without_closer_looks_there_is_no_such_rule() -> None:
    assert rules_for(VIEW) == []
    assert [rule.name for rule in rules_for(VIEW, looking=True)] == ["fight@2"]


def test_thirty_people_cost_less_than_a_third_of_a_millisecond() -> None:
    noise = np.random.default_rng(2)
    places = noise.uniform(-3, 3, (30, 2))
    pictures: list[Tracks] = []
    for number in range(200):
        bodies = [Body(x, y * 0.3, name=f"p{n}") for n, (x, y) in enumerate(places)]
        pictures.append(picture(bodies, number / FPS, noise))
    rule = FightRule()
    began_s = time.thread_time()
    for one in pictures:
        rule.update(one, VIEW)
    assert (time.thread_time() - began_s) / len(pictures) < 1e-3  # a busy machine is allowed three times
