"""An incident to decide on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from almere_vision.domain.incident import Incident, State
from almere_vision.domain.suggestion import Evidence, Kind, Provenance, Suggestion

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SUGGESTION = Suggestion(
    id="plaza-1-17",
    revision=1,
    kind=Kind.PARKING,
    camera="plaza-1",
    preset="home",
    zone="square",
    started_at=NOON,
    raised_at=NOON,
    ended_at=None,
    start_s=3.0,
    alarm_s=63.0,
    end_s=None,
    at_least=True,
    score=0.8,
    box=(0.1, 0.2, 0.3, 0.4),
    people=0,
    tracks=("t1",),
    facts={"dwell_s": 60.0},
    provenance=Provenance("net@12345678", "parking@1", "abcdef01"),
    evidence=Evidence(),
)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def new_incident() -> Callable[[], Incident]:
    return lambda: Incident(SUGGESTION, State.SUGGESTED, 1, received_at=NOON)
