"""Accounts, for administrators."""

from __future__ import annotations

from typing import Annotated, Final

import anyio.from_thread
from fastapi import APIRouter, Path

from almere_vision.review.sight import SCOPES
from api.access import SIGNED_IN, GuardedRoute, Person
from api.deps import Parts, Services
from api.schemas import people as schemas

router = APIRouter(prefix="/people", tags=["people"], route_class=GuardedRoute)

MAX_ID: Final = 2**31 - 1

IdInPath = Annotated[int, Path(ge=1, le=MAX_ID, description="Id of the account.")]
SessionInPath = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="Id of the session.")]


@router.get("", operation_id="listPeople")
def list_people(parts: Parts) -> schemas.PersonList:
    """All accounts, by name, and the roles to choose from."""
    return schemas.PersonList(
        items=[schemas.Person.of(one) for one in parts.accounts.list()],
        roles=[
            schemas.RoleDefault(role=role, scope=schemas.Scope.of(scope))
            for role, scope in SCOPES.items()
            if role in SIGNED_IN
        ],
    )


@router.post("", operation_id="addPerson", status_code=201)
def add_person(body: schemas.NewPerson, parts: Parts, person: Person) -> schemas.Invitation:
    """Make an account, with a password that is good for one sign-in within three days."""
    scope = None if body.scope is None else body.scope.scope()
    account, password = parts.accounts.invite(body.username, body.role, scope, person.actor)
    return schemas.Invitation(person=schemas.Person.of(account), one_time_password=password)


@router.patch("/{person_id}", operation_id="changePerson")
def change_person(person_id: IdInPath, body: schemas.Changes, parts: Parts, person: Person) -> schemas.Person:
    """Another role or scope, or shut or open the account. Ends the sessions of that person."""
    scope = None if body.scope is None else body.scope.scope()
    account = parts.accounts.change(
        person_id, person.actor, role=body.role, scope=scope, disabled=body.disabled
    )
    _end_streams(parts, account.name)
    return schemas.Person.of(account)


@router.post("/{person_id}/password", operation_id="resetPassword")
def reset_password(person_id: IdInPath, parts: Parts, person: Person) -> schemas.OneTimePassword:
    """A password that is good for one sign-in within three days. Ends the sessions of that person."""
    password = parts.accounts.reset_password(person_id, person.actor)
    _end_streams(parts, parts.accounts.get(person_id).name)
    return schemas.OneTimePassword(one_time_password=password)


@router.delete("/{person_id}/totp", operation_id="resetSecondFactor", status_code=204)
def reset_second_factor(person_id: IdInPath, parts: Parts, person: Person) -> None:
    """Forget the second factor, as when a telephone is lost. Ends the sessions of that person."""
    parts.accounts.reset_totp(person_id, person.actor)
    _end_streams(parts, parts.accounts.get(person_id).name)


@router.get("/{person_id}/sessions", operation_id="listSessions")
def list_sessions(person_id: IdInPath, parts: Parts) -> schemas.SessionList:
    """Where this person is signed in."""
    return schemas.SessionList(
        items=[
            schemas.OpenSession(
                id=one.id,
                created_at=one.created_at,
                last_seen_at=one.last_seen_at,
                expires_at=one.expires_at,
            )
            for one in parts.accounts.sessions(person_id)
        ]
    )


@router.delete("/{person_id}/sessions", operation_id="endSessions", status_code=204)
def end_sessions(person_id: IdInPath, parts: Parts, person: Person) -> None:
    """Sign this person out everywhere."""
    parts.accounts.end_sessions(person_id, by=person.actor)
    _end_streams(parts, parts.accounts.get(person_id).name)


@router.delete("/{person_id}/sessions/{session_id}", operation_id="endSession", status_code=204)
def end_session(person_id: IdInPath, session_id: SessionInPath, parts: Parts, person: Person) -> None:
    """End one session; one that is over already changes nothing."""
    parts.accounts.end_sessions(person_id, session_id, person.actor)
    _end_streams(parts, parts.accounts.get(person_id).name)


def _end_streams(parts: Services, name: str) -> None:
    """At once in this process; streams of others look every 15 s. Those with a session come back."""
    anyio.from_thread.run_sync(parts.hub.end_person, name)
