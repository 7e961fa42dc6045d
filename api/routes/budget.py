"""The alert budget: how it stands, and letting one through by hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Path

from almere_vision.domain.priority import Priority
from api.access import GuardedRoute, Person
from api.deps import Parts, now
from api.routes.incidents import tell
from api.schemas.budget import Budget, HeldCount
from api.schemas.fields import IncidentId
from api.schemas.incident import Incident

router = APIRouter(tags=["budget"], route_class=GuardedRoute)


@router.get("/budget", operation_id="getBudget")
def get_budget(parts: Parts, person: Person) -> Budget:
    """How the alert budget stands, and how many suggestions it holds back."""
    standing = parts.gate.standing(now())
    budget = standing.budget
    return Budget(
        per_observer_hour=None if budget is None else budget.per_observer_hour,
        holds=[] if budget is None else [one for one in Priority if one in budget.holds],
        observers=standing.observers,
        shown=standing.shown,
        allowed=standing.allowed,
        held=[
            HeldCount(why=why, priority=priority, count=count)
            for why, counted in parts.desk.held(person.actor).items()
            for priority, count in counted.items()
        ],
    )


@router.post("/incidents/{incident_id}/let-through", operation_id="letThroughIncident")
def let_through(
    incident_id: Annotated[IncidentId, Path(description="Id of the incident.")],
    parts: Parts,
    person: Person,
    later: BackgroundTasks,
) -> Incident:
    """Put one that is held back before everybody; one that is not is left as it is."""
    incident, changed = parts.desk.let_through(incident_id, person.actor)
    if changed:
        later.add_task(parts.announce, [incident])
    return tell([incident], parts, person)[0]
