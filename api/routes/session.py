"""Signing in and out. The session travels in a cookie that scripts cannot read."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request, Response

from almere_vision.domain.audit import Action, Entry, Subject, sha256
from almere_vision.domain.incident import Actor
from almere_vision.storage.people import SessionGrant, fold
from api.access import COOKIE, Caller, GuardedRoute, Person
from api.deps import Parts, Services, now
from api.problems import Problem
from api.schemas.session import Credentials, Session, User

router = APIRouter(tags=["session"], route_class=GuardedRoute)

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_PASSWORD_CHECKS: Final = anyio.CapacityLimiter(2)
"""How many password checks run at once: each takes tens of MiB and of milliseconds, on purpose."""


@router.post("/session", operation_id="signIn")
async def sign_in(credentials: Credentials, request: Request, response: Response, parts: Parts) -> Session:
    """Check name and password and open a new session; the older one of this browser is closed."""
    address = request.client.host if request.client is not None else ""
    old = request.cookies.get(COOKIE)
    actor, grant = await anyio.to_thread.run_sync(
        _sign_in, parts, credentials, address, old, limiter=_PASSWORD_CHECKS
    )
    if old:
        parts.hub.end_session(old)
    response.set_cookie(
        COOKIE,
        grant.token,
        max_age=int(parts.settings.session_hours * 3600),
        path="/",
        httponly=True,
        samesite="strict",
        secure=parts.settings.secure_cookie and request.url.hostname not in LOOPBACK,
    )
    return _describe(actor, grant.csrf, grant.expires_at)


@router.get("/session", operation_id="getSession")
async def get_session(person: Person) -> Session:
    """Who is signed in here."""
    return _describe(person.actor, person.csrf, person.expires_at)


@router.delete("/session", operation_id="signOut", status_code=204)
async def sign_out(person: Person, parts: Parts, response: Response) -> None:
    """End the session, and the event streams that hang on it."""
    await anyio.to_thread.run_sync(_sign_out, parts, person)
    parts.hub.end_session(person.token)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")


def _sign_in(
    parts: Services, credentials: Credentials, address: str, old: str | None
) -> tuple[Actor, SessionGrant]:
    name = credentials.username
    wait_s = parts.attempts.begin(name, address)
    if wait_s > 0:
        wait_s = math.ceil(wait_s)
        raise Problem(
            "too_many_attempts", f"Too many attempts; try again in {wait_s} s.", retry_after_s=wait_s
        )
    actor = parts.people.check(name, credentials.password.get_secret_value())
    if actor is None:
        # The name is kept as a hash: people sometimes type their password there.
        _note(parts, Action.SIGN_IN_FAILED, Subject.ACCOUNT, sha256(fold(name)), address)
        raise Problem("bad_credentials", "Name or password is wrong.")
    parts.attempts.succeeded(name, address)
    grant = parts.people.open_session(actor, parts.settings.session_hours)
    _note(parts, Action.SIGN_IN, Subject.SESSION, sha256(grant.token), address, actor)
    if old:
        parts.people.close_session(old)
    return actor, grant


def _sign_out(parts: Services, person: Caller) -> None:
    _note(parts, Action.SIGN_OUT, Subject.SESSION, sha256(person.token), None, person.actor)
    parts.people.close_session(person.token)


def _note(
    parts: Services, action: Action, kind: Subject, key: str, address: str | None, actor: Actor | None = None
) -> None:
    name, role = ("", "") if actor is None else (actor.name, actor.role)
    details = {} if address is None else {"address": address}
    parts.audit.append(Entry(now(), name, role, action, kind, key[:16], details=details))


def _describe(actor: Actor, csrf: str, expires_at: datetime) -> Session:
    return Session(user=User(username=actor.name, role=actor.role), csrf_token=csrf, expires_at=expires_at)
