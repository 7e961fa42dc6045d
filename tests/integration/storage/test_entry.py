"""Entries by hand on both databases: once, with a history, and through the same life."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import Engine

from almere_vision.domain.errors import InputError
from almere_vision.domain.incident import Actor, Command, Order, Recipient, Role, State
from almere_vision.domain.priority import Priority
from almere_vision.domain.protocol import Protocol
from almere_vision.review import Desk, Query
from almere_vision.review.entry import Sighting
from almere_vision.storage.incidents import SqlIncidents

ANNA = Actor("anna", Role.OBSERVER)
ROOM = Actor("room", Role.CONTROL_ROOM)
SIGHTING = Sighting("0123456789", "trade_waste", "plaza-1", "", Priority.P3, "dozen bij de kiosk")


@pytest.fixture
def desk(engine: Engine, noon: datetime) -> Desk:
    return Desk(SqlIncidents(engine), 120.0, Protocol(), lambda: noon)


def test_it_is_kept_as_it_was_entered_and_goes_on_like_any_other(desk: Desk) -> None:
    incident, fresh = desk.enter(SIGHTING, ANNA)
    assert fresh
    name = incident.suggestion.id
    assert desk.show(name, ANNA) == incident
    assert desk.page(Query(states=(State.CONFIRMED,)), ANNA).incidents == (incident,)
    told = desk.carry_out(
        name, Order(Command.ESCALATE, 1, recipient=Recipient.CONTROL_ROOM, priority=Priority.P2), ANNA
    )
    desk.carry_out(name, Order(Command.ACKNOWLEDGE, told.version), ROOM)
    history = desk.history(name, ANNA)
    assert [line.command for line in history] == ["enter", "escalate", "acknowledge"]
    assert dict(history[0].details)["note"] == "dozen bij de kiosk"
    assert dict(history[0].details)["type"] == "trade_waste"


def test_a_double_click_is_one_incident_also_in_the_same_millisecond(desk: Desk) -> None:
    together = threading.Barrier(8)

    def click(_: int) -> tuple[str, bool]:
        together.wait(10)
        incident, fresh = desk.enter(SIGHTING, ANNA)
        return incident.suggestion.id, fresh

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(click, range(8)))
    assert len({name for name, _ in answers}) == 1
    assert [fresh for _, fresh in answers].count(True) == 1
    assert len(desk.history(answers[0][0], ANNA)) == 1


def test_sent_again_after_it_went_on_it_gives_what_it_became(desk: Desk) -> None:
    incident, _ = desk.enter(SIGHTING, ANNA)
    undone = desk.carry_out(incident.suggestion.id, Order(Command.UNDO, 1), ANNA)
    assert desk.enter(SIGHTING, ANNA) == (undone, False)


def test_a_key_that_was_used_for_something_else_is_refused(desk: Desk) -> None:
    desk.enter(SIGHTING, ANNA)
    with pytest.raises(InputError, match="make a new key"):
        desk.enter(Sighting("0123456789", "begging", "plaza-1", "", Priority.P3), ANNA)
