"""The site at a glance."""

from __future__ import annotations

from fastapi import APIRouter

from api.access import GuardedRoute, Person
from api.deps import Parts
from api.schemas.overview import CameraLoad, CameraLoadList, SiteMap
from api.site_map import drawn

router = APIRouter(tags=["overview"], route_class=GuardedRoute)


@router.get("/map", operation_id="getMap")
def get_map(parts: Parts, person: Person) -> SiteMap:
    """The map of the site as its file draws it: nothing of it comes from outside."""
    return drawn(parts.site, person.actor.scope)


@router.get("/load", operation_id="getLoad")
def get_load(parts: Parts, person: Person) -> CameraLoadList:
    """How much waits at each camera."""
    return CameraLoadList(
        items=[
            CameraLoad(camera=camera, open=load.open, priority=load.priority)
            for camera, load in sorted(parts.desk.by_camera(person.actor).items())
        ]
    )
