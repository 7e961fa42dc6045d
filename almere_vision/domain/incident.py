"""The life of a suggestion after people look at it. The table of transitions is in `review`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Fact, Kind, Suggestion


class Role(StrEnum):
    """Who a person is to the system."""

    OBSERVER = "observer"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    CONTROL_ROOM = "control_room"
    ENFORCEMENT = "enforcement"
    INVESTIGATOR = "investigator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
    """The service itself; no person has it."""


class State(StrEnum):
    """Where an incident stands."""

    SUGGESTED = "suggested"
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    ON_SCENE = "on_scene"
    RESOLVED = "resolved"
    NO_CAPACITY = "no_capacity"
    EXPIRED = "expired"
    """Nobody looked in time."""


class Command(StrEnum):
    """What can be done to an incident: by a person, but for `expire`."""

    CLAIM = "claim"
    RELEASE = "release"
    CONFIRM = "confirm"
    REJECT = "reject"
    ESCALATE = "escalate"
    UNDO = "undo"
    ACKNOWLEDGE = "acknowledge"
    ARRIVE = "arrive"
    RESOLVE = "resolve"
    DECLINE = "decline"
    EXPIRE = "expire"
    HAND_OVER = "hand_over"
    """A claim goes to a colleague, at the end of a shift."""


class Held(StrEnum):
    """Why a suggestion is not put before people yet."""

    BUDGET = "budget"
    """More came within the hour than the observers who are there can look at."""
    THRESHOLD = "threshold"
    """It scores under the threshold that a supervisor approved."""


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


class Result(StrEnum):
    """What a recipient found or did."""

    WARNED = "warned"
    FINED = "fined"
    ARRESTED = "arrested"
    DISPERSED = "dispersed"
    REMOVED = "removed"
    ASSISTED = "assisted"
    NOTHING_FOUND = "nothing_found"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cameras and kinds a person may see; None is all of them."""

    cameras: frozenset[str] | None = None
    kinds: frozenset[Kind] | None = None

    def covers(self, suggestion: Suggestion) -> bool:
        """Whether this suggestion is within it; of several cameras, that of the first piece counts."""
        return (self.cameras is None or suggestion.camera in self.cameras) and (
            self.kinds is None or suggestion.kind in self.kinds
        )


EVERYTHING: Final = Scope()


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who gives a command."""

    name: str
    role: Role
    scope: Scope = EVERYTHING


@dataclass(frozen=True, slots=True)
class Order:
    """A command with what it needs: see `review.transitions.NEEDS`.

    `version` is the version of the incident that the person was looking at; `to` is the colleague who gets
    the claim of one that is handed over.
    """

    command: Command
    version: int
    reason: RejectReason | None = None
    recipient: Recipient | None = None
    priority: Priority | None = None
    note: str = ""
    result: Result | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """When each step was first taken, in UTC; None as long as it was not.

    Attributes:
        looked_at: a person opened it.
        claimed_at: a person claimed it for the first time.
        escalated_at: it was handed over, to the recipient that has it now.
        acknowledged_at: the recipient has it.
        on_scene_at: somebody is there.
        closed_at: the recipient is done, or has nobody.
    """

    looked_at: datetime | None = None
    claimed_at: datetime | None = None
    escalated_at: datetime | None = None
    acknowledged_at: datetime | None = None
    on_scene_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """A suggestion and what people made of it. `version` grows by one with every change of state.

    `priority` is the one that a person gave when escalating; the one that was proposed is the suggestion's.
    `note` is of the person who decided, `answer` of `answered_by` at the recipient. `type` (of the catalogue
    in `review`) and `entered_by` are those of an incident entered by hand, and None in a suggestion. `held`
    says why it is held back, `shown_at` (UTC) when it was put before people; never both. `below` is the
    threshold under which it lay when it came, or None; `sample_share` (0..1) with which probability one like
    it is shown all the same, None where it was not drawn.
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
    clocks: Clocks = Clocks()
    answered_by: str | None = None
    result: Result | None = None
    answer: str = ""
    type: str | None = None
    entered_by: str | None = None
    held: Held | None = None
    shown_at: datetime | None = None
    below: float | None = None
    sample_share: float | None = None


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
