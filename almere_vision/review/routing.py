"""To whom an incident can be escalated: the routes of the protocol, and who is on duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from almere_vision.domain.incident import Recipient
from almere_vision.domain.priority import Priority
from almere_vision.domain.protocol import Protocol, Route
from almere_vision.domain.suggestion import Suggestion


@dataclass(frozen=True, slots=True)
class Option:
    """A recipient to choose from.

    Attributes:
        recipient: who.
        on_duty: whether somebody is there now.
        on_duty_from: when somebody comes, if nobody is there now.
        routed: the protocol names it for this incident.
    """

    recipient: Recipient
    on_duty: bool
    on_duty_from: datetime | None
    routed: bool


def options(
    protocol: Protocol, suggestion: Suggestion, priority: Priority, at: datetime
) -> tuple[Option, ...]:
    """All recipients: who is on duty first, then those that the protocol names, in its order.

    So the first is the one that gets it unless a person chooses another: where nobody whom the protocol
    names is on duty, it falls back to somebody who is.
    """
    matching = (route for route in protocol.routes if _matches(route, suggestion, priority, at))
    named = next((route.recipients for route in matching), ())
    listed = [*named, *(recipient for recipient in Recipient if recipient not in named)]
    found = [
        Option(one, protocol.on_duty(one, at), protocol.next_duty(one, at), one in named) for one in listed
    ]
    return tuple(sorted(found, key=lambda option: not option.on_duty))


def _matches(route: Route, suggestion: Suggestion, priority: Priority, at: datetime) -> bool:
    return (
        (not route.kinds or suggestion.kind in route.kinds)
        and (not route.cameras or suggestion.camera in route.cameras)
        and (not route.zones or suggestion.zone in route.zones)
        and (not route.priorities or priority in route.priorities)
        and (not route.when or any(window.covers(at) for window in route.when))
    )
