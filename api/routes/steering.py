"""Steering a camera: take it, move it, give it back. Every move is in the audit log before it is made."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.status import HTTP_204_NO_CONTENT

from almere_vision.domain.incident import Role
from almere_vision.domain.ptz import Position
from api.access import Caller, GuardedRoute, Person
from api.deps import Parts, Services, now
from api.problems import Problem
from api.schemas.fields import Name
from api.schemas.steering import Control, Move, StoredPresetList, StoredPresetOut, Take
from api.turning import Turning

router = APIRouter(prefix="/cameras/{camera_id}", tags=["cameras"], route_class=GuardedRoute)

CameraInPath = Annotated[Name, Path(description="Id of the camera.")]


@router.get("/control", operation_id="getControl")
def get_control(camera_id: CameraInPath, parts: Parts, person: Person) -> Control:
    """Who steers a camera now."""
    steered(camera_id, parts, person)
    return Control.of(parts.steering.lease(camera_id, now()))


@router.post("/control/take", operation_id="takeControl")
def take_control(camera_id: CameraInPath, body: Take, parts: Parts, person: Person) -> Control:
    """Take a camera, or keep it for longer."""
    steered(camera_id, parts, person)
    return Control.of(parts.steering.take(camera_id, person.actor, now(), takeover=body.takeover))


@router.post("/control/give-back", operation_id="giveBackControl", status_code=HTTP_204_NO_CONTENT)
def give_back_control(camera_id: CameraInPath, parts: Parts, person: Person) -> None:
    """Give a camera back; after a while it returns to its home preset or its tour."""
    steered(camera_id, parts, person)
    parts.steering.release(camera_id, person.actor, now())


@router.post("/control/move", operation_id="moveCamera")
def movesteered(camera_id: CameraInPath, body: Move, parts: Parts, person: Person) -> Control:
    """Move a camera that one has taken."""
    camera = steered(camera_id, parts, person)
    lease = parts.steering.move(camera_id, person.actor, now(), body.details())
    if body.preset is not None:
        token = body.preset
        camera.ask(lambda client: client.go_to_preset(token))
    elif body.to is not None:
        to = Position(body.to.pan, body.to.tilt, body.to.zoom)
        camera.ask(lambda client: client.go(to))
    elif body.speed is not None:
        speed = body.speed
        camera.ask(lambda client: client.drive(speed.pan, speed.tilt, speed.zoom))
    else:
        camera.ask(lambda client: client.stop())
    return Control.of(lease)


@router.get("/presets", operation_id="listPresets")
def list_presets(camera_id: CameraInPath, parts: Parts, person: Person) -> StoredPresetList:
    """The presets that a camera keeps."""
    camera = steered(camera_id, parts, person)
    kept = camera.ask(lambda client: client.presets())
    return StoredPresetList(
        home=camera.home, tour=bool(camera.tour), items=[StoredPresetOut.of(preset) for preset in kept]
    )


def steered(camera: str, parts: Services, person: Caller) -> Turning:
    """A camera that turns, of those that a person may steer. Raises `Problem`."""
    if person.actor.role is Role.CONTROL_ROOM and not parts.settings.control_room_steers:
        raise Problem("not_allowed", "The control room may not steer cameras here.")
    if not parts.places.has_camera(camera, person.actor.scope) or camera not in parts.turning:
        raise Problem("not_found", "There is no such camera that turns.")
    return parts.turning[camera]
