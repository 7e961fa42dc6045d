"""A picture of a camera as it is now, for somebody who enters an incident; every look is audited."""

from __future__ import annotations

import hashlib
import secrets
from typing import Annotated, Final

from fastapi import APIRouter, Path, Response
from starlette.status import HTTP_201_CREATED

from almere_vision.domain.audit import Action, Entry, Subject
from almere_vision.domain.errors import BlobMissing, CameraError
from api.access import Caller, GuardedRoute, Person
from api.deps import Parts, Services, now
from api.files import PrivateBlob
from api.problems import Problem
from api.purpose import Purpose
from api.schemas.entry import CameraSnapshot, SnapshotId, ZoneList
from api.schemas.fields import Name

router = APIRouter(prefix="/cameras/{camera_id}", tags=["cameras"], route_class=GuardedRoute)

CameraInPath = Annotated[Name, Path(description="Id of the camera.")]
_WHAT: Final = "live_snapshot"


@router.get("/zones", operation_id="listZones")
def list_zones(camera_id: CameraInPath, parts: Parts, person: Person) -> ZoneList:
    """The zones of a camera, as its file names them."""
    _check_camera(camera_id, parts, person)
    return ZoneList(items=list(parts.places.zones(camera_id)))


@router.post("/snapshots", operation_id="takeSnapshot", status_code=HTTP_201_CREATED)
def take_snapshot(camera_id: CameraInPath, parts: Parts, person: Person) -> CameraSnapshot:
    """Take the newest picture that the worker of a camera has, and keep it."""
    _check_camera(camera_id, parts, person)
    try:
        taken = parts.snapshots.ask(camera_id)
    except CameraError as error:
        raise Problem("no_picture", f"There is no picture: {error}.") from None
    name = f"{taken.taken_at:%Y%m%d}-{secrets.token_hex(16)}"
    parts.blobs.put(snapshot_blob(camera_id, name), taken.jpeg)
    return CameraSnapshot(id=name, camera=camera_id, taken_at=taken.taken_at)


@router.get(
    "/snapshots/{snapshot_id}",
    operation_id="getCameraSnapshot",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}},
)
def get_camera_snapshot(
    camera_id: CameraInPath,
    snapshot_id: Annotated[SnapshotId, Path(description="As `takeSnapshot` gave it.")],
    parts: Parts,
    person: Person,
    purpose: Purpose,
) -> Response:
    """The picture that was taken."""
    _check_camera(camera_id, parts, person)
    try:
        file = PrivateBlob(parts.blobs, snapshot_blob(camera_id, snapshot_id), "image/jpeg")
    except BlobMissing:
        raise BlobMissing("There is no such picture of this camera.") from None
    actor = person.actor
    parts.audit.append(
        Entry(
            at=now(),
            actor=actor.name,
            role=actor.role,
            action=Action.VIEW,
            kind=Subject.CAMERA,
            subject=camera_id,
            purpose=purpose,
            details={"what": _WHAT, "snapshot": snapshot_id},
        )
    )
    return file


def snapshot_blob(camera: str, snapshot_id: str) -> str:
    """Name of the blob of a snapshot: the id says the day, and the camera is part of it, so that nobody
    reaches the picture of one camera through another.
    """
    day, _, name = snapshot_id.partition("-")
    of = hashlib.sha256(camera.encode(errors="surrogatepass")).hexdigest()[:12]
    return f"{day[:4]}/{day[4:6]}/{day[6:]}/look-{of}-{name}/snapshot.jpg"


def _check_camera(camera: str, parts: Services, person: Caller) -> None:
    if not parts.places.has_camera(camera, person.actor.scope):
        raise Problem("not_found", "There is no such camera.")
