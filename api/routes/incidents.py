"""The queue: list and filter, look at one, and give a command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Path, Query, Response

from almere_vision.domain import incident as domain
from almere_vision.domain.incident import Order, State
from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind
from almere_vision.review import allowed, ports
from api.access import Caller, GuardedRoute, Person
from api.deps import Parts, Services, now
from api.schemas.commands import (
    Acknowledge,
    Arrive,
    Claim,
    Confirm,
    Decline,
    Escalate,
    Reject,
    Release,
    Resolve,
    Undo,
)
from api.schemas.fields import IncidentId, Moment, Name
from api.schemas.incident import Incident, IncidentDetail, IncidentPage
from api.schemas.recipient import RecipientList, RecipientOption

router = APIRouter(prefix="/incidents", tags=["incidents"], route_class=GuardedRoute)

IdInPath = Annotated[IncidentId, Path(description="Id of the incident.")]
MAX_VALUES = 100
"""Values of one filter."""


@router.get("", operation_id="listIncidents", response_model=IncidentPage)
def list_incidents(
    parts: Parts,
    person: Person,
    only: Annotated[
        list[IncidentId] | None,
        Query(alias="id", max_length=MAX_VALUES, description="Of these those that the list holds."),
    ] = None,
    state: Annotated[list[State] | None, Query(max_length=MAX_VALUES)] = None,
    kind: Annotated[list[Kind] | None, Query(max_length=MAX_VALUES)] = None,
    camera: Annotated[
        list[Name] | None, Query(max_length=MAX_VALUES, description="Of the first piece of evidence.")
    ] = None,
    zone: Annotated[
        list[Name] | None, Query(max_length=MAX_VALUES, description="Of the first piece of evidence.")
    ] = None,
    suggested_priority: Annotated[
        list[Priority] | None,
        Query(max_length=MAX_VALUES, description="Of the suggestion, not of the escalation."),
    ] = None,
    since: Annotated[Moment | None, Query(description="Raised at or after.")] = None,
    until: Annotated[Moment | None, Query(description="Raised before.")] = None,
    overdue: Annotated[bool, Query(description="Only those whose next step is late.")] = False,
    held: Annotated[bool, Query(description="Only those that are held back; else only the others.")] = False,
    sort: Annotated[
        ports.Sort, Query(description="Newest first, or P1 first and newest first among equals.")
    ] = ports.Sort.NEWEST,
    after: Annotated[IncidentId | None, Query(description="`after` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Newest first, unless asked otherwise. A filter that is given more than once matches any of its values.

    With `sort=priority` an incident that becomes more urgent while pages are read moves up, perhaps onto a
    page that was read before; the event stream tells of it.
    """
    query = ports.Query(
        ids=tuple(only or ()),
        states=tuple(state or ()),
        kinds=tuple(kind or ()),
        cameras=tuple(camera or ()),
        zones=tuple(zone or ()),
        suggested_priorities=tuple(suggested_priority or ()),
        since=since,
        until=until,
        held=held,
        sort=sort,
        after=after,
        limit=limit,
    )
    page = (parts.desk.overdue if overdue else parts.desk.page)(query, person.actor)
    items = tell(page.incidents, parts, person)
    # As text at once: FastAPI would check and copy each value again, which takes longer than the database.
    body = IncidentPage(items=items, after=page.after).model_dump_json()
    return Response(body, media_type="application/json")


@router.get("/{incident_id}", operation_id="getIncident")
def get_incident(
    incident_id: IdInPath, parts: Parts, person: Person, later: BackgroundTasks
) -> IncidentDetail:
    """One incident with its history, and how far messages about it got.

    The first look of somebody who watches is kept in `clocks`.
    """
    incident = parts.desk.show(incident_id, person.actor)
    if (first := parts.desk.look(incident, person.actor)) is not None:
        incident = first
        later.add_task(parts.announce, [first])
    history = parts.desk.history(incident_id, person.actor)
    at = now()
    return IncidentDetail.with_history(
        incident,
        allowed(incident, person.actor, at),
        parts.desk.due(incident),
        history,
        parts.outbox.of_incident(incident_id),
        undelivered=bool(parts.outbox.undelivered([incident_id], at)),
    )


