"""Suggestions that somebody decided on, many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine, update

from almere_vision.domain.incident import RejectReason, State
from almere_vision.domain.suggestion import Suggestion
from almere_vision.storage.database import writing
from almere_vision.storage.incidents import SqlIncidents
from almere_vision.storage.tables import INCIDENTS


def decide_all(
    engine: Engine, verdicts: Mapping[RejectReason | None, Sequence[Suggestion]], at: datetime
) -> None:
    """Keep them as rejected for their reason, or confirmed where that is None."""
    for reason, suggestions in verdicts.items():
        SqlIncidents(engine).receive_all(suggestions, at)
        state = State.CONFIRMED if reason is None else State.REJECTED
        decided = (
            update(INCIDENTS)
            .where(INCIDENTS.c.id.in_([one.id for one in suggestions]))
            .values(state=state, version=3, reason=reason, decided_by="anna", decided_at=at)
        )
        with writing(engine) as connection:
            connection.execute(decided)
