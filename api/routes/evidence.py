"""Snapshot and clip of an incident. Names of blobs come from the stored suggestion, never from a request."""

from __future__ import annotations

from typing import Annotated, Any, Final

import structlog
from fastapi import APIRouter, Path, Query, Response

from almere_vision.delivery.senders import read_picture
from almere_vision.delivery.sheet import draw_sheet
from almere_vision.domain.delivery import Language, MessageEvent
from almere_vision.domain.errors import BlobError, BlobMissing
from almere_vision.domain.incident import Role
from almere_vision.domain.suggestion import MORE_PIECES, Evidence
from almere_vision.review.outbound import message_of
from almere_vision.review.transitions import DECISIONS
from api.access import Caller, GuardedRoute, Person
from api.deps import Parts, Services
from api.files import PrivateFile
from api.schemas.fields import IncidentId
from api.schemas.incident import pieces_of

log = structlog.get_logger("api")

router = APIRouter(prefix="/incidents", tags=["evidence"], route_class=GuardedRoute)

IdInPath = Annotated[IncidentId, Path(description="Id of the incident.")]


IndexInPath = Annotated[
    int, Path(ge=0, le=MORE_PIECES, description="Which of `pieces`; 0 is that of the incident itself.")
]
Drawn = Annotated[bool, Query(description="With boxes and zone drawn in.")]
_PICTURE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
}
_SHEET: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}
_VIDEO: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"video/mp4": {"schema": {"type": "string", "format": "binary"}}}},
    206: {
        "description": "The part that the header Range asks for",
        "content": {"video/mp4": {"schema": {"type": "string", "format": "binary"}}},
    },
}


@router.get(
    "/{incident_id}/snapshot",
    operation_id="getSnapshot",
    response_class=Response,
    responses=_PICTURE,
)
def get_snapshot(incident_id: IdInPath, parts: Parts, person: Person, annotated: Drawn = False) -> Response:
    """The picture at which the suggestion was raised."""
    kept = _evidence(parts, person, incident_id, 0)
    return _show(parts, incident_id, kept.annotated if annotated else kept.snapshot, "image/jpeg")


@router.get("/{incident_id}/clip", operation_id="getClip", response_class=Response, responses=_VIDEO)
def get_clip(incident_id: IdInPath, parts: Parts, person: Person) -> Response:
    """The moving pictures around the moment; answers to the header Range."""
    return _show(parts, incident_id, _evidence(parts, person, incident_id, 0).clip, "video/mp4")


@router.get(
    "/{incident_id}/pieces/{index}/snapshot",
    operation_id="getPieceSnapshot",
    response_class=Response,
    responses=_PICTURE,
)
def get_piece_snapshot(
    incident_id: IdInPath, index: IndexInPath, parts: Parts, person: Person, annotated: Drawn = False
) -> Response:
    """The picture of one piece of evidence."""
    kept = _evidence(parts, person, incident_id, index)
    return _show(parts, incident_id, kept.annotated if annotated else kept.snapshot, "image/jpeg")


@router.get(
    "/{incident_id}/pieces/{index}/clip",
    operation_id="getPieceClip",
    response_class=Response,
    responses=_VIDEO,
)
def get_piece_clip(incident_id: IdInPath, index: IndexInPath, parts: Parts, person: Person) -> Response:
    """The moving pictures of one piece of evidence; answers to the header Range."""
    return _show(parts, incident_id, _evidence(parts, person, incident_id, index).clip, "video/mp4")


@router.get("/{incident_id}/print", operation_id="getPrint", response_class=Response, responses=_SHEET)
def get_print(
    incident_id: IdInPath,
    parts: Parts,
    person: Person,
    language: Annotated[Language, Query(description="Of the words.")] = "nl",
) -> Response:
    """One page A4 to hand over: the picture, and what, where, when and why."""
    incident = parts.desk.show(incident_id, person.actor)
    lines = parts.desk.history(incident_id, person.actor)
    deciders = [Role(line.role) for line in lines if line.command in DECISIONS]
    role = deciders[-1] if deciders and incident.decided_at is not None else None
    kept = _evidence(parts, person, incident_id, 0)
    picture = read_picture(kept.annotated or kept.snapshot, parts.blobs.read)
    sheet = draw_sheet(message_of(incident, MessageEvent.ESCALATED, role), picture, language, parts.names)
    return Response(
        sheet,
        media_type="application/pdf",
        headers={"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="print.pdf"'},
    )


def _evidence(parts: Services, person: Caller, incident_id: str, index: int) -> Evidence:
    """Every look at a picture of the street passes here."""
    pieces = pieces_of(parts.desk.show(incident_id, person.actor).suggestion)
    return pieces[index].evidence if index < len(pieces) else Evidence()


def _show(parts: Services, incident_id: str, name: str | None, media_type: str) -> Response:
    if name is None:
        raise BlobMissing("There is no such picture or clip of this incident (yet).")
    try:
        return PrivateFile(parts.blobs.path(name), media_type)
    except (BlobError, OSError) as error:
        log.warning("evidence cannot be shown", incident=incident_id, blob=name, reason=str(error))
        raise BlobMissing("The picture or clip is not there any more.") from None
