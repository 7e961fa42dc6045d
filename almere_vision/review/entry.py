"""An incident that a person enters: seen on a camera, or told by somebody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from almere_vision.domain.errors import InputError, NotAllowed
from almere_vision.domain.incident import Actor, AuditLine, Clocks, Incident, State
from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Evidence, Fact, Provenance, Suggestion
from almere_vision.review.decide import check_note
from almere_vision.review.transitions import ENTER, ENTRY, desk_of
from almere_vision.review.types import incident_types

FIRST_VERSION: Final = 1
BY_HAND: Final = Provenance(model="person", rule="entered@1", zones="none")
"""Where an incident comes from that no network suggested."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a person enters.

    Attributes:
        key: made by the client for this one entry: sent twice, it is one incident.
        type: id of the catalogue.
        camera: id of the camera that shows it.
        zone: id of a zone of that camera; empty where it lies in none.
        priority: by the protocol.
        note: what the person adds.
        snapshot: name of the blob of a picture, or None.
    """

    key: str
    type: str
    camera: str
    zone: str
    priority: Priority
    note: str = ""
    snapshot: str | None = None


def entered(sighting: Sighting, actor: Actor, now: datetime) -> tuple[Incident, AuditLine]:
    """The incident that an entry makes, and the first line of its history. Pure: nothing is stored.

    It begins in the state of `ENTRY`: a person who watches has seen it, so it is confirmed; a desk that
    enters it has it already, so it is acknowledged there.

    Raises:
        NotAllowed: not by this role, or of a kind that is not for this person.
        InputError: no such type, or the note is unusable.
    """
    state = ENTRY.get(actor.role)
    if state is None:
        raise NotAllowed(f"the role {actor.role} may not enter an incident")
    if sighting.type not in incident_types():
        raise InputError(f"type: the catalogue has no {sighting.type[:64]!r}")
    check_note(sighting.note)
    suggestion = _suggestion(sighting, actor, now)
    if not actor.scope.covers(suggestion):
        raise NotAllowed("this type or this camera is not for this account")
    incident = Incident(
        suggestion,
        state,
        FIRST_VERSION,
        received_at=now,
        decided_by=actor.name,
        decided_at=now,
        note=sighting.note,
        clocks=Clocks(looked_at=now),
        type=sighting.type,
        entered_by=actor.name,
    )
    if state is not State.CONFIRMED:
        incident = replace(
            incident,
            recipient=desk_of(actor.role),
            priority=sighting.priority,
            clocks=Clocks(looked_at=now, escalated_at=now, acknowledged_at=now),
        )
    return incident, _line(incident, actor, now)


def same_entry(one: Incident, other: Incident) -> bool:
    """Whether two incidents come from the same entry, sent twice."""

    def told(incident: Incident) -> tuple[object, ...]:
        seen = incident.suggestion
        return (incident.type, incident.entered_by, seen.camera, seen.zone, seen.priority, seen.evidence)

    return told(one) == told(other)


def _suggestion(sighting: Sighting, actor: Actor, now: datetime) -> Suggestion:
    """In the form of a suggestion, so that queue, routing, deadlines and evidence know one form only."""
    return Suggestion(
        id="hand-" + hashlib.sha256(f"{actor.name}\0{sighting.key}".encode()).hexdigest()[:32],
        revision=0,
        kind=incident_types()[sighting.type].kind,
        camera=sighting.camera,
        preset=None,
        zone=sighting.zone,
        started_at=now,
        raised_at=now,
        ended_at=None,
        start_s=0.0,
        alarm_s=0.0,
        end_s=None,
        at_least=False,
        score=1.0,
        box=(0.0, 0.0, 1.0, 1.0),
        people=0,
        tracks=(),
        facts={},
        provenance=BY_HAND,
        evidence=Evidence(snapshot=sighting.snapshot),
        priority=sighting.priority,
    )


def _line(incident: Incident, actor: Actor, now: datetime) -> AuditLine:
    details: list[tuple[str, Fact]] = [
        ("version", incident.version),
        ("type", incident.type),
        ("priority", incident.suggestion.priority),
    ]
    if incident.note:
        details.append(("note", incident.note))
    return AuditLine(
        incident=incident.suggestion.id,
        at=now,
        actor=actor.name,
        role=actor.role,
        command=ENTER,
        from_state=None,
        to_state=incident.state,
        details=tuple(details),
    )
