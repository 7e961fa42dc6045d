"""The life of a suggestion after people look at it. The table of transitions is in `review`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Fact, Suggestion


class Role(StrEnum):
    """Who a person is to the system."""

    OBSERVER = "observer"
    SUPERVISOR = "supervisor"


class State(StrEnum):
    """Where an incident stands."""

    SUGGESTED = "suggested"
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    ESCALATED = "escalated"


class Command(StrEnum):
    """What a person can do to an incident."""

    CLAIM = "claim"
    RELEASE = "release"
    CONFIRM = "confirm"
    REJECT = "reject"
    ESCALATE = "escalate"
    UNDO = "undo"


class RejectReason(StrEnum):
    """Why a suggestion was wrong; the list that thresholds learn from."""

    NOT_PRESENT = "not_present"
    WRONG_OBJECT = "wrong_object"
    IN_MOTION = "in_motion"
    EXEMPT = "exempt"
    OUTSIDE_ZONE = "outside_zone"
    DUPLICATE = "duplicate"
    POOR_PICTURE = "poor_picture"
    OTHER = "other"


class Recipient(StrEnum):
    """To whom an incident can be escalated."""

    CONTROL_ROOM = "control_room"
    POLICE = "police"
    ENFORCEMENT = "enforcement"
    CITY_WARDENS = "city_wardens"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who gives a command."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Order:
    """A command with what it needs: `reason` to reject, `recipient` and `priority` to escalate.

    `version` is the version of the incident that the person was looking at.
    """

    command: Command
    version: int
    reason: RejectReason | None = None
    recipient: Recipient | None = None
    priority: Priority | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """A suggestion and what people made of it. `version` grows by one with every change of state.

    `priority` is the one that a person gave when escalating; the one that was proposed is the suggestion's.
    """

    suggestion: Suggestion
    state: State
    version: int
    received_at: datetime
    claimed_by: str | None = None
    claim_until: datetime | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: RejectReason | None = None
    recipient: Recipient | None = None
    priority: Priority | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the history of an incident: who did what, when, and what it changed."""

    incident: str
    at: datetime
    actor: str
    role: str
    command: str
    from_state: State | None
    to_state: State
    details: tuple[tuple[str, Fact], ...] = ()
