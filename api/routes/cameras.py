"""Cameras and whether their pictures come in."""

from __future__ import annotations

from fastapi import APIRouter

from api.access import GuardedRoute
from api.deps import Parts
from api.schemas.camera import Camera, CameraList

router = APIRouter(tags=["cameras"], route_class=GuardedRoute)


@router.get("/cameras", operation_id="listCameras")
def list_cameras(parts: Parts) -> CameraList:
    """All cameras that a worker has told about."""
    return CameraList(items=[Camera.of(camera) for camera in parts.notices.cameras()])
