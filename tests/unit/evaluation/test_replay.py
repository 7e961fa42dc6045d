"""Dry runs: changed zones on kept detections, against what people confirmed."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.errors import InputError
from almere_vision.domain.frame import Moment
from almere_vision.domain.geometry import Box
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.dry_run import Confirmed, DryRun, DryRunJob
from almere_vision.evaluation.replay import replay
from almere_vision.storage.seen import Seen

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LEFT: Box = (0.1, 0.5, 0.2, 0.6)
RIGHT: Box = (0.7, 0.5, 0.8, 0.6)
FPS = 2

ZONES = """camera: plaza
presets:
  - id: home
    zones:
      - {id: street, polygon: [[0, 0], [X, 0], [X, 1], [0, 1]], rules: {parking: {limit_s: LIMIT}}}
"""


def zones(limit_s: float = 60, reach: float = 1.0) -> str:
    return ZONES.replace("LIMIT", str(limit_s)).replace("X", str(reach))


def park(folder: Path, begin: datetime, stays: dict[Box, float], length_s: float) -> None:
    """Cars that stand from `begin` for so many seconds, in a film of `length_s`."""
    pictures = []
    for n in range(round(length_s * FPS)):
        clock_s = begin.timestamp() + n / FPS
        boxes = [box for box, stay_s in stays.items() if n / FPS < stay_s]
        pictures.append(
            Detections(
                Moment("plaza", "home", clock_s, 0.0, None, 1280, 720),
                np.array(boxes, np.float32).reshape(-1, 4),
                np.full(len(boxes), 0.9, np.float32),
                np.full(len(boxes), CLASSES.index(ObjectClass.CAR)),
                "net@1",
            )
        )
    seen = Seen(folder)
    for n in range(0, len(pictures), 60 * FPS):
        seen.append(pictures[n : n + 60 * FPS])


def job(folder: Path, changed: str, **more: object) -> DryRunJob:
    period = {"since": NOON - timedelta(days=2), "until": NOON + timedelta(hours=2)}
    return DryRunJob.model_validate(
        {"folder": folder, "camera": "plaza", "now": zones(), "changed": changed, **period, **more}
    )


def last(work: DryRunJob) -> DryRun:
    *_, outcome = (step.model_copy(deep=True) for step in replay(work))
    return outcome


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """At noon a car left for 100 s and one right for 240 s, and the right one again an hour later."""
    park(tmp_path, NOON, {LEFT: 100, RIGHT: 240}, 300)
    park(tmp_path, NOON + timedelta(hours=1), {RIGHT: 240}, 300)
    return tmp_path


def confirmed(name: str, box: Box, at: datetime) -> Confirmed:
    return Confirmed(id=name, kind=Kind.PARKING, onset=at, raised=at + timedelta(seconds=61), box=box)


def test_the_same_zones_change_nothing(kept: Path) -> None:
    outcome = last(job(kept, zones()))
    assert (outcome.now, outcome.changed, outcome.hours, outcome.replayed) == (3, 3, 2, 2)
    assert (outcome.fps, outcome.fights) == (2.0, False)
    assert outcome.since == NOON
    assert outcome.until == NOON + timedelta(hours=1, seconds=299.5)


def test_a_longer_limit_and_a_smaller_zone_suggest_less_and_tell_what_is_lost(kept: Path) -> None:
    true = [
        confirmed("left", LEFT, NOON),
        confirmed("right", RIGHT, NOON),
        confirmed("nowhere", (0.4, 0.1, 0.5, 0.2), NOON),
    ]
    longer = last(job(kept, zones(limit_s=120), confirmed=true))
    assert (longer.now, longer.changed) == (3, 2)
    assert (longer.confirmed, longer.found, longer.lost, longer.gained) == (3, 2, ["left"], [])

    smaller = last(job(kept, zones(reach=0.5), confirmed=true))
    assert (smaller.now, smaller.changed, smaller.lost) == (3, 1, ["right"])
    assert [(one.zone, one.now, one.changed) for one in smaller.counts] == [("street", 3, 1)]


def test_what_is_confirmed_outside_of_the_kept_hours_is_not_counted(kept: Path) -> None:
    early = confirmed("early", LEFT, NOON - timedelta(hours=5))
    assert last(job(kept, zones(), confirmed=[early])).confirmed == 0


def test_time_that_runs_out_leaves_whole_hours(kept: Path) -> None:
    ticks = itertools.chain([0.0, 1.0], itertools.repeat(100.0))
    steps = [step.replayed for step in replay(job(kept, zones(), limit_s=60), lambda: next(ticks))]
    assert steps[-1] == 1
    assert last(job(kept, zones(), until=NOON - timedelta(hours=1))).hours == 0


def test_a_rule_that_needs_more_pictures_and_fights_are_told(kept: Path) -> None:
    more = zones().replace("limit_s: 60}", "limit_s: 60}, loitering: {people: 3, limit_s: 60, within_m: 2}")
    outcome = last(job(kept, more))
    assert outcome.needed_fps > outcome.fps
    assert last(job(kept, zones().replace("limit_s: 60}", "limit_s: 60}, fight: {}"))).fights


def test_zones_that_cannot_be_used_are_refused(kept: Path) -> None:
    with pytest.raises(InputError, match="crosses"):
        list(replay(job(kept, zones().replace("[1.0, 0], [1.0, 1]", "[1.0, 1], [1.0, 0]"))))


def test_as_a_process_it_tells_each_hour(kept: Path) -> None:
    work = job(kept, zones(limit_s=120))
    done = subprocess.run(
        [sys.executable, "-m", "almere_vision.evaluation.replay"],
        input=work.model_dump_json(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    assert [step["replayed"] for step in steps] == [0, 1, 2]
    assert (steps[-1]["now"], steps[-1]["changed"]) == (3, 2)
