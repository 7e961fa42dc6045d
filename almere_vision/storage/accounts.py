"""Accounts as an administrator sees and changes them.

Three rules hold everywhere: nobody changes the role or scope of their own account or shuts it, one
administrator always remains, and whoever loses or gets a right signs in again. Every change is a line of the
audit log, written with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, delete, select, update

from almere_vision.domain.audit import Detail, sha256
from almere_vision.domain.errors import AccountMissing, NotAllowed
from almere_vision.domain.incident import Actor, Role, Scope
from almere_vision.review.sight import SCOPES
from almere_vision.storage.audit import append_line
from almere_vision.storage.database import reading, writing
from almere_vision.storage.people import (
    LONGEST_NAME,
    account_line,
    actor_of,
    check_role,
    fold,
    hash_password,
    insert_person,
    scope_columns,
    scope_told,
    utc_now,
)
from almere_vision.storage.tables import SESSIONS, USERS

ONE_TIME_VALID: Final = timedelta(hours=72)
"""A one-time password that nobody used by then is worth nothing."""

_ONE_TIME_BYTES: Final = 15
_SESSION_ID_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Account:
    """One account; `second_factor` says whether a code is asked for at sign-in."""

    id: int
    name: str
    role: Role
    scope: Scope
    disabled: bool
    second_factor: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that goes on; `id` names it and does not open it."""

    id: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


