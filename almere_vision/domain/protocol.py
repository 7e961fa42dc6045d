"""The protocol of a site: who is told of what, who is on duty, and by when each step is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from almere_vision.domain.clock import TimeWindow
from almere_vision.domain.incident import Recipient
from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind


@dataclass(frozen=True, slots=True)
class Route:
    """To whom an incident goes; an empty set or tuple restricts nothing.

    Attributes:
        recipients: in order of preference; the first one on duty gets it.
        kinds: kinds of incident.
        cameras: ids of cameras.
        zones: ids of zones.
        priorities: of the escalation.
        when: local time windows.
    """

    recipients: tuple[Recipient, ...]
    kinds: frozenset[Kind] = frozenset()
    cameras: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    when: tuple[TimeWindow, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadlines:
    """By when each step should be taken, in seconds; None sets no deadline.

    Attributes:
        claim_s: somebody claims it, from its arrival.
        decide_s: somebody decides, from its arrival.
        acknowledge_s: the recipient acknowledges, from the escalation.
        arrive_s: somebody is there, from the escalation.
        expire_s: unclaimed for so long from its arrival, it leaves the queue as not looked at.
    """

    claim_s: float | None = None
    decide_s: float | None = None
    acknowledge_s: float | None = None
    arrive_s: float | None = None
    expire_s: float | None = None


DEFAULT_ROUTES: Final = (
    Route((Recipient.CONTROL_ROOM,), priorities=frozenset({Priority.P1})),
    Route((Recipient.POLICE, Recipient.CONTROL_ROOM), priorities=frozenset({Priority.P2})),
    Route((Recipient.ENFORCEMENT, Recipient.CITY_WARDENS, Recipient.CONTROL_ROOM)),
)
"""An emergency goes to the regional control room, what is serious through the supervisor of the police, the
rest to the municipal desk."""

DEFAULT_DEADLINES: Final[Mapping[Priority, Deadlines]] = MappingProxyType(
    {
        Priority.P1: Deadlines(claim_s=30, decide_s=60, acknowledge_s=60, arrive_s=600),
        Priority.P2: Deadlines(claim_s=60, decide_s=180, acknowledge_s=180, arrive_s=900, expire_s=28_800),
        Priority.P3: Deadlines(claim_s=600, decide_s=1_200, acknowledge_s=3_600, expire_s=28_800),
    }
)


@dataclass(frozen=True, slots=True)
class AlertBudget:
    """How much is put before people.

    Attributes:
        per_observer_hour: suggestions that one observer can look at within an hour.
        holds: priorities that are held back above it; never P1.
    """

    per_observer_hour: int
    holds: frozenset[Priority] = frozenset({Priority.P3})

    def __post_init__(self) -> None:
        if Priority.P1 in self.holds or self.per_observer_hour < 1:
            raise ValueError("a budget is at least 1, and never holds P1 back")


@dataclass(frozen=True, slots=True)
class Protocol:
    """One site's protocol. `version` is the sha8 of its file, or `default`.

    A recipient that `duty` does not name is always on duty. Without a `budget` nothing is held back.
    """

    routes: tuple[Route, ...] = DEFAULT_ROUTES
    duty: Mapping[Recipient, tuple[TimeWindow, ...]] = field(default_factory=dict)
    deadlines: Mapping[Priority, Deadlines] = field(default_factory=lambda: DEFAULT_DEADLINES)
    budget: AlertBudget | None = None
    version: str = "default"

    def on_duty(self, recipient: Recipient, at: datetime) -> bool:
        """Whether somebody is there at an aware moment."""
        windows = self.duty.get(recipient)
        return windows is None or any(window.covers(at) for window in windows)

    def next_duty(self, recipient: Recipient, at: datetime) -> datetime | None:
        """When somebody comes on duty after `at`, within two weeks; None if nobody does, or somebody is."""
        if self.on_duty(recipient, at):
            return None
        opens = (window.next_begin(at) for window in self.duty.get(recipient, ()))
        soon = [begin for begin in opens if begin is not None and begin - at <= timedelta(days=14)]
        return min(soon, default=None)
