"""Who may sign in, and who is signed in."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from almere_vision.domain.audit import Action, Detail, Entry, Subject
from almere_vision.domain.errors import InputError, NameTaken
from almere_vision.domain.incident import Actor, Role, Scope
from almere_vision.domain.suggestion import Kind
from almere_vision.review.sight import SCOPES
from almere_vision.storage.audit import append_line
from almere_vision.storage.database import reading, writing
from almere_vision.storage.tables import SESSIONS, USERS

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 1_024
LONGEST_NAME: Final = 64
_LONGEST_FOLDED: Final = 256
_TOKEN_BYTES: Final = 32
DAY_S: Final = 86_400.0
_HASHER: Final = PasswordHasher()
_SEEN_EVERY: Final = timedelta(minutes=1)
"""How exact `last_seen_at` is: one write a minute, not one a request."""


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def fold(name: str) -> str:
    """What makes two names the same person: case and the ways to write a letter do not count."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()


@dataclass(frozen=True, slots=True)
class SessionGrant:
    """What a person gets who signs in; `token` is shown once and never stored."""

    token: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is signed in; `csrf` is to come with every request that changes something.

    `second_factor` says whether this person has one in force, or the identity provider checked one.
    """

    actor: Actor
    csrf: str
    expires_at: datetime
    second_factor: bool

    def has_csrf(self, given: str) -> bool:
        """Whether this is the csrf token, in a time that does not tell how much of it is right."""
        return hmac.compare_digest(self.csrf.encode(), given.encode())


@dataclass(frozen=True, slots=True)
class Demands:
    """What a person needs beside the password."""

    code: bool
    new_password: bool


class People:
    """Signing in and staying in. Every method may raise `StoreUnavailable`.

    Passwords are kept as argon2id with the parameters of RFC 9106 for little memory, the default of
    argon2-cffi; a session token is kept as its SHA-256 only.

    Args:
        engine: the database.
        now: gives the aware moment of now.
        idle_s: a session of which nothing is heard for so long is over, in seconds, to a minute.
    """

    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now, idle_s: float = DAY_S) -> None:
        self._engine = engine
        self._now = now
        self._idle = timedelta(seconds=idle_s)
        self._nobodys_hash = _HASHER.hash(secrets.token_urlsafe())

    def add(self, name: str, password: str, role: Role, scope: Scope | None = None) -> Actor:
        """A new account with a password that the person chose; without a scope, that of the role.

        Raises:
            InputError: name taken (whatever its case) or unusable, password under 12 characters.
        """
        person = Actor(name, role, SCOPES[role] if scope is None else scope)
        return insert_person(self._engine, person, password, {"created_at": self._now()}, None)

    def check(self, name: str, password: str) -> Actor | None:
        """The person, or None; takes as long for a name that does not exist."""
        folded = fold(name) if name.isprintable() else ""  # nobody's
        with reading(self._engine) as connection:
            user = connection.execute(select(USERS).where(USERS.c.folded_name == folded)).one_or_none()
        stored = self._nobodys_hash if user is None else user.password_hash
        try:
            right = len(password) <= LONGEST_PASSWORD and _HASHER.verify(stored, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            right = False
        if user is None or user.disabled or not right:
            return None
        if user.one_time_until is not None and user.one_time_until <= self._now():
            return None
        if _HASHER.check_needs_rehash(stored):
            stronger = update(USERS).where(USERS.c.id == user.id, USERS.c.password_hash == stored)
            with writing(self._engine) as connection:
                connection.execute(stronger.values(password_hash=_HASHER.hash(password)))
        return actor_of(user)

    def demands(self, actor: Actor) -> Demands:
        """What this person must give beside the password."""
        with reading(self._engine) as connection:
            known = select(USERS.c.totp_step, USERS.c.one_time_until)
            user = connection.execute(known.where(USERS.c.folded_name == fold(actor.name))).one_or_none()
        return Demands(
            code=user is not None and user.totp_step is not None,
            new_password=user is not None and user.one_time_until is not None,
        )

    def open_session(self, actor: Actor, hours: float, *, second_factor: bool = False) -> SessionGrant:
        """A new session that ends after so many hours. Raises `InputError`: the person is gone.

        `second_factor`: the identity provider checked one, and its word is taken.
        """
        now = self._now()
        grant = SessionGrant(
            token=secrets.token_urlsafe(_TOKEN_BYTES),
            csrf=secrets.token_urlsafe(_TOKEN_BYTES),
            expires_at=now + timedelta(hours=hours),
        )
        with writing(self._engine) as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at <= now))
            known = select(USERS.c.id).where(USERS.c.folded_name == fold(actor.name), ~USERS.c.disabled)
            user_id = connection.execute(known).scalar_one_or_none()
            if user_id is None:
                raise InputError(f"there is no user {actor.name}")
            connection.execute(
                insert(SESSIONS).values(
                    token_sha256=_sha256(grant.token),
                    user_id=user_id,
                    csrf=grant.csrf,
                    created_at=now,
                    expires_at=grant.expires_at,
                    last_seen_at=now,
                    second_factor=second_factor,
                )
            )
        return grant

    def session(self, token: str, *, touch: bool = True) -> Session | None:
        """Who holds this token; None if nobody, or if it ran out. `touch` counts as a sign of life."""
        now, key = self._now(), _sha256(token)
        with reading(self._engine) as connection:
            row = connection.execute(
                select(
                    SESSIONS, USERS.c.name, USERS.c.role, USERS.c.cameras, USERS.c.kinds, USERS.c.totp_step
                )
                .join(USERS, USERS.c.id == SESSIONS.c.user_id)
                .where(SESSIONS.c.token_sha256 == key, SESSIONS.c.expires_at > now, ~USERS.c.disabled)
                .where(SESSIONS.c.last_seen_at > now - self._idle)
            ).one_or_none()
        if row is None:
            return None
        if touch and now - row.last_seen_at >= _SEEN_EVERY:
            with writing(self._engine) as connection:
                connection.execute(
                    update(SESSIONS).where(SESSIONS.c.token_sha256 == key).values(last_seen_at=now)
                )
        second_factor = row.second_factor or row.totp_step is not None
        return Session(actor_of(row), row.csrf, row.expires_at, second_factor)

    def close_session(self, token: str) -> None:
        """Forget a session; an unknown token changes nothing."""
        with writing(self._engine) as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.token_sha256 == _sha256(token)))


def insert_person(
    engine: Engine, person: Actor, password: str, more: Mapping[str, object], by: Actor | None
) -> Actor:
    """Add an account. Raises `InputError`, or `NameTaken`: name, password or role that cannot be."""
    row = person_row(person, password)
    try:
        with writing(engine) as connection:
            add_person(connection, {**row, **more}, person.scope, by)
    except IntegrityError:
        raise NameTaken(f"there is a user {row['name']} already; choose another name") from None
    return replace(person, name=str(row["name"]))


def person_row(person: Actor, password: str) -> dict[str, object]:
    """The columns of a new account. Raises `InputError`: name, password or role that cannot be."""
    check_role(person.role)
    name = unicodedata.normalize("NFC", person.name.strip())
    folded = fold(name)
    fits = 1 <= len(name) <= LONGEST_NAME and 1 <= len(folded) <= _LONGEST_FOLDED
    if not fits or not name.isprintable():
        raise InputError(f"a user name has 1 to {LONGEST_NAME} printable characters")
    return {
        "name": name,
        "folded_name": folded,
        "role": person.role,
        "password_hash": hash_password(password),
        "disabled": False,
        **scope_columns(person.scope),
    }


def add_person(connection: Connection, row: Mapping[str, object], scope: Scope, by: Actor | None) -> int:
    """Store an account and its line of the audit log; its id. Raises `IntegrityError`: the name is taken."""
    told = {"role": str(row["role"]), **scope_told(scope)}
    number = connection.execute(insert(USERS).values(dict(row))).inserted_primary_key
    append_line(connection, account_line(utc_now(), by, str(row["name"]), "added", told))
    assert number is not None
    return int(number[0])


def account_line(at: datetime, by: Actor | None, name: str, what: str, told: Mapping[str, Detail]) -> Entry:
    """The line of the audit log about a change of an account; `by` None is who works on the server itself."""
    actor, role = ("almere", Role.SYSTEM) if by is None else (by.name, by.role)
    details = {"what": what, **told}
    return Entry(at, actor, role, Action.CHANGE, Subject.ACCOUNT, name, details=details)


def scope_told(scope: Scope) -> dict[str, Detail]:
    """Which cameras and kinds, for the audit log."""
    return {
        "cameras": "all" if scope.cameras is None else " ".join(sorted(scope.cameras)),
        "kinds": "all" if scope.kinds is None else " ".join(sorted(scope.kinds)),
    }


def check_role(role: Role) -> None:
    """Raises `InputError` for the role that no person has."""
    if role is Role.SYSTEM:
        raise InputError(f"no person has the role {role}; choose another")


def hash_password(password: str) -> str:
    """As argon2id. Raises `InputError`: too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InputError(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return _HASHER.hash(password)


def scope_columns(scope: Scope) -> dict[str, list[str] | None]:
    """A scope as columns of the table of users."""
    return {
        "cameras": None if scope.cameras is None else sorted(scope.cameras),
        "kinds": None if scope.kinds is None else sorted(scope.kinds),
    }


def actor_of(row: Row[Any]) -> Actor:
    """The person of a row of the table of users."""
    scope = Scope(
        None if row.cameras is None else frozenset(row.cameras),
        None if row.kinds is None else frozenset(map(Kind, row.kinds)),
    )
    return Actor(row.name, Role(row.role), scope)


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
