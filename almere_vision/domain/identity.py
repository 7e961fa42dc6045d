"""Who somebody is according to the identity provider, and what that gives here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from almere_vision.domain.incident import Role, Scope


class Refusal(StrEnum):
    """Why somebody who comes through the provider is not let in. Stable: the console words it."""

    PROVIDER_AWAY = "provider_away"
    """It does not answer, or not in time."""
    PROVIDER_WRONG = "provider_wrong"
    """It answers what it should not: somebody has to look at the settings, or at an attack."""
    FLOW_LOST = "flow_lost"
    """Not begun in this browser, too long ago, or finished before."""
    DENIED = "denied"
    """The provider, or the person there, said no."""
    NO_GROUP = "no_group"
    """In no group that has a role here."""
    NAME_TAKEN = "name_taken"
    """Another account has this name."""
    DISABLED = "disabled"
    LAST_ADMINISTRATOR = "last_administrator"
    """The groups give another role now, and nobody else is administrator."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the provider vouches for.

    Attributes:
        issuer, subject: together they name one person for ever; nothing else does.
        name: how colleagues will see this person; not proof of anything.
        groups: as the provider names them.
        second_factor: whether the provider says that it checked one, in the words that the settings trust.
    """

    issuer: str
    subject: str
    name: str
    groups: tuple[str, ...]
    second_factor: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """The role and scope that a group gives."""

    role: Role
    scope: Scope
