"""Faults of cameras that people reported to a helpdesk: its ticket, and how each ended, in the database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, Row, insert, or_, select, update

from almere_vision.domain.audit import Action, Entry, Subject, fingerprint
from almere_vision.domain.errors import FaultMissing, TransitionRefused, VersionConflict
from almere_vision.domain.incident import Actor
from almere_vision.storage.audit import append_line
from almere_vision.storage.database import reading, writing
from almere_vision.storage.tables import CAMERA_FAULTS

SHOWN_FOR: Final = timedelta(days=30)
"""How long one that has ended is still listed."""

MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a camera, from the report to its end.

    Attributes:
        id: counts from 1.
        camera: id of the camera.
        at: when it was reported, in UTC.
        reported_by: who did.
        what: is wrong, in their words.
        ticket: number at the helpdesk; empty while there is none.
        result: what was done about it; None while it is open.
        ended_at, ended_by: when and by whom the result was written.
        version: counts changes from 1.
    """

    id: int
    camera: str
    at: datetime
    reported_by: str
    what: str
    ticket: str
    result: str | None
    ended_at: datetime | None
    ended_by: str | None
    version: int


class Faults:
    """Every method may raise `StoreUnavailable`; each change is a line of the audit log without words."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def listed(self, actor: Actor, at: datetime) -> tuple[Fault, ...]:
        """The open ones and those that ended in the last 30 days, of the cameras of this person.

        Open ones first, each part newest first.
        """
        shown = or_(CAMERA_FAULTS.c.ended_at.is_(None), CAMERA_FAULTS.c.ended_at > at - SHOWN_FOR)
        listed = (
            select(CAMERA_FAULTS)
            .where(shown)
            .order_by(CAMERA_FAULTS.c.ended_at.is_not(None), CAMERA_FAULTS.c.id.desc())
            .limit(MOST_SHOWN)
        )
        if actor.scope.cameras is not None:
            listed = listed.where(CAMERA_FAULTS.c.camera.in_(sorted(actor.scope.cameras)))
        with reading(self._engine) as connection:
            return tuple(_fault(row) for row in connection.execute(listed))

    def report(self, camera: str, what: str, ticket: str, actor: Actor, at: datetime) -> Fault:
        """Keep a new fault of a camera."""
        values = {"camera": camera, "at": at, "reported_by": actor.name, "what": what, "ticket": ticket}
        with writing(self._engine) as connection:
            key = connection.execute(
                insert(CAMERA_FAULTS).values(values | {"version": 1})
            ).inserted_primary_key
            assert key is not None
            made = Fault(int(key[0]), camera, at, actor.name, what, ticket, None, None, None, 1)
            _note(connection, made, what, actor, at)
        return made

    def change(
        self, fault_id: int, version: int, ticket: str, result: str | None, actor: Actor, at: datetime
    ) -> Fault:
        """Write down a ticket, and perhaps how it ended, which ends it.

        Raises:
            FaultMissing: there is none of this number for this person.
            VersionConflict: somebody changed it since `version`.
            TransitionRefused: it has ended already.
        """
        here = CAMERA_FAULTS.c.id == fault_id
        with writing(self._engine) as connection:
            row = connection.execute(select(CAMERA_FAULTS).where(here)).one_or_none()
            scope = actor.scope.cameras
            if row is None or (scope is not None and row.camera not in scope):
                raise FaultMissing(f"there is no fault {fault_id}")
            before = _fault(row)
            if before.version != version:
                raise VersionConflict(f"fault {fault_id} has version {before.version}; load it again")
            if before.ended_at is not None:
                raise TransitionRefused(f"fault {fault_id} has ended; report a new one")
            after = replace(before, ticket=ticket, version=version + 1)
            if result is not None:
                after = replace(after, result=result, ended_at=at, ended_by=actor.name)
            changed = {
                name: getattr(after, name) for name in ("ticket", "result", "ended_at", "ended_by", "version")
            }
            same = here & (CAMERA_FAULTS.c.version == version)
            if connection.execute(update(CAMERA_FAULTS).where(same).values(changed)).rowcount != 1:
                raise VersionConflict(f"fault {fault_id} was just changed; load it again")
            _note(connection, after, result or ticket, actor, at)
        return after


def _fault(row: Row[tuple[object, ...]]) -> Fault:
    return Fault(**row._mapping)


def _note(connection: Connection, fault: Fault, words: str, actor: Actor, at: datetime) -> None:
    told = {f"note_{part}": known for part, known in fingerprint(words).items()}
    details = {"fault": fault.id, "ended": fault.ended_at is not None, **told}
    append_line(
        connection,
        Entry(at, actor.name, actor.role, Action.FAULT, Subject.CAMERA, fault.camera, details=details),
    )
