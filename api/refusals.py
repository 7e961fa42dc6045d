"""What was refused to somebody who is signed in goes into the audit log: one door for all routes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import structlog
from fastapi import Request
from starlette.concurrency import run_in_threadpool

from almere_vision.domain.audit import Action, Detail, Entry, Subject, sha256
from almere_vision.domain.errors import StorageError
from almere_vision.domain.incident import Actor
from api.cookies import cookie_of

AUDITED: Final = frozenset(
    {"csrf", "not_allowed", "not_found", "purpose_needed", "transition_refused", "version_conflict"}
)
"""Codes of `problems.CODES`; the others are mistakes in a form, or ours."""

log = structlog.get_logger("api")


async def note_refusal(request: Request, code: str) -> None:
    """Write a line, if the code is one of `AUDITED` and somebody is signed in.

    A database that is away at this moment keeps nobody from the answer; the log of the server has it then.
    """
    if code not in AUDITED:
        return
    try:
        await run_in_threadpool(_note, request, code)
    except StorageError as error:
        log.warning("a refusal is not audited", path=request.url.path, code=code, reason=str(error))


def _note(request: Request, code: str) -> None:
    services: Any = getattr(request.app.state, "services", None)
    if services is None:  # an application of routes only, to describe them
        return
    actor = _actor(request, services)
    if actor is None:
        return
    # An address may hold anything; the access log of the server has it in full.
    path = request.url.path
    incident = str(request.path_params.get("incident_id", ""))
    known = incident.isascii() and incident.isprintable() and 1 <= len(incident) <= 128
    kind, subject = (Subject.INCIDENT, incident) if known else (Subject.ADDRESS, sha256(path)[:16])
    details: dict[str, Detail] = {"code": code, "operation": _operation(request), "method": request.method}
    services.audit.append(
        Entry(datetime.now(UTC), actor.name, actor.role, Action.REFUSED, kind, subject, details=details)
    )


def _operation(request: Request) -> str | None:
    operation: str | None = getattr(request.state, "operation", None)
    return operation


def _actor(request: Request, services: Any) -> Actor | None:
    """Who sent a request; one to an address that leads nowhere was not asked for its session yet."""
    caller = getattr(request.state, "caller", None)
    if caller is not None:
        actor: Actor = caller.actor
        return actor
    token = request.cookies.get(cookie_of(request), "")
    if not token or not request.url.path.startswith("/api/"):
        return None
    session = services.people.session(token)
    return None if session is None else session.actor
