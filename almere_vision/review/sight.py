"""Which incidents a person may see: by role, and by the cameras and kinds of the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from almere_vision.domain.incident import EVERYTHING, Actor, Incident, Recipient, Role, Scope, State
from almere_vision.domain.suggestion import Kind
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

SCOPES: Final[Mapping[Role, Scope]] = MappingProxyType(
    dict.fromkeys(Role, EVERYTHING)
    # Groups and fights are no business of theirs; waste and street furniture, which people enter, are.
    | {Role.ENFORCEMENT: Scope(kinds=frozenset({Kind.PARKING, Kind.OTHER}))}
)
"""Cameras and kinds of a new account, unless it is told otherwise."""

_NOTHING: Final = Sight(states=frozenset())


@dataclass(frozen=True, slots=True)
class Standing:
    """What of an incident decides who may see it."""

    camera: str
    kind: Kind
    state: State
    recipient: Recipient | None

    @classmethod
    def of(cls, incident: Incident) -> Standing:
        """Of an incident as it is now; of several cameras, that of the first piece counts."""
        return cls(incident.suggestion.camera, incident.suggestion.kind, incident.state, incident.recipient)


def may_see(incident: Incident, actor: Actor) -> bool:
    """Whether this person may see this incident as it is now."""
    return may_see_standing(Standing.of(incident), actor)


def may_see_standing(standing: Standing, actor: Actor) -> bool:
    """As `may_see`, where only the standing is known."""
    sight = SIGHT.get(actor.role)
    return (
        sight is not None
        and (actor.scope.cameras is None or standing.camera in actor.scope.cameras)
        and (actor.scope.kinds is None or standing.kind in actor.scope.kinds)
        and (sight.states is None or standing.state in sight.states)
        and (sight.recipients is None or standing.recipient in sight.recipients)
    )


def narrowed(query: Query, actor: Actor) -> Query:
    """The same query within what this person may see."""
    return replace(query, scope=actor.scope, sight=SIGHT.get(actor.role, _NOTHING))
