"""Which incidents a person may see: by role, and by the cameras and kinds of the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from almere_vision.domain.incident import Actor, Incident, Role, State
from almere_vision.review.ports import Query, Sight
from almere_vision.review.transitions import DESKS


def _inbox(role: Role) -> Sight:
    return Sight(recipients=frozenset(recipient for recipient, desk in DESKS.items() if desk is role))


SIGHT: Final[Mapping[Role, Sight]] = MappingProxyType(
    {
        Role.OBSERVER: Sight(),
        Role.SUPERVISOR: Sight(),
        Role.CONTROL_ROOM: _inbox(Role.CONTROL_ROOM),
        Role.ENFORCEMENT: _inbox(Role.ENFORCEMENT),
        # What was rejected or never judged is no business of an investigation.
        Role.INVESTIGATOR: Sight(
            frozenset(State) - {State.SUGGESTED, State.CLAIMED, State.REJECTED, State.EXPIRED}
        ),
    }
)
"""A role that is not in here sees no incident."""

_NOTHING: Final = Sight(states=frozenset())


def may_see(incident: Incident, actor: Actor) -> bool:
    """Whether this person may see this incident as it is now."""
    sight = SIGHT.get(actor.role)
    return (
        sight is not None
        and actor.scope.covers(incident.suggestion)
        and (sight.states is None or incident.state in sight.states)
        and (sight.recipients is None or incident.recipient in sight.recipients)
    )


def narrowed(query: Query, actor: Actor) -> Query:
    """The same query within what this person may see."""
    return replace(query, scope=actor.scope, sight=SIGHT.get(actor.role, _NOTHING))
