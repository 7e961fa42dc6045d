"""Incidents and their history in the database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError

from almere_vision.domain.delivery import Delivery
from almere_vision.domain.errors import IncidentMissing, InputError, VersionConflict
from almere_vision.domain.incident import (
    AuditLine,
    Clocks,
    Incident,
    Recipient,
    RejectReason,
    Result,
    Role,
    State,
)
from almere_vision.domain.priority import Priority, higher, urgency
from almere_vision.domain.suggestion import MORE_PIECES, Evidence, Suggestion
from almere_vision.review.ports import Page, Query, Sort
from almere_vision.storage.blobs import ID_PATTERN
from almere_vision.storage.conditions import conditions
from almere_vision.storage.database import reading, writing
from almere_vision.storage.messages import decode, encode
from almere_vision.storage.outbox import put_deliveries
from almere_vision.storage.tables import AUDIT_LINES, INCIDENTS

FIRST_VERSION: Final = 1
ARRIVAL: Final = "suggested"
_CLOCKS: Final = tuple(field.name for field in fields(Clocks))
_ID: Final = re.compile(ID_PATTERN)


class SqlIncidents:
    """`review.ports.IncidentStore` on SQL. Safe to use from several threads and processes.

    `version` grows by decisions of people only: a newer revision of a suggestion (its end, its clip)
    changes what they look at, but makes no decision conflict that is being made meanwhile.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def receive(self, suggestion: Suggestion, at: datetime) -> Incident | None:
        """Keep a new suggestion, or the newer revision of a known one; None if there is nothing new.

        Raises:
            MessageError: the suggestion has a field out of its range.
            StoreUnavailable: nothing was kept; try again.
        """
        try:
            return self._receive(suggestion, at)
        except IntegrityError:  # another process received the same one at this moment: now it is known
            return self._receive(suggestion, at)

    def _receive(self, suggestion: Suggestion, at: datetime) -> Incident | None:
        with writing(self._engine) as connection:
            row = connection.execute(
                select(INCIDENTS).where(INCIDENTS.c.id == suggestion.id).with_for_update()
            ).one_or_none()
            if row is None:
                _insert(connection, suggestion, at)
            else:
                known = decode(row.suggestion.encode())
                news = _joined(known, suggestion)
                if news == known:
                    return None
                connection.execute(
                    update(INCIDENTS).where(INCIDENTS.c.id == suggestion.id).values(_suggestion_values(news))
                )
            row = _find(connection, suggestion.id)
        assert row is not None
        return _incident(row)

    def get(self, incident_id: str) -> Incident:
        """Raises `IncidentMissing`, `StoreUnavailable`."""
        with reading(self._engine) as connection:
            return _incident(_find_or_raise(connection, incident_id))

    def page(self, query: Query) -> Page:
        """In the order of `query.sort`; equally urgent ones newest first, by `raised_at` and id.

        Raises:
            InputError: `after` is not the id of an incident, `limit` is under 1, or a filter holds what
                no text column can.
            StoreUnavailable: try again.
        """
        if query.limit < 1:
            raise InputError("limit: at least 1")
        try:
            return self._page(query)
        except DataError:
            raise InputError("a filter holds characters that cannot be stored") from None

    def _page(self, query: Query) -> Page:
        table = INCIDENTS.c
        columns = ([table.urgency] if query.sort is Sort.PRIORITY else []) + [table.raised_at, table.id]
        statement = select(INCIDENTS).order_by(*(c.desc() for c in columns)).limit(query.limit + 1)
        statement = statement.where(*conditions(query))
        with reading(self._engine) as connection:
            if query.after is not None:
                last = _find(connection, query.after)
                if last is None:
                    raise InputError("after: no such incident; ask for the first page again")
                statement = statement.where(
                    tuple_(*columns) < tuple_(*(literal(getattr(last, c.name), c.type) for c in columns))
                )
            rows = connection.execute(statement).all()
        incidents = tuple(_incident(row) for row in rows[: query.limit])
        return Page(incidents, incidents[-1].suggestion.id if len(rows) > query.limit else None)

    def history(self, incident_id: str) -> tuple[AuditLine, ...]:
        """Oldest first. Raises `IncidentMissing`, `StoreUnavailable`."""
        lines = (
            select(AUDIT_LINES)
            # Until release 0003 the arrival was a line of its own.
            .where(AUDIT_LINES.c.incident == incident_id, AUDIT_LINES.c.command != ARRIVAL)
            .order_by(AUDIT_LINES.c.id)
        )
        with reading(self._engine) as connection:
            came = _find_or_raise(connection, incident_id).received_at
            first = AuditLine(incident_id, came, "almere", Role.SYSTEM, ARRIVAL, None, State.SUGGESTED)
            return (first, *(_audit_line(row) for row in connection.execute(lines)))

    def replace(
        self,
        incident: Incident,
        expected_version: int,
        line: AuditLine,
        deliveries: Sequence[Delivery] = (),
    ) -> None:
        """Store a decision, its audit line and what has to go out in one transaction; the suggestion itself
        is left alone.

        Raises:
            VersionConflict: the stored version is not `expected_version` any more.
            IncidentMissing: there is no such incident.
            StoreUnavailable: the database is away.
        """
        incident_id = incident.suggestion.id
        with writing(self._engine) as connection:
            decided = (
                update(INCIDENTS)
                .where(INCIDENTS.c.id == incident_id, INCIDENTS.c.version == expected_version)
                .values(_review_values(incident))
            )
            if connection.execute(decided).rowcount == 0:
                stored = _find_or_raise(connection, incident_id)
                raise VersionConflict(
                    f"somebody else changed this incident: it is at version {stored.version}, "
                    f"not {expected_version}; look at it again"
                )
            _append(connection, line)
            put_deliveries(connection, deliveries)


