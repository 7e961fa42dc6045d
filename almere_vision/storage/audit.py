"""The audit log in the database: one chain, to which lines are only ever added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, insert, select, text
from sqlalchemy.exc import DataError

from almere_vision.domain.audit import GENESIS, Entry, Head, Line, Subject, digest, moment
from almere_vision.domain.errors import InputError
from almere_vision.storage.database import reading, writing
from almere_vision.storage.tables import AUDIT_CHAIN

_CHAIN_LOCK: Final = 0x4175646974  # any number that nobody else uses: "Audit"
_BATCH_LINES: Final = 5_000
_TABLE: Final = AUDIT_CHAIN.c


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which lines; None does not restrict. `before` is the id of the last line of the page before."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str | None = None
    action: str | None = None
    kind: Subject | None = None
    subject: str | None = None
    before: int | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Lines, newest first; `before` asks for the next page and is None on the last."""

    lines: tuple[Line, ...]
    before: int | None


class Audit:
    """The log of everything that has to be answered for. Every method may raise `StoreUnavailable`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def append(self, entry: Entry) -> Line:
        """Write a line in a transaction of its own; once this returns, it is kept.

        What changes the database as well calls `append_line` at the end of its own transaction instead.
        """
        with writing(self._engine) as connection:
            return append_line(connection, entry)

    def append_changed(self, entry: Entry) -> Line | None:
        """Write a line unless the last one with this action and subject has the same details."""
        with writing(self._engine) as connection:
            _wait_for_turn(connection)
            last = connection.execute(
                select(_TABLE.details)
                .where(
                    _TABLE.kind == entry.kind,
                    _TABLE.subject == entry.subject,
                    _TABLE.action == entry.action,
                )
                .order_by(_TABLE.id.desc())
                .limit(1)
            ).scalar_one_or_none()
            return None if last == dict(entry.details) else append_line(connection, entry)

    def head(self) -> Head | None:
        """The newest line; None while there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(_last(_TABLE.id, _TABLE.hash, _TABLE.at)).one_or_none()
        return None if row is None else Head(row.id, row.hash, row.at)

    def page(self, query: AuditQuery) -> AuditPage:
        """Newest first. Raises `InputError`: a filter holds what no text column can."""
        statement = _narrowed(select(AUDIT_CHAIN), query).order_by(_TABLE.id.desc()).limit(query.limit + 1)
        try:
            with reading(self._engine) as connection:
                rows = connection.execute(statement).all()
        except DataError:
            raise InputError("a filter holds characters that cannot be stored") from None
        lines = tuple(line_of(row) for row in rows[: query.limit])
        return AuditPage(lines, lines[-1].id if len(rows) > query.limit else None)

    def lines(self, query: AuditQuery | None = None) -> Iterator[Line]:
        """All lines of a query, oldest first, in constant memory; its `before` and `limit` do not count."""
        query = replace(query or AuditQuery(), before=None)
        last = 0
        while True:
            statement = _narrowed(select(AUDIT_CHAIN), query).where(_TABLE.id > last)
            with reading(self._engine) as connection:
                rows = connection.execute(statement.order_by(_TABLE.id).limit(_BATCH_LINES)).all()
            yield from map(line_of, rows)
            if len(rows) < _BATCH_LINES:
                return
            last = rows[-1].id


def append_line(connection: Connection, entry: Entry) -> Line:
    """Write a line within a transaction, as its last statement.

    Transactions that write take turns from here to their commit; locks that are taken before keep the same
    order that way, so that no two can wait for each other. What writes no line takes no turn.
    """
    _wait_for_turn(connection)
    entry = replace(entry, at=entry.at.astimezone(UTC))
    head = connection.execute(_last(_TABLE.id, _TABLE.hash)).one_or_none()
    line_id, previous = (1, GENESIS) if head is None else (head.id + 1, head.hash)
    line = Line(line_id, entry, previous, digest(line_id, entry, previous))
    connection.execute(insert(AUDIT_CHAIN).values(values_of(line)))
    return line


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # writers of SQLite have their turn since BEGIN IMMEDIATE
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})


def _last(*columns: Any) -> Select[Any]:
    return select(*columns).order_by(_TABLE.id.desc()).limit(1)


def _narrowed(statement: Select[Any], query: AuditQuery) -> Select[Any]:
    for name in ("actor", "action", "kind", "subject"):
        if (value := getattr(query, name)) is not None:
            statement = statement.where(_TABLE[name] == value)
    if query.since is not None:
        statement = statement.where(_TABLE.at >= query.since)
    if query.until is not None:
        statement = statement.where(_TABLE.at < query.until)
    if query.before is not None:
        statement = statement.where(_TABLE.id < query.before)
    return statement


def values_of(line: Line) -> dict[str, object]:
    """The columns of a line."""
    entry = line.entry
    return {
        "id": line.id,
        "at": entry.at,
        "actor": entry.actor,
        "role": str(entry.role),
        "action": str(entry.action),
        "kind": str(entry.kind),
        "subject": entry.subject,
        "purpose": entry.purpose,
        "from_state": None if entry.from_state is None else str(entry.from_state),
        "to_state": None if entry.to_state is None else str(entry.to_state),
        "details": dict(entry.details),
        "previous": line.previous,
        "hash": line.hash,
        "form": line.form,
    }


def exported(line: Line) -> dict[str, object]:
    """A line as an export in our own form has it, to be written as JSON."""
    return values_of(line) | {"at": moment(line.entry.at)}


def line_of(row: Row[Any]) -> Line:
    """A line as it stands in the database, whatever stands there: `verify` judges it."""
    entry = Entry(
        at=row.at,
        actor=row.actor,
        role=row.role,
        action=row.action,
        kind=row.kind,
        subject=row.subject,
        purpose=row.purpose,
        from_state=row.from_state,
        to_state=row.to_state,
        details=row.details,
    )
    return Line(row.id, entry, row.previous, row.hash, row.form)
