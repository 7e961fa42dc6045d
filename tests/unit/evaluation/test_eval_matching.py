"""Which alarm belongs to which event."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almere_vision.domain.event import Event
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.labels import LabelledClip
from almere_vision.evaluation.matching import (
    Outcome,
    Standing,
    alarm_window,
    expectations,
    match,
    temporal_iou,
)
from almere_vision.evaluation.metrics import Counts, count, judge
from almere_vision.evaluation.suite import EventsSettings

SETTINGS = EventsSettings(clips="", labels="", zones="")
LIMIT_S = 60.0

moments = st.integers(0, 200).map(float)


def outcomes(clip: LabelledClip, alarms: list[Event]) -> tuple[Outcome, ...]:
    return judge(clip, alarms, SETTINGS).matching.outcomes


@pytest.mark.parametrize(
    ("late_s", "found"),
    [(-2.01, False), (-2.0, True), (0.0, True), (10.0, True), (10.01, False)],
)
def test_an_alarm_counts_from_two_seconds_before_to_ten_after_it_is_due(
    make_clip, make_label, make_alarm, late_s, found
):
    clip = make_clip([make_label(100, 500)])
    judged = judge(clip, [make_alarm(100 + LIMIT_S + late_s)], SETTINGS)
    assert count(judged) == Counts(int(found), int(not found), int(not found), 1.0)


def test_kind_and_zone_must_be_the_same(make_clip, make_label, make_alarm):
    clip = make_clip([make_label(100, 500)])
    assert outcomes(clip, [make_alarm(160, Kind.LOITERING)]) == (Outcome.FALSE,)
    assert outcomes(clip, [make_alarm(160, zone="street")]) == (Outcome.FALSE,)


def test_an_alarm_of_overlapping_zones_is_found_by_the_label_of_any_of_them(
    make_clip, make_label, make_alarm
):
    clip = make_clip([make_label(100, 500, zone="street")])
    alarm = replace(make_alarm(160, zone="square"), zones=("lane", "street"))
    assert outcomes(clip, [alarm]) == (Outcome.TRUE,)


def test_a_labelled_box_must_be_where_the_alarm_is(make_clip, make_label, make_alarm):
    clip = make_clip([make_label(100, 500, box=(0.1, 0.1, 0.3, 0.3))])
    assert outcomes(clip, [make_alarm(160, box=(0.6, 0.6, 0.8, 0.8))]) == (Outcome.FALSE,)
    assert outcomes(clip, [make_alarm(160, box=(0.12, 0.12, 0.33, 0.33))]) == (Outcome.TRUE,)
    assert outcomes(clip, [make_alarm(160, box=(0.19, 0.19, 0.21, 0.21))]) == (Outcome.TRUE,)


def test_a_second_alarm_for_the_same_event_is_a_duplicate_and_counts_as_false(
    make_clip, make_label, make_alarm
):
    clip = make_clip([make_label(100, 500)])
    judged = judge(clip, [make_alarm(161), make_alarm(160)], SETTINGS)
    assert judged.matching.outcomes == (Outcome.DUPLICATE, Outcome.TRUE)
    assert count(judged) == Counts(1, 0, 1, 1.0)


def test_the_assignment_finds_as_many_events_as_possible(make_clip, make_label, make_alarm):
    # nearest-first would give the alarm at 166 to the event due at 165 and leave the other without
    clip = make_clip([make_label(100, 500), make_label(105, 500)])
    judged = judge(clip, [make_alarm(166), make_alarm(172)], SETTINGS)
    assert set(judged.matching.pairs) == {(0, 0), (1, 1)}


def test_of_two_vehicles_each_gets_the_alarm_at_its_place(make_clip, make_label, make_alarm):
    front, back = (0.4, 0.5, 0.5, 0.65), (0.4, 0.55, 0.5, 0.85)
    clip = make_clip([make_label(100, 500, box=front), make_label(101, 500, box=back)])
    judged = judge(clip, [make_alarm(160.2, box=back), make_alarm(161.2, box=front)], SETTINGS)
    assert set(judged.matching.pairs) == {(0, 1), (1, 0)}


def test_ignored_events_count_neither_way(make_clip, make_label, make_alarm):
    clip = make_clip([make_label(100, 500, ignore=True)])
    judged = judge(clip, [make_alarm(160), make_alarm(300)], SETTINGS)
    assert judged.matching.outcomes == (Outcome.IGNORED, Outcome.IGNORED)
    assert count(judged) == Counts(0, 0, 0, 1.0)
    assert outcomes(clip, [make_alarm(600)]) == (Outcome.FALSE,)


def test_an_event_shorter_than_its_limit_must_not_alarm(make_clip, make_label, make_alarm):
    clip = make_clip([make_label(100, 140)])
    assert [e.standing for e in expectations(clip, SETTINGS)] == [Standing.SHORT]
    assert count(judge(clip, [make_alarm(160)], SETTINGS)) == Counts(0, 0, 1, 1.0)


@pytest.mark.parametrize(
    ("end_s", "standing"),
    [(158.9, Standing.SHORT), (159.5, Standing.UNSURE), (160.9, Standing.UNSURE), (161.1, Standing.DUE)],
)
def test_an_event_that_ends_within_the_label_error_of_its_limit_cannot_be_judged(
    make_clip, make_label, end_s, standing
):
    [one] = expectations(make_clip([make_label(100, end_s)]), SETTINGS)
    assert one.standing is standing


def test_the_end_of_the_clip_ends_an_event(make_clip, make_label):
    [one] = expectations(make_clip([make_label(100, 200)], duration_s=130), SETTINGS)
    assert one.standing is Standing.SHORT


def test_temporal_overlap_matches_by_shared_time(make_clip, make_label, make_alarm):
    clip = make_clip([make_label(100, 200)], duration_s=400)
    early = make_alarm(110, start_s=100, end_s=190)
    assert count(judge(clip, [early], SETTINGS)).found == 0
    assert count(judge(clip, [early], SETTINGS, overlap=True)).found == 1
    endless = make_alarm(160, start_s=100, end_s=None)
    assert count(judge(clip, [endless], SETTINGS, overlap=True)) == Counts(1, 0, 0, 400 / 3600)
    brief = make_alarm(160, start_s=160, end_s=189)
    assert count(judge(clip, [brief], SETTINGS, overlap=True)).found == 0


def test_temporal_iou_by_hand():
    assert temporal_iou((0, 10), (5, 15)) == pytest.approx(1 / 3)
    assert temporal_iou((0, 10), (10, 15)) == 0
    assert temporal_iou((0, 10), (0, 10)) == 1


@settings(max_examples=40, deadline=None)
@given(starts=st.lists(moments, max_size=4), alarms=st.lists(st.integers(0, 300).map(float), max_size=4))
def test_matching_agrees_with_trying_all_assignments(make_clip, make_label, make_alarm, starts, alarms):
    clip = make_clip([make_label(start, start + 500) for start in starts])
    raised = [make_alarm(alarm) for alarm in alarms]
    matching = judge(clip, raised, SETTINGS).matching
    late = [[alarm - (start + LIMIT_S) for alarm in alarms] for start in starts]
    best = (0, 0.0)
    longer = max(len(starts), len(alarms))
    for order in itertools.permutations(range(longer), len(starts)):
        pairs = [
            (row, column)
            for row, column in enumerate(order)
            if column < len(alarms) and -2 <= late[row][column] <= 10
        ]
        best = max(best, (len(pairs), -sum(abs(late[row][column]) for row, column in pairs)))
    assert len(matching.pairs) == best[0]
    assert -sum(abs(late[row][column]) for row, column in matching.pairs) == pytest.approx(best[1])
    assert len({row for row, _ in matching.pairs}) == len({column for _, column in matching.pairs})


@settings(max_examples=40, deadline=None)
@given(
    starts=st.lists(moments, max_size=4),
    alarms=st.lists(st.integers(0, 300).map(float), max_size=5),
    shift_s=st.integers(0, 400).map(float),
)
def test_a_clip_that_begins_earlier_has_the_same_result(
    make_clip, make_label, make_alarm, starts, alarms, shift_s
):
    def result(by_s: float) -> Any:
        clip = make_clip([make_label(s + by_s, s + by_s + 500) for s in starts])
        return judge(clip, [make_alarm(a + by_s) for a in alarms], SETTINGS).matching

    assert result(shift_s) == result(0.0)


def load_cases() -> list[Any]:
    recorded = json.loads(Path(__file__).with_name("sed_eval_cases.json").read_text())
    return [(recorded["limits_s"], case) for case in recorded["cases"]]


@pytest.mark.parametrize(("limits_s", "case"), load_cases())
def test_the_counts_are_those_of_sed_eval(make_clip, make_label, make_alarm, limits_s, case):
    """The figures of sed_eval 0.2.1 were recorded by make_sed_eval_cases.py beside this file."""
    totals = {what: Counts() for what in ["all", *limits_s]}
    for name in {entry["clip"] for entry in case["events"] + case["alarms"]}:
        labels = []
        for event in case["events"]:
            if event["clip"] == name:
                kind, zone = event["what"].split("/")
                labels.append(make_label(event["start_s"], event["start_s"] + 500, Kind(kind), zone))
        clip = make_clip(labels, name)
        limits = {(Kind(what.split("/")[0]), what.split("/")[1]): limit for what, limit in limits_s.items()}
        clip = LabelledClip(**{f: getattr(clip, f) for f in clip.__slots__} | {"limits_s": limits})
        alarms = []
        for alarm in case["alarms"]:
            if alarm["clip"] == name:
                kind, zone = alarm["what"].split("/")
                alarms.append(make_alarm(alarm["alarm_s"], Kind(kind), zone))
        for what in totals:
            of_kind = [a for a in alarms if what in ("all", f"{a.kind.value}/{a.zone}")]
            own = [label for label in labels if what in ("all", f"{label.kind.value}/{label.zone}")]
            part = LabelledClip(**{f: getattr(clip, f) for f in clip.__slots__} | {"labels": tuple(own)})
            totals[what] += count(judge(part, of_kind, SETTINGS))
    for what, theirs in case["sed_eval"].items():
        ours = totals[what]
        assert (ours.found, ours.missed, ours.false) == (theirs["found"], theirs["missed"], theirs["false"])


def test_no_alarms_and_no_events_match_nothing(make_clip):
    matching = match((), (), alarm_window(SETTINGS), SETTINGS)
    assert matching.pairs == ()
    assert count(judge(make_clip(), [], SETTINGS)) == Counts(0, 0, 0, 1.0)
