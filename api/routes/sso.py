"""Signing in through the identity provider. What is between the steps, the browser keeps, sealed.

The console sends the browser to `beginSso`, which sends it on to the provider; that sends it back to
`endSso`, which always ends at the console: `/?sso=` and `done`, `code_needed`, `unavailable`, or why not
(`Refusal`).
"""

from __future__ import annotations

import hmac
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from almere_vision.domain.audit import Action, Detail, Subject, sha256
from almere_vision.domain.errors import SignInRefused, StorageError
from almere_vision.domain.identity import Identity, Refusal
from almere_vision.domain.incident import Actor
from almere_vision.identity.provider import Flow
from almere_vision.storage.people import SessionGrant
from api.access import GuardedRoute
from api.addresses import client_address
from api.cookies import SSO_COOKIE, cookie_of, forget_cookie, keep_cookie, keep_session
from api.deps import Parts, Services, SingleSignOn
from api.problems import Problem
from api.schemas.session import Label, SecondStep, Session, WaysIn
from api.signing_in import describe, note, wait_for_turn

router = APIRouter(tags=["session"], route_class=GuardedRoute)

DONE: Final = "done"
CODE_NEEDED: Final = "code_needed"
UNAVAILABLE: Final = "unavailable"

log = structlog.get_logger("api.sso")


@router.get("/session/ways", operation_id="getWaysIn")
async def get_ways_in(parts: Parts) -> WaysIn:
    """How people can sign in besides name and password."""
    label = None if parts.sso is None else Label.model_validate(dict(parts.sso.provider.terms.label))
    return WaysIn(provider=label)


@router.get("/session/sso", operation_id="beginSso", status_code=303, response_class=RedirectResponse)
async def begin_sso(request: Request, parts: Parts) -> Response:
    """Send the browser to the identity provider."""
    sso = _set_up(parts)
    try:
        address, flow = await sso.provider.begin()
    except SignInRefused as refused:
        log.warning("nobody can sign in through the provider", reason=str(refused))
        return _to_console(refused.reason)
    answer = RedirectResponse(address, 303)
    # The session of before is not sent along by the redirect that comes back from elsewhere.
    old = request.cookies.get(cookie_of(request), "")
    content = {"state": flow.state, "nonce": flow.nonce, "verifier": flow.verifier, "old": old[:200]}
    keep_cookie(request, answer, SSO_COOKIE, sso.flow.close(content), sso.flow.valid_s, "lax")
    return answer


@router.get("/session/sso/return", operation_id="endSso", status_code=303, response_class=RedirectResponse)
async def end_sso(
    request: Request,
    parts: Parts,
    code: Annotated[str | None, Query(max_length=4096)] = None,
    state: Annotated[str, Query(max_length=200)] = "",
    error: Annotated[str | None, Query(max_length=200)] = None,
    iss: Annotated[str | None, Query(max_length=600)] = None,
) -> Response:
    """Where the identity provider sends the browser back to."""
    sso, address = _set_up(parts), client_address(request, parts.settings.trusted_proxies)
    identity, kept = None, sso.flow.open(request.cookies.get(cookie_of(request, SSO_COOKIE), ""))
    try:
        flow = _flow(sso, kept, state, iss)
        if error is not None or code is None:
            raise SignInRefused(Refusal.DENIED, f"the identity provider said no: {error!r}")
        identity = await sso.provider.finish(code, flow)
        old = (kept or {}).get("old", "")
        actor, grant = await run_in_threadpool(_let_in, parts, sso, identity, address, old)
    except SignInRefused as refused:
        log.warning("not let in through the provider", reason=str(refused), code=refused.reason)
        answer = _to_console(refused.reason)
        forget_cookie(request, answer, SSO_COOKIE)
        try:
            await run_in_threadpool(_note_refused, parts, identity, state, address, refused.reason)
        except StorageError as away:
            log.warning("a refusal is not audited", code=refused.reason, reason=str(away))
        return answer
    except StorageError as away:
        log.warning("not available", reason=str(away))
        answer = _to_console(UNAVAILABLE)
        forget_cookie(request, answer, SSO_COOKIE)
        return answer
    if grant is None:
        answer = _to_console(CODE_NEEDED)
        content = {"issuer": identity.issuer, "subject": identity.subject, "name": actor.name, "old": old}
        keep_cookie(request, answer, SSO_COOKIE, sso.code.close(content), sso.code.valid_s, "strict")
        return answer
    answer = _to_console(DONE)
    forget_cookie(request, answer, SSO_COOKIE)
    keep_session(request, answer, grant, parts.settings.session_hours)
    if old:
        parts.hub.end_session(old)
    return answer


