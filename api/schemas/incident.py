"""Incidents, their history, and the commands that people give."""

from __future__ import annotations

from dataclasses import asdict
from typing import Self

from pydantic import BaseModel, Field

from almere_vision.domain import delivery as domain_delivery
from almere_vision.domain import incident as domain
from almere_vision.domain import suggestion as domain_suggestion
from almere_vision.domain.incident import Command, Held, Recipient, RejectReason, Result, State
from almere_vision.domain.priority import Band, Priority
from almere_vision.domain.suggestion import Fact, Kind, Suggestion
from almere_vision.review.deadlines import Due, Step
from almere_vision.review.types import incident_types
from api.schemas.delivery import Delivery
from api.schemas.fields import Moment


class Provenance(BaseModel):
    """Which versions of network, rule, zone file, priorities and calibration made the suggestion."""

    model: str
    rule: str
    zones: str
    priorities: str | None = Field(description="Null where none was used.")
    calibration: str | None = Field(description="Null where the likelihood is unknown.")


class Piece(BaseModel):
    """A piece of evidence: what one camera showed at the moment that it was raised there."""

    index: int = Field(description="Its place in the list; 0 is the first, that of the incident itself.")
    camera: str
    preset: str | None
    zone: str
    at: Moment
    box: tuple[float, float, float, float] = Field(description="x1, y1, x2, y2 as fractions of the picture.")
    has_snapshot: bool
    has_annotated: bool
    has_clip: bool
    has_closeup: bool = Field(description="The people only, for the seconds that decided.")


class Clocks(BaseModel):
    """When each step was first taken; null as long as it was not."""

    looked_at: Moment | None = Field(description="Somebody opened it.")
    claimed_at: Moment | None = Field(description="Claimed for the first time.")
    escalated_at: Moment | None = Field(description="Handed over to the recipient that has it now.")
    acknowledged_at: Moment | None
    on_scene_at: Moment | None
    closed_at: Moment | None = Field(description="The recipient is done, or has nobody.")


class DueStep(BaseModel):
    """The next step, and by when somebody should have taken it."""

    step: Step
    at: Moment


class EnteredType(BaseModel):
    """A type of the catalogue, in the languages of the console."""

    id: str
    nl: str
    en: str


class Incident(BaseModel):
    """A suggestion, what people made of it, and what this person may do with it now."""

    id: str
    state: State
    version: int
    kind: Kind
    camera: str
    preset: str | None
    zone: str
    started_at: Moment
    raised_at: Moment
    ended_at: Moment | None
    received_at: Moment
    at_least: bool = Field(description="The true duration may be longer than the facts say.")
    score: float = Field(description="0..1, not calibrated.")
    suggested_priority: Priority | None = Field(
        description="By the table of the site; `priority` is the one that a person gave when escalating."
    )
    likelihood: float | None = Field(
        description="Probability that it is so, 0..1; null where the score is not calibrated."
    )
    band: Band | None = Field(description="The likelihood in words; null where it is unknown.")
    box: tuple[float, float, float, float] = Field(description="x1, y1, x2, y2 as fractions of the picture.")
    people: int
    facts: dict[str, Fact] = Field(description="The reason why, as data; the console words it.")
    provenance: Provenance
    has_snapshot: bool
    has_annotated: bool
    has_clip: bool
    has_closeup: bool = Field(description="The people only, for the seconds that decided.")
    pieces: list[Piece] = Field(description="All evidence, oldest first; the first is the incident's own.")
    claimed_by: str | None
    claim_until: Moment | None
    decided_by: str | None
    decided_at: Moment | None
    reason: RejectReason | None
    recipient: Recipient | None
    priority: Priority | None = Field(
        description="Given by the person who escalated; see also `suggested_priority`."
    )
    note: str
    clocks: Clocks
    answered_by: str | None = Field(description="Who answered at the recipient.")
    result: Result | None = Field(description="What the recipient found or did.")
    answer: str = Field(description="What the recipient wrote.")
    type: EnteredType | None = Field(description="Of an incident entered by hand; null in a suggestion.")
    entered_by: str | None = Field(description="Who entered it by hand; null in a suggestion.")
    held: Held | None = Field(description="Why it is held back; null where it is not.")
    shown_at: Moment | None = Field(description="When it was put before people; null while held back.")
    below: float | None = Field(
        description="The approved threshold under which it scored when it came; null where under none."
    )
    sample: bool = Field(description="Under a threshold, and drawn to be shown all the same for review.")
    due: DueStep | None = Field(description="Null where nothing is due, or no deadline is set.")
    undelivered: bool = Field(
        description="A message about it to a recipient outside failed, or waits for more than 10 s."
    )
    commands: list[Command] = Field(description="What the person who asks may do now.")

    @classmethod
    def of(
        cls, incident: domain.Incident, commands: tuple[Command, ...], due: Due | None, *, undelivered: bool
    ) -> Self:
        """Describe an incident to a person who may give `commands`."""
        return cls.model_validate(_describe(incident, commands, due) | {"undelivered": undelivered})


