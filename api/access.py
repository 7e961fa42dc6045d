"""Who may call what: one table, and the route class that holds every request against it.

What is not in the table is denied. Whether a person may give a command to an incident in its present
state is not decided here but in `almere_vision.review`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from almere_vision.domain.incident import Actor, Role
from api.deps import services_of
from api.problems import Problem
from api.refusals import COOKIE as COOKIE

CSRF_HEADER: Final = "X-CSRF-Token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

ANYONE: Final = None
"""Also somebody who is not signed in."""

SIGNED_IN: Final = frozenset(Role) - {Role.SYSTEM}
WATCHERS: Final = frozenset({Role.OBSERVER, Role.SUPERVISOR})
DESKS: Final = frozenset({Role.SUPERVISOR, Role.CONTROL_ROOM, Role.ENFORCEMENT})
READERS: Final = WATCHERS | DESKS | {Role.INVESTIGATOR}
"""Of what `review.sight` lets each of them see."""

AUDITORS: Final = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})

ACCESS: Final[Mapping[str, frozenset[Role] | None]] = {
    "getHealth": ANYONE,
    "getReadiness": ANYONE,
    "signIn": ANYONE,
    "getSession": SIGNED_IN,
    "signOut": SIGNED_IN,
    "listIncidents": READERS,
    "getIncident": READERS,
    "listRecipients": WATCHERS,
    "getSnapshot": READERS,
    "getClip": READERS,
    "getPieceSnapshot": READERS,
    "getPieceClip": READERS,
    "getPrint": READERS,
    "claimIncident": WATCHERS,
    "releaseIncident": WATCHERS,
    "confirmIncident": WATCHERS,
    "rejectIncident": WATCHERS,
    "escalateIncident": WATCHERS,
    "undoIncident": WATCHERS | DESKS,
    "acknowledgeIncident": DESKS,
    "arriveIncident": DESKS,
    "resolveIncident": DESKS,
    "declineIncident": DESKS,
    "retryDelivery": frozenset({Role.SUPERVISOR}),
    "listCameras": READERS | {Role.OPERATOR},
    "getCatalogue": SIGNED_IN,
    "streamEvents": READERS,
    "getQueue": frozenset({Role.SUPERVISOR, Role.OPERATOR, Role.ADMINISTRATOR}),
    "listAudit": AUDITORS,
}
"""Operation id -> roles."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The person who sent a request, and the session that says so. `token` is secret."""

    actor: Actor
    token: str
    csrf: str
    expires_at: datetime


class GuardedRoute(APIRoute):
    """Checks session, CSRF token and role before anything of the request is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle, operation = super().get_route_handler(), self.operation_id

        async def guarded(request: Request) -> Response:
            await admit(request, operation)
            return await handle(request)

        return guarded


async def admit(request: Request, operation: str | None) -> None:
    """Let a request pass, and note who sent it.

    Raises:
        Problem: `not_signed_in`, `csrf` or `not_allowed`.
    """
    if operation is None or operation not in ACCESS:
        raise Problem("not_allowed", "This address is closed.")
    roles = ACCESS[operation]
    if roles is ANYONE:
        return
    token = request.cookies.get(COOKIE, "")
    session = await run_in_threadpool(services_of(request).people.session, token) if token else None
    if session is None:
        raise Problem("not_signed_in", "Sign in first, or again: there is no session, or it has ended.")
    # Known from here on, so that a refusal is audited too.
    request.state.caller = Caller(session.actor, token, session.csrf, session.expires_at)
    request.state.operation = operation
    if request.method not in SAFE_METHODS and not session.has_csrf(request.headers.get(CSRF_HEADER, "")):
        raise Problem("csrf", f"The header {CSRF_HEADER} does not belong to this session; reload the page.")
    if session.actor.role not in roles:
        raise Problem("not_allowed", f"The role {session.actor.role} may not do this.")


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


Person = Annotated[Caller, Depends(_caller)]
"""Parameter of a route: who sent the request, as `admit` found."""
