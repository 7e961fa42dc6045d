"""Incidents and their history in the database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError

from almere_vision.domain.audit import Subject
from almere_vision.domain.delivery import Delivery
from almere_vision.domain.errors import IncidentMissing, InputError, VersionConflict
from almere_vision.domain.incident import (
    AuditLine,
    Held,
    Incident,
    Role,
    State,
)
from almere_vision.domain.priority import Priority, urgency
from almere_vision.domain.suggestion import Suggestion
from almere_vision.review.ports import CameraLoad, Hold, Lane, Page, Query, hold_nothing
from almere_vision.review.revisions import arrived, asked_again, joined
from almere_vision.storage import holding
from almere_vision.storage.audit import append_line
from almere_vision.storage.blobs import ID_PATTERN
from almere_vision.storage.database import reading, writing
from almere_vision.storage.outbox import put_deliveries
from almere_vision.storage.paging import page_statement
from almere_vision.storage.rows import (
    audit_line_of,
    entry_of,
    incident_of,
    review_values,
    standing_values,
    suggestion_values,
)
from almere_vision.storage.tables import AUDIT_CHAIN, INCIDENTS

ARRIVAL: Final = "suggested"
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

        Raises: as `receive_all`.
        """
        changed = self.receive_all([suggestion], at)
        return changed[0] if changed else None

    def receive_all(
        self, suggestions: Sequence[Suggestion], at: datetime, hold: Hold = hold_nothing
    ) -> tuple[Incident, ...]:
        """Keep suggestions in one transaction, all or none; the incidents that are new or changed.

        `hold` says which are held back; one that a newer revision makes too urgent for that is shown.

        Raises:
            MessageError: a suggestion has a field out of its range.
            StoreUnavailable: nothing was kept; try again.
        """
        # By id: who receives the same ones at this moment waits for us, and we never for them.
        by_id: dict[str, list[Suggestion]] = {}
        for suggestion in sorted(suggestions, key=lambda one: one.id):
            by_id.setdefault(suggestion.id, []).append(suggestion)
        news = {name: reduce(joined, ones) for name, ones in by_id.items()}
        try:
            return self._receive_all(news, at, hold)
        except IntegrityError:  # another process received one of them at this moment: now it is known
            return self._receive_all(news, at, hold)

    def _receive_all(self, news: Mapping[str, Suggestion], at: datetime, hold: Hold) -> tuple[Incident, ...]:
        with writing(self._engine) as connection:
            rows = connection.execute(
                select(INCIDENTS).where(INCIDENTS.c.id.in_(news)).order_by(INCIDENTS.c.id).with_for_update()
            ).all()
            updated = (_update(connection, row, news[row.id], at, hold) for row in rows)
            changed = [one for one in updated if one is not None]
            known = {row.id for row in rows}
            fresh = [arrived(one, at, hold(one)) for name, one in news.items() if name not in known]
            _insert(connection, fresh)
        return (*changed, *fresh)

    def get(self, incident_id: str) -> Incident:
        """Raises `IncidentMissing`, `StoreUnavailable`."""
        with reading(self._engine) as connection:
            return incident_of(_find_or_raise(connection, incident_id))

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
        with reading(self._engine) as connection:
            last = None if query.after is None else _find(connection, query.after)
            if query.after is not None and last is None:
                raise InputError("after: no such incident; ask for the first page again")
            rows = connection.execute(page_statement(query, last)).all()
        incidents = tuple(incident_of(row) for row in rows[: query.limit])
        return Page(incidents, incidents[-1].suggestion.id if len(rows) > query.limit else None)

    def history(self, incident_id: str) -> tuple[AuditLine, ...]:
        """Oldest first; with the text of a note as far as the incident still holds it.

        Raises `IncidentMissing`, `StoreUnavailable`.
        """
        lines = (
            select(AUDIT_CHAIN)
            .where(
                AUDIT_CHAIN.c.kind == Subject.INCIDENT,
                AUDIT_CHAIN.c.subject == incident_id,
                AUDIT_CHAIN.c.to_state.is_not(None),  # the others changed nothing
                AUDIT_CHAIN.c.action != ARRIVAL,  # until release 0003 the arrival was a line of its own
            )
            .order_by(AUDIT_CHAIN.c.id)
        )
        with reading(self._engine) as connection:
            stored = _find_or_raise(connection, incident_id)
            arrival = AuditLine(
                incident_id, stored.received_at, "almere", Role.SYSTEM, ARRIVAL, None, State.SUGGESTED
            )
            first = () if stored.entered_by else (arrival,)
            texts = (stored.note, stored.answer)
            return (*first, *(audit_line_of(row, texts) for row in connection.execute(lines)))

    def look(self, incident_id: str, at: datetime) -> Incident | None:
        """Note when a person first looked at an incident, which is no new version of it.

        Gives the incident, or None if somebody had looked before. Raises `StoreUnavailable`.
        """
        first = (
            update(INCIDENTS)
            .where(INCIDENTS.c.id == incident_id, INCIDENTS.c.looked_at.is_(None))
            .values(looked_at=at)
        )
        with writing(self._engine) as connection:
            if connection.execute(first).rowcount == 0:
                return None
            return incident_of(_find_or_raise(connection, incident_id))

    def has_held(self, why: Held) -> bool:
        """Whether anything is held back for this reason. Raises `StoreUnavailable`."""
        with reading(self._engine) as connection:
            return holding.has_held(connection, why)

    def count_held(self, query: Query) -> dict[Held, dict[Priority | None, int]]:
        """How many are held back within a query, by reason and suggested priority."""
        with reading(self._engine) as connection:
            counted = holding.count_held(connection, query)
        of_urgency = {urgency(priority): priority for priority in (*Priority, None)}
        found: dict[Held, dict[Priority | None, int]] = {}
        for (why, number), count in counted.items():
            found.setdefault(Held(why), {})[of_urgency[number]] = count
        return found

    def lanes(self, query: Query) -> dict[Priority | None, Lane]:
        """What is open within a query, by suggested priority. Raises `StoreUnavailable`."""
        with reading(self._engine) as connection:
            rows = holding.lanes(connection, query)
        of_urgency = {urgency(priority): priority for priority in (*Priority, None)}
        return {of_urgency[row.urgency]: Lane(row.open, row.newest_at) for row in rows}

    def by_camera(self, query: Query) -> dict[str, CameraLoad]:
        """What is open within a query, by camera. Raises `StoreUnavailable`."""
        with reading(self._engine) as connection:
            rows = holding.by_camera(connection, query)
        of_urgency = {urgency(priority): priority for priority in (*Priority, None)}
        return {row.camera: CameraLoad(row.open, of_urgency[row.urgency]) for row in rows}

    def count_shown(self, since: datetime) -> int:
        """How many suggestions were put before people after a moment. Raises `StoreUnavailable`."""
        with reading(self._engine) as connection:
            return holding.count_shown(connection, since)

    def let_through(self, at: datetime, since: datetime, most: int | None) -> tuple[Incident, ...]:
        """Show the first of those that the budget holds, until `most` were shown after `since`.

        Raises `StoreUnavailable`.
        """
        with writing(self._engine) as connection:
            return tuple(incident_of(row) for row in holding.let_through(connection, at, since, most))

    def reconsider(self, at: datetime, hold: Hold) -> tuple[Incident, ...]:
        """Ask again of all that a threshold holds back; those that it does not hold back any more.

        Raises `StoreUnavailable`.
        """
        held = select(INCIDENTS).where(INCIDENTS.c.held == Held.THRESHOLD).order_by(INCIDENTS.c.id)
        changed = []
        with writing(self._engine) as connection:
            for row in connection.execute(held.with_for_update(skip_locked=True)).all():
                before = incident_of(row)
                after = asked_again(before, before.suggestion, at, hold)
                if after != before:
                    values = standing_values(after)
                    connection.execute(update(INCIDENTS).where(INCIDENTS.c.id == row.id).values(values))
                    changed.append(after)
        return tuple(changed)

    def show(self, incident_id: str, line: AuditLine) -> Incident | None:
        """Show one that is held back, and keep the line; None if it is not held (any more).

        Raises `IncidentMissing`, `StoreUnavailable`.
        """
        shown = (
            update(INCIDENTS)
            .where(INCIDENTS.c.id == incident_id, INCIDENTS.c.held.is_not(None))
            .values(held=None, shown_at=line.at)
        )
        with writing(self._engine) as connection:
            if connection.execute(shown).rowcount == 0:
                return None
            append_line(connection, entry_of(line))
            return incident_of(_find_or_raise(connection, incident_id))

    def enter(self, incident: Incident, line: AuditLine) -> Incident | None:
        """Keep an incident that a person entered, and its first line, in one transaction.

        Gives None if it is new, else the one that has its id already; then nothing is changed.

        Raises `StoreUnavailable`.
        """
        try:
            with writing(self._engine) as connection:
                before = _find(connection, incident.suggestion.id)
                if before is not None:
                    return incident_of(before)
                _insert(connection, [incident])
                append_line(connection, entry_of(line))
        except IntegrityError:  # the same entry came twice at this moment
            return self.get(incident.suggestion.id)
        return None

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
                .values(
                    # who decides may have read the incident before somebody first looked at it
                    review_values(incident)
                    | {"looked_at": func.coalesce(INCIDENTS.c.looked_at, incident.clocks.looked_at)}
                )
            )
            if connection.execute(decided).rowcount == 0:
                stored = _find_or_raise(connection, incident_id)
                raise VersionConflict(
                    f"somebody else changed this incident: it is at version {stored.version}, "
                    f"not {expected_version}; look at it again"
                )
            append_line(connection, entry_of(line))
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


def _update(
    connection: Connection, row: Row[Any], other: Suggestion, at: datetime, hold: Hold
) -> Incident | None:
    """Join a stored suggestion with another revision of it; None if that is no news."""
    before = incident_of(row)
    news = joined(before.suggestion, other)
    if news == before.suggestion:
        return None
    after = asked_again(before, news, at, hold)
    highest = max(news.score, before.suggestion.score if row.score is None else row.score)
    values = suggestion_values(news) | standing_values(after) | {"score": highest}
    connection.execute(update(INCIDENTS).where(INCIDENTS.c.id == row.id).values(values))
    return after


def _insert(connection: Connection, incidents: Sequence[Incident]) -> None:
    if not incidents:
        return
    values = [
        {
            "id": one.suggestion.id,
            "received_at": one.received_at,
            "score": one.suggestion.score,
            **suggestion_values(one.suggestion),
            **review_values(one),
        }
        for one in incidents
    ]
    connection.execute(insert(INCIDENTS), values)
