"""To whom an incident goes, and by when each step is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from almere_vision.domain.clock import CITY_TIME, EVERY_DAY, TimeWindow
from almere_vision.domain.incident import Clocks, Incident, Recipient, State
from almere_vision.domain.priority import Priority
from almere_vision.domain.protocol import Deadlines, Protocol, Route
from almere_vision.domain.suggestion import Kind
from almere_vision.review.deadlines import Due, Step, due, late, unseen
from almere_vision.review.ports import Late
from almere_vision.review.routing import options

New = Callable[[], Incident]
OFFICE = TimeWindow(frozenset(range(5)), time(8), time(17))
MONDAY = datetime(2026, 5, 4, 12, 0, tzinfo=CITY_TIME)
NIGHT = MONDAY.replace(hour=3)


def first(protocol: Protocol, incident: Incident, priority: Priority, at: datetime = MONDAY) -> Recipient:
    return options(protocol, incident.suggestion, priority, at)[0].recipient


@pytest.mark.parametrize(
    ("priority", "recipient"),
    [
        (Priority.P1, Recipient.CONTROL_ROOM),
        (Priority.P2, Recipient.POLICE),
        (Priority.P3, Recipient.ENFORCEMENT),
    ],
)
def test_without_a_protocol_the_priority_decides(
    new_incident: New, priority: Priority, recipient: Recipient
) -> None:
    assert first(Protocol(), new_incident(), priority) is recipient


def test_the_first_route_that_matches_decides(new_incident: New) -> None:
    routes = (
        Route((Recipient.POLICE,), kinds=frozenset({Kind.FIGHT})),
        Route((Recipient.POLICE,), cameras=frozenset({"plaza-2"})),
        Route((Recipient.POLICE,), zones=frozenset({"lane"})),
        Route((Recipient.POLICE,), priorities=frozenset({Priority.P1})),
        Route((Recipient.POLICE,), when=(TimeWindow(EVERY_DAY, time(13), time(14)),)),
        Route((Recipient.CITY_WARDENS,), frozenset({Kind.PARKING}), frozenset({"plaza-1"})),
        Route((Recipient.POLICE,)),
    )
    assert first(Protocol(routes), new_incident(), Priority.P3) is Recipient.CITY_WARDENS
    assert first(Protocol(routes), new_incident(), Priority.P1) is Recipient.POLICE
    assert first(Protocol(routes), new_incident(), Priority.P3, MONDAY.replace(hour=13)) is Recipient.POLICE


def test_nobody_on_duty_falls_back_to_somebody_who_is(new_incident: New) -> None:
    protocol = Protocol(
        routes=(Route((Recipient.ENFORCEMENT, Recipient.CITY_WARDENS)),),
        duty={Recipient.ENFORCEMENT: (OFFICE,), Recipient.CITY_WARDENS: (OFFICE,)},
    )
    by_day = options(protocol, new_incident().suggestion, Priority.P3, MONDAY)
    assert [option.recipient for option in by_day[:2]] == [Recipient.ENFORCEMENT, Recipient.CITY_WARDENS]
    assert all(option.routed and option.on_duty for option in by_day[:2])
    by_night = options(protocol, new_incident().suggestion, Priority.P3, NIGHT)
    assert {option.recipient for option in by_night} == set(Recipient)
    assert (by_night[0].routed, by_night[0].on_duty) == (False, True)
    away = [option for option in by_night if not option.on_duty]
    assert [option.recipient for option in away] == [Recipient.ENFORCEMENT, Recipient.CITY_WARDENS]
    assert {option.on_duty_from for option in away} == {MONDAY.replace(hour=8)}


def test_duty_begins_again_after_the_weekend(new_incident: New) -> None:
    protocol = Protocol(duty={Recipient.ENFORCEMENT: (OFFICE,)})
    saturday = MONDAY + timedelta(days=5)
    assert protocol.next_duty(Recipient.ENFORCEMENT, saturday) == (MONDAY + timedelta(days=7)).replace(hour=8)
    assert protocol.next_duty(Recipient.ENFORCEMENT, MONDAY) is None
    assert protocol.next_duty(Recipient.POLICE, saturday) is None
    assert protocol.on_duty(Recipient.POLICE, saturday)


@pytest.mark.parametrize(
    ("state", "step", "limit_s"),
    [
        (State.SUGGESTED, Step.CLAIM, 10),
        (State.CLAIMED, Step.DECIDE, 20),
        (State.ESCALATED, Step.ACKNOWLEDGE, 30),
        (State.ACKNOWLEDGED, Step.ARRIVE, 40),
    ],
)
def test_each_step_is_due_so_long_after_what_it_waits_for(
    new_incident: New, noon: datetime, state: State, step: Step, limit_s: float
) -> None:
    protocol = Protocol(deadlines={Priority.P3: Deadlines(10, 20, 30, 40)})
    escalated = noon + timedelta(hours=1) if limit_s >= 30 else None
    waiting = replace(new_incident(), state=state, clocks=Clocks(escalated_at=escalated))
    at = (escalated or noon) + timedelta(seconds=limit_s)
    assert due(waiting, protocol) == Due(step, at)
    assert Late(state, Priority.P3, at - timedelta(seconds=limit_s)) in late(protocol, at)


@pytest.mark.parametrize("state", sorted(set(State) - {"suggested", "claimed", "escalated", "acknowledged"}))
def test_nothing_is_due_any_more(new_incident: New, state: State) -> None:
    assert due(replace(new_incident(), state=state), Protocol()) is None


def test_the_priority_of_the_escalation_sets_the_pace(new_incident: New, noon: datetime) -> None:
    suggested = replace(new_incident().suggestion, priority=Priority.P3)
    waiting = replace(
        new_incident(),
        suggestion=suggested,
        state=State.ESCALATED,
        priority=Priority.P1,
        clocks=Clocks(escalated_at=noon),
    )
    assert due(waiting, Protocol()) == Due(Step.ACKNOWLEDGE, noon + timedelta(seconds=60))


def test_no_deadline_means_never_late_and_never_unseen(new_incident: New, noon: datetime) -> None:
    protocol = Protocol(deadlines={Priority.P3: Deadlines(claim_s=60)})
    assert [one.state for one in late(protocol, noon)] == [State.SUGGESTED]
    assert unseen(protocol, noon) == ()
    assert due(new_incident(), Protocol(deadlines={})) is None
