"""What a camera shows now, for people who watch it; each look is audited once."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Response
from starlette.status import HTTP_204_NO_CONTENT, HTTP_304_NOT_MODIFIED

from almere_vision.domain.audit import Action, Entry, Subject
from almere_vision.storage.live_pictures import Size, Wanted
from api.access import Caller, GuardedRoute, Person
from api.deps import Parts, Services, now
from api.problems import Problem
from api.schemas.fields import Name

router = APIRouter(prefix="/cameras/{camera_id}", tags=["cameras"], route_class=GuardedRoute)

TAKEN_AT: Final = "X-Taken-At"
_WHAT: Final = "live_picture"
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}},
    204: {"description": "There is no picture now, or not yet: ask again."},
    304: {"description": "There is none newer than the one of If-None-Match."},
}


@router.get("/picture", operation_id="getPicture", response_class=Response, responses=_ANSWERS)
def get_picture(
    camera_id: Annotated[Name, Path(description="Id of the camera.")],
    parts: Parts,
    person: Person,
    size: Annotated[Size, Query(description="480 or 1280 pixels wide, at most.")] = Size.LARGE,
    if_none_match: Annotated[str | None, Header(max_length=64)] = None,
) -> Response:
    """What a camera shows now. Ask up to five times a second; the first answer may hold no picture.

    The header `X-Taken-At` says when it was taken. A picture that is older than three seconds is not given.
    """
    if not parts.places.has_camera(camera_id, person.actor.scope):
        raise Problem("not_found", "There is no such camera.")
    had = None if if_none_match is None else if_none_match.strip('"')
    found = parts.live.newest(Wanted(camera_id, size), had)
    headers = {"Cache-Control": "no-store"}
    if found is None:
        return Response(status_code=HTTP_204_NO_CONTENT, headers=headers)
    if isinstance(found, str):
        return Response(status_code=HTTP_304_NOT_MODIFIED, headers={**headers, "ETag": f'"{found}"'})
    _note(camera_id, parts, person)
    headers |= {"ETag": f'"{found.tag}"', TAKEN_AT: found.taken_at.isoformat()}
    return Response(found.jpeg, media_type="image/jpeg", headers=headers)


def _note(camera: str, parts: Services, person: Caller) -> None:
    """A person who goes on looking has looked once."""
    if not parts.views.is_new((person.token, camera, _WHAT), part=True):
        return
    actor = person.actor
    details = {"what": _WHAT}
    parts.audit.append(
        Entry(now(), actor.name, actor.role, Action.VIEW, Subject.CAMERA, camera, details=details)
    )
