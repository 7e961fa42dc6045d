"""Signing in and out. The session travels in a cookie that scripts cannot read."""

from __future__ import annotations

from typing import Final

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request, Response

from almere_vision.domain.audit import Action, Subject, sha256
from almere_vision.domain.incident import Actor
from almere_vision.storage.people import SessionGrant, fold
from api.access import Caller, GuardedRoute, Person
from api.addresses import client_address
from api.cookies import COOKIE, cookie_of, forget_cookie, keep_session
from api.deps import Parts, Services
from api.problems import Problem
from api.schemas.session import (
    Credentials,
    FirstCode,
    NewPassword,
    RecoveryCodes,
    SecondFactor,
    SecondFactorState,
    Session,
)
from api.signing_in import describe, note, wait_for_turn

router = APIRouter(tags=["session"], route_class=GuardedRoute)

_PASSWORD_CHECKS: Final = anyio.CapacityLimiter(2)
"""How many password checks run at once: each takes tens of MiB and of milliseconds, on purpose."""


@router.post("/session", operation_id="signIn")
async def sign_in(credentials: Credentials, request: Request, response: Response, parts: Parts) -> Session:
    """Check name and password and open a new session; the older one of this browser is closed."""
    address = client_address(request, parts.settings.trusted_proxies)
    old = request.cookies.get(cookie_of(request))
    actor, grant, must_enrol = await anyio.to_thread.run_sync(
        _sign_in, parts, credentials, address, old, limiter=_PASSWORD_CHECKS
    )
    if old:
        parts.hub.end_session(old)
    keep_session(request, response, grant, parts.settings.session_hours)
    return describe(actor, grant.csrf, grant.expires_at, must_enrol)


@router.get("/session", operation_id="getSession")
async def get_session(person: Person) -> Session:
    """Who is signed in here."""
    return describe(person.actor, person.csrf, person.expires_at, person.must_enrol)


@router.delete("/session", operation_id="signOut", status_code=204)
async def sign_out(request: Request, person: Person, parts: Parts, response: Response) -> None:
    """End the session, and the event streams that hang on it."""
    await anyio.to_thread.run_sync(_sign_out, parts, person)
    parts.hub.end_session(person.token)
    forget_cookie(request, response, COOKIE)


@router.delete("/session/everywhere", operation_id="signOutEverywhere", status_code=204)
async def sign_out_everywhere(request: Request, person: Person, parts: Parts, response: Response) -> None:
    """End all sessions of this person, this one too."""
    await anyio.to_thread.run_sync(_end_all, parts, person.actor)
    parts.hub.end_person(person.actor.name)
    forget_cookie(request, response, COOKIE)


@router.post("/session/password", operation_id="changePassword", status_code=204)
async def change_password(body: NewPassword, request: Request, person: Person, parts: Parts) -> None:
    """Choose another password; all other sessions of this person end."""
    address = client_address(request, parts.settings.trusted_proxies)
    await anyio.to_thread.run_sync(_change_password, parts, person, body, address, limiter=_PASSWORD_CHECKS)
    parts.hub.end_person(person.actor.name, but=person.token)


@router.get("/session/totp", operation_id="getSecondFactor")
def get_second_factor(person: Person, parts: Parts) -> SecondFactorState:
    """Whether this person signs in with a code, and how many recovery codes are left."""
    left = parts.second_factor.recovery_codes_left(person.actor.name)
    return SecondFactorState(in_force=left is not None, recovery_codes_left=left or 0)


@router.post("/session/totp", operation_id="enrolSecondFactor")
def enrol_second_factor(person: Person, parts: Parts) -> SecondFactor:
    """A secret for an authenticator (RFC 6238); in force once a code of it was confirmed."""
    made = parts.second_factor.enrol(person.actor.name)
    return SecondFactor(secret=made.secret, otpauth_uri=made.uri)


@router.post("/session/totp/confirm", operation_id="confirmSecondFactor")
def confirm_second_factor(body: FirstCode, request: Request, person: Person, parts: Parts) -> RecoveryCodes:
    """Show that the authenticator works; from now on each sign-in needs a code."""
    name, address = person.actor.name, client_address(request, parts.settings.trusted_proxies)
    wait_for_turn(parts, name, address)
    codes = parts.second_factor.confirm(person.actor, body.code)
    parts.attempts.succeeded(name, address)
    return RecoveryCodes(recovery_codes=list(codes))


def _end_all(parts: Services, actor: Actor) -> None:
    parts.accounts.end_sessions(parts.accounts.named(actor.name).id, by=actor)


def _change_password(parts: Services, person: Caller, body: NewPassword, address: str) -> None:
    """Who guesses the present password here waits as long as at the door."""
    name = person.actor.name
    wait_for_turn(parts, name, address)
    if parts.people.check(name, body.password.get_secret_value()) is None:
        note(parts, Action.SIGN_IN_FAILED, Subject.ACCOUNT, sha256(fold(name)), address, person.actor)
        raise Problem("bad_credentials", "The present password is wrong.")
    parts.attempts.succeeded(name, address)
    if body.new_password == body.password:
        raise Problem("invalid", "new_password: this is the present password; choose another.")
    parts.accounts.change_password(name, body.new_password.get_secret_value(), person.actor, person.token)


def _sign_in(
    parts: Services, credentials: Credentials, address: str, old: str | None
) -> tuple[Actor, SessionGrant, bool]:
    """The person, the new session, and whether a second factor must be enrolled first."""
    name = credentials.username
    wait_for_turn(parts, name, address)
    actor = parts.people.check(name, credentials.password.get_secret_value())
    if actor is None:
        # The name is kept as a hash: people sometimes type their password there.
        note(parts, Action.SIGN_IN_FAILED, Subject.ACCOUNT, sha256(fold(name)), address)
        raise Problem("bad_credentials", "Name or password is wrong.")
    demands = parts.people.demands(actor)
    chosen = credentials.new_password
    if demands.new_password and chosen in (None, credentials.password):
        raise Problem("new_password_needed", "This password is good for one sign-in: choose another with it.")
    if demands.code and credentials.code is None:
        raise Problem("code_needed", "Give the code of the authenticator too, or a recovery code.")
    if demands.code and not parts.second_factor.check(name, credentials.code or ""):
        raise Problem("bad_credentials", "The code is wrong, or was used before; wait for the next one.")
    if demands.new_password and chosen is not None:
        parts.accounts.set_password(name, chosen.get_secret_value(), actor)
    parts.attempts.succeeded(name, address)
    grant = parts.people.open_session(actor, parts.settings.session_hours)
    note(parts, Action.SIGN_IN, Subject.SESSION, sha256(grant.token), address, actor)
    if old:
        parts.people.close_session(old)
    return actor, grant, not demands.code and actor.role in parts.settings.totp_roles


def _sign_out(parts: Services, person: Caller) -> None:
    note(parts, Action.SIGN_OUT, Subject.SESSION, sha256(person.token), None, person.actor)
    parts.people.close_session(person.token)
