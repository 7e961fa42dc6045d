"""A past for pictures of the documentation: invented decisions and watched hours of fourteen weeks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final

from sqlalchemy import Engine, update

from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.incident import RejectReason, State
from almere_vision.domain.suggestion import Evidence, Kind, Provenance, Suggestion
from almere_vision.domain.watching import WatchedTime
from almere_vision.storage.database import writing
from almere_vision.storage.incidents import SqlIncidents
from almere_vision.storage.tables import INCIDENTS
from almere_vision.storage.watched import Watched

_DAYS: Final = 98
_LATELY: Final = 14
_A_DAY: Final = {
    ("stationsstraat", Kind.PARKING): (1, 3),
    ("grote-markt", Kind.LOITERING): (1, 1),
    ("festivalplein", Kind.LOITERING): (2, 1),
}
"""How many were confirmed each day, before and in the last two weeks."""


_REJECTED: Final = 60
"""Parked vehicles of one place that score low and were rejected, two a day: enough to propose a threshold."""


def invent(engine: Engine) -> None:
    """Keep a past in which one place rises, one falls, one stays as it was and one asks for a threshold."""
    _decide(engine, list(_past()), State.CONFIRMED, None)
    _decide(engine, list(_rejected()), State.REJECTED, RejectReason.WRONG_OBJECT)
    Watched(engine).keep(
        [
            WatchedTime("past", _noon(day), camera, "home", kind.value, "watched", 12 * 3600)
            for day in range(1, _DAYS + 1)
            for camera, kind in _A_DAY
        ]
    )


def _decide(engine: Engine, past: list[Suggestion], state: State, reason: RejectReason | None) -> None:
    now = datetime.now(UTC)
    SqlIncidents(engine).receive_all(past, now)
    decided = {"state": state, "reason": reason, "version": 3, "decided_by": "anna", "decided_at": now}
    with writing(engine) as connection:
        mine = INCIDENTS.c.id.in_([one.id for one in past])
        connection.execute(update(INCIDENTS).where(mine).values(**decided))


def _rejected() -> Iterator[Suggestion]:
    for number in range(_REJECTED):
        at = _noon(1 + number // 2) + timedelta(hours=2 + number % 2)
        yield _suggestion(f"rejected-{number}", "stationsstraat", Kind.PARKING, at, score=0.45)


def _noon(days_ago: int) -> datetime:
    today = datetime.now(UTC).astimezone(CITY_TIME).date()
    return datetime.combine(today - timedelta(days=days_ago), time(12), CITY_TIME).astimezone(UTC)


def _past() -> Iterator[Suggestion]:
    for day in range(1, _DAYS + 1):
        for (camera, kind), (before, lately) in _A_DAY.items():
            for number in range(lately if day <= _LATELY else before):
                at = _noon(day) + timedelta(hours=number)
                yield _suggestion(f"past-{camera}-{day}-{number}", camera, kind, at, score=0.8)


def _suggestion(name: str, camera: str, kind: Kind, at: datetime, score: float) -> Suggestion:
    return Suggestion(
        id=name,
        revision=1,
        kind=kind,
        camera=camera,
        preset="home",
        zone="plein",
        started_at=at - timedelta(minutes=1),
        raised_at=at,
        ended_at=at,
        start_s=0.0,
        alarm_s=60.0,
        end_s=60.0,
        at_least=False,
        score=score,
        box=(0.1, 0.2, 0.3, 0.4),
        people=0,
        tracks=(name,),
        facts={},
        provenance=Provenance("invented", "invented", "invented"),
        evidence=Evidence(),
    )
