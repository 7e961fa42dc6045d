"""Zones: drawn, checked, tried and saved by supervisors."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from almere_vision.domain.audit import Action, Entry, Subject
from almere_vision.scene import Scene, Site, SiteCamera, load_site
from almere_vision.scene.drawing import Fault, faults, file_of
from almere_vision.scene.learnt import places
from api.access import Caller, GuardedRoute, Person
from api.deps import Parts, Services, now
from api.problems import Problem
from api.purpose import Purpose
from api.routes.audit import JsonLines
from api.schemas.fields import MAX_VERSION, Name
from api.schemas.zones import (
    Draft,
    Drawing,
    DrawingChange,
    DrawingCheck,
    DrawingFault,
    DrawingVersion,
    DrawnCamera,
    DrawnCameraList,
    DrawnPreset,
    DryRunOrder,
    DryRunStep,
    EarlierDrawing,
)
from api.versions import Held, KeptFile

router = APIRouter(prefix="/zones", tags=["zones"], route_class=GuardedRoute)

CameraInPath = Annotated[Name, Path(description="Id of the camera.")]


@router.get("", operation_id="listDrawings")
def list_drawings(parts: Parts, person: Person) -> DrawnCameraList:
    """The cameras of the site that this person may see, and their presets."""
    site, mine = _site(parts), person.actor.scope.cameras
    cameras = [] if site is None else [one for one in site.cameras if mine is None or one.id in mine]
    return DrawnCameraList(
        items=[_drawn(camera) for camera in cameras], detections_days=parts.settings.detections_days
    )


@router.get("/{camera_id}", operation_id="getDrawing")
def get_drawing(camera_id: CameraInPath, parts: Parts, person: Person) -> Drawing:
    """The zones that hold now, and all versions."""
    site, camera = _camera(camera_id, parts, person)
    return _told(camera, parts.versions.read(_file(site, camera)))


@router.get("/{camera_id}/versions/{version}", operation_id="getEarlierDrawing")
def get_earlier_drawing(
    camera_id: CameraInPath,
    version: Annotated[int, Path(ge=1, le=MAX_VERSION, description="Number of the version.")],
    parts: Parts,
    person: Person,
) -> EarlierDrawing:
    """The zones of a version, to compare or to go back to."""
    site, camera = _camera(camera_id, parts, person)
    return EarlierDrawing(version=version, document=parts.versions.earlier(_file(site, camera), version))


@router.get(
    "/{camera_id}/presets/{preset_id}/picture",
    operation_id="getReferencePicture",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}},
)
def get_reference_picture(
    camera_id: CameraInPath,
    preset_id: Annotated[Name, Path(description="Id of the preset.")],
    parts: Parts,
    person: Person,
    purpose: Purpose,
) -> Response:
    """The reference picture of a preset by day; every look is audited."""
    _, camera = _camera(camera_id, parts, person)
    picture = _picture(camera, preset_id)
    if picture is None:
        raise Problem("not_found", "There is no reference picture of this preset.")
    parts.audit.append(
        Entry(
            at=now(),
            actor=person.actor.name,
            role=person.actor.role,
            action=Action.VIEW,
            kind=Subject.CAMERA,
            subject=camera_id,
            purpose=purpose,
            details={"what": "reference_picture", "preset": preset_id},
        )
    )
    headers = {"Cache-Control": "private, max-age=300", "Content-Disposition": "inline"}
    return Response(picture.read_bytes(), media_type="image/jpeg", headers=headers)


@router.post("/{camera_id}/check", operation_id="checkDrawing")
def check_drawing(camera_id: CameraInPath, body: Draft, parts: Parts, person: Person) -> DrawingCheck:
    """Everything that is wrong with changed zones; nothing is kept."""
    _, camera = _camera(camera_id, parts, person)
    found = _faults(parts, camera, body.document)
    return DrawingCheck(faults=[DrawingFault.of(fault) for fault in found])


@router.post(
    "/{camera_id}/dry-run",
    operation_id="tryDrawing",
    response_class=JsonLines,
    responses={200: {"model": DryRunStep}},
)
def try_drawing(camera_id: CameraInPath, body: DryRunOrder, parts: Parts, person: Person) -> JsonLines:
    """What changed zones would have suggested on the detections of the past days, line by line."""
    site, camera = _camera(camera_id, parts, person)
    changed = _sound(parts, camera, body.document)
    until = now()
    contents = parts.versions.content(_file(site, camera)), file_of(changed, "dry run")
    period = until - timedelta(days=body.days), until
    job = parts.dry_runs.job(site, camera.id, contents, period, body.limit_s)
    return JsonLines(parts.dry_runs.run(job), headers={"Cache-Control": "no-store"})


@router.put("/{camera_id}", operation_id="saveDrawing")
def save_drawing(camera_id: CameraInPath, body: DrawingChange, parts: Parts, person: Person) -> Drawing:
    """Put changed zones in force: workers take them within seconds, and the file of the camera has them."""
    site, camera = _camera(camera_id, parts, person)
    document, file = _sound(parts, camera, body.document), _file(site, camera)
    return _told(camera, parts.versions.save(file, document, body.version, body.note, person.actor))


def _site(parts: Services) -> Site | None:
    return None if parts.settings.site is None else load_site(parts.settings.site)


def _file(site: Site, camera: SiteCamera) -> KeptFile:
    return KeptFile(camera.zones, Subject.ZONE_FILE, f"{site.id}/{camera.id}")


def _faults(parts: Services, camera: SiteCamera, document: dict[str, Any]) -> list[Fault]:
    assert parts.settings.site is not None, "a camera is of a site"
    return faults(parts.settings.site, camera.id, document)


def _camera(camera_id: str, parts: Services, person: Caller) -> tuple[Site, SiteCamera]:
    scope, site = person.actor.scope.cameras, _site(parts)
    if site is not None and (scope is None or camera_id in scope):
        for camera in site.cameras:
            if camera.id == camera_id:
                return site, camera
    raise Problem("not_found", "The site has no such camera.")


def _sound(parts: Services, camera: SiteCamera, document: dict[str, Any]) -> dict[str, Any]:
    if found := _faults(parts, camera, document):
        raise Problem("invalid", f"The zones cannot be used: {found[0].message}.")
    return document


def _drawn(camera: SiteCamera) -> DrawnCamera:
    presets = [
        DrawnPreset(id=preset, picture=_picture(camera, preset) is not None)
        for preset in Scene.load(camera.zones).presets
    ]
    return DrawnCamera(id=camera.id, name=camera.name, turns=camera.onvif is not None, presets=presets)


def _picture(camera: SiteCamera, preset: str) -> FilePath | None:
    place = places(camera.zones).get(preset)
    return None if place is None or not place.day.is_file() else place.day


def _told(camera: SiteCamera, held: Held) -> Drawing:
    return Drawing(
        camera=camera.id,
        version=held.version,
        document=held.document,
        history=[DrawingVersion.of(version) for version in held.history],
    )