@router.post("/session/sso/code", operation_id="giveSsoCode")
async def give_sso_code(body: SecondStep, request: Request, response: Response, parts: Parts) -> Session:
    """The second factor of who came through a provider that did not check one, after `code_needed`."""
    sso, address = _set_up(parts), client_address(request, parts.settings.trusted_proxies)
    kept = sso.code.open(request.cookies.get(cookie_of(request, SSO_COOKIE), ""))
    if kept is None:
        raise Problem("flow_lost", "That took too long, or was not begun here: sign in again.")
    actor, grant = await run_in_threadpool(_check_code, parts, sso, kept, body.code, address)
    forget_cookie(request, response, SSO_COOKIE)
    keep_session(request, response, grant, parts.settings.session_hours)
    if kept["old"]:
        parts.hub.end_session(kept["old"])
    return describe(actor, grant.csrf, grant.expires_at, False)


def _set_up(parts: Services) -> SingleSignOn:
    if parts.sso is None:
        raise Problem("not_found", "No identity provider is set here.")
    return parts.sso


def _to_console(code: str) -> RedirectResponse:
    """The one place that a sign-in ends at; nothing that was sent decides where."""
    return RedirectResponse(f"/?sso={code}", 303)


def _flow(sso: SingleSignOn, kept: dict[str, str] | None, state: str, issuer: str | None) -> Flow:
    if kept is None or not hmac.compare_digest(kept["state"].encode(), state.encode()):
        raise SignInRefused(Refusal.FLOW_LOST, "this sign-in was not begun in this browser, or too long ago")
    if issuer not in (None, sso.provider.terms.issuer):  # RFC 9207
        raise SignInRefused(Refusal.PROVIDER_WRONG, "another provider than the one in the settings answered")
    return Flow(kept["state"], kept["nonce"], kept["verifier"])


def _let_in(
    parts: Services, sso: SingleSignOn, identity: Identity, address: str, old: str
) -> tuple[Actor, SessionGrant | None]:
    """The person and the new session; None while our own second factor is to be given first."""
    actor = sso.identities.admit(identity, sso.provider.terms.grant(identity.groups))
    if parts.people.demands(actor).code and not identity.second_factor:
        return actor, None
    return actor, _open(parts, actor, address, old, second_factor=identity.second_factor)


def _check_code(
    parts: Services, sso: SingleSignOn, kept: dict[str, str], code: str, address: str
) -> tuple[Actor, SessionGrant]:
    wait_for_turn(parts, kept["name"], address)
    actor = sso.identities.person(kept["issuer"], kept["subject"])
    if actor is None or not parts.second_factor.check(actor.name, code):
        key = _key(kept["issuer"], kept["subject"])
        note(parts, Action.SIGN_IN_FAILED, Subject.ACCOUNT, key, address, more={"provider": "code"})
        raise Problem("bad_credentials", "The code is wrong, or was used before; wait for the next one.")
    parts.attempts.succeeded(actor.name, address)
    return actor, _open(parts, actor, address, kept["old"], second_factor=False)


def _open(parts: Services, actor: Actor, address: str, old: str, *, second_factor: bool) -> SessionGrant:
    grant = parts.people.open_session(actor, parts.settings.session_hours, second_factor=second_factor)
    more: dict[str, Detail] = {"provider": DONE, "second_factor": second_factor}
    note(parts, Action.SIGN_IN, Subject.SESSION, sha256(grant.token), address, actor, more)
    if old:
        parts.people.close_session(old)
    return grant


def _note_refused(parts: Services, identity: Identity | None, state: str, address: str, reason: str) -> None:
    """Without the name, which is nobody's here; of who came, a hash that tells the same one again."""
    kind, key = Subject.SESSION, sha256(state)
    if identity is not None:
        kind, key = Subject.ACCOUNT, _key(identity.issuer, identity.subject)
    note(parts, Action.SIGN_IN_FAILED, kind, key, address, more={"provider": reason})


def _key(issuer: str, subject: str) -> str:
    return sha256(f"{issuer} {subject}")
