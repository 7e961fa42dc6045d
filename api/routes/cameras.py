"""Cameras and whether their pictures come in."""

from __future__ import annotations

from fastapi import APIRouter

from api.access import GuardedRoute, Person
from api.deps import Parts
from api.schemas.camera import Camera, CameraList

router = APIRouter(tags=["cameras"], route_class=GuardedRoute)


@router.get("/cameras", operation_id="listCameras")
def list_cameras(parts: Parts, person: Person) -> CameraList:
    """The cameras that a worker has told about and that this person may see."""
    mine = person.actor.scope.cameras
    seen = [camera for camera in parts.notices.cameras() if mine is None or camera.id in mine]
    return CameraList(items=[Camera.of(camera) for camera in seen])
