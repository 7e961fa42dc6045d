from __future__ import annotations

import json
from dataclasses import replace

from almere_vision.domain.event import events_from
from almere_vision.domain.frame import Moment
from almere_vision.domain.suggestion import Kind, Phase, RuleHit, Told

RAISED = RuleHit(
    moment=Moment("plaza-1", None, 72.6, 72.6, None, 1280, 720),
    phase=Phase.RAISED,
    kind=Kind.PARKING,
    zone="square",
    rule="parking@1",
    stay="a",
    onset_s=12.4,
    alarm_s=72.6,
    ended_s=None,
    at_least=False,
    score=0.91,
    box=(0.1, 0.2, 0.3, 0.4),
    people=0,
    tracks=("x-1",),
    facts={"dwell_s": 60.2},
)


def told(hit: RuleHit, *zones: str) -> Told:
    return Told(hit, revision=1, zones=zones, piece=None, zones_version="cafe0123")


def test_the_line_has_the_fields_of_the_contract() -> None:
    (event,) = events_from([told(RAISED, "strip")], "nanodet@12345678")
    assert json.loads(event.line()) == {
        "kind": "parking",
        "camera": "plaza-1",
        "preset": None,
        "zone": "square",
        "zones": ["strip"],
        "start_s": 12.4,
        "alarm_s": 72.6,
        "end_s": None,
        "score": 0.91,
        "box": [0.1, 0.2, 0.3, 0.4],
        "people": 0,
        "model": "nanodet@12345678",
        "rule": "parking@1",
        "at_least": False,
        "facts": {"dwell_s": 60.2},
    }


def test_all_that_is_told_of_a_suggestion_is_one_event_with_its_end_and_zones() -> None:
    ended = replace(RAISED, phase=Phase.ENDED, ended_s=140.0, box=(0, 0, 1, 1), facts={"dwell_s": 127.6})
    other = replace(RAISED, stay="b", onset_s=20.0, alarm_s=80.0)
    first, second = events_from([told(RAISED), told(other), told(ended, "strip")], "m@0")
    assert (first.end_s, first.facts["dwell_s"], first.box) == (140.0, 127.6, RAISED.box)
    assert first.zones == ("strip",)
    assert (second.start_s, second.end_s) == (20.0, None)
