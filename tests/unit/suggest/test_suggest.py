from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from almere_vision.domain.assessment import Assessment
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.priority import Band, Priority
from almere_vision.domain.suggestion import Evidence, Kind, Phase, RuleHit
from almere_vision.suggest import annotated_jpeg, blob_folder, snapshot_jpeg, suggestion_from

NOW = datetime(2026, 3, 2, 23, 59, 50, tzinfo=UTC)
HIT = RuleHit(
    moment=Moment("plaza-1", "home", 1_000_000.0, 500.0, NOW, 64, 48),
    phase=Phase.RAISED,
    kind=Kind.PARKING,
    zone="square",
    rule="parking@1",
    stay="a" * 32,
    onset_s=999_940.0,
    alarm_s=1_000_000.0,
    ended_s=None,
    at_least=True,
    score=0.8,
    box=(0.25, 0.25, 0.5, 0.75),
    people=0,
    tracks=("x-1",),
)
ASSESSMENT = Assessment(Priority.P2, 0.8, Band.VERY_LIKELY, "feed0123", "beef0123")
SQUARE = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))


def frame() -> Frame:
    return Frame(HIT.moment, np.full((48, 64, 3), 128, np.uint8))


def test_times_of_the_rule_become_wall_times_and_media_times() -> None:
    suggestion = suggestion_from(HIT, "net@00000000", "cafe0123", Evidence(), ASSESSMENT)
    assert suggestion.started_at == NOW - timedelta(seconds=60)
    assert suggestion.raised_at == NOW
    assert (suggestion.start_s, suggestion.alarm_s, suggestion.end_s) == (440.0, 500.0, None)
    assert suggestion.provenance.zones == "cafe0123"


def test_what_was_assessed_is_told_with_the_versions_that_said_so() -> None:
    suggestion = suggestion_from(HIT, "net@00000000", "cafe0123", Evidence(), ASSESSMENT)
    assert (suggestion.priority, suggestion.likelihood, suggestion.band) == ("P2", 0.8, "very_likely")
    assert (suggestion.provenance.priorities, suggestion.provenance.calibration) == ("feed0123", "beef0123")


def test_the_same_stay_is_the_same_suggestion_and_later_hits_have_a_higher_revision() -> None:
    later = replace(
        HIT,
        phase=Phase.ENDED,
        ended_s=1_000_030.0,
        moment=replace(
            HIT.moment, clock_s=1_000_035.0, media_time_s=535.0, captured_at=NOW + timedelta(seconds=35)
        ),
    )
    first = suggestion_from(HIT, "net@00000000", "cafe0123", Evidence(), ASSESSMENT)
    second = suggestion_from(later, "net@00000000", "cafe0123", Evidence(), ASSESSMENT)
    assert first.id == second.id
    assert first.revision < second.revision
    assert second.ended_at == NOW + timedelta(seconds=30)
    assert blob_folder(later) == blob_folder(HIT) == f"2026/03/02/{'a' * 32}"


def test_a_recording_of_unknown_date_makes_no_suggestion() -> None:
    undated = replace(HIT, moment=replace(HIT.moment, captured_at=None))
    with pytest.raises(ValueError, match="wall time"):
        suggestion_from(undated, "net@00000000", "cafe0123", Evidence(), ASSESSMENT)


def test_the_snapshot_is_clean_and_the_annotated_one_shows_box_and_zone() -> None:
    clean = cv2.imdecode(np.frombuffer(snapshot_jpeg(frame()), np.uint8), cv2.IMREAD_COLOR)
    drawn = cv2.imdecode(np.frombuffer(annotated_jpeg(frame(), HIT, SQUARE), np.uint8), cv2.IMREAD_COLOR)
    assert clean is not None
    assert drawn is not None
    assert np.abs(clean.astype(int) - 128).max() <= 2
    differs = np.abs(drawn.astype(int) - 128).max(axis=2) > 40
    assert differs[24, 16]  # left side of the box
    assert differs[4, 40]  # upper side of the zone
    assert not differs[2, 2]  # outside both
