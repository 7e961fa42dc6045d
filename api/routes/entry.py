"""Incidents entered by hand, and the types to choose from."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Header, Query, Response
from starlette.status import HTTP_200_OK, HTTP_201_CREATED

from almere_vision.domain.errors import BlobMissing
from almere_vision.review.types import find_types
from api.access import Caller, GuardedRoute, Person
from api.deps import Parts, Services
from api.problems import Problem
from api.routes.incidents import tell
from api.routes.snapshots import snapshot_blob
from api.schemas.entry import IdempotencyKey, NewIncident, TypeList, TypeOfIncident
from api.schemas.incident import Incident

router = APIRouter(tags=["entry"], route_class=GuardedRoute)

MOST_TYPES = 500


@router.get("/types", operation_id="listTypes")
async def list_types(
    q: Annotated[str, Query(max_length=100, description="Words, in either language; all must occur.")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_TYPES)] = MOST_TYPES,
) -> TypeList:
    """The catalogue of types, or what of it fits the words, best match first."""
    return TypeList(items=[TypeOfIncident.of(one) for one in find_types(q, limit)])


@router.post(
    "/incidents",
    operation_id="enterIncident",
    status_code=HTTP_201_CREATED,
    responses={HTTP_200_OK: {"model": Incident, "description": "Entered before, with the same key"}},
)
def enter_incident(
    body: NewIncident,
    idempotency_key: Annotated[
        IdempotencyKey, Header(description="Made for this one entry: sent twice, it is one incident.")
    ],
    parts: Parts,
    person: Person,
    later: BackgroundTasks,
    response: Response,
) -> Incident:
    """Enter what you saw. From here on it is an incident like any other."""
    _check_place(body, parts, person)
    blob = None if body.snapshot is None else _kept_snapshot(body.camera, body.snapshot, parts)
    incident, fresh = parts.desk.enter(body.sighting(idempotency_key, blob), person.actor)
    if fresh:
        later.add_task(parts.announce, [incident])
    else:
        response.status_code = HTTP_200_OK
    return tell([incident], parts, person)[0]


def _check_place(body: NewIncident, parts: Services, person: Caller) -> None:
    if not parts.places.has_camera(body.camera, person.actor.scope):
        raise Problem("invalid", "camera: there is no such camera")
    zones = parts.places.zones(body.camera)
    if body.zone and zones and body.zone not in zones:
        raise Problem("invalid", "zone: this camera has no such zone")


def _kept_snapshot(camera: str, snapshot_id: str, parts: Services) -> str:
    name = snapshot_blob(camera, snapshot_id)
    try:
        parts.blobs.stat(name)
    except BlobMissing:
        raise Problem("invalid", "snapshot: there is no such picture of this camera") from None
    return name
