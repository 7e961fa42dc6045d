"""Faults of cameras that people reported, with the ticket of the helpdesk and the result."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.status import HTTP_201_CREATED

from api.access import GuardedRoute, Person
from api.deps import Parts, now
from api.problems import Problem
from api.schemas.faults import CameraFault, CameraFaultList, FaultChange, NewFault
from api.schemas.fields import MAX_VERSION

router = APIRouter(tags=["cameras"], route_class=GuardedRoute)


@router.get("/faults", operation_id="listFaults")
def list_faults(parts: Parts, person: Person) -> CameraFaultList:
    """What is wrong with cameras by the word of people, and what became of it in the last 30 days."""
    return CameraFaultList(items=[CameraFault.of(one) for one in parts.faults.listed(person.actor, now())])


@router.post("/faults", operation_id="reportFault", status_code=HTTP_201_CREATED)
def report_fault(body: NewFault, parts: Parts, person: Person) -> CameraFault:
    """Write down that something is wrong with a camera."""
    if not parts.places.has_camera(body.camera, person.actor.scope):
        raise Problem("invalid", "camera: there is no such camera")
    return CameraFault.of(parts.faults.report(body.camera, body.what, body.ticket, person.actor, now()))


@router.put("/faults/{fault_id}", operation_id="changeFault")
def change_fault(
    fault_id: Annotated[int, Path(ge=1, le=MAX_VERSION, description="Number of the fault.")],
    body: FaultChange,
    parts: Parts,
    person: Person,
) -> CameraFault:
    """Write down the ticket of a fault, or its result, which ends it."""
    return CameraFault.of(
        parts.faults.change(fault_id, body.version, body.ticket, body.result, person.actor, now())
    )
