"""The audit log, to read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from almere_vision.domain.audit import Action, Entry, Line, Subject, moment
from almere_vision.storage.audit import AuditQuery, exported
from api.access import GuardedRoute, Person
from api.deps import Parts, now
from api.schemas.audit import AuditEntry, AuditEntryPage
from api.schemas.fields import Moment, Name

router = APIRouter(prefix="/audit", tags=["audit"], route_class=GuardedRoute)

MAX_ID = 2**63 - 1


class JsonLines(StreamingResponse):
    """One JSON object a line."""

    media_type = "application/x-ndjson"


def _asked(
    since: Annotated[Moment | None, Query(description="At or after.")] = None,
    until: Annotated[Moment | None, Query(description="Before.")] = None,
    actor: Annotated[Name | None, Query(description="Name of the account.")] = None,
    action: Annotated[Name | None, Query(description="As `view` or `confirm`.")] = None,
    kind: Annotated[Subject | None, Query(description="Of the subject.")] = None,
    subject: Annotated[Name | None, Query(description="As the id of an incident.")] = None,
) -> AuditQuery:
    return AuditQuery(since, until, actor, action, kind, subject)


Asked = Annotated[AuditQuery, Depends(_asked)]


@router.get("", operation_id="listAudit")
def list_audit(
    parts: Parts,
    _person: Person,
    asked: Asked,
    before: Annotated[int | None, Query(ge=1, le=MAX_ID, description="`before` of the last page.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditEntryPage:
    """Newest first."""
    page = parts.audit.page(replace(asked, before=before, limit=limit))
    return AuditEntryPage(items=[AuditEntry.of(line) for line in page.lines], before=page.before)


@router.get("/export", operation_id="exportAudit", response_class=JsonLines)
def export_audit(parts: Parts, person: Person, asked: Asked) -> JsonLines:
    """All lines that fit, oldest first, as `almere audit export` writes them; it is audited itself."""
    parts.audit.page(replace(asked, limit=1))  # what cannot be asked is told before anything is written
    ends = (".." if end is None else moment(end) for end in (asked.since, asked.until))
    narrowed = any((asked.actor, asked.action, asked.kind, asked.subject))
    parts.audit.append(
        Entry(
            at=now(),
            actor=person.actor.name,
            role=person.actor.role,
            action=Action.EXPORT,
            kind=Subject.EXPORT,
            subject="/".join(ends),
            details={"format": "lines", "narrowed": narrowed},
        )
    )
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return JsonLines(_written(parts.audit.lines(asked)), headers=headers)


def _written(lines: Iterator[Line]) -> Iterator[str]:
    for line in lines:
        yield json.dumps(exported(line), ensure_ascii=False) + "\n"
