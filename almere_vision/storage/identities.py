"""Accounts of people who come through an identity provider.

An account is found by issuer and subject and by nothing else: whoever brings a name or an address of mail
that an account has already, gets nothing of that account.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from almere_vision.domain.errors import AccountMissing, InputError, NotAllowed, SignInRefused
from almere_vision.domain.identity import Grant, Identity, Refusal
from almere_vision.domain.incident import Actor, Scope
from almere_vision.domain.suggestion import Kind
from almere_vision.storage.accounts import Account, account_of, store_rights
from almere_vision.storage.audit import append_line
from almere_vision.storage.database import reading, writing
from almere_vision.storage.people import (
    account_line,
    actor_of,
    add_person,
    fold,
    person_row,
    scope_columns,
    utc_now,
)
from almere_vision.storage.tables import IDENTITIES, SESSIONS, USERS

_TRIES = 2
"""Two first sign-ins of one person at the same moment: the second one finds what the first one made."""


class Identities:
    """Every method may raise `StoreUnavailable`."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._now = now

    def admit(self, identity: Identity, grant: Grant | None) -> Actor:
        """The person of this identity, with the rights that the groups give today; made at the first sign-in.

        Role and scope follow the groups. Cameras and kinds that an administrator set for this person stay.
        A change ends the sessions of this person, and so does a person without a group.

        Raises:
            SignInRefused: no group, a shut account, a name that is taken, or the last administrator.
        """
        for _ in range(_TRIES):
            try:
                with writing(self._engine) as connection:
                    row = connection.execute(_known(identity).with_for_update()).one_or_none()
                    if grant is None:
                        refusal = self._end_sessions(connection, row)
                    elif row is None:
                        return self._made(connection, identity, grant)
                    else:
                        return self._renewed(connection, identity, row, grant)
                raise refusal
            except IntegrityError:
                continue
        raise SignInRefused(
            Refusal.NAME_TAKEN,
            f"another account has the name that the identity provider gives to {identity.subject!r}; "
            "if that is the same person: almere users link NAME SUBJECT",
        )

    def person(self, issuer: str, subject: str) -> Actor | None:
        """Who this is, or None: nobody, or somebody whose account is shut."""
        with reading(self._engine) as connection:
            known = _known(Identity(issuer, subject, "", (), False)).where(~USERS.c.disabled)
            row = connection.execute(known).one_or_none()
        return None if row is None else actor_of(row)

    def link(self, name: str, issuer: str, subject: str) -> None:
        """Give an account that is there to a person of the provider: for who had an account before.

        Raises:
            AccountMissing, InputError: no such account; the account or the person is linked already.
        """
        at = self._now()
        try:
            with writing(self._engine) as connection:
                found = select(USERS).where(USERS.c.folded_name == fold(name)).with_for_update()
                row = connection.execute(found).one_or_none()
                if row is None:
                    raise AccountMissing(f"there is no user {name}; `almere users list` shows all")
                key = {"issuer": issuer, "subject": subject, "user_id": row.id, "created_at": at}
                own = {"cameras": row.cameras, "kinds": row.kinds}
                connection.execute(insert(IDENTITIES).values(key | own))
                append_line(connection, account_line(at, None, row.name, "linked", {}))
        except IntegrityError:
            raise InputError(f"{name}, or this subject, is linked already") from None

    def _made(self, connection: Connection, identity: Identity, grant: Grant) -> Actor:
        person, at = Actor(identity.name, grant.role, grant.scope), self._now()
        try:
            # Nobody knows this password: an administrator can give another one.
            row = person_row(person, secrets.token_urlsafe())
        except InputError as error:
            raise SignInRefused(
                Refusal.PROVIDER_WRONG, f"the name of the identity provider: {error}"
            ) from None
        user_id = add_person(connection, row | {"created_at": at}, grant.scope, None)
        connection.execute(
            insert(IDENTITIES).values(
                issuer=identity.issuer,
                subject=identity.subject,
                user_id=user_id,
                created_at=at,
                **scope_columns(grant.scope),
            )
        )
        return Actor(str(row["name"]), grant.role, grant.scope)

    def _renewed(self, connection: Connection, identity: Identity, row: Row[Any], grant: Grant) -> Actor:
        account = account_of(row)
        if account.disabled:
            raise SignInRefused(Refusal.DISABLED, f"the account of {account.name} is shut")
        scope = _moved(account, _given(row), grant.scope)
        try:
            store_rights(connection, self._now(), account, (grant.role, scope, False), None)
        except NotAllowed as error:
            raise SignInRefused(Refusal.LAST_ADMINISTRATOR, str(error)) from None
        mine = update(IDENTITIES).where(
            IDENTITIES.c.issuer == identity.issuer, IDENTITIES.c.subject == identity.subject
        )
        connection.execute(mine.values(scope_columns(grant.scope)))
        return Actor(account.name, grant.role, scope)

    def _end_sessions(self, connection: Connection, row: Row[Any] | None) -> SignInRefused:
        """Who lost the groups is not to go on with a session from before."""
        if row is not None:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.user_id == row.id))
        return SignInRefused(Refusal.NO_GROUP, "the identity provider names no group that has a role here")


def _known(identity: Identity) -> Select[Any]:
    return (
        select(USERS, IDENTITIES.c.cameras.label("given_cameras"), IDENTITIES.c.kinds.label("given_kinds"))
        .join(IDENTITIES, IDENTITIES.c.user_id == USERS.c.id)
        .where(IDENTITIES.c.issuer == identity.issuer, IDENTITIES.c.subject == identity.subject)
    )


def _moved(account: Account, given: Scope, now: Scope) -> Scope:
    """What the groups gave becomes what they give now; what was set for this person stays."""
    own = account.scope
    return Scope(
        now.cameras if own.cameras == given.cameras else own.cameras,
        now.kinds if own.kinds == given.kinds else own.kinds,
    )


def _given(row: Row[Any]) -> Scope:
    return Scope(
        None if row.given_cameras is None else frozenset(row.given_cameras),
        None if row.given_kinds is None else frozenset(map(Kind, row.given_kinds)),
    )
