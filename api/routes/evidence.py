"""Snapshot and clip of an incident. Names of blobs come from the stored suggestion, never from a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

import structlog
from fastapi import APIRouter, Depends, Header, Path, Query, Response

from almere_vision.delivery.senders import read_picture
from almere_vision.delivery.sheet import draw_sheet
from almere_vision.domain.audit import Action, Detail, Entry, Subject
from almere_vision.domain.delivery import Language, MessageEvent
from almere_vision.domain.errors import BlobMissing
from almere_vision.domain.incident import Role
from almere_vision.domain.suggestion import MORE_PIECES, Evidence
from almere_vision.review.outbound import message_of
from almere_vision.review.transitions import DECISIONS
from api.access import Caller, GuardedRoute, Person
from api.deps import Parts, Services, now
from api.files import PrivateBlob
from api.purpose import Purpose
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


Moving = Annotated[str | None, Header(alias="Range", include_in_schema=False)]


@dataclass(frozen=True, slots=True)
class Look:
    """Who wants to see what of an incident, and what for."""

    parts: Services
    person: Caller
    purpose: str | None
    incident_id: str


def _look(incident_id: IdInPath, parts: Parts, person: Person, purpose: Purpose) -> Look:
    return Look(parts, person, purpose, incident_id)


Looking = Annotated[Look, Depends(_look)]


@router.get(
    "/{incident_id}/snapshot",
    operation_id="getSnapshot",
    response_class=Response,
    responses=_PICTURE,
)
def get_snapshot(look: Looking, annotated: Drawn = False) -> Response:
    """The picture at which the suggestion was raised."""
    return _picture(look, 0, annotated)


@router.get("/{incident_id}/clip", operation_id="getClip", response_class=Response, responses=_VIDEO)
def get_clip(look: Looking, part: Moving = None) -> Response:
    """The moving pictures around the moment; answers to the header Range."""
    return _clip(look, 0, part)


@router.get("/{incident_id}/closeup", operation_id="getCloseup", response_class=Response, responses=_VIDEO)
def get_closeup(look: Looking, part: Moving = None) -> Response:
    """The people only, for the seconds that decided, to be played in a loop; answers to the header Range."""
    return _closeup(look, 0, part)


@router.get(
    "/{incident_id}/pieces/{index}/snapshot",
    operation_id="getPieceSnapshot",
    response_class=Response,
    responses=_PICTURE,
)
def get_piece_snapshot(look: Looking, index: IndexInPath, annotated: Drawn = False) -> Response:
    """The picture of one piece of evidence."""
    return _picture(look, index, annotated)


@router.get(
    "/{incident_id}/pieces/{index}/clip",
    operation_id="getPieceClip",
    response_class=Response,
    responses=_VIDEO,
)
def get_piece_clip(look: Looking, index: IndexInPath, part: Moving = None) -> Response:
    """The moving pictures of one piece of evidence; answers to the header Range."""
    return _clip(look, index, part)


@router.get(
    "/{incident_id}/pieces/{index}/closeup",
    operation_id="getPieceCloseup",
    response_class=Response,
    responses=_VIDEO,
)
def get_piece_closeup(look: Looking, index: IndexInPath, part: Moving = None) -> Response:
    """The people of one piece of evidence, for the seconds that decided; answers to the header Range."""
    return _closeup(look, index, part)


@router.get("/{incident_id}/print", operation_id="getPrint", response_class=Response, responses=_SHEET)
def get_print(
    look: Looking, language: Annotated[Language, Query(description="Of the words.")] = "nl"
) -> Response:
    """One page A4 to hand over: the picture, and what, where, when and why."""
    parts = look.parts
    incident = parts.desk.show(look.incident_id, look.person.actor)
    lines = parts.desk.history(look.incident_id, look.person.actor)
    deciders = [Role(line.role) for line in lines if line.command in DECISIONS]
    role = deciders[-1] if deciders and incident.decided_at is not None else None
    kept = _evidence(look, 0)
    picture = read_picture(kept.annotated or kept.snapshot, parts.blobs.read)
    sheet = draw_sheet(message_of(incident, MessageEvent.ESCALATED, role), picture, language, parts.names)
    _note(look, {"what": "print", "piece": 0})
    return Response(
        sheet,
        media_type="application/pdf",
        headers={"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="print.pdf"'},
    )


def _evidence(look: Look, index: int) -> Evidence:
    pieces = pieces_of(look.parts.desk.show(look.incident_id, look.person.actor).suggestion)
    return pieces[index].evidence if index < len(pieces) else Evidence()


def _picture(look: Look, index: int, annotated: bool) -> Response:
    kept = _evidence(look, index)
    name, what = (kept.annotated, "annotated") if annotated else (kept.snapshot, "snapshot")
    return _show(look, {"what": what, "piece": index}, name, "image/jpeg", None)


def _clip(look: Look, index: int, part: str | None) -> Response:
    return _show(look, {"what": "clip", "piece": index}, _evidence(look, index).clip, "video/mp4", part)


def _closeup(look: Look, index: int, part: str | None) -> Response:
    return _show(look, {"what": "closeup", "piece": index}, _evidence(look, index).closeup, "video/mp4", part)


def _show(
    look: Look, seen: dict[str, Detail], name: str | None, media_type: str, part: str | None
) -> Response:
    """Every look at a picture of the street passes here, and none without its line in the audit log."""
    if name is None:
        raise BlobMissing("There is no such picture or clip of this incident (yet).")
    try:
        file = PrivateBlob(look.parts.blobs, name, media_type)
    except BlobMissing as error:
        log.warning("evidence cannot be shown", incident=look.incident_id, blob=name, reason=str(error))
        raise BlobMissing("The picture or clip is not there any more.") from None
    key = (look.person.token, look.incident_id, *map(str, seen.values()), look.purpose or "")
    if look.parts.views.is_new(key, part is not None):
        _note(look, seen)
    return file


def _note(look: Look, seen: dict[str, Detail]) -> None:
    actor = look.person.actor
    look.parts.audit.append(
        Entry(
            at=now(),
            actor=actor.name,
            role=actor.role,
            action=Action.VIEW,
            kind=Subject.INCIDENT,
            subject=look.incident_id,
            purpose=look.purpose,
            details=seen,
        )
    )
