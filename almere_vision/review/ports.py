"""What review needs from the place where incidents are kept, and what the API asks of review."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from almere_vision.domain.delivery import Delivery
from almere_vision.domain.incident import EVERYTHING, AuditLine, Held, Incident, Recipient, Scope, State
from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind, Suggestion


class Sort(StrEnum):
    """Newest first; or P1 first, then P2, P3 and those without, newest first among equals."""

    NEWEST = "newest"
    PRIORITY = "priority"


@dataclass(frozen=True, slots=True)
class Sight:
    """What a role sees of the incidents within the scope of a person; None does not restrict.

    Attributes:
        states: incidents in these states.
        recipients: incidents that were escalated to one of these.
    """

    states: frozenset[State] | None = None
    recipients: frozenset[Recipient] | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """Incidents that have waited in a state since before a moment.

    Attributes:
        state: in which they wait.
        priority: of the escalation, before it of the suggestion; one without any counts as P3.
        since: escalated, or arrived if they were not, at or before this moment (UTC).
    """

    state: State
    priority: Priority
    since: datetime


@dataclass(frozen=True, slots=True)
class Query:
    """Which incidents to list, and in which order; an empty tuple does not restrict.

    `after` is the id of the last incident of the page before. `ids`: only those of these that the rest
    names. `suggested_priorities` are those of the suggestion, not the one that a person gave when
    escalating. Of `late` any will do. `held`: only those that are held back, or only those that are not.
    `scope` and `sight` are what the person who asks may see at all.
    """

    ids: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    kinds: tuple[Kind, ...] = ()
    cameras: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    suggested_priorities: tuple[Priority, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    sort: Sort = Sort.NEWEST
    after: str | None = None
    limit: int = 50
    late: tuple[Late, ...] | None = None
    held: bool | None = None
    scope: Scope = EVERYTHING
    sight: Sight = Sight()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of incidents; `after` asks for the next one and is None on the last."""

    incidents: tuple[Incident, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Holding:
    """What becomes of a suggestion when it comes.

    Attributes:
        why: it is held back; None shows it.
        below: the threshold under which it lies, 0..1; None where it lies under none.
        sample_share: under a threshold and shown all the same, drawn with this probability.
    """

    why: Held | None = None
    below: float | None = None
    sample_share: float | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """What is open of one suggested priority.

    Attributes:
        open: suggestions that nobody has decided; without those that are held back.
        newest_at: when the newest of them was put before people, in UTC.
    """

    open: int
    newest_at: datetime


@dataclass(frozen=True, slots=True)
class CameraLoad:
    """What is open of one camera: how many, and the highest priority among them (suggested)."""

    open: int
    priority: Priority | None


Hold = Callable[[Suggestion], Holding]


def hold_nothing(_suggestion: Suggestion) -> Holding:
    """Everything is shown as it arrives."""
    return Holding()


class IncidentStore(Protocol):
    """Where incidents are kept. Every method may raise `StoreUnavailable`."""

    def receive_all(
        self, suggestions: Sequence[Suggestion], at: datetime, hold: Hold = hold_nothing
    ) -> tuple[Incident, ...]:
        """Keep new suggestions and newer revisions of known ones, all or none; what is new or changed.

        `hold` says which are held back; one that a newer revision makes too urgent for that is shown.

        Idempotent by id and revision: a message seen before changes nothing and gives nothing.
        """
        ...

    def get(self, incident_id: str) -> Incident:
        """Raises `IncidentMissing`."""
        ...

    def page(self, query: Query) -> Page: ...

    def has_held(self, why: Held) -> bool:
        """Whether anything is held back for this reason."""
        ...

    def count_held(self, query: Query) -> Mapping[Held, Mapping[Priority | None, int]]:
        """How many are held back within a query, by reason and suggested priority."""
        ...

    def lanes(self, query: Query) -> Mapping[Priority | None, Lane]:
        """What is open within a query, by suggested priority; those of which nothing is open are left out."""
        ...

    def by_camera(self, query: Query) -> Mapping[str, CameraLoad]:
        """What is within a query and not held back, by camera; those of which nothing is are left out."""
        ...

    def count_shown(self, since: datetime) -> int:
        """How many suggestions were put before people after a moment."""
        ...

    def let_through(self, at: datetime, since: datetime, most: int | None) -> tuple[Incident, ...]:
        """Show the first of those that the budget holds, until `most` were shown after `since`.

        The most urgent first, the newest first among equals; None is no limit. Exact also when several
        processes do so at the same moment.
        """
        ...

    def reconsider(self, at: datetime, hold: Hold) -> tuple[Incident, ...]:
        """Ask again of all that a threshold holds back, and show what it does not hold back any more."""
        ...

    def show(self, incident_id: str, line: AuditLine) -> Incident | None:
        """Show one that is held back, and keep the line; None if it is not held (any more)."""
        ...

    def look(self, incident_id: str, at: datetime) -> Incident | None:
        """Note when a person first looked at it; the incident, or None if somebody had looked before.

        That is no new version of it.
        """
        ...

    def history(self, incident_id: str) -> tuple[AuditLine, ...]:
        """Oldest first; the first line tells of its arrival. Raises `IncidentMissing`."""
        ...

    def enter(self, incident: Incident, line: AuditLine) -> Incident | None:
        """Keep an incident that a person entered, and its first line, in one transaction.

        Gives None if it is new, else the one that has its id already; then nothing is changed.
        """
        ...

    def replace(
        self,
        incident: Incident,
        expected_version: int,
        line: AuditLine,
        deliveries: Sequence[Delivery] = (),
    ) -> None:
        """Store the new state, its audit line and what has to go out in one transaction.

        Raises `VersionConflict` when the stored version is not `expected_version` any more.
        """
        ...
