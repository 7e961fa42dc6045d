"""Who may sign in, and who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from almere_vision.domain.incident import Actor, Role


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SessionGrant:
    """What a person gets who signs in; `token` is shown once and never stored."""

    token: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is signed in."""

    actor: Actor
    csrf: str
    expires_at: datetime


class People:
    """Accounts and sessions. Every method may raise `StoreUnavailable`."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._now = now

    def add(self, name: str, password: str, role: Role) -> Actor:
        """Raises `InputError`: name taken (whatever its case) or unusable, password under 12 characters."""
        raise NotImplementedError

    def set_password(self, name: str, password: str) -> None:
        """Also ends all sessions of this person. Raises `InputError`."""
        raise NotImplementedError

    def set_disabled(self, name: str, disabled: bool) -> None:
        """A disabled person cannot sign in and has no session any more. Raises `InputError`."""
        raise NotImplementedError

    def check(self, name: str, password: str) -> Actor | None:
        """The person, or None; takes as long for a name that does not exist."""
        raise NotImplementedError

    def open_session(self, actor: Actor, hours: float) -> SessionGrant:
        raise NotImplementedError

    def session(self, token: str) -> Session | None:
        """Who holds this token; None if nobody, or if it ran out."""
        raise NotImplementedError

    def close_session(self, token: str) -> None:
        """Forget a session; an unknown token changes nothing."""
        raise NotImplementedError
