"""The desk at which people look and decide; each sees what is theirs to see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from almere_vision.domain.errors import IncidentMissing
from almere_vision.domain.incident import Actor, AuditLine, Incident, Order
from almere_vision.review.decide import decide
from almere_vision.review.ports import IncidentStore, Page, Query
from almere_vision.review.sight import may_see, narrowed


class Desk:
    """Shows incidents to people and carries out their commands. What a person may not see is not there.

    Every method may raise `StoreUnavailable`.

    Args:
        store: where incidents are kept.
        claim_s: how long a claim holds, in seconds.
        now: gives the aware moment of now.
    """

    def __init__(self, store: IncidentStore, claim_s: float, now: Callable[[], datetime]) -> None:
        self._store = store
        self._claim_s = claim_s
        self._now = now

    def page(self, query: Query, actor: Actor) -> Page:
        """Those of the query that this person may see. Raises `InputError`."""
        return self._store.page(narrowed(query, actor))

    def show(self, incident_id: str, actor: Actor) -> Incident:
        """Raises `IncidentMissing`, also for one that this person may not see."""
        incident = self._store.get(incident_id)
        if not may_see(incident, actor):
            raise IncidentMissing(f"there is no incident {incident_id[:128]!r}")
        return incident

    def history(self, incident_id: str, actor: Actor) -> tuple[AuditLine, ...]:
        """Oldest first. Raises `IncidentMissing`."""
        self.show(incident_id, actor)
        return self._store.history(incident_id)

    def carry_out(self, incident_id: str, order: Order, actor: Actor) -> Incident:
        """The incident after the command; once this returns, the decision is kept.

        Raises:
            IncidentMissing: no such incident, or not for this person.
            StoreUnavailable: the database is away; nothing was decided, unless it went away between
                storing and answering: then the same command gives a `VersionConflict`.
            VersionConflict, TransitionRefused, NotAllowed, InputError: as `decide`.
        """
        before = self.show(incident_id, actor)
        after, line = decide(before, order, actor, self._now(), self._claim_s)
        self._store.replace(after, before.version, line)
        return after
