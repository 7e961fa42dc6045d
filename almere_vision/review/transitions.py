"""The life of an incident as one table: what a person may do in which state, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from almere_vision.domain.incident import Command, Role, State


class Who(StrEnum):
    """Which person of the allowed roles may give a command."""

    ANYONE = "anyone"
    CLAIMANT = "claimant"
    DECIDER = "decider"


_EVERYBODY: Final = frozenset(Role)
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
    roles: frozenset[Role] = _EVERYBODY
    overrule: frozenset[Role] = _NOBODY
    lapses: bool = False


_UNDO: Final = Transition(State.CLAIMED, Who.DECIDER, overrule=_SUPERVISORS)

TABLE: Final[Mapping[tuple[State, Command], Transition]] = MappingProxyType(
    {
        (State.SUGGESTED, Command.CLAIM): Transition(State.CLAIMED, Who.ANYONE),
        (State.CLAIMED, Command.CLAIM): Transition(
            State.CLAIMED, Who.CLAIMANT, overrule=_SUPERVISORS, lapses=True
        ),
        (State.CLAIMED, Command.RELEASE): Transition(State.SUGGESTED, Who.CLAIMANT),
        (State.CLAIMED, Command.CONFIRM): Transition(State.CONFIRMED, Who.CLAIMANT),
        (State.CLAIMED, Command.REJECT): Transition(State.REJECTED, Who.CLAIMANT),
        (State.CLAIMED, Command.ESCALATE): Transition(State.ESCALATED, Who.CLAIMANT),
        (State.CONFIRMED, Command.ESCALATE): Transition(State.ESCALATED, Who.DECIDER),
        (State.CONFIRMED, Command.UNDO): _UNDO,
        (State.REJECTED, Command.UNDO): _UNDO,
        (State.ESCALATED, Command.UNDO): _UNDO,
    }
)
"""What is not in here is refused."""

NEEDS: Final[Mapping[Command, tuple[str, ...]]] = MappingProxyType(
    {Command.REJECT: ("reason",), Command.ESCALATE: ("recipient", "priority")}
)
"""Fields of an `Order` without which a command is no use."""

DECISIONS: Final = frozenset({Command.CONFIRM, Command.REJECT, Command.ESCALATE})
"""Commands that decide; these may carry a note."""


def _person(row: Transition) -> str:
    who = {Who.ANYONE: "anyone", Who.CLAIMANT: "who claimed it", Who.DECIDER: "who decided"}[row.who]
    parts = [who, *sorted(f"any {role}" for role in row.overrule)]
    if row.lapses:
        parts.append("anyone once the claim ran out")
    return ", or ".join(parts)


def table_as_markdown() -> str:
    """The table for the documentation, one line a row."""
    lines = ["| state | command | next state | roles | person | needs |", "|---|---|---|---|---|---|"]
    for (state, command), row in TABLE.items():
        roles = ", ".join(role for role in Role if role in row.roles)
        needs = ", ".join(NEEDS.get(command, ())) or "-"
        lines.append(f"| {state} | {command} | {row.to} | {roles} | {_person(row)} | {needs} |")
    return "\n".join(lines) + "\n"
