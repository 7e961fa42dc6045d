"""Lines of the audit log."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field

from almere_vision.domain import audit as domain
from almere_vision.domain.audit import Detail, Subject
from api.schemas.fields import Moment


class AuditEntry(BaseModel):
    """Who did what to what, when, and what for."""

    id: int
    at: Moment
    actor: str = Field(description="Empty where nobody was signed in.")
    role: str
    action: str
    kind: Subject
    subject: str
    purpose: str | None
    from_state: str | None
    to_state: str | None
    details: dict[str, Detail]
    hash: str

    @classmethod
    def of(cls, line: domain.Line) -> Self:
        entry = line.entry
        return cls(
            id=line.id,
            at=entry.at,
            actor=entry.actor,
            role=entry.role,
            action=entry.action,
            kind=entry.kind,
            subject=entry.subject,
            purpose=entry.purpose,
            from_state=entry.from_state,
            to_state=entry.to_state,
            details=dict(entry.details),
            hash=line.hash,
        )


class AuditEntryPage(BaseModel):
    """Newest first; `before` asks for the next page and is null on the last."""

    items: list[AuditEntry]
    before: int | None
