"""By when the next step of an incident is due, and which incidents are late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from almere_vision.domain.incident import Incident, State
from almere_vision.domain.priority import Priority
from almere_vision.domain.protocol import Deadlines, Protocol
from almere_vision.review.ports import Late


class Step(StrEnum):
    """What somebody should do next."""

    CLAIM = "claim"
    DECIDE = "decide"
    ACKNOWLEDGE = "acknowledge"
    ARRIVE = "arrive"


@dataclass(frozen=True, slots=True)
class Due:
    """The next step, and the moment (UTC) by which somebody should have taken it."""

    step: Step
    at: datetime


_STEPS = {
    State.SUGGESTED: Step.CLAIM,
    State.CLAIMED: Step.DECIDE,
    State.ESCALATED: Step.ACKNOWLEDGE,
    State.ACKNOWLEDGED: Step.ARRIVE,
}


def due(incident: Incident, protocol: Protocol) -> Due | None:
    """The next step of an incident; None where nothing is due any more, or no deadline is set."""
    step = _STEPS.get(incident.state)
    since = incident.clocks.escalated_at or incident.received_at
    priority = incident.priority or incident.suggestion.priority or Priority.P3
    limit_s = None if step is None else _limit_s(protocol.deadlines.get(priority, Deadlines()), step)
    return None if step is None or limit_s is None else Due(step, since + timedelta(seconds=limit_s))


def late(protocol: Protocol, at: datetime) -> tuple[Late, ...]:
    """What makes an incident overdue at `at`, as conditions for a store: any of them will do."""
    return tuple(_late(protocol, at))


def _late(protocol: Protocol, at: datetime) -> Iterator[Late]:
    for state, step in _STEPS.items():
        for priority, deadlines in protocol.deadlines.items():
            limit_s = _limit_s(deadlines, step)
            if limit_s is not None:
                yield Late(state, priority, at - timedelta(seconds=limit_s))


def unseen(protocol: Protocol, at: datetime) -> tuple[Late, ...]:
    """What makes a suggestion expire at `at`, as conditions for a store: any of them will do."""
    return tuple(
        Late(State.SUGGESTED, priority, at - timedelta(seconds=deadlines.expire_s))
        for priority, deadlines in protocol.deadlines.items()
        if deadlines.expire_s is not None
    )


def _limit_s(deadlines: Deadlines, step: Step) -> float | None:
    limit_s: float | None = getattr(deadlines, f"{step}_s")
    return limit_s
