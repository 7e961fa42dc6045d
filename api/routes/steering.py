"""Steering a camera: take it, move it, give it back. Every move is in the audit log before it is made."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.status import HTTP_204_NO_CONTENT

from almere_vision.domain.incident import Role
from almere_vision.domain.ptz import Position
from almere_vision.scene import load_site
from almere_vision.scene.learnt import places
from api.access import Caller, GuardedRoute, Person
from api.deps import Parts, Services, now
from api.problems import Problem
from api.schemas.fields import Name
from api.schemas.steering import Control, Learn, LearntPreset, Move, StoredPresetList, StoredPresetOut, Take
from api.turning import Turning

router = APIRouter(prefix="/cameras/{camera_id}", tags=["cameras"], route_class=GuardedRoute)

CameraInPath = Annotated[Name, Path(description="Id of the camera.")]


@router.get("/control", operation_id="getControl")
def get_control(camera_id: CameraInPath, parts: Parts, person: Person) -> Control:
    """Who steers a camera now."""
    _camera(camera_id, parts, person)
    return Control.of(parts.steering.lease(camera_id, now()))


@router.post("/control/take", operation_id="takeControl")
def take_control(camera_id: CameraInPath, body: Take, parts: Parts, person: Person) -> Control:
    """Take a camera, or keep it for longer."""
    _camera(camera_id, parts, person)
    return Control.of(parts.steering.take(camera_id, person.actor, now(), takeover=body.takeover))


@router.post("/control/give-back", operation_id="giveBackControl", status_code=HTTP_204_NO_CONTENT)
def give_back_control(camera_id: CameraInPath, parts: Parts, person: Person) -> None:
    """Give a camera back; after a while it returns to its home preset or its tour."""
    _camera(camera_id, parts, person)
    parts.steering.release(camera_id, person.actor, now())


@router.post("/control/move", operation_id="moveCamera")
def move_camera(camera_id: CameraInPath, body: Move, parts: Parts, person: Person) -> Control:
    """Move a camera that one has taken."""
    camera = _camera(camera_id, parts, person)
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


@router.post("/presets/{preset_id}/learn", operation_id="learnPreset")
def learn_preset(
    camera_id: CameraInPath,
    preset_id: Annotated[Name, Path(description="Id of the preset in the zone file.")],
    body: Learn,
    parts: Parts,
    person: Person,
) -> LearntPreset:
    """Turn a camera that one has taken to a preset, and keep its reference picture with people blurred.

    Takes about ten seconds. Workers that read the same zone files go on with it by themselves.
    """
    from almere_vision.worker.learn import learn  # brings a detector, which the API needs for this only

    _camera(camera_id, parts, person)
    site = load_site(parts.settings.site) if parts.settings.site else None
    entry = next((one for one in site.cameras if one.id == camera_id), None) if site else None
    if site is None or entry is None or preset_id not in places(entry.zones):
        raise Problem("not_found", "There is no such preset with a reference picture.")
    what = {"learn": preset_id, "variant": body.variant.value}
    parts.steering.move(camera_id, person.actor, now(), what)
    learnt = learn(parts.settings, site, entry, preset_id, body.variant)
    return LearntPreset(
        preset=preset_id,
        variant=body.variant,
        token=learnt.stored.token,
        warnings=list(learnt.warnings),
    )


@router.get("/presets", operation_id="listPresets")
def list_presets(camera_id: CameraInPath, parts: Parts, person: Person) -> StoredPresetList:
    """The presets that a camera keeps."""
    kept = _camera(camera_id, parts, person).ask(lambda client: client.presets())
    return StoredPresetList(items=[StoredPresetOut.of(preset) for preset in kept])


def _camera(camera: str, parts: Services, person: Caller) -> Turning:
    if person.actor.role is Role.CONTROL_ROOM and not parts.settings.control_room_steers:
        raise Problem("not_allowed", "The control room may not steer cameras here.")
    if not parts.places.has_camera(camera, person.actor.scope) or camera not in parts.turning:
        raise Problem("not_found", "There is no such camera that turns.")
    return parts.turning[camera]
