"""What an entry by hand makes: by whom, in which state, and once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from almere_vision.domain.errors import InputError, NotAllowed
from almere_vision.domain.incident import Actor, Command, Recipient, Role, Scope, State
from almere_vision.domain.priority import Priority
from almere_vision.domain.protocol import Protocol
from almere_vision.domain.suggestion import Kind
from almere_vision.review import allowed
from almere_vision.review.deadlines import Step, due
from almere_vision.review.entry import Sighting, entered, same_entry
from almere_vision.review.routing import options
from almere_vision.review.sight import may_see
from almere_vision.review.transitions import ENTRY, table_as_markdown

SIGHTING = Sighting("k" * 16, "public_urination", "plaza-1", "square", Priority.P3, "achter de kiosk")


@pytest.mark.parametrize("role", list(Role))
def test_only_the_roles_of_the_table_may_enter_and_each_sees_what_it_entered(
    role: Role, noon: datetime
) -> None:
    actor = Actor("anna", role)
    if role not in ENTRY:
        with pytest.raises(NotAllowed, match="may not enter"):
            entered(SIGHTING, actor, noon)
        return
    incident, line = entered(SIGHTING, actor, noon)
    assert incident.state is ENTRY[role] is line.to_state
    assert (line.command, line.from_state, line.actor) == ("enter", None, "anna")
    assert may_see(incident, actor)


def test_who_watches_has_confirmed_it_and_can_escalate(noon: datetime) -> None:
    anna = Actor("anna", Role.OBSERVER)
    incident, _ = entered(SIGHTING, anna, noon)
    assert (incident.decided_by, incident.entered_by, incident.type) == ("anna", "anna", "public_urination")
    assert incident.suggestion.kind is Kind.OTHER
    assert incident.suggestion.priority is Priority.P3
    assert allowed(incident, anna, noon) == (Command.ESCALATE, Command.UNDO)


def test_a_desk_has_what_it_enters_and_its_clock_runs(noon: datetime) -> None:
    room = Actor("room", Role.CONTROL_ROOM)
    incident, _ = entered(replace(SIGHTING, type="assault", priority=Priority.P1), room, noon)
    assert (incident.state, incident.recipient) == (State.ACKNOWLEDGED, Recipient.CONTROL_ROOM)
    assert allowed(incident, room, noon) == (Command.ARRIVE, Command.RESOLVE, Command.DECLINE)
    step = due(incident, Protocol())
    assert step is not None
    assert (step.step, (step.at - noon).total_seconds()) == (Step.ARRIVE, 600)


def test_it_is_routed_like_any_other(noon: datetime) -> None:
    incident, _ = entered(replace(SIGHTING, type="fight"), Actor("anna", Role.OBSERVER), noon)
    assert incident.suggestion.kind is Kind.FIGHT
    assert options(Protocol(), incident.suggestion, Priority.P2, noon)[0].recipient is Recipient.POLICE


def test_an_account_that_sees_some_cameras_and_kinds_enters_no_others(noon: datetime) -> None:
    elsewhere = Actor("anna", Role.OBSERVER, Scope(cameras=frozenset({"plaza-2"})))
    parking = Actor("bram", Role.ENFORCEMENT, Scope(kinds=frozenset({Kind.PARKING})))
    for actor in (elsewhere, parking):
        with pytest.raises(NotAllowed, match="not for this account"):
            entered(SIGHTING, actor, noon)
    entered(replace(SIGHTING, type="parking_violation"), parking, noon)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"type": "made_up"}, "catalogue"),
        ({"note": "x" * 2001}, "2000"),
        ({"note": "a\x07"}, "control"),
    ],
)
def test_what_cannot_be_used_is_refused(changes: dict[str, str], told: str, noon: datetime) -> None:
    with pytest.raises(InputError, match=told):
        entered(replace(SIGHTING, **changes), Actor("anna", Role.OBSERVER), noon)


def test_a_key_is_one_incident_of_one_person(noon: datetime) -> None:
    anna, bram = Actor("anna", Role.OBSERVER), Actor("bram", Role.OBSERVER)
    first, again, other = (entered(SIGHTING, actor, noon)[0] for actor in (anna, anna, bram))
    assert first.suggestion.id == again.suggestion.id != other.suggestion.id
    assert same_entry(first, again)
    elsewhere, _ = entered(replace(SIGHTING, camera="plaza-2"), anna, noon)
    assert elsewhere.suggestion.id == first.suggestion.id
    assert not same_entry(first, elsewhere)


def test_the_table_in_the_documentation_says_who_may_enter() -> None:
    assert "| - | enter | confirmed | observer, supervisor |" in table_as_markdown()
