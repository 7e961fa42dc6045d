"""The table of transitions applied to one incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from almere_vision.domain.errors import InputError, NotAllowed, TransitionRefused, VersionConflict
from almere_vision.domain.incident import Actor, AuditLine, Clocks, Command, Incident, Order, State
from almere_vision.domain.suggestion import Fact
from almere_vision.review.transitions import ANSWERS, DECISIONS, DESKS, NEEDS, TABLE, Transition, Who

NOTE_LIMIT: Final = 2_000
"""Longest note, in characters."""


def _is_the_person(row: Transition, incident: Incident, actor: Actor, now: datetime) -> bool:
    if row.who is Who.ANYONE or actor.role in row.overrule:
        return True
    if row.lapses and incident.claim_until is not None and incident.claim_until <= now:
        return True
    if row.who is Who.RECIPIENT:
        return incident.recipient is not None and DESKS[incident.recipient] is actor.role
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
    if row.who is Who.RECIPIENT:
        raise NotAllowed(f"only the desk of {incident.recipient} may {command} this")
    raise NotAllowed(f"only {incident.decided_by}, who decided, may {command} this")


def _check_fields(order: Order) -> None:
    needs = NEEDS.get(order.command, ())
    for name in ("reason", "recipient", "priority", "result", "to"):
        given = getattr(order, name) is not None
        if given != (name in needs):
            raise InputError(f"{order.command} {'takes no' if given else 'needs a'} {name}")
    if order.note and order.command not in DECISIONS | ANSWERS:
        raise InputError(f"{order.command} takes no note")
    check_note(order.note)


def check_note(note: str) -> None:
    """Raises `InputError` for a note that is too long or cannot be shown."""
    if len(note) > NOTE_LIMIT:
        raise InputError(f"a note has at most {NOTE_LIMIT} characters; this one has {len(note)}")
    if not all(letter.isprintable() or letter in "\n\t" for letter in note):
        raise InputError("a note may not hold control characters")


def _details(before: Incident, order: Order, actor: Actor, version: int) -> tuple[tuple[str, Fact], ...]:
    details: list[tuple[str, Fact]] = [("version", version)]
    details += [
        (name, str(getattr(order, name)))
        for name in ("reason", "recipient", "priority", "result", "to", "note")
        if getattr(order, name)
    ]
    if before.held is not None:
        details.append(("held", before.held))
    if order.command is Command.CLAIM and before.claimed_by not in (None, actor.name):
        details.append(("taken_from", before.claimed_by))
    if order.command is Command.UNDO and before.result is None and before.decided_by != actor.name:
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
    after = replace(_after(incident, order, actor, now, claim_s), state=row.to, version=incident.version + 1)
    if incident.held is not None:  # whoever takes it has seen it; one that expires was never shown
        after = replace(after, held=None, shown_at=None if order.command is Command.EXPIRE else now)
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


def _after(incident: Incident, order: Order, actor: Actor, now: datetime, claim_s: float) -> Incident:
    """What a command changes besides state and version."""
    clocks = incident.clocks
    match order.command:
        case Command.UNDO if incident.state is State.RESOLVED:
            return replace(incident, result=None, clocks=replace(clocks, closed_at=None))
        case Command.CLAIM | Command.UNDO:
            return replace(
                _undecided(incident),
                claimed_by=actor.name,
                claim_until=now + timedelta(seconds=claim_s),
                clocks=Clocks(clocks.looked_at or now, clocks.claimed_at or now),
            )
        case Command.HAND_OVER:
            return replace(incident, claimed_by=order.to, claim_until=now + timedelta(seconds=claim_s))
        case Command.CONFIRM | Command.REJECT | Command.ESCALATE:
            handed_over = now if order.command is Command.ESCALATE else None
            return replace(
                _undecided(incident),
                decided_by=actor.name,
                decided_at=now,
                reason=order.reason,
                recipient=order.recipient,
                priority=order.priority,
                note=order.note or incident.note,
                clocks=Clocks(clocks.looked_at, clocks.claimed_at, escalated_at=handed_over),
            )
        case Command.ACKNOWLEDGE | Command.ARRIVE | Command.RESOLVE | Command.DECLINE:
            here = order.command is Command.ARRIVE
            closed = order.command in (Command.RESOLVE, Command.DECLINE)
            return replace(
                incident,
                answered_by=actor.name,
                result=order.result,
                answer=order.note or incident.answer,
                clocks=replace(
                    clocks,
                    acknowledged_at=clocks.acknowledged_at
                    or (None if order.command is Command.DECLINE else now),
                    on_scene_at=clocks.on_scene_at or (now if here else None),
                    closed_at=now if closed else None,
                ),
            )
        case Command.RELEASE | Command.EXPIRE:
            return _undecided(incident)


def _undecided(incident: Incident) -> Incident:
    return replace(
        incident,
        claimed_by=None,
        claim_until=None,
        decided_by=None,
        decided_at=None,
        reason=None,
        recipient=None,
        priority=None,
        note="",
        answered_by=None,
        result=None,
        answer="",
    )
