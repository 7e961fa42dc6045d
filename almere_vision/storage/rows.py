"""Between rows of the database and the values of the domain."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any, Final

from sqlalchemy import Row

from almere_vision.domain.audit import Detail, Entry, Subject, fingerprint
from almere_vision.domain.incident import (
    AuditLine,
    Clocks,
    Held,
    Incident,
    Recipient,
    RejectReason,
    Result,
    State,
)
from almere_vision.domain.priority import Priority, urgency
from almere_vision.domain.suggestion import Suggestion
from almere_vision.storage.messages import decode, encode

_CLOCKS: Final = tuple(field.name for field in fields(Clocks))


def entry_of(line: AuditLine) -> Entry:
    """A line of the history for the audit log, which keeps no free text."""
    details: dict[str, Detail] = {}
    for name, value in line.details:
        if name == "note":
            details |= {f"note_{part}": known for part, known in fingerprint(str(value)).items()}
        elif isinstance(value, float):
            raise TypeError(f"{name}: the audit log keeps no fractions")
        else:
            details[name] = value
    return Entry(
        at=line.at,
        actor=line.actor,
        role=line.role,
        action=line.command,
        kind=Subject.INCIDENT,
        subject=line.incident,
        from_state=line.from_state,
        to_state=line.to_state,
        details=details,
    )


def suggestion_values(suggestion: Suggestion) -> dict[str, object]:
    """Columns of a suggestion."""
    return {
        "revision": suggestion.revision,
        "kind": suggestion.kind,
        "camera": suggestion.camera,
        "zone": suggestion.zone,
        "raised_at": suggestion.raised_at,
        "urgency": urgency(suggestion.priority),
        "suggestion": encode(suggestion).decode(),
    }


def review_values(incident: Incident) -> dict[str, object]:
    """Columns of what people did, and of how it stands."""
    return {
        "state": incident.state,
        "version": incident.version,
        "claimed_by": incident.claimed_by,
        "claim_until": incident.claim_until,
        "decided_by": incident.decided_by,
        "decided_at": incident.decided_at,
        "reason": incident.reason,
        "recipient": incident.recipient,
        "priority": incident.priority,
        "note": incident.note,
        "answered_by": incident.answered_by,
        "result": incident.result,
        "answer": incident.answer,
        "type": incident.type,
        "entered_by": incident.entered_by,
        **standing_values(incident),
        **asdict(incident.clocks),
    }


def standing_values(incident: Incident) -> dict[str, object]:
    """Columns of whether it is before people, and why not."""
    return {
        "held": incident.held,
        "shown_at": incident.shown_at,
        "below": incident.below,
        "sample_share": incident.sample_share,
    }


def incident_of(row: Row[Any]) -> Incident:
    """The incident of a row of `INCIDENTS`."""
    return Incident(
        suggestion=decode(row.suggestion.encode()),
        state=State(row.state),
        version=row.version,
        received_at=row.received_at,
        claimed_by=row.claimed_by,
        claim_until=row.claim_until,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=None if row.reason is None else RejectReason(row.reason),
        recipient=None if row.recipient is None else Recipient(row.recipient),
        priority=None if row.priority is None else Priority(row.priority),
        note=row.note,
        clocks=Clocks(**{name: getattr(row, name) for name in _CLOCKS}),
        answered_by=row.answered_by,
        result=None if row.result is None else Result(row.result),
        answer=row.answer,
        type=row.type,
        entered_by=row.entered_by,
        held=None if row.held is None else Held(row.held),
        shown_at=row.shown_at,
        below=row.below,
        sample_share=row.sample_share,
    )


def audit_line_of(row: Row[Any], texts: tuple[str, ...]) -> AuditLine:
    """A line of the history from a row of `AUDIT_CHAIN`, with its note if that is one of `texts`."""
    details = dict(row.details)
    known = details.pop("note_sha256", None)
    length = details.pop("note_length", None)
    if known is not None:
        kept = next((text for text in texts if text and fingerprint(text)["sha256"] == known), None)
        details |= {"note_length": length} if kept is None else {"note": kept}
    return AuditLine(
        incident=row.subject,
        at=row.at,
        actor=row.actor,
        role=row.role,
        command=row.action,
        from_state=None if row.from_state is None else State(row.from_state),
        to_state=State(row.to_state),
        details=tuple(details.items()),
    )
