"""One page of the queue as one statement, made so that an index gives its rows in order.

A database reads `state IN (...) ORDER BY ... LIMIT 50` in order only for one state; for several it guesses
between sorting all of them and walking through everything, and guesses wrong when the two hang together
(the open ones are the newest). So each state, and each priority asked for, becomes a branch with a limit of
its own, and the branches are merged.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, false, literal, select, tuple_, union_all

from almere_vision.domain.incident import State
from almere_vision.domain.priority import urgency
from almere_vision.review.ports import Query, Sort
from almere_vision.storage.conditions import conditions
from almere_vision.storage.tables import INCIDENTS


def page_statement(query: Query, last: Row[Any] | None) -> Select[Any]:
    """The rows of a page, and one more if there is a next.

    Args:
        query: what is asked for.
        last: the row of `query.after`, or None for the first page.
    """
    table = INCIDENTS.c
    order = ([table.urgency] if query.sort is Sort.PRIORITY else []) + [table.raised_at, table.id]
    anywhere = replace(query, states=(), suggested_priorities=(), sight=replace(query.sight, states=None))
    where = list(conditions(anywhere))
    if last is not None:
        behind = tuple_(*(literal(getattr(last, column.name), column.type) for column in order))
        where.append(tuple_(*order) < behind)
    states = _states(query)
    in_state: list[list[Any]] = [[]] if states is None else [[table.state == str(one)] for one in states]
    urgencies = dict.fromkeys(urgency(one) for one in query.suggested_priorities)
    in_urgency: list[list[Any]] = [[table.urgency == one] for one in urgencies] or [[]]
    branches = [
        _first(order, [*one, *other, *where], query.limit + 1)
        for one, other in itertools.product(in_state, in_urgency)
    ]
    if len(branches) == 1:
        return branches[0]
    if not branches:
        return _first(order, [false()], 1)
    merged = union_all(*(select(branch.subquery()) for branch in branches)).subquery()
    ordered = (merged.c[column.name].desc() for column in order)
    return select(merged).order_by(*ordered).limit(query.limit + 1)


def _states(query: Query) -> list[State] | None:
    """The states that are asked for, may be seen and can be late; None is any."""
    limits: list[Collection[State]] = [query.states] if query.states else []
    if query.sight.states is not None:
        limits.append(query.sight.states)
    if query.late is not None:
        limits.append({late.state for late in query.late})
    return [state for state in State if all(state in limit for limit in limits)] if limits else None


def _first(order: list[Column[Any]], where: list[ColumnElement[bool]], limit: int) -> Select[Any]:
    return select(INCIDENTS).where(*where).order_by(*(column.desc() for column in order)).limit(limit)
