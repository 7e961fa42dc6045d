"""The site at a glance: the map, macros for the wall, and the screens of the control room."""

from __future__ import annotations

import contextlib
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Path

from almere_vision.domain.errors import QueueUnavailable
from almere_vision.storage.screens import SCREEN_COUNT
from api.access import Caller, GuardedRoute, Person
from api.deps import Parts, Services, now
from api.problems import Problem
from api.schemas.overview import (
    CameraLoad,
    CameraLoadList,
    Macro,
    MacroList,
    OnScreen,
    Screen,
    ScreenList,
    SiteMap,
    Title,
)
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


@router.get("/macros", operation_id="listMacros")
def list_macros(parts: Parts, person: Person) -> MacroList:
    """Which cameras come on the wall together; those of which a person may see none are left out."""
    macros = () if parts.site is None else parts.site.macros
    told = [
        Macro(
            id=one.id,
            name=Title(nl=one.name["nl"], en=one.name["en"]),
            cameras=[camera for camera in one.cameras if _may_see(camera, person)],
        )
        for one in macros
    ]
    return MacroList(items=[one for one in told if one.cameras])


@router.get("/screens", operation_id="listScreens")
def list_screens(parts: Parts, person: Person) -> ScreenList:
    """What the regional control room is shown now."""
    return _screens(parts, person)


@router.put("/screens/{screen}", operation_id="putOnScreen")
def put_on_screen(
    screen: Annotated[int, Path(ge=1, le=SCREEN_COUNT, description="Number of the screen.")],
    body: OnScreen,
    parts: Parts,
    person: Person,
    later: BackgroundTasks,
) -> ScreenList:
    """Put a camera on a screen of the control room, which sees it at once; or make the screen dark."""
    if body.camera is not None and not parts.places.has_camera(body.camera, person.actor.scope):
        raise Problem("invalid", "camera: there is no such camera")
    parts.screens.put(screen, body.camera, person.actor, now())
    later.add_task(_tell, parts)
    return _screens(parts, person)


def _tell(parts: Services) -> None:
    with contextlib.suppress(QueueUnavailable):  # consoles also ask by themselves
        parts.notices.tell_screens()


def _screens(parts: Services, person: Caller) -> ScreenList:
    shown = {one.screen: one for one in parts.screens.now() if _may_see(one.camera, person)}
    return ScreenList(
        items=[
            Screen(screen=number, camera=one.camera, by=one.by, at=one.at)
            if (one := shown.get(number)) is not None
            else Screen(screen=number, camera=None, by=None, at=None)
            for number in range(1, SCREEN_COUNT + 1)
        ]
    )


def _may_see(camera: str, person: Caller) -> bool:
    cameras = person.actor.scope.cameras
    return cameras is None or camera in cameras
