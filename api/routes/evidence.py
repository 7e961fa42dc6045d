"""Snapshot and clip of an incident. Names of blobs come from the stored suggestion, never from a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import structlog
from fastapi import APIRouter, Path, Query, Response

from almere_vision.domain.errors import BlobError, BlobMissing
from almere_vision.domain.suggestion import Evidence
from api.access import GuardedRoute
from api.deps import Parts, Services
from api.files import PrivateFile
from api.schemas.fields import IncidentId

log = structlog.get_logger("api")

router = APIRouter(prefix="/incidents", tags=["evidence"], route_class=GuardedRoute)

IdInPath = Annotated[IncidentId, Path(description="Id of the incident.")]


@router.get(
    "/{incident_id}/snapshot",
    operation_id="getSnapshot",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}},
)
def get_snapshot(
    incident_id: IdInPath,
    parts: Parts,
    annotated: Annotated[bool, Query(description="With boxes and zone drawn in.")] = False,
) -> Response:
    """The picture at which the suggestion was raised."""
    return _show(
        parts, incident_id, lambda kept: kept.annotated if annotated else kept.snapshot, "image/jpeg"
    )


@router.get(
    "/{incident_id}/clip",
    operation_id="getClip",
    response_class=Response,
    responses={
        200: {"content": {"video/mp4": {"schema": {"type": "string", "format": "binary"}}}},
        206: {
            "description": "The part that the header Range asks for",
            "content": {"video/mp4": {"schema": {"type": "string", "format": "binary"}}},
        },
    },
)
def get_clip(incident_id: IdInPath, parts: Parts) -> Response:
    """The moving pictures around the moment; answers to the header Range."""
    return _show(parts, incident_id, lambda kept: kept.clip, "video/mp4")


def _show(
    parts: Services, incident_id: str, choose: Callable[[Evidence], str | None], media_type: str
) -> Response:
    """Every look at a picture of the street passes here."""
    name = choose(parts.incidents.get(incident_id).suggestion.evidence)
    if name is None:
        raise BlobMissing("There is no such picture or clip of this incident (yet).")
    try:
        return PrivateFile(parts.blobs.path(name), media_type)
    except (BlobError, OSError) as error:
        log.warning("evidence cannot be shown", incident=incident_id, blob=name, reason=str(error))
        raise BlobMissing("The picture or clip is not there any more.") from None
