"""Who may call what: one table, and the route class that holds every request against it.

What is not in the table is denied. Whether a person may give a command to an incident in its present
state is not decided here but in `almere_vision.review`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from almere_vision.domain.incident import Actor, Role
from almere_vision.review.transitions import LOOKERS
from api.addresses import client_address
from api.cookies import cookie_of
from api.deps import services_of
from api.problems import Problem

CSRF_HEADER: Final = "X-CSRF-Token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

ANYONE: Final = None
"""Also somebody who is not signed in."""

SIGNED_IN: Final = frozenset(Role) - {Role.SYSTEM}
WATCHERS: Final = frozenset({Role.OBSERVER, Role.SUPERVISOR})
DESKS: Final = frozenset({Role.SUPERVISOR, Role.CONTROL_ROOM, Role.ENFORCEMENT})
READERS: Final = WATCHERS | DESKS | {Role.INVESTIGATOR}
"""Of what `review.sight` lets each of them see."""

SUPERVISORS: Final = frozenset({Role.SUPERVISOR})
"""Of the police: who answers for what is held back. Administrators keep the service, and decide nothing."""

LEARNERS: Final = frozenset({Role.SUPERVISOR, Role.OPERATOR})
"""Who teaches cameras their presets. An operator takes a camera for that, and sees no people."""

OPERATORS: Final = frozenset({Role.OPERATOR})
"""Who benchmarks what detectors find in labelled footage."""

AUDITORS: Final = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
ADMINISTRATORS: Final = frozenset({Role.ADMINISTRATOR})

ENROLLING: Final = frozenset({"getSession", "signOut", "enrolSecondFactor", "confirmSecondFactor"})
"""All that is open to who must have a second factor and has none yet."""

SSO: Final = frozenset({"beginSso", "endSso", "giveSsoCode"})
"""Not there where no identity provider is set."""

PICTURES: Final = frozenset({"getPicture"})
"""A wall of ten cameras asks for fifty a second, so these have limits of their own."""

UNCOUNTED: Final = frozenset({"getHealth", "getReadiness"})
"""Probes ask often, and for ever."""

ACCESS: Final[Mapping[str, frozenset[Role] | None]] = {
    "getHealth": ANYONE,
    "getReadiness": ANYONE,
    "signIn": ANYONE,
    "getWaysIn": ANYONE,
    "beginSso": ANYONE,
    "endSso": ANYONE,
    "giveSsoCode": ANYONE,
    "getSession": SIGNED_IN,
    "signOut": SIGNED_IN,
    "signOutEverywhere": SIGNED_IN,
    "changePassword": SIGNED_IN,
    "getSecondFactor": SIGNED_IN,
    "enrolSecondFactor": SIGNED_IN,
    "confirmSecondFactor": SIGNED_IN,
    "listPeople": ADMINISTRATORS,
    "addPerson": ADMINISTRATORS,
    "changePerson": ADMINISTRATORS,
    "resetPassword": ADMINISTRATORS,
    "resetSecondFactor": ADMINISTRATORS,
    "listSessions": ADMINISTRATORS,
    "endSessions": ADMINISTRATORS,
    "endSession": ADMINISTRATORS,
    "listIncidents": READERS,
    "getIncident": READERS,
    "listRecipients": WATCHERS,
    "getSnapshot": READERS,
    "getClip": READERS,
    "getCloseup": READERS,
    "getPieceSnapshot": READERS,
    "getPieceClip": READERS,
    "getPieceCloseup": READERS,
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
    "retryDelivery": SUPERVISORS,
    "getBudget": WATCHERS,
    "letThroughIncident": WATCHERS,
    "getMap": LOOKERS,
    "getLoad": LOOKERS,
    "listMacros": LOOKERS,
    "listScreens": LOOKERS,
    "putOnScreen": LOOKERS,
    "getLanes": WATCHERS,
    "getDayReport": WATCHERS,
    "listHandovers": WATCHERS,
    "handOver": WATCHERS,
    "readHandover": WATCHERS,
    "listThresholds": SUPERVISORS,
    "approveThreshold": SUPERVISORS,
    "declineThreshold": SUPERVISORS,
    "undoThreshold": SUPERVISORS,
    "getSignals": SUPERVISORS,
    "listDrawings": SUPERVISORS,
    "getDrawing": SUPERVISORS,
    "getEarlierDrawing": SUPERVISORS,
    "getReferencePicture": SUPERVISORS,
    "checkDrawing": SUPERVISORS,
    "tryDrawing": SUPERVISORS,
    "saveDrawing": SUPERVISORS,
    "getTable": SUPERVISORS,
    "getEarlierTable": SUPERVISORS,
    "checkTable": SUPERVISORS,
    "saveTable": SUPERVISORS,
    "enterIncident": WATCHERS | DESKS,
    "listTypes": WATCHERS | DESKS,
    "listZones": WATCHERS | DESKS,
    "takeSnapshot": LOOKERS,
    "getCameraSnapshot": LOOKERS,
    "getPicture": LOOKERS,
    "listFaults": LOOKERS | LEARNERS,
    "reportFault": LOOKERS | LEARNERS,
    "changeFault": LOOKERS | LEARNERS,
    "getControl": LOOKERS | LEARNERS,
    "takeControl": LOOKERS | LEARNERS,
    "giveBackControl": LOOKERS | LEARNERS,
    "moveCamera": LOOKERS,
    "listPresets": LOOKERS | LEARNERS,
    "learnPreset": LEARNERS,
    "listLooks": LOOKERS | LEARNERS,
    "getReference": LOOKERS | LEARNERS,
    "listCameras": READERS | {Role.OPERATOR, Role.ADMINISTRATOR},
    "getWatched": READERS | {Role.OPERATOR, Role.ADMINISTRATOR, Role.AUDITOR},
    "getCatalogue": SIGNED_IN,
    "streamEvents": READERS,
    "getQueue": frozenset({Role.SUPERVISOR, Role.OPERATOR, Role.ADMINISTRATOR}),
    "listBenchmarks": OPERATORS,
    "getBenchmark": OPERATORS,
    "compareBenchmarks": OPERATORS,
    "listAudit": AUDITORS,
    "exportAudit": AUDITORS,
}
"""Operation id -> roles."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The person who sent a request, and the session that says so. `token` is secret."""

    actor: Actor
    token: str
    csrf: str
    expires_at: datetime
    must_enrol: bool


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
        Problem: `not_signed_in`, `csrf`, `not_allowed`, `second_factor_needed` or `too_many_requests`.
    """
    if operation is None or operation not in ACCESS:
        raise Problem("not_allowed", "This address is closed.")
    roles = ACCESS[operation]
    if operation not in UNCOUNTED:
        await run_in_threadpool(_count, request, operation)
    if roles is ANYONE:
        return
    parts, token = services_of(request), request.cookies.get(cookie_of(request), "")
    session = await run_in_threadpool(parts.people.session, token) if token else None
    if session is None:
        raise Problem("not_signed_in", "Sign in first, or again: there is no session, or it has ended.")
    # Known from here on, so that a refusal is audited too.
    must_enrol = not session.second_factor and session.actor.role in parts.settings.totp_roles
    request.state.caller = Caller(session.actor, token, session.csrf, session.expires_at, must_enrol)
    request.state.operation = operation
    if request.method not in SAFE_METHODS and not session.has_csrf(request.headers.get(CSRF_HEADER, "")):
        raise Problem("csrf", f"The header {CSRF_HEADER} does not belong to this session; reload the page.")
    if session.actor.role not in roles:
        raise Problem("not_allowed", f"The role {session.actor.role} may not do this.")
    if must_enrol and operation not in ENROLLING:
        raise Problem("second_factor_needed", f"The role {session.actor.role} needs a second factor first.")


def _count(request: Request, operation: str) -> None:
    """Count a request for its address, and for its session if it says to be of one."""
    parts, reading = services_of(request), request.method in SAFE_METHODS
    settings, token = parts.settings, request.cookies.get(cookie_of(request), "")
    address = client_address(request, settings.trusted_proxies)
    sort, of_session, of_address = (
        ("pictures:", settings.session_pictures_per_minute, settings.address_pictures_per_minute)
        if operation in PICTURES
        else ("", settings.session_requests_per_minute, settings.address_requests_per_minute)
    )
    wait_s = parts.rates.take(f"{sort}address:{address}", of_address, reading=reading)
    if operation in SSO and wait_s == 0:  # each asks the provider something, or guesses a code
        wait_s = parts.rates.take(f"sso:{address}", settings.sso_requests_per_minute, reading=False)
    if token and wait_s == 0:
        session = hashlib.sha256(token.encode()).hexdigest()
        wait_s = parts.rates.take(f"{sort}session:{session}", of_session, reading=reading)
    if wait_s > 0:
        again_s = math.ceil(wait_s)
        raise Problem(
            "too_many_requests", f"Too many requests; try again in {again_s} s.", retry_after_s=again_s
        )


def table_as_markdown() -> str:
    """Who may call what, for the documentation: one line an operation."""
    roles = [role for role in Role if role in SIGNED_IN]
    lines = [f"| operation | {' | '.join(roles)} |", "|---|" + "---|" * len(roles)]
    for operation, allowed in ACCESS.items():
        marks = ["yes" if allowed is ANYONE or role in allowed else "-" for role in roles]
        who = " (also not signed in)" if allowed is ANYONE else ""
        lines.append(f"| `{operation}`{who} | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


Person = Annotated[Caller, Depends(_caller)]
"""Parameter of a route: who sent the request, as `admit` found."""