def _find(connection: Connection, incident_id: str) -> Row[Any] | None:
    if not _ID.fullmatch(incident_id):
        return None
    return connection.execute(select(INCIDENTS).where(INCIDENTS.c.id == incident_id)).one_or_none()


def _find_or_raise(connection: Connection, incident_id: str) -> Row[Any]:
    row = _find(connection, incident_id)
    if row is None:
        raise IncidentMissing(f"there is no incident {incident_id[:128]!r}")
    return row


def _joined(known: Suggestion, other: Suggestion) -> Suggestion:
    """The later revision, with the evidence of both: a message names only what was new with it.

    The priority is the higher of the two: what was once put before people as P2 never falls back to P3.
    """
    later, earlier = (other, known) if other.revision > known.revision else (known, other)
    pieces = {piece.stay: piece for piece in earlier.more}
    for piece in later.more:
        before = pieces.get(piece.stay, piece)
        pieces[piece.stay] = replace(piece, evidence=_both(piece.evidence, before.evidence))
    more = sorted(pieces.values(), key=lambda piece: (piece.at, piece.stay))[:MORE_PIECES]
    return replace(
        later,
        evidence=_both(later.evidence, earlier.evidence),
        more=tuple(more),
        priority=higher(known.priority, other.priority),
    )


def _both(later: Evidence, earlier: Evidence) -> Evidence:
    return Evidence(
        snapshot=later.snapshot or earlier.snapshot,
        annotated=later.annotated or earlier.annotated,
        clip=later.clip or earlier.clip,
    )


def _insert(connection: Connection, suggestion: Suggestion, at: datetime) -> None:
    review = _review_values(Incident(suggestion, State.SUGGESTED, FIRST_VERSION, received_at=at))
    values = {"id": suggestion.id, "received_at": at, **_suggestion_values(suggestion), **review}
    connection.execute(insert(INCIDENTS).values(values))


def _append(connection: Connection, line: AuditLine) -> None:
    connection.execute(
        insert(AUDIT_LINES).values(
            incident=line.incident,
            at=line.at,
            actor=line.actor,
            role=line.role,
            command=line.command,
            from_state=line.from_state,
            to_state=line.to_state,
            details=dict(line.details),
        )
    )


def _suggestion_values(suggestion: Suggestion) -> dict[str, object]:
    return {
        "revision": suggestion.revision,
        "kind": suggestion.kind,
        "camera": suggestion.camera,
        "zone": suggestion.zone,
        "raised_at": suggestion.raised_at,
        "urgency": urgency(suggestion.priority),
        "suggestion": encode(suggestion).decode(),
    }


def _review_values(incident: Incident) -> dict[str, object]:
    return {
        "state": incident.state,
        "version": incident.version,
        "claimed_by": incident.claimed_by,
        "claim_until": incident.claim_until,
        "decided_by": incident.decided_by,
        "decided_at": incident.decided_at,
        "reason": incident.reason,
        "recipient": incident.recipient,
        "priority": incident.priority,
        "note": incident.note,
        "answered_by": incident.answered_by,
        "result": incident.result,
        "answer": incident.answer,
        **asdict(incident.clocks),
    }


def _incident(row: Row[Any]) -> Incident:
    return Incident(
        suggestion=decode(row.suggestion.encode()),
        state=State(row.state),
        version=row.version,
        received_at=row.received_at,
        claimed_by=row.claimed_by,
        claim_until=row.claim_until,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=None if row.reason is None else RejectReason(row.reason),
        recipient=None if row.recipient is None else Recipient(row.recipient),
        priority=None if row.priority is None else Priority(row.priority),
        note=row.note,
        clocks=Clocks(**{name: getattr(row, name) for name in _CLOCKS}),
        answered_by=row.answered_by,
        result=None if row.result is None else Result(row.result),
        answer=row.answer,
    )


def _audit_line(row: Row[Any]) -> AuditLine:
    return AuditLine(
        incident=row.incident,
        at=row.at,
        actor=row.actor,
        role=row.role,
        command=row.command,
        from_state=None if row.from_state is None else State(row.from_state),
        to_state=State(row.to_state),
        details=tuple(row.details.items()),
    )
