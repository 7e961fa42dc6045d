"""A suggestion with everything in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from almere_vision.domain.priority import Band, Priority
from almere_vision.domain.suggestion import Evidence, Kind, Piece, Provenance, Suggestion

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
FOLDER = "2026/05/04/plaza-1-17"


@pytest.fixture
def suggestion() -> Suggestion:
    return Suggestion(
        id="plaza-1-17",
        revision=60_000,
        kind=Kind.PARKING,
        camera="plaza-1",
        preset=None,
        zone="Grote Markt",
        started_at=NOON,
        raised_at=NOON,
        ended_at=NOON,
        start_s=3.25,
        alarm_s=63.5,
        end_s=70.0,
        at_least=False,
        score=0.875,
        box=(0.1, 0.2, 0.3, 0.4),
        people=0,
        tracks=("t1", "t2"),
        facts={"object": "truck", "dwell_s": 60.25, "count": 1, "known": True, "owner": None},
        provenance=Provenance("net@12345678", "parking@1", "abcdef01", "feed0123", "beef0123"),
        evidence=Evidence(f"{FOLDER}/snapshot.jpg", f"{FOLDER}/annotated.jpg", None),
        more=(
            Piece(
                "b7", "plaza-2", "home", "corner", NOON, (0, 0, 1, 1), Evidence(f"{FOLDER}/snapshot-b7.jpg")
            ),
        ),
        priority=Priority.P2,
        likelihood=0.625,
        band=Band.LIKELY,
    )
