"""Incidents and their history in the database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
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

from almere_vision.domain.audit import Detail, Entry, Subject, fingerprint
from almere_vision.domain.delivery import Delivery
from almere_vision.domain.errors import IncidentMissing, InputError, VersionConflict
from almere_vision.domain.incident import (
    AuditLine,
    Clocks,
    Held,
    Incident,
    Recipient,
    RejectReason,
    Result,
    Role,
    State,
)
from almere_vision.domain.priority import Priority, higher, urgency
from almere_vision.domain.suggestion import MORE_PIECES, Evidence, Suggestion
from almere_vision.review.entry import FIRST_VERSION
from almere_vision.review.ports import Hold, Holding, Page, Query, hold_nothing
from almere_vision.storage import holding
from almere_vision.storage.audit import append_line
from almere_vision.storage.blobs import ID_PATTERN
from almere_vision.storage.database import reading, writing
from almere_vision.storage.messages import decode, encode
from almere_vision.storage.outbox import put_deliveries
from almere_vision.storage.paging import page_statement
from almere_vision.storage.tables import AUDIT_CHAIN, INCIDENTS

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
        joined = {name: reduce(_joined, ones) for name, ones in by_id.items()}
        try:
            return self._receive_all(joined, at, hold)
        except IntegrityError:  # another process received one of them at this moment: now it is known
            return self._receive_all(joined, at, hold)

    def _receive_all(self, news: Mapping[str, Suggestion], at: datetime, hold: Hold) -> tuple[Incident, ...]:
        with writing(self._engine) as connection:
            rows = connection.execute(
                select(INCIDENTS).where(INCIDENTS.c.id.in_(news)).order_by(INCIDENTS.c.id).with_for_update()
            ).all()
            updated = (_update(connection, row, news[row.id], at, hold) for row in rows)
            changed = [one for one in updated if one is not None]
            known = {row.id for row in rows}
            fresh = [_arrived(one, at, hold(one)) for name, one in news.items() if name not in known]
            _insert(connection, fresh)
        return (*changed, *fresh)

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
        with reading(self._engine) as connection:
            last = None if query.after is None else _find(connection, query.after)
            if query.after is not None and last is None:
                raise InputError("after: no such incident; ask for the first page again")
            rows = connection.execute(page_statement(query, last)).all()
        incidents = tuple(_incident(row) for row in rows[: query.limit])
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
            return (*first, *(_audit_line(row, texts) for row in connection.execute(lines)))

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
            return _incident(_find_or_raise(connection, incident_id))

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

    def count_shown(self, since: datetime) -> int:
        """How many suggestions were put before people after a moment. Raises `StoreUnavailable`."""
        with reading(self._engine) as connection:
            return holding.count_shown(connection, since)

    def let_through(self, at: datetime, since: datetime, most: int | None) -> tuple[Incident, ...]:
        """Show the first of those that the budget holds, until `most` were shown after `since`.

        Raises `StoreUnavailable`.
        """
        with writing(self._engine) as connection:
            return tuple(_incident(row) for row in holding.let_through(connection, at, since, most))

    def reconsider(self, at: datetime, hold: Hold) -> tuple[Incident, ...]:
        """Ask again of all that a threshold holds back; those that it does not hold back any more.

        Raises `StoreUnavailable`.
        """
        held = select(INCIDENTS).where(INCIDENTS.c.held == Held.THRESHOLD).order_by(INCIDENTS.c.id)
        changed = []
        with writing(self._engine) as connection:
            for row in connection.execute(held.with_for_update(skip_locked=True)).all():
                before = _incident(row)
                after = _asked_again(before, before.suggestion, at, hold)
                if after != before:
                    values = _standing_values(after)
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
            append_line(connection, _entry(line))
            return _incident(_find_or_raise(connection, incident_id))

    def enter(self, incident: Incident, line: AuditLine) -> Incident | None:
        """Keep an incident that a person entered, and its first line, in one transaction.

        Gives None if it is new, else the one that has its id already; then nothing is changed.

        Raises `StoreUnavailable`.
        """
        try:
            with writing(self._engine) as connection:
                before = _find(connection, incident.suggestion.id)
                if before is not None:
                    return _incident(before)
                _insert(connection, [incident])
                append_line(connection, _entry(line))
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
                    _review_values(incident)
                    | {"looked_at": func.coalesce(INCIDENTS.c.looked_at, incident.clocks.looked_at)}
                )
            )
            if connection.execute(decided).rowcount == 0:
                stored = _find_or_raise(connection, incident_id)
                raise VersionConflict(
                    f"somebody else changed this incident: it is at version {stored.version}, "
                    f"not {expected_version}; look at it again"
                )
            append_line(connection, _entry(line))
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
        closeup=later.closeup or earlier.closeup,
    )


def _arrived(suggestion: Suggestion, at: datetime, holding: Holding) -> Incident:
    return Incident(
        suggestion,
        State.SUGGESTED,
        FIRST_VERSION,
        received_at=at,
        held=holding.why,
        shown_at=at if holding.why is None else None,
        below=holding.below,
        sample_share=holding.sample_share,
    )


def _asked_again(before: Incident, news: Suggestion, at: datetime, hold: Hold) -> Incident:
    """The incident with a newer revision: what was held back may be shown by it, and never the reverse."""
    after = replace(before, suggestion=news)
    if before.held is None:
        rose = before.below is not None and (news.score >= before.below or news.priority is Priority.P1)
        return replace(after, below=None, sample_share=None) if rose else after
    holding = hold(news)
    if holding.why is before.held or (holding.why is Held.THRESHOLD and before.held is Held.BUDGET):
        return after
    return replace(
        after,
        held=holding.why,
        shown_at=at if holding.why is None else None,
        below=holding.below,
        sample_share=holding.sample_share,
    )


def _update(
    connection: Connection, row: Row[Any], other: Suggestion, at: datetime, hold: Hold
) -> Incident | None:
    """Join a stored suggestion with another revision of it; None if that is no news."""
    before = _incident(row)
    news = _joined(before.suggestion, other)
    if news == before.suggestion:
        return None
    after = _asked_again(before, news, at, hold)
    highest = max(news.score, before.suggestion.score if row.score is None else row.score)
    values = _suggestion_values(news) | _standing_values(after) | {"score": highest}
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
            **_suggestion_values(one.suggestion),
            **_review_values(one),
        }
        for one in incidents
    ]
    connection.execute(insert(INCIDENTS), values)


def _entry(line: AuditLine) -> Entry:
    """A line of the history for the audit log, which keeps no free text."""
    details: dict[str, Detail] = {}
    for name, value in line.details:
        if name == "note":
            details |= {f"note_{part}": known for part, known in fingerprint(str(value)).items()}
        elif isinstance(value, float):
            raise TypeError(f"{name}: the audit log keeps no fractions")
        else:
            details[name] = value
    return Entry(
        at=line.at,
        actor=line.actor,
        role=line.role,
        action=line.command,
        kind=Subject.INCIDENT,
        subject=line.incident,
        from_state=line.from_state,
        to_state=line.to_state,
        details=details,
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
        "type": incident.type,
        "entered_by": incident.entered_by,
        **_standing_values(incident),
        **asdict(incident.clocks),
    }


def _standing_values(incident: Incident) -> dict[str, object]:
    """Whether it is before people, and why not."""
    return {
        "held": incident.held,
        "shown_at": incident.shown_at,
        "below": incident.below,
        "sample_share": incident.sample_share,
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
        type=row.type,
        entered_by=row.entered_by,
        held=None if row.held is None else Held(row.held),
        shown_at=row.shown_at,
        below=row.below,
        sample_share=row.sample_share,
    )


def _audit_line(row: Row[Any], texts: tuple[str, ...]) -> AuditLine:
    details = dict(row.details)
    known = details.pop("note_sha256", None)
    length = details.pop("note_length", None)
    if known is not None:
        kept = next((text for text in texts if text and fingerprint(text)["sha256"] == known), None)
        details |= {"note_length": length} if kept is None else {"note": kept}
    return AuditLine(
        incident=row.subject,
        at=row.at,
        actor=row.actor,
        role=row.role,
        command=row.action,
        from_state=None if row.from_state is None else State(row.from_state),
        to_state=State(row.to_state),
        details=tuple(details.items()),
    )