@router.get("/{incident_id}/recipients", operation_id="listRecipients")
def list_recipients(
    incident_id: IdInPath,
    parts: Parts,
    person: Person,
    priority: Annotated[Priority, Query(description="Of the escalation.")],
) -> RecipientList:
    """Who could be told of it, the best first; an escalation that names nobody goes to that one."""
    found = parts.desk.options(incident_id, priority, person.actor)
    return RecipientList(items=[RecipientOption.of(option) for option in found])


@router.post("/{incident_id}/claim", operation_id="claimIncident")
def claim(
    incident_id: IdInPath, body: Claim, parts: Parts, person: Person, later: BackgroundTasks
) -> Incident:
    """Take it, so that no other person looks at it at the same time."""
    return _carry_out(incident_id, body.order(), parts, person, later)


@router.post("/{incident_id}/release", operation_id="releaseIncident")
def release(
    incident_id: IdInPath, body: Release, parts: Parts, person: Person, later: BackgroundTasks
) -> Incident:
    """Put it back in the queue."""
    return _carry_out(incident_id, body.order(), parts, person, later)


@router.post("/{incident_id}/confirm", operation_id="confirmIncident")
def confirm(
    incident_id: IdInPath, body: Confirm, parts: Parts, person: Person, later: BackgroundTasks
) -> Incident:
    """Say that it is so."""
    return _carry_out(incident_id, body.order(), parts, person, later)


@router.post("/{incident_id}/reject", operation_id="rejectIncident")
def reject(
    incident_id: IdInPath, body: Reject, parts: Parts, person: Person, later: BackgroundTasks
) -> Incident:
    """Say that it is not so, and why."""
    return _carry_out(incident_id, body.order(), parts, person, later)


@router.post("/{incident_id}/escalate", operation_id="escalateIncident")
def escalate(
    incident_id: IdInPath, body: Escalate, parts: Parts, person: Person, later: BackgroundTasks
) -> Incident:
    """Tell somebody else."""
    return _carry_out(incident_id, body.order(), parts, person, later)


@router.post("/{incident_id}/undo", operation_id="undoIncident")
def undo(incident_id: IdInPath, body: Undo, parts: Parts, person: Person, later: BackgroundTasks) -> Incident:
    """Take the last decision back."""
    return _carry_out(incident_id, body.order(), parts, person, later)


@router.post("/{incident_id}/acknowledge", operation_id="acknowledgeIncident")
def acknowledge(
    incident_id: IdInPath, body: Acknowledge, parts: Parts, person: Person, later: BackgroundTasks
) -> Incident:
    """Say that the recipient has it."""
    return _carry_out(incident_id, body.order(), parts, person, later)


@router.post("/{incident_id}/arrive", operation_id="arriveIncident")
def arrive(
    incident_id: IdInPath, body: Arrive, parts: Parts, person: Person, later: BackgroundTasks
) -> Incident:
    """Say that somebody is on the scene."""
    return _carry_out(incident_id, body.order(), parts, person, later)


@router.post("/{incident_id}/resolve", operation_id="resolveIncident")
def resolve(
    incident_id: IdInPath, body: Resolve, parts: Parts, person: Person, later: BackgroundTasks
) -> Incident:
    """Say what came of it."""
    return _carry_out(incident_id, body.order(), parts, person, later)


@router.post("/{incident_id}/decline", operation_id="declineIncident")
def decline(
    incident_id: IdInPath, body: Decline, parts: Parts, person: Person, later: BackgroundTasks
) -> Incident:
    """Say that there is nobody to send."""
    return _carry_out(incident_id, body.order(), parts, person, later)


def _carry_out(
    incident_id: str, order: Order, parts: Services, person: Caller, later: BackgroundTasks
) -> Incident:
    """The decision is stored before the answer goes out; others hear of it after."""
    before = parts.desk.show(incident_id, person.actor)
    changed = parts.desk.carry_out(incident_id, order, person.actor)
    later.add_task(parts.announce, [changed], before)
    return tell([changed], parts, person)[0]


def tell(incidents: Sequence[domain.Incident], parts: Services, person: Caller) -> list[Incident]:
    """Incidents as this person may see them now."""
    at = now()
    undelivered = parts.outbox.undelivered([one.suggestion.id for one in incidents], at)
    return [
        Incident.of(
            one,
            allowed(one, person.actor, at),
            parts.desk.due(one),
            undelivered=one.suggestion.id in undelivered,
        )
        for one in incidents
    ]
