"""Accounts, for administrators."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from almere_vision.domain import incident as domain
from almere_vision.domain.incident import Role
from almere_vision.domain.suggestion import Kind
from almere_vision.storage import accounts
from api.schemas.fields import Moment, Name

MAX_CAMERAS = 1_000


class Scope(BaseModel):
    """Which cameras and kinds a person may see; null is all of them."""

    model_config = ConfigDict(extra="forbid")

    cameras: Annotated[list[Name] | None, Field(max_length=MAX_CAMERAS)]
    kinds: Annotated[list[Kind] | None, Field(max_length=len(Kind))]

    @classmethod
    def of(cls, scope: domain.Scope) -> Scope:
        return cls(
            cameras=None if scope.cameras is None else sorted(scope.cameras),
            kinds=None if scope.kinds is None else sorted(scope.kinds),
        )

    def scope(self) -> domain.Scope:
        return domain.Scope(
            None if self.cameras is None else frozenset(self.cameras),
            None if self.kinds is None else frozenset(self.kinds),
        )


class Person(BaseModel):
    """One account."""

    id: int
    username: str
    role: Role
    scope: Scope
    disabled: bool
    second_factor: bool
    created_at: Moment

    @classmethod
    def of(cls, account: accounts.Account) -> Person:
        return cls(
            id=account.id,
            username=account.name,
            role=account.role,
            scope=Scope.of(account.scope),
            disabled=account.disabled,
            second_factor=account.second_factor,
            created_at=account.created_at,
        )


class RoleDefault(BaseModel):
    """A role that a person can have, and the scope of a new account that has it."""

    role: Role
    scope: Scope


class PersonList(BaseModel):
    """All accounts, by name."""

    items: list[Person]
    roles: list[RoleDefault]


class NewPerson(BaseModel):
    """An account to make; without a scope it gets that of its role."""

    model_config = ConfigDict(extra="forbid")

    username: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
    role: Role
    scope: Scope | None = None


class Changes(BaseModel):
    """What changes; what is left out, or null, stays."""

    model_config = ConfigDict(extra="forbid")

    role: Role | None = None
    scope: Scope | None = None
    disabled: bool | None = None


class OneTimePassword(BaseModel):
    """Shown once, for the administrator to hand over; the person chooses another at the first sign-in."""

    one_time_password: str


class Invitation(OneTimePassword):
    """A new account and the password to hand over."""

    person: Person


class OpenSession(BaseModel):
    """A session that goes on; `id` names it and does not open it."""

    id: str
    created_at: Moment
    last_seen_at: Moment
    expires_at: Moment


class SessionList(BaseModel):
    """Newest first."""

    items: list[OpenSession]
