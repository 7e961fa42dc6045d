"""What is held back, in the database: counted, let through, shown by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, literal, select, text, update

from almere_vision.domain.incident import Held
from almere_vision.review.ports import Query
from almere_vision.storage.conditions import conditions
from almere_vision.storage.tables import INCIDENTS

_LOCK: Final = 0x416C6D65_68656C64  # any number that nobody else uses: "Almeheld"
_MOST_AT_ONCE: Final = 500


def has_held(connection: Connection, why: Held) -> bool:
    """Whether anything is held back for this reason."""
    one = select(literal(1)).where(INCIDENTS.c.held == why).limit(1)
    return connection.execute(one).first() is not None


def count_held(connection: Connection, query: Query) -> dict[tuple[str, int], int]:
    """How many are held back, by reason and urgency, within a query."""
    counted = (
        select(INCIDENTS.c.held, INCIDENTS.c.urgency, func.count())
        .where(INCIDENTS.c.held.is_not(None), *conditions(query))
        .group_by(INCIDENTS.c.held, INCIDENTS.c.urgency)
    )
    return {(held, urgency): count for held, urgency, count in connection.execute(counted)}


def lanes(connection: Connection, query: Query) -> Sequence[Row[Any]]:
    """Urgency, number and newest moment of what is within a query and not held back."""
    table = INCIDENTS.c
    counted = (
        select(table.urgency, func.count().label("open"), func.max(table.shown_at).label("newest_at"))
        .where(table.shown_at.is_not(None), *conditions(query))
        .group_by(table.urgency)
    )
    return connection.execute(counted).all()


def by_camera(connection: Connection, query: Query) -> Sequence[Row[Any]]:
    """Camera, number and highest urgency of what is within a query and not held back."""
    table = INCIDENTS.c
    counted = (
        select(table.camera, func.count().label("open"), func.max(table.urgency).label("urgency"))
        .where(table.held.is_(None), *conditions(query))
        .group_by(table.camera)
    )
    return connection.execute(counted).all()


def count_shown(connection: Connection, since: datetime) -> int:
    """How many were put before people after `since`."""
    shown = select(func.count()).select_from(INCIDENTS).where(INCIDENTS.c.shown_at > since)
    return int(connection.execute(shown).scalar_one())


def let_through(
    connection: Connection, at: datetime, since: datetime, most: int | None
) -> Sequence[Row[Any]]:
    """Show the first of those that the budget holds, as long as fewer than `most` were shown after `since`.

    One process at a time: two that count at the same moment would both see the same room.
    """
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    room = _MOST_AT_ONCE if most is None else min(_MOST_AT_ONCE, most - count_shown(connection, since))
    if room <= 0:
        return ()
    table = INCIDENTS.c
    first = (
        select(table.id)
        .where(table.held == Held.BUDGET)
        .order_by(table.urgency.desc(), table.raised_at.desc(), table.id.desc())
        .limit(room)
        .with_for_update(skip_locked=True)
    )
    chosen = connection.execute(first).scalars().all()
    if not chosen:
        return ()
    connection.execute(update(INCIDENTS).where(table.id.in_(chosen)).values(held=None, shown_at=at))
    return connection.execute(select(INCIDENTS).where(table.id.in_(chosen))).all()
