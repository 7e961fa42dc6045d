"""The audit log, to read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from almere_vision.domain.audit import Subject
from almere_vision.storage.audit import AuditQuery
from api.access import GuardedRoute, Person
from api.deps import Parts
from api.schemas.audit import AuditEntry, AuditEntryPage
from api.schemas.fields import Moment, Name

router = APIRouter(prefix="/audit", tags=["audit"], route_class=GuardedRoute)

MAX_ID = 2**63 - 1


@router.get("", operation_id="listAudit")
def list_audit(
    parts: Parts,
    _person: Person,
    since: Annotated[Moment | None, Query(description="At or after.")] = None,
    until: Annotated[Moment | None, Query(description="Before.")] = None,
    actor: Annotated[Name | None, Query(description="Name of the account.")] = None,
    action: Annotated[Name | None, Query(description="As `view` or `confirm`.")] = None,
    kind: Annotated[Subject | None, Query(description="Of the subject.")] = None,
    subject: Annotated[Name | None, Query(description="As the id of an incident.")] = None,
    before: Annotated[int | None, Query(ge=1, le=MAX_ID, description="`before` of the last page.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditEntryPage:
    """Newest first."""
    query = AuditQuery(since, until, actor, action, kind, subject, before, limit)
    page = parts.audit.page(query)
    return AuditEntryPage(items=[AuditEntry.of(line) for line in page.lines], before=page.before)
