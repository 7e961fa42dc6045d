from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from almere_vision.domain.assessment import Assessment
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.priority import Band, Priority
from almere_vision.domain.suggestion import Evidence, Kind, Phase, Piece, RuleHit, Told
from almere_vision.suggest import annotated_jpeg, blob_name, snapshot_jpeg, suggestion_from

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


def told(hit: RuleHit, revision: int = 1, piece: RuleHit | None = None) -> Told:
    return Told(hit, revision, zones=(), piece=piece, zones_version="cafe0123")


def test_times_of_the_rule_become_wall_times_and_media_times() -> None:
    suggestion = suggestion_from(told(HIT), "net@00000000", Evidence(), ASSESSMENT)
    assert suggestion.started_at == NOW - timedelta(seconds=60)
    assert suggestion.raised_at == NOW
    assert (suggestion.start_s, suggestion.alarm_s, suggestion.end_s) == (440.0, 500.0, None)
    assert suggestion.provenance.zones == "cafe0123"


def test_what_was_assessed_is_told_with_the_versions_that_said_so() -> None:
    suggestion = suggestion_from(told(HIT), "net@00000000", Evidence(), ASSESSMENT)
    assert (suggestion.priority, suggestion.likelihood, suggestion.band) == ("P2", 0.8, "very_likely")
    assert (suggestion.provenance.priorities, suggestion.provenance.calibration) == ("feed0123", "beef0123")


def test_evidence_is_that_of_the_suggestion_or_of_a_further_piece_of_it() -> None:
    pictures = Evidence("2026/03/02/x/snapshot.jpg")
    other = replace(
        HIT,
        stay="b" * 32,
        zone="corner",
        box=(0.1, 0.1, 0.2, 0.2),
        moment=replace(HIT.moment, camera="plaza-2"),
    )
    first = told(HIT, piece=HIT)
    second = told(replace(HIT, phase=Phase.UPDATED), 2, piece=other)
    assert suggestion_from(first, "net@00000000", pictures, ASSESSMENT).evidence == pictures
    assert suggestion_from(first, "net@00000000", pictures, ASSESSMENT).more == ()
    further = suggestion_from(second, "net@00000000", pictures, ASSESSMENT)
    assert (further.id, further.revision, further.camera, further.zone) == ("a" * 32, 2, "plaza-1", "square")
    assert further.evidence == Evidence()
    assert further.more == (Piece("b" * 32, "plaza-2", "home", "corner", NOW, other.box, pictures),)


def test_all_blobs_of_a_suggestion_lie_in_the_folder_of_the_day_it_was_raised() -> None:
    later = replace(HIT.moment, clock_s=1_000_035.0, captured_at=NOW + timedelta(seconds=35))
    whole = replace(HIT, phase=Phase.UPDATED, moment=later)
    other = replace(whole, stay="b" * 32)
    assert blob_name(told(HIT, piece=HIT), "clip", "mp4") == f"2026/03/02/{'a' * 32}/clip.mp4"
    assert blob_name(told(whole, piece=other), "clip", "mp4") == f"2026/03/02/{'a' * 32}/clip-{'b' * 32}.mp4"


def test_a_recording_of_unknown_date_makes_no_suggestion() -> None:
    undated = replace(HIT, moment=replace(HIT.moment, captured_at=None))
    with pytest.raises(ValueError, match="wall time"):
        suggestion_from(told(undated), "net@00000000", Evidence(), ASSESSMENT)


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


def test_of_a_group_each_member_is_boxed_and_not_the_space_between() -> None:
    left, right = (0.2, 0.4, 0.3, 0.8), (0.6, 0.4, 0.7, 0.8)
    group = replace(HIT, box=(0.2, 0.4, 0.7, 0.8), members=(left, right))
    drawn = cv2.imdecode(np.frombuffer(annotated_jpeg(frame(), group, SQUARE), np.uint8), cv2.IMREAD_COLOR)
    assert drawn is not None
    height_px, width_px = drawn.shape[:2]
    differs = np.abs(drawn.astype(int) - 128).max(axis=2) > 40
    row = differs[round(0.6 * height_px)]
    edges = [round(x * width_px) for x in (0.2, 0.3, 0.6, 0.7)]
    assert all(row[x - 1 : x + 2].any() for x in edges)
    assert not row[round(0.45 * width_px)]