class Accounts:
    """Every method may raise `StoreUnavailable`. `by` is who asks; None is who works on the server itself."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._now = now

    def list(self) -> tuple[Account, ...]:
        """All accounts, by name."""
        with reading(self._engine) as connection:
            return tuple(map(account_of, connection.execute(select(USERS).order_by(USERS.c.folded_name))))

    def get(self, account_id: int) -> Account:
        """Raises `AccountMissing`."""
        with reading(self._engine) as connection:
            return account_of(_row(connection, USERS.c.id == account_id))

    def named(self, name: str) -> Account:
        """Raises `AccountMissing`."""
        with reading(self._engine) as connection:
            found = select(USERS).where(USERS.c.folded_name == fold(name))
            row = connection.execute(found).one_or_none()
        if row is None:
            raise AccountMissing(f"there is no user {name[:LONGEST_NAME]}; `almere users list` shows all")
        return account_of(row)

    def invite(
        self, name: str, role: Role, scope: Scope | None = None, by: Actor | None = None
    ) -> tuple[Account, str]:
        """A new account and its one-time password. Raises `InputError`."""
        password, at = _one_time(), self._now()
        values = {"created_at": at, "one_time_until": at + ONE_TIME_VALID}
        person = Actor(name, role, SCOPES[role] if scope is None else scope)
        insert_person(self._engine, person, password, values, by)
        return self.named(name), password

    def change(
        self,
        account_id: int,
        by: Actor | None,
        *,
        role: Role | None = None,
        scope: Scope | None = None,
        disabled: bool | None = None,
    ) -> Account:
        """Change what is given, and end the sessions of this person if that changes anything.

        With a new role but no scope, what the account has by default of its old role becomes the default of
        the new one; what was set for this person stays.

        Raises:
            AccountMissing, InputError: no such account; a role that no person has.
            NotAllowed: it is the account of `by`, or the last administrator.
        """
        if role is not None:
            check_role(role)
        with writing(self._engine) as connection:
            before = account_of(_row(connection, USERS.c.id == account_id, lock=True))
            if by is not None and fold(by.name) == fold(before.name):
                raise NotAllowed("nobody changes the role, the scope or the state of their own account")
            new_role = before.role if role is None else role
            new_scope = _moved(before, new_role) if scope is None else scope
            new_disabled = before.disabled if disabled is None else disabled
            store_rights(connection, self._now(), before, (new_role, new_scope, new_disabled), by)
        return self.get(account_id)

    def reset_password(self, account_id: int, by: Actor | None = None) -> str:
        """A one-time password, with which the person chooses another; ends all sessions of this person.

        Raises:
            AccountMissing: no such account.
        """
        password = _one_time()
        self._set_password(account_id, password, self._now() + ONE_TIME_VALID, by)
        return password

    def set_password(self, name: str, password: str, by: Actor | None = None) -> None:
        """A password that the person chose; ends all sessions of this person.

        Raises:
            AccountMissing, InputError: no such account; a password that is too short or too long.
        """
        self._set_password(self.named(name).id, password, None, by)

    def change_password(self, name: str, password: str, by: Actor, token: str) -> None:
        """Another password that the person chose; ends all sessions of this person but that of `token`.

        Raises:
            AccountMissing, InputError: no such account; a password that is too short or too long.
        """
        self._set_password(self.named(name).id, password, None, by, keep=token)

    def reset_totp(self, account_id: int, by: Actor | None = None) -> None:
        """Forget the second factor; ends all sessions of this person. Raises `AccountMissing`."""
        with writing(self._engine) as connection:
            name = _row(connection, USERS.c.id == account_id).name
            values = {"totp_secret": None, "totp_step": None, "recovery_hashes": None}
            store_change(connection, self._now(), name, values, "second_factor_forgotten", by)

    def sessions(self, account_id: int) -> tuple[OpenSession, ...]:
        """Sessions of a person that have not run out, newest first. Raises `AccountMissing`."""
        with reading(self._engine) as connection:
            _row(connection, USERS.c.id == account_id)
            mine = select(SESSIONS).where(
                SESSIONS.c.user_id == account_id, SESSIONS.c.expires_at > self._now()
            )
            rows = connection.execute(mine.order_by(SESSIONS.c.created_at.desc()))
            return tuple(
                OpenSession(
                    row.token_sha256[:_SESSION_ID_LENGTH], row.created_at, row.last_seen_at, row.expires_at
                )
                for row in rows
            )

    def end_sessions(self, account_id: int, session_id: str | None = None, by: Actor | None = None) -> None:
        """End one session of a person, or all; an unknown one is over already. Raises `AccountMissing`."""
        which = [SESSIONS.c.user_id == account_id]
        if session_id is not None:
            which.append(SESSIONS.c.token_sha256.startswith(session_id[:_SESSION_ID_LENGTH], autoescape=True))
        with writing(self._engine) as connection:
            name = _row(connection, USERS.c.id == account_id).name
            ended = connection.execute(delete(SESSIONS).where(*which)).rowcount
            append_line(
                connection, account_line(self._now(), by, name, "sessions_ended", {"sessions": ended})
            )

    def _set_password(
        self,
        account_id: int,
        password: str,
        one_time_until: datetime | None,
        by: Actor | None,
        keep: str | None = None,
    ) -> None:
        values = {"password_hash": hash_password(password), "one_time_until": one_time_until}
        what = "password" if one_time_until is None else "one_time_password"
        with writing(self._engine) as connection:
            name = _row(connection, USERS.c.id == account_id).name
            store_change(connection, self._now(), name, values, what, by, keep=keep)


def store_rights(
    connection: Connection, at: datetime, before: Account, now: tuple[Role, Scope, bool], by: Actor | None
) -> None:
    """Give an account that is locked another role, scope or state, if that differs.

    Raises `NotAllowed`: it is the last administrator.
    """
    role, scope, disabled = now
    if now == (before.role, before.scope, before.disabled):
        return
    if role is not Role.ADMINISTRATOR or disabled:
        _keep_an_administrator(connection, before)
    values = {"role": role, "disabled": disabled, **scope_columns(scope)}
    told = {"role": str(role), "disabled": disabled, **scope_told(scope)}
    store_change(connection, at, before.name, values, "rights", by, told)


def store_change(
    connection: Connection,
    at: datetime,
    name: str,
    values: Mapping[str, object],
    what: str,
    by: Actor | None,
    told: Mapping[str, Detail] | None = None,
    keep: str | None = None,
) -> None:
    """Every change of an account passes here; the sessions of the person end with it, but that of `keep`."""
    mine = USERS.c.folded_name == fold(name)
    sessions = select(USERS.c.id).where(mine).scalar_subquery()
    connection.execute(update(USERS).where(mine).values(values))
    ending = delete(SESSIONS).where(SESSIONS.c.user_id == sessions)
    if keep is not None:
        ending = ending.where(SESSIONS.c.token_sha256 != sha256(keep))
    connection.execute(ending)
    append_line(connection, account_line(at, by, name, what, told or {}))


def _keep_an_administrator(connection: Connection, leaving: Account) -> None:
    """Locks all of them, so that two who shut out each other at the same time do not both succeed."""
    able = select(USERS.c.id).where(USERS.c.role == Role.ADMINISTRATOR, ~USERS.c.disabled)
    administrators = connection.execute(able.order_by(USERS.c.id).with_for_update()).scalars().all()
    if list(administrators) == [leaving.id]:
        raise NotAllowed(f"{leaving.name} is the last administrator; make another one first")


def _moved(before: Account, role: Role) -> Scope:
    old, new, now = SCOPES[before.role], SCOPES[role], before.scope
    if role is before.role:
        return now
    return Scope(
        new.cameras if now.cameras == old.cameras else now.cameras,
        new.kinds if now.kinds == old.kinds else now.kinds,
    )


def _row(connection: Connection, *which: Any, lock: bool = False) -> Row[Any]:
    asked = select(USERS).where(*which)
    row = connection.execute(asked.with_for_update() if lock else asked).one_or_none()
    if row is None:
        raise AccountMissing("there is no such account")
    return row


def account_of(row: Row[Any]) -> Account:
    actor = actor_of(row)
    return Account(
        row.id, actor.name, actor.role, actor.scope, row.disabled, row.totp_step is not None, row.created_at
    )


def _one_time() -> str:
    return secrets.token_urlsafe(_ONE_TIME_BYTES)
