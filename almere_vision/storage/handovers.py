"""What one shift leaves to the next, in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, and_, insert, select
from sqlalchemy.exc import IntegrityError

from almere_vision.domain.audit import Action, Entry, Subject, fingerprint
from almere_vision.domain.errors import HandoverMissing
from almere_vision.domain.incident import Actor
from almere_vision.review.transitions import WATCHERS
from almere_vision.storage.audit import append_line
from almere_vision.storage.database import reading, writing
from almere_vision.storage.people import actor_of
from almere_vision.storage.signed_on import SEEN_WITHIN
from almere_vision.storage.tables import HANDOVER_READS, HANDOVERS, SESSIONS, USERS

SHOWN_FOR: Final = timedelta(hours=24)
"""What is older than that says nothing to a shift that begins now."""

MOST_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Handover:
    """What a person left to those who come after.

    Attributes:
        id: counts from 1.
        at: when, in UTC.
        author: who left it.
        colleague: who got the claims; None where they went back to the queue.
        note: in their words; perhaps empty.
        handed: how many claims went to the colleague.
        released: how many went back to the queue.
        read: the person who asks has read it; what they left themselves they know.
    """

    id: int
    at: datetime
    author: str
    colleague: str | None
    note: str
    handed: int
    released: int
    read: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who could take over; `there` says whether a session of theirs was heard of within the hour."""

    actor: Actor
    there: bool


class Handovers:
    """Every method may raise `StoreUnavailable`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def colleagues(self, asker: Actor, at: datetime) -> tuple[Colleague, ...]:
        """All who may claim, but for who asks: those who are there first, then by name."""
        there = select(SESSIONS.c.user_id).where(
            SESSIONS.c.expires_at > at, SESSIONS.c.last_seen_at > at - SEEN_WITHIN
        )
        known = (
            select(USERS, USERS.c.id.in_(there).label("there"))
            .where(USERS.c.role.in_([str(role) for role in WATCHERS]), ~USERS.c.disabled)
            .where(USERS.c.name != asker.name)
            .order_by(USERS.c.folded_name)
        )
        with reading(self._engine) as connection:
            found = [Colleague(actor_of(row), bool(row.there)) for row in connection.execute(known)]
        return tuple(sorted(found, key=lambda one: not one.there))

    def add(
        self, author: Actor, colleague: Actor | None, note: str, moved: tuple[int, int], at: datetime
    ) -> Handover:
        """Keep a hand-over, and its line of the audit log. `moved`: claims handed, and released."""
        handed, released = moved
        name = None if colleague is None else colleague.name
        values = {"at": at, "author": author.name, "role": author.role, "colleague": name, "note": note}
        with writing(self._engine) as connection:
            number = connection.execute(
                insert(HANDOVERS).values(values | {"handed": handed, "released": released})
            ).inserted_primary_key
            assert number is not None
            told = {f"note_{part}": known for part, known in fingerprint(note).items()} if note else {}
            details = {"to": name, "handed": handed, "released": released, **told}
            subject = str(number[0])
            append_line(
                connection,
                Entry(
                    at,
                    author.name,
                    author.role,
                    Action.END_SHIFT,
                    Subject.HANDOVER,
                    subject,
                    details=details,
                ),
            )
        return Handover(int(number[0]), at, author.name, name, note, handed, released, read=True)

    def recent(self, reader: Actor, at: datetime) -> tuple[Handover, ...]:
        """Those of the last 24 hours, newest first."""
        mine = and_(HANDOVER_READS.c.handover_id == HANDOVERS.c.id, HANDOVER_READS.c.name == reader.name)
        listed = (
            select(HANDOVERS, HANDOVER_READS.c.at.label("read_at"))
            .join(HANDOVER_READS, mine, isouter=True)
            .where(HANDOVERS.c.at > at - SHOWN_FOR)
            .order_by(HANDOVERS.c.at.desc(), HANDOVERS.c.id.desc())
            .limit(MOST_SHOWN)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(listed).all()
        return tuple(
            Handover(
                id=row.id,
                at=row.at,
                author=row.author,
                colleague=row.colleague,
                note=row.note,
                handed=row.handed,
                released=row.released,
                read=row.read_at is not None or row.author == reader.name,
            )
            for row in rows
        )

    def read(self, handover_id: int, reader: Actor, at: datetime) -> None:
        """Note that this person has read it; a second time changes nothing. Raises `HandoverMissing`."""
        with writing(self._engine) as connection:
            known = select(HANDOVERS.c.id).where(HANDOVERS.c.id == handover_id)
            if connection.execute(known).first() is None:
                raise HandoverMissing(f"there is no hand-over {handover_id}")
            try:
                with connection.begin_nested():
                    connection.execute(
                        insert(HANDOVER_READS).values(handover_id=handover_id, name=reader.name, at=at)
                    )
            except IntegrityError:
                return  # read before
