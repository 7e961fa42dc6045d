"""The life of an incident as one table: what a person may do in which state, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from almere_vision.domain.incident import Command, Recipient, Role, State


class Who(StrEnum):
    """Which person of the allowed roles may give a command."""

    ANYONE = "anyone"
    CLAIMANT = "claimant"
    DECIDER = "decider"
    RECIPIENT = "recipient"


DESKS: Final[Mapping[Recipient, Role]] = MappingProxyType(
    {
        Recipient.CONTROL_ROOM: Role.CONTROL_ROOM,
        Recipient.POLICE: Role.SUPERVISOR,
        Recipient.ENFORCEMENT: Role.ENFORCEMENT,
        Recipient.CITY_WARDENS: Role.ENFORCEMENT,
    }
)
"""Whose inbox a recipient is. The municipal services share one desk."""

WATCHERS: Final = frozenset({Role.OBSERVER, Role.SUPERVISOR})
LOOKERS: Final = WATCHERS | {Role.CONTROL_ROOM}
"""Who watches live; the municipal desk sees what was told to it, and no street."""

_DESKS: Final = frozenset(DESKS.values())


def desk_of(role: Role) -> Recipient | None:
    """The recipient whose inbox a role has, the first of several; None where it has none."""
    return next((recipient for recipient, desk in DESKS.items() if desk is role), None)


_NOBODY: Final[frozenset[Role]] = frozenset()
_SUPERVISORS: Final = frozenset({Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table.

    Attributes:
        to: the state that follows.
        who: which person.
        roles: the roles that may give the command at all.
        overrule: the roles that need not be that person.
        lapses: with the lease of the claim, `who` lapses too: then anyone may.
    """

    to: State
    who: Who
    roles: frozenset[Role] = WATCHERS
    overrule: frozenset[Role] = _NOBODY
    lapses: bool = False


def _by_claimant(to: State) -> Transition:
    return Transition(to, Who.CLAIMANT)


def _by_decider(to: State) -> Transition:
    return Transition(to, Who.DECIDER, overrule=_SUPERVISORS)


def _by_recipient(to: State) -> Transition:
    # Those who have no screen answer by phone; a supervisor enters that.
    return Transition(to, Who.RECIPIENT, _DESKS, overrule=_SUPERVISORS)


TABLE: Final[Mapping[tuple[State, Command], Transition]] = MappingProxyType(
    {
        (State.SUGGESTED, Command.CLAIM): Transition(State.CLAIMED, Who.ANYONE),
        (State.SUGGESTED, Command.EXPIRE): Transition(
            State.EXPIRED, Who.ANYONE, roles=frozenset({Role.SYSTEM})
        ),
        (State.EXPIRED, Command.CLAIM): Transition(State.CLAIMED, Who.ANYONE),
        (State.CLAIMED, Command.CLAIM): Transition(
            State.CLAIMED, Who.CLAIMANT, overrule=_SUPERVISORS, lapses=True
        ),
        (State.CLAIMED, Command.RELEASE): _by_claimant(State.SUGGESTED),
        (State.CLAIMED, Command.HAND_OVER): _by_claimant(State.CLAIMED),
        (State.CLAIMED, Command.CONFIRM): _by_claimant(State.CONFIRMED),
        (State.CLAIMED, Command.REJECT): _by_claimant(State.REJECTED),
        (State.CLAIMED, Command.ESCALATE): _by_claimant(State.ESCALATED),
        (State.CONFIRMED, Command.ESCALATE): _by_decider(State.ESCALATED),
        (State.CONFIRMED, Command.UNDO): _by_decider(State.CLAIMED),
        (State.REJECTED, Command.UNDO): _by_decider(State.CLAIMED),
        (State.ESCALATED, Command.UNDO): _by_decider(State.CLAIMED),
        (State.ESCALATED, Command.ACKNOWLEDGE): _by_recipient(State.ACKNOWLEDGED),
        (State.ESCALATED, Command.ARRIVE): _by_recipient(State.ON_SCENE),
        (State.ESCALATED, Command.DECLINE): _by_recipient(State.NO_CAPACITY),
        (State.ACKNOWLEDGED, Command.ARRIVE): _by_recipient(State.ON_SCENE),
        (State.ACKNOWLEDGED, Command.RESOLVE): _by_recipient(State.RESOLVED),
        (State.ACKNOWLEDGED, Command.DECLINE): _by_recipient(State.NO_CAPACITY),
        (State.ON_SCENE, Command.RESOLVE): _by_recipient(State.RESOLVED),
        (State.NO_CAPACITY, Command.ESCALATE): _by_decider(State.ESCALATED),
        (State.NO_CAPACITY, Command.UNDO): _by_decider(State.CLAIMED),
        (State.RESOLVED, Command.UNDO): _by_recipient(State.ACKNOWLEDGED),
    }
)
"""What is not in here is refused."""

ENTER: Final = "enter"
"""How the history calls it that a person entered an incident."""

ENTRY: Final[Mapping[Role, State]] = MappingProxyType(
    {
        Role.OBSERVER: State.CONFIRMED,
        Role.SUPERVISOR: State.CONFIRMED,
        Role.CONTROL_ROOM: State.ACKNOWLEDGED,
        Role.ENFORCEMENT: State.ACKNOWLEDGED,
    }
)
"""Who may enter an incident by hand, and the state in which it begins: who watches has seen it, and a desk
that enters one has it already. From there on it is an incident like any other."""

NEEDS: Final[Mapping[Command, tuple[str, ...]]] = MappingProxyType(
    {
        Command.REJECT: ("reason",),
        Command.ESCALATE: ("recipient", "priority"),
        Command.RESOLVE: ("result",),
        Command.HAND_OVER: ("to",),
    }
)
"""Fields of an `Order` without which a command is no use."""

DECISIONS: Final = frozenset({Command.CONFIRM, Command.REJECT, Command.ESCALATE})
"""Commands that decide what a suggestion is; these may carry a note."""

ANSWERS: Final = frozenset({Command.ACKNOWLEDGE, Command.ARRIVE, Command.RESOLVE, Command.DECLINE})
"""Commands of the recipient of an escalation; these may carry a note, which becomes the answer."""


def _person(row: Transition) -> str:
    who = {
        Who.ANYONE: "anyone",
        Who.CLAIMANT: "who claimed it",
        Who.DECIDER: "who decided",
        Who.RECIPIENT: "the desk of the recipient",
    }[row.who]
    parts = [who, *sorted(f"any {role}" for role in row.overrule)]
    if row.lapses:
        parts.append("anyone once the claim ran out")
    return ", or ".join(parts)


def table_as_markdown() -> str:
    """The table for the documentation, one line a row."""
    lines = ["| state | command | next state | roles | person | needs |", "|---|---|---|---|---|---|"]
    for first in dict.fromkeys(ENTRY.values()):
        roles = ", ".join(role for role in Role if ENTRY.get(role) is first)
        lines.append(f"| - | {ENTER} | {first} | {roles} | anyone | type, camera, priority |")
    for (state, command), row in TABLE.items():
        roles = ", ".join(role for role in Role if role in row.roles)
        needs = ", ".join(NEEDS.get(command, ())) or "-"
        lines.append(f"| {state} | {command} | {row.to} | {roles} | {_person(row)} | {needs} |")
    return "\n".join(lines) + "\n"
