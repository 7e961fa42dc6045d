"""A query for incidents, as conditions of SQL."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, false, func, or_

from almere_vision.domain.priority import Priority, urgency
from almere_vision.review.ports import Late, Query
from almere_vision.storage.tables import INCIDENTS


def conditions(query: Query) -> Iterator[ColumnElement[bool]]:
    """All of them must hold; order and page are not part of it."""
    table = INCIDENTS.c
    yield from _sight(query)
    for column, values in (
        (table.id, query.ids),
        (table.state, query.states),
        (table.kind, query.kinds),
        (table.camera, query.cameras),
        (table.zone, query.zones),
    ):
        if values:
            yield column.in_([str(value) for value in values])
    if query.suggested_priorities:
        yield table.urgency.in_([urgency(priority) for priority in query.suggested_priorities])
    if query.since is not None:
        yield table.raised_at >= query.since
    if query.until is not None:
        yield table.raised_at < query.until
    if query.held is not None:
        yield table.held.is_not(None) if query.held else table.held.is_(None)
    if query.late is not None:
        yield or_(false(), *map(_is_late, query.late))


def _is_late(late: Late) -> ColumnElement[bool]:
    table = INCIDENTS.c
    urgencies = [urgency(late.priority)] + ([urgency(None)] if late.priority is Priority.P3 else [])
    of_priority = or_(
        table.priority == late.priority,
        and_(table.priority.is_(None), table.urgency.in_(urgencies)),
    )
    since = func.coalesce(table.escalated_at, table.received_at)
    return and_(table.state == late.state, of_priority, since <= late.since)


def _sight(query: Query) -> Iterator[ColumnElement[bool]]:
    """What keeps a list within what the person who asks may see."""
    table, scope, sight = INCIDENTS.c, query.scope, query.sight
    for column, values in (
        (table.camera, scope.cameras),
        (table.kind, scope.kinds),
        (table.state, sight.states),
        (table.recipient, sight.recipients),
    ):
        if values is not None:
            yield column.in_([str(value) for value in values])
