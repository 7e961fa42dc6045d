"""Each person sees what is theirs to see; the rest is not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from almere_vision.domain.errors import IncidentMissing
from almere_vision.domain.incident import Actor, AuditLine, Incident, Recipient, Role, Scope, State
from almere_vision.domain.protocol import Protocol
from almere_vision.domain.suggestion import Kind, Suggestion
from almere_vision.review import Desk, Page, Query
from almere_vision.review.sight import SIGHT, may_see

SEES_NOTHING = set(Role) - set(SIGHT)


class OneIncident:
    """An `IncidentStore` that holds one incident and keeps the query that it was asked."""

    def __init__(self, incident: Incident) -> None:
        self.incident = incident
        self.asked: Query | None = None

    def receive(self, suggestion: Suggestion, at: datetime) -> Incident | None:
        raise AssertionError("not part of these tests")

    def get(self, incident_id: str) -> Incident:
        return self.incident

    def page(self, query: Query) -> Page:
        self.asked = query
        return Page((), None)

    def history(self, incident_id: str) -> tuple[AuditLine, ...]:
        return ()

    def replace(
        self, incident: Incident, expected_version: int, line: AuditLine, deliveries: object = ()
    ) -> None:
        raise AssertionError("not part of these tests")


@pytest.mark.parametrize("role", sorted(SEES_NOTHING))
@pytest.mark.parametrize("state", list(State))
def test_some_roles_see_no_incident(new_incident: Callable[[], Incident], role: Role, state: State) -> None:
    assert not may_see(replace(new_incident(), state=state), Actor("x", role))


@pytest.mark.parametrize(
    ("recipient", "role"),
    [
        (Recipient.CONTROL_ROOM, Role.CONTROL_ROOM),
        (Recipient.ENFORCEMENT, Role.ENFORCEMENT),
        (Recipient.CITY_WARDENS, Role.ENFORCEMENT),
    ],
)
def test_a_desk_sees_what_was_escalated_to_it(
    new_incident: Callable[[], Incident], recipient: Recipient, role: Role
) -> None:
    escalated = replace(new_incident(), state=State.ESCALATED, recipient=recipient)
    other_desk = ({Role.CONTROL_ROOM, Role.ENFORCEMENT} - {role}).pop()
    assert may_see(escalated, Actor("x", role))
    assert not may_see(escalated, Actor("x", other_desk))
    assert not may_see(new_incident(), Actor("x", role))


def test_an_investigator_sees_what_a_person_confirmed(new_incident: Callable[[], Incident]) -> None:
    seen = {
        state
        for state in State
        if may_see(replace(new_incident(), state=state), Actor("x", Role.INVESTIGATOR))
    }
    assert seen == set(State) - {State.SUGGESTED, State.CLAIMED, State.REJECTED, State.EXPIRED}


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        (Scope(), True),
        (Scope(cameras=frozenset({"plaza-1"})), True),
        (Scope(cameras=frozenset({"plaza-2"})), False),
        (Scope(cameras=frozenset()), False),
        (Scope(kinds=frozenset({Kind.PARKING})), True),
        (Scope(kinds=frozenset({Kind.FIGHT, Kind.LOITERING})), False),
    ],
)
@pytest.mark.parametrize("role", [Role.OBSERVER, Role.SUPERVISOR])
def test_the_scope_of_an_account_holds_for_every_role(
    new_incident: Callable[[], Incident], noon: datetime, role: Role, scope: Scope, sees: bool
) -> None:
    desk = Desk(OneIncident(new_incident()), 120, Protocol(), lambda: noon)
    person = Actor("x", role, scope)
    if sees:
        assert desk.show("plaza-1-17", person) == new_incident()
        return
    for look in (desk.show, desk.history):
        with pytest.raises(IncidentMissing):
            look("plaza-1-17", person)


def test_a_list_is_asked_for_within_what_the_person_may_see(
    new_incident: Callable[[], Incident], noon: datetime
) -> None:
    store = OneIncident(new_incident())
    scope = Scope(cameras=frozenset({"plaza-2"}))
    for role in Role:
        Desk(store, 120, Protocol(), lambda: noon).page(Query(limit=7), Actor("x", role, scope))
        assert store.asked is not None
        assert (store.asked.limit, store.asked.scope) == (7, scope)
        assert (store.asked.sight.states == frozenset()) == (role in SEES_NOTHING)
