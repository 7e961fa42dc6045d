"""What the presets of a camera look like: reference pictures, how good they are, and learning them anew."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Response

from almere_vision.scene import SiteCamera, load_site
from almere_vision.scene.learning import objection
from almere_vision.scene.learnt import Place, Variant, load_known, places
from almere_vision.scene.recognition import alike
from almere_vision.scene.reference import Reference
from api.access import Caller, GuardedRoute, Person
from api.deps import Parts, Services, now
from api.problems import Problem
from api.routes.steering import CameraInPath, steered
from api.schemas.fields import Name
from api.schemas.learning import Learn, LearntPreset, PresetLook, PresetLookList

router = APIRouter(prefix="/cameras/{camera_id}", tags=["cameras"], route_class=GuardedRoute)

PresetInPath = Annotated[Name, Path(description="Id of the preset in the zone file.")]
_JPEG: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/looks", operation_id="listLooks")
def list_looks(camera_id: CameraInPath, parts: Parts, person: Person) -> PresetLookList:
    """The presets of the zone file that want a reference picture, and how well each can be recognised."""
    entry = _entry(camera_id, parts, person)
    known, _ = load_known(entry.zones)
    pairs = alike(known)
    return PresetLookList(
        items=[
            PresetLook(
                preset=preset,
                variants=[one for one in Variant if place.picture(one).is_file()],
                objection=_objection(known[preset].references) if preset in known else None,
                alike=[other for pair in pairs if preset in pair for other in pair if other != preset],
                has_position=preset in known and known[preset].position is not None,
            )
            for preset, place in places(entry.zones).items()
        ]
    )


@router.get(
    "/presets/{preset_id}/reference",
    operation_id="getReference",
    response_class=Response,
    responses=_JPEG,
)
def get_reference(
    camera_id: CameraInPath,
    preset_id: PresetInPath,
    parts: Parts,
    person: Person,
    variant: Annotated[Variant, Query(description="The light in which it was taken.")] = Variant.DAY,
) -> Response:
    """The reference picture of a preset; people in it are blurred."""
    place = _place(_entry(camera_id, parts, person), preset_id)
    try:
        data = place.picture(variant).read_bytes()
    except FileNotFoundError:
        raise Problem("not_found", "This preset is not learnt in this light.") from None
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


@router.post("/presets/{preset_id}/learn", operation_id="learnPreset")
def learn_preset(
    camera_id: CameraInPath,
    preset_id: PresetInPath,
    body: Learn,
    parts: Parts,
    person: Person,
) -> LearntPreset:
    """Turn a camera that one has taken to a preset, and keep its reference picture with people blurred.

    Takes about ten seconds. Workers that read the same zone files go on with it by themselves.
    """
    from almere_vision.worker.learn import learn  # brings a detector, which the API needs for this only

    steered(camera_id, parts, person)
    entry = _entry(camera_id, parts, person)
    _place(entry, preset_id)
    what = {"learn": preset_id, "variant": body.variant.value}
    parts.steering.move(camera_id, person.actor, now(), what)
    learnt = learn(parts.settings, load_site(_site_file(parts)), entry, preset_id, body.variant)
    return LearntPreset(
        preset=preset_id,
        variant=body.variant,
        token=learnt.stored.token,
        warnings=list(learnt.warnings),
    )


def _site_file(parts: Services) -> FilePath:
    if parts.settings.site is None:
        raise Problem("not_found", "There is no site file here.")
    return parts.settings.site


def _entry(camera: str, parts: Services, person: Caller) -> SiteCamera:
    if parts.places.has_camera(camera, person.actor.scope):
        for entry in load_site(_site_file(parts)).cameras:
            if entry.id == camera:
                return entry
    raise Problem("not_found", "There is no such camera.")


def _place(entry: SiteCamera, preset: str) -> Place:
    place = places(entry.zones).get(preset)
    if place is None:
        raise Problem("not_found", "There is no such preset with a reference picture.")
    return place


def _objection(references: Mapping[str, Reference]) -> str | None:
    """Of the first variant that is hard to recognise, why."""
    found = (objection(reference) for reference in references.values())
    return next((reason for reason in found if reason is not None), None)
