"""Leases of cameras in the database, with a line in the audit log for each change and each move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from almere_vision.domain.audit import Action, Detail, Entry, Subject
from almere_vision.domain.errors import VersionConflict
from almere_vision.domain.incident import Actor, Role
from almere_vision.domain.steering import Lease, refusal
from almere_vision.storage.audit import append_line
from almere_vision.storage.database import reading, writing
from almere_vision.storage.tables import STEERING

_TABLE: Final = STEERING.c
_AGAIN: Final = timedelta(minutes=1)
_SERVICE: Final = Actor("almere", Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that the service does with a camera: its number in the tour."""

    camera: str
    number: int


class Steering:
    """Who has which camera. Every method may raise `StoreUnavailable`."""

    def __init__(self, engine: Engine, lease_s: float, idle_s: float) -> None:
        """A lease runs `lease_s` after the last move; `idle_s` later the service has the camera again."""
        self._engine = engine
        self._lease = timedelta(seconds=lease_s)
        self._idle = timedelta(seconds=idle_s)

    def lease(self, camera: str, at: datetime) -> Lease | None:
        """Who has the camera now."""
        with reading(self._engine) as connection:
            lease = _lease(connection.execute(_one(camera)).one_or_none())
        return lease if lease is not None and lease.runs(at) else None

    def take(self, camera: str, actor: Actor, at: datetime, *, takeover: bool) -> Lease:
        """Give a camera to a person, or let them keep it longer.

        Raises:
            VersionConflict: somebody else has it; of two who ask at once one is told so.
        """
        with writing(self._engine) as connection:
            _begin(connection, camera, None)
            before = _lease(connection.execute(_one(camera).with_for_update()).one())
            if reason := refusal(before, actor, at, takeover=takeover):
                raise VersionConflict(reason)
            lease = Lease(actor.name, actor.role, at + self._lease)
            _write(connection, camera, _values(lease, lease.until + self._idle))
            if before is None or before.holder != actor.name or not before.runs(at):
                taken = None if before is None or not before.runs(at) else before.holder
                _audit(connection, camera, actor, at, Action.TAKE, {"from": taken})
        return lease

    def release(self, camera: str, actor: Actor, at: datetime) -> None:
        """Give a camera back; one that the person does not have is left as it is."""
        with writing(self._engine) as connection:
            before = _lease(connection.execute(_one(camera).with_for_update()).one_or_none())
            if before is None or before.holder != actor.name:
                return
            _write(connection, camera, _values(None, at + self._idle))
            _audit(connection, camera, actor, at, Action.GIVE_BACK, {})

    def move(self, camera: str, actor: Actor, at: datetime, what: Mapping[str, Detail]) -> Lease:
        """Before a person moves a camera: see that it is theirs, write it down, and let the lease run anew.

        Raises:
            VersionConflict: it is not theirs (any more).
        """
        with writing(self._engine) as connection:
            before = _lease(connection.execute(_one(camera).with_for_update()).one_or_none())
            if before is None or before.holder != actor.name or not before.runs(at):
                raise VersionConflict("take this camera first: it is not yours, or no longer")
            lease = Lease(actor.name, actor.role, at + self._lease)
            _write(connection, camera, _values(lease, lease.until + self._idle))
            _audit(connection, camera, actor, at, Action.STEER, what)
        return lease

    def begin(self, camera: str, at: datetime) -> None:
        """The service looks after a camera from now on, if nobody does yet."""
        with writing(self._engine) as connection:
            _begin(connection, camera, at)

    def due(self, at: datetime) -> tuple[Step, ...]:
        """What the service should do now; each step is given to one process only.

        One of which nothing more is heard (`did`) comes again.
        """
        taken = []
        with writing(self._engine) as connection:
            rows = connection.execute(select(STEERING).where(_TABLE.next_at <= at).with_for_update()).all()
            for row in rows:
                values = {**_values(None, at + _AGAIN), "step": row.step + 1}
                connection.execute(update(STEERING).where(_TABLE.camera == row.camera).values(values))
                taken.append(Step(row.camera, row.step))
        return tuple(taken)

    def did(self, step: Step, at: datetime, preset: str, again_at: datetime | None) -> None:
        """The service moved a camera; it looks again at `again_at`, unless a person took it meanwhile."""
        with writing(self._engine) as connection:
            connection.execute(
                update(STEERING)
                .where(_TABLE.camera == step.camera, _TABLE.holder.is_(None))
                .values(next_at=again_at)
            )
            _audit(connection, step.camera, _SERVICE, at, Action.STEER, {"preset": preset})


def _begin(connection: Connection, camera: str, next_at: datetime | None) -> None:
    """See that a camera has its row, so that those who want it at once wait for each other at that row."""
    if connection.execute(_one(camera)).one_or_none() is not None:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(STEERING).values(camera=camera, step=0, next_at=next_at))
    except IntegrityError:
        return  # another process was first


def _write(connection: Connection, camera: str, values: Mapping[str, Any]) -> None:
    connection.execute(update(STEERING).where(_TABLE.camera == camera).values(values))


def _one(camera: str) -> Any:
    return select(STEERING).where(_TABLE.camera == camera)


def _lease(row: Row[Any] | None) -> Lease | None:
    return None if row is None or row.holder is None else Lease(row.holder, Role(row.role), row.until)


def _values(lease: Lease | None, next_at: datetime) -> dict[str, Any]:
    if lease is None:
        return {"holder": None, "role": None, "until": None, "next_at": next_at}
    return {"holder": lease.holder, "role": lease.role, "until": lease.until, "next_at": next_at}


def _audit(
    connection: Connection,
    camera: str,
    actor: Actor,
    at: datetime,
    action: Action,
    details: Mapping[str, Detail],
) -> None:
    entry = Entry(at, actor.name, actor.role, action, Subject.CAMERA, camera, details=dict(details))
    append_line(connection, entry)
