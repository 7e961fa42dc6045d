"""The desk at which people decide: the table of transitions applied to one incident."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from almere_vision.domain.errors import InputError, NotAllowed, TransitionRefused, VersionConflict
from almere_vision.domain.incident import Actor, AuditLine, Command, Incident, Order, State
from almere_vision.domain.suggestion import Fact
from almere_vision.review.ports import IncidentStore
from almere_vision.review.transitions import DECISIONS, NEEDS, TABLE, Transition, Who

NOTE_LIMIT: Final = 2_000
"""Longest note, in characters."""


def _is_the_person(row: Transition, incident: Incident, actor: Actor, now: datetime) -> bool:
    if row.who is Who.ANYONE or actor.role in row.overrule:
        return True
    if row.lapses and incident.claim_until is not None and incident.claim_until <= now:
        return True
    return actor.name == (incident.claimed_by if row.who is Who.CLAIMANT else incident.decided_by)


def allowed(incident: Incident, actor: Actor, now: datetime) -> tuple[Command, ...]:
    """What this person may do now, in the order of `Command`."""
    return tuple(
        command
        for command in Command
        if (row := TABLE.get((incident.state, command))) is not None
        and actor.role in row.roles
        and _is_the_person(row, incident, actor, now)
    )


def _find_row(incident: Incident, command: Command, actor: Actor, now: datetime) -> Transition:
    row = TABLE.get((incident.state, command))
    if row is None:
        raise TransitionRefused(f"cannot {command} an incident that is {incident.state}")
    if actor.role not in row.roles:
        raise NotAllowed(f"the role {actor.role} may not {command}")
    if _is_the_person(row, incident, actor, now):
        return row
    if row.who is Who.CLAIMANT:
        raise TransitionRefused(f"{incident.claimed_by} has claimed this incident; claim it first")
    raise NotAllowed(f"only {incident.decided_by}, who decided, may {command} this")


def _check_fields(order: Order) -> None:
    needs = NEEDS.get(order.command, ())
    for name in ("reason", "recipient", "priority"):
        given = getattr(order, name) is not None
        if given != (name in needs):
            raise InputError(f"{order.command} {'takes no' if given else 'needs a'} {name}")
    if order.note and order.command not in DECISIONS:
        raise InputError(f"{order.command} takes no note")
    if len(order.note) > NOTE_LIMIT:
        raise InputError(f"a note has at most {NOTE_LIMIT} characters; this one has {len(order.note)}")
    if not all(letter.isprintable() or letter in "\n\t" for letter in order.note):
        raise InputError("a note may not hold control characters")


def _details(before: Incident, order: Order, actor: Actor, version: int) -> tuple[tuple[str, Fact], ...]:
    details: list[tuple[str, Fact]] = [("version", version)]
    details += [
        (name, str(getattr(order, name)))
        for name in ("reason", "recipient", "priority", "note")
        if getattr(order, name)
    ]
    if order.command is Command.CLAIM and before.claimed_by not in (None, actor.name):
        details.append(("taken_from", before.claimed_by))
    if order.command is Command.UNDO and before.decided_by != actor.name:
        details.append(("decided_by", before.decided_by))
    return tuple(details)


def decide(
    incident: Incident, order: Order, actor: Actor, now: datetime, claim_s: float
) -> tuple[Incident, AuditLine]:
    """The incident after a command, and the line for its history. Pure: nothing is stored.

    Args:
        incident: as it is now.
        order: the command; its version must be that of `incident`.
        actor: who gives it.
        now: aware moment of the command.
        claim_s: how long a claim holds, in seconds. A claim that ran out can be taken over; as long as
            nobody did, its owner can still decide.

    Raises:
        VersionConflict: somebody else changed the incident since the person looked.
        TransitionRefused: not in this state, or not while somebody else holds the claim.
        NotAllowed: not by this role, or not by this person.
        InputError: a reason, recipient or priority is missing or too much, or the note is unusable.
    """
    if order.version != incident.version:
        raise VersionConflict(
            f"somebody else changed this incident: it is at version {incident.version}, "
            f"not {order.version}; look at it again"
        )
    row = _find_row(incident, order.command, actor, now)
    _check_fields(order)
    claimed = row.to is State.CLAIMED
    decided = order.command in DECISIONS
    after = replace(
        incident,
        state=row.to,
        version=incident.version + 1,
        claimed_by=actor.name if claimed else None,
        claim_until=now + timedelta(seconds=claim_s) if claimed else None,
        decided_by=actor.name if decided else None,
        decided_at=now if decided else None,
        reason=order.reason,
        recipient=order.recipient,
        priority=order.priority,
        note=order.note or (incident.note if decided else ""),
    )
    line = AuditLine(
        incident=incident.suggestion.id,
        at=now,
        actor=actor.name,
        role=actor.role,
        command=order.command,
        from_state=incident.state,
        to_state=row.to,
        details=_details(incident, order, actor, after.version),
    )
    return after, line


class Desk:
    """Carries out the commands of people on stored incidents.

    Args:
        store: where incidents are kept.
        claim_s: how long a claim holds, in seconds.
        now: gives the aware moment of now.
    """

    def __init__(self, store: IncidentStore, claim_s: float, now: Callable[[], datetime]) -> None:
        self._store = store
        self._claim_s = claim_s
        self._now = now

    def carry_out(self, incident_id: str, order: Order, actor: Actor) -> Incident:
        """The incident after the command; once this returns, the decision is kept.

        Raises:
            IncidentMissing: no such incident.
            StoreUnavailable: the database is away; nothing was decided, unless it went away between
                storing and answering: then the same command gives a `VersionConflict`.
            VersionConflict, TransitionRefused, NotAllowed, InputError: as `decide`.
        """
        before = self._store.get(incident_id)
        after, line = decide(before, order, actor, self._now(), self._claim_s)
        self._store.replace(after, before.version, line)
        return after
