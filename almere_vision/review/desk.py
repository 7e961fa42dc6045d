"""The desk at which people look and decide; each sees what is theirs to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

from almere_vision.domain.delivery import Channel
from almere_vision.domain.errors import IncidentMissing, InputError, ReviewError
from almere_vision.domain.incident import Actor, AuditLine, Command, Held, Incident, Order, Role, State
from almere_vision.domain.priority import Priority
from almere_vision.domain.protocol import Protocol
from almere_vision.review.deadlines import Due, due, late, unseen
from almere_vision.review.decide import decide
from almere_vision.review.entry import Sighting, entered, same_entry
from almere_vision.review.outbound import deliveries_of
from almere_vision.review.ports import CameraLoad, IncidentStore, Lane, Page, Query
from almere_vision.review.routing import Option, options
from almere_vision.review.sight import may_see, narrowed
from almere_vision.review.transitions import WATCHERS

LET_THROUGH: Final = "let_through"
"""How the history calls it that a person had one shown that was held back."""

_UNDECIDED: Final = (State.SUGGESTED, State.CLAIMED)
_UNANSWERED: Final = (State.ESCALATED, State.ACKNOWLEDGED, State.ON_SCENE)
_CLAIMS_AT_ONCE: Final = 200
_SERVICE: Final = Actor("almere", Role.SYSTEM)


class Desk:
    """Shows incidents to people and carries out their commands. What a person may not see is not there.

    Every method may raise `StoreUnavailable`.

    Args:
        store: where incidents are kept.
        claim_s: how long a claim holds, in seconds.
        protocol: who is told of what, and by when each step is due.
        now: gives the aware moment of now.
        channels: by which recipients are told.
    """

    def __init__(
        self,
        store: IncidentStore,
        claim_s: float,
        protocol: Protocol,
        now: Callable[[], datetime],
        channels: Sequence[Channel] = (),
    ) -> None:
        self._store = store
        self._claim_s = claim_s
        self._protocol = protocol
        self._now = now
        self._channels = tuple(channels)

    def take(self, protocol: Protocol) -> None:
        """Another protocol holds from now on."""
        self._protocol = protocol

    def page(self, query: Query, actor: Actor) -> Page:
        """Those of the query that this person may see. Raises `InputError`."""
        return self._store.page(narrowed(query, actor))

    def overdue(self, query: Query, actor: Actor) -> Page:
        """Those of the query whose next step should have been taken by now. Raises `InputError`."""
        return self.page(replace(query, late=late(self._protocol, self._now())), actor)

    def due(self, incident: Incident) -> Due | None:
        """The next step of an incident, and by when; None where nothing is due."""
        return due(incident, self._protocol)

    def options(self, incident_id: str, priority: Priority, actor: Actor) -> tuple[Option, ...]:
        """Who could be told of this incident with this priority, the best first. Raises `IncidentMissing`."""
        incident = self.show(incident_id, actor)
        return options(self._protocol, incident.suggestion, priority, self._now())

    def expire(self) -> tuple[Incident, ...]:
        """Let go of what nobody looked at in time; gives what has changed."""
        query = Query(late=unseen(self._protocol, self._now()))
        expired = []
        for incident in self._store.page(query).incidents:
            with suppress(ReviewError):  # somebody claims it at this moment
                expired.append(self._carry_out(incident, Order(Command.EXPIRE, incident.version), _SERVICE))
        return tuple(expired)

    def show(self, incident_id: str, actor: Actor) -> Incident:
        """Raises `IncidentMissing`, also for one that this person may not see."""
        incident = self._store.get(incident_id)
        if not may_see(incident, actor):
            raise IncidentMissing(f"there is no incident {incident_id[:128]!r}")
        return incident

    def look(self, incident: Incident, actor: Actor) -> Incident | None:
        """Note that somebody who watches opened an incident; the incident if that was the first time."""
        if incident.clocks.looked_at is not None or actor.role not in WATCHERS:
            return None
        return self._store.look(incident.suggestion.id, self._now())

    def history(self, incident_id: str, actor: Actor) -> tuple[AuditLine, ...]:
        """Oldest first. Raises `IncidentMissing`."""
        self.show(incident_id, actor)
        return self._store.history(incident_id)

    def held(self, actor: Actor) -> Mapping[Held, Mapping[Priority | None, int]]:
        """How many are held back of what this person may see, by reason and suggested priority."""
        return self._store.count_held(narrowed(Query(), actor))

    def lanes(self, actor: Actor) -> Mapping[Priority | None, Lane]:
        """What is open of what this person may see, by suggested priority."""
        query = Query(states=_UNDECIDED, held=False)
        return self._store.lanes(narrowed(query, actor))

    def by_camera(self, actor: Actor) -> Mapping[str, CameraLoad]:
        """How much waits for this person's kind of work, by camera: verdicts, or answers of a desk."""
        states = _UNDECIDED if actor.role in WATCHERS else _UNANSWERED
        return self._store.by_camera(narrowed(Query(states=states), actor))

    def hand_over(self, actor: Actor, colleague: Actor | None) -> tuple[tuple[Incident, Incident], ...]:
        """Give all claims of a person to a colleague, or back to the queue; each before and after.

        What the colleague may not see goes back to the queue. One that somebody takes at this moment is left
        to them.
        """
        moved = []
        for before in self._claims(actor):
            order = Order(Command.RELEASE, before.version)
            if colleague is not None and may_see(before, colleague):
                order = Order(Command.HAND_OVER, before.version, to=colleague.name)
            with suppress(ReviewError):
                moved.append((before, self._carry_out(before, order, actor)))
        return tuple(moved)

    def _claims(self, actor: Actor) -> tuple[Incident, ...]:
        """All that this person has claimed."""
        query = Query(states=(State.CLAIMED,), limit=_CLAIMS_AT_ONCE)
        found: list[Incident] = []
        while True:
            page = self.page(query, actor)
            found += [one for one in page.incidents if one.claimed_by == actor.name]
            if page.after is None:
                return tuple(found)
            query = replace(query, after=page.after)

    def let_through(self, incident_id: str, actor: Actor) -> tuple[Incident, bool]:
        """Show one that is held back, by hand; the incident, and whether that changed anything.

        Raises `IncidentMissing`.
        """
        before = self.show(incident_id, actor)
        if before.held is None:
            return before, False
        line = AuditLine(
            incident=incident_id,
            at=self._now(),
            actor=actor.name,
            role=actor.role,
            command=LET_THROUGH,
            from_state=before.state,
            to_state=before.state,
            details=(("held", before.held),),
        )
        shown = self._store.show(incident_id, line)
        return (before, False) if shown is None else (shown, True)

    def enter(self, sighting: Sighting, actor: Actor) -> tuple[Incident, bool]:
        """The incident that a person entered, and whether it is new: the same entry again gives the first.

        Raises:
            NotAllowed: as `entered`.
            InputError: as `entered`, or the key stands for another entry of this person.
        """
        incident, line = entered(sighting, actor, self._now())
        before = self._store.enter(incident, line)
        if before is None:
            return incident, True
        if not same_entry(before, incident):
            raise InputError("Idempotency-Key: used before, for another incident; make a new key")
        return before, False

    def carry_out(self, incident_id: str, order: Order, actor: Actor) -> Incident:
        """The incident after the command; once this returns, the decision is kept.

        An escalation without a recipient goes to the first of `options`.

        Raises:
            IncidentMissing: no such incident, or not for this person.
            StoreUnavailable: the database is away; nothing was decided, unless it went away between
                storing and answering: then the same command gives a `VersionConflict`.
            VersionConflict, TransitionRefused, NotAllowed, InputError: as `decide`.
        """
        before = self.show(incident_id, actor)
        if order.command is Command.ESCALATE and order.recipient is None and order.priority is not None:
            best = options(self._protocol, before.suggestion, order.priority, self._now())[0]
            order = replace(order, recipient=best.recipient)
        return self._carry_out(before, order, actor)

    def _carry_out(self, before: Incident, order: Order, actor: Actor) -> Incident:
        now = self._now()
        after, line = decide(before, order, actor, now, self._claim_s)
        told = deliveries_of(before, after, order.command, actor, self._channels, now)
        self._store.replace(after, before.version, line, told)
        return after