class AuditLine(BaseModel):
    """Who did what, when, and what it changed."""

    at: Moment
    actor: str
    role: str
    command: str
    from_state: State | None
    to_state: State
    details: dict[str, Fact]

    @classmethod
    def of(cls, line: domain.AuditLine) -> Self:
        return cls(
            at=line.at,
            actor=line.actor,
            role=line.role,
            command=line.command,
            from_state=line.from_state,
            to_state=line.to_state,
            details=dict(line.details),
        )


class IncidentDetail(Incident):
    """An incident with its history and its deliveries, oldest first."""

    history: list[AuditLine]
    deliveries: list[Delivery] = Field(description="Messages about it to recipients outside.")

    @classmethod
    def with_history(
        cls,
        incident: domain.Incident,
        commands: tuple[Command, ...],
        due: Due | None,
        history: tuple[domain.AuditLine, ...],
        deliveries: tuple[domain_delivery.Delivery, ...],
        *,
        undelivered: bool,
    ) -> Self:
        told = {
            "undelivered": undelivered,
            "history": [AuditLine.of(line) for line in history],
            "deliveries": [Delivery.of(delivery) for delivery in deliveries],
        }
        return cls.model_validate(_describe(incident, commands, due) | told)


class IncidentPage(BaseModel):
    """In the order that was asked for; `after` asks for the next page and is null on the last."""

    items: list[Incident]
    after: str | None


def pieces_of(seen: Suggestion) -> tuple[domain_suggestion.Piece, ...]:
    """All pieces of evidence; the first is that of the suggestion itself."""
    first = domain_suggestion.Piece(
        seen.id, seen.camera, seen.preset, seen.zone, seen.raised_at, seen.box, seen.evidence
    )
    return (first, *seen.more)


def _piece(index: int, piece: domain_suggestion.Piece) -> dict[str, object]:
    return {
        "index": index,
        "camera": piece.camera,
        "preset": piece.preset,
        "zone": piece.zone,
        "at": piece.at,
        "box": piece.box,
        "has_snapshot": piece.evidence.snapshot is not None,
        "has_annotated": piece.evidence.annotated is not None,
        "has_clip": piece.evidence.clip is not None,
        "has_closeup": piece.evidence.closeup is not None,
    }


def entered_type(type_id: str) -> dict[str, str]:
    """One that a newer release added is shown by its id."""
    known = incident_types().get(type_id)
    return {"id": type_id, **(dict(known.names) if known else {"nl": type_id, "en": type_id})}


def _describe(incident: domain.Incident, commands: tuple[Command, ...], due: Due | None) -> dict[str, object]:
    seen, evidence = incident.suggestion, incident.suggestion.evidence
    return {
        "id": seen.id,
        "state": incident.state,
        "version": incident.version,
        "kind": seen.kind,
        "camera": seen.camera,
        "preset": seen.preset,
        "zone": seen.zone,
        "started_at": seen.started_at,
        "raised_at": seen.raised_at,
        "ended_at": seen.ended_at,
        "received_at": incident.received_at,
        "at_least": seen.at_least,
        "score": seen.score,
        "suggested_priority": seen.priority,
        "likelihood": seen.likelihood,
        "band": seen.band,
        "box": seen.box,
        "people": seen.people,
        "facts": dict(seen.facts),
        "provenance": {
            "model": seen.provenance.model,
            "rule": seen.provenance.rule,
            "zones": seen.provenance.zones,
            "priorities": seen.provenance.priorities,
            "calibration": seen.provenance.calibration,
        },
        "has_snapshot": evidence.snapshot is not None,
        "has_annotated": evidence.annotated is not None,
        "has_clip": evidence.clip is not None,
        "has_closeup": evidence.closeup is not None,
        "pieces": [_piece(index, piece) for index, piece in enumerate(pieces_of(seen))],
        "claimed_by": incident.claimed_by,
        "claim_until": incident.claim_until,
        "decided_by": incident.decided_by,
        "decided_at": incident.decided_at,
        "reason": incident.reason,
        "recipient": incident.recipient,
        "priority": incident.priority,
        "note": incident.note,
        "clocks": asdict(incident.clocks),
        "answered_by": incident.answered_by,
        "result": incident.result,
        "answer": incident.answer,
        "type": None if incident.type is None else entered_type(incident.type),
        "entered_by": incident.entered_by,
        "held": incident.held,
        "shown_at": incident.shown_at,
        "below": incident.below,
        "sample": incident.sample_share is not None,
        "due": None if due is None else asdict(due),
        "commands": list(commands),
    }
