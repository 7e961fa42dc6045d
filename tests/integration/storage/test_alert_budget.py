"""The alert budget on both databases: nothing dropped, P1 never held, every window exact, and repeatable."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from almere_vision.domain.incident import Actor, Command, Held, Order, Role, State
from almere_vision.domain.priority import Priority
from almere_vision.domain.protocol import AlertBudget, Deadlines, Protocol
from almere_vision.domain.suggestion import Suggestion
from almere_vision.review import Desk, Query
from almere_vision.review.gate import WINDOW, Gate, allowance, is_holdable
from almere_vision.storage.accounts import Accounts
from almere_vision.storage.database import migrate, open_database
from almere_vision.storage.incidents import SqlIncidents
from almere_vision.storage.people import People
from almere_vision.storage.signed_on import observers_signed_on
from tests.integration.storage.conftest import NOON, Suggest

ANNA = Actor("anna", Role.OBSERVER)
TWO_AN_HOUR = AlertBudget(2)


@dataclass
class Staff:
    """How many observers are there."""

    observers: int = 1

    def __call__(self, _at: datetime) -> int:
        return self.observers


@pytest.fixture
def store(engine: Engine) -> SqlIncidents:
    return SqlIncidents(engine)


def ids(store: SqlIncidents, *, held: bool) -> list[str]:
    return [one.suggestion.id for one in store.page(Query(held=held, limit=200)).incidents]


def arrive(gate: Gate, suggest: Suggest, *names: str, at: datetime, priority: Priority = Priority.P3) -> None:
    gate.receive_all([suggest(name, priority=priority, raised_at=at) for name in names], at)


def test_above_the_budget_low_priority_waits_and_comes_when_there_is_room(
    store: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    gate = Gate(store, TWO_AN_HOUR, Staff())
    for minute, name in enumerate("abcd"):
        arrive(gate, suggest, name, at=noon + timedelta(minutes=minute))
    assert ids(store, held=False) == ["b", "a"]
    assert ids(store, held=True) == ["d", "c"]
    assert gate.let_through(noon + timedelta(minutes=59, seconds=59)) == ()
    (shown,) = gate.let_through(noon + timedelta(hours=1))
    assert (shown.suggestion.id, shown.shown_at) == ("d", noon + timedelta(hours=1))
    assert [one.suggestion.id for one in gate.let_through(noon + timedelta(hours=1, minutes=1))] == ["c"]


def test_p1_is_never_held_and_takes_its_place_in_the_budget(
    store: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    gate = Gate(store, AlertBudget(2, frozenset({Priority.P2, Priority.P3})), Staff())
    arrive(gate, suggest, "p1-a", "p1-b", "p1-c", at=noon, priority=Priority.P1)
    arrive(gate, suggest, "p2", at=noon, priority=Priority.P2)
    arrive(gate, suggest, "p3", at=noon)
    assert ids(store, held=True) == ["p3", "p2"]
    with pytest.raises(ValueError, match="never holds P1"):
        AlertBudget(2, frozenset({Priority.P1}))
    first = gate.let_through(noon + timedelta(hours=1))
    assert sorted(one.suggestion.id for one in first) == ["p2", "p3"]


def test_one_whose_priority_rises_is_shown_at_once(
    store: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    gate = Gate(store, TWO_AN_HOUR, Staff(0))
    arrive(gate, suggest, "a", "b", at=noon)
    assert ids(store, held=False) == []
    later = noon + timedelta(minutes=5)
    (changed,) = gate.receive_all([suggest("a", revision=2, priority=Priority.P2, raised_at=noon)], later)
    assert (changed.held, changed.shown_at) == (None, later)
    assert ids(store, held=True) == ["b"]


def test_more_observers_have_more_room_and_none_has_none(
    store: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    staff = Staff(0)
    gate = Gate(store, TWO_AN_HOUR, staff)
    arrive(gate, suggest, *"abcdef", at=noon)
    assert len(ids(store, held=True)) == 6
    staff.observers = 1
    assert len(gate.let_through(noon)) == 2
    staff.observers = 3
    assert len(gate.let_through(noon)) == 4
    standing = gate.standing(noon)
    assert (standing.observers, standing.shown, standing.allowed) == (3, 6, 6)


def test_it_survives_a_restart_and_another_protocol(
    store: SqlIncidents, engine: Engine, suggest: Suggest, noon: datetime
) -> None:
    arrive(Gate(store, TWO_AN_HOUR, Staff()), suggest, *"abcd", at=noon)
    again = Gate(SqlIncidents(engine), TWO_AN_HOUR, Staff())
    assert again.let_through(noon + timedelta(minutes=30)) == ()
    without = Gate(SqlIncidents(engine), None, Staff())
    assert len(without.let_through(noon + timedelta(minutes=31))) == 2


def test_by_hand_it_is_shown_with_a_line_in_its_history(
    store: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    arrive(Gate(store, TWO_AN_HOUR, Staff(0)), suggest, "a", "b", "c", at=noon)
    desk = Desk(store, 120.0, Protocol(), lambda: noon)
    assert desk.held(ANNA) == {Held.BUDGET: {Priority.P3: 3}}
    shown, changed = desk.let_through("a", ANNA)
    assert (shown.held, shown.shown_at, shown.version, changed) == (None, noon, 1, True)
    assert desk.let_through("a", ANNA)[1] is False
    assert [line.command for line in desk.history("a", ANNA)] == ["suggested", "let_through"]
    claimed = desk.carry_out("b", Order(Command.CLAIM, 1), ANNA)
    assert (claimed.held, claimed.shown_at) == (None, noon)
    assert dict(desk.history("b", ANNA)[-1].details)["held"] == "budget"
    assert desk.held(ANNA) == {Held.BUDGET: {Priority.P3: 1}}


def test_what_nobody_let_through_expires_like_any_other_and_says_that_it_was_held(
    store: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    arrive(Gate(store, TWO_AN_HOUR, Staff(0)), suggest, "a", at=noon)
    protocol = Protocol(deadlines={Priority.P3: Deadlines(expire_s=60)})
    (expired,) = Desk(store, 120.0, protocol, lambda: noon + timedelta(seconds=61)).expire()
    assert (expired.state, expired.held, expired.shown_at) == (State.EXPIRED, None, None)
    assert dict(store.history("a")[-1].details)["held"] == "budget"


def test_two_processes_at_the_same_moment_let_no_more_through_than_there_is_room(
    store: SqlIncidents, engine: Engine, suggest: Suggest, noon: datetime
) -> None:
    arrive(Gate(store, TWO_AN_HOUR, Staff(0)), suggest, *(f"s{n}" for n in range(20)), at=noon)
    gates = [Gate(SqlIncidents(engine), AlertBudget(5), Staff()) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        shown = [one for found in pool.map(lambda gate: gate.let_through(noon), gates) for one in found]
    assert len(shown) == len({one.suggestion.id for one in shown}) == 5


def test_observers_count_once_each_and_only_while_they_do_something(engine: Engine, noon: datetime) -> None:
    people = People(engine, lambda: noon)
    for name, role in (("anna", Role.OBSERVER), ("bram", Role.OBSERVER), ("chief", Role.SUPERVISOR)):
        person = people.add(name, "correct horse battery", role)
        for _ in range(2):
            people.open_session(person, 10)
    assert observers_signed_on(engine, noon) == 2
    later = noon + timedelta(minutes=90)
    assert observers_signed_on(engine, later) == 0
    accounts = Accounts(engine)
    accounts.change(accounts.named("bram").id, None, disabled=True)
    assert observers_signed_on(engine, noon) == 1


ARRIVALS = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(list(Priority)), st.integers(0, 3)),
    min_size=1,
    max_size=25,
)
"""Minutes since the one before, priority, and how many observers are there by then."""


def run(arrivals: list[tuple[int, Priority, int]], budget: AlertBudget, base: Suggestion) -> list[object]:
    """What every step showed, on a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{Path(folder) / 'a.db'}")
        migrate(engine)
        store, staff, at, told = SqlIncidents(engine), Staff(), NOON, []
        gate = Gate(store, budget, staff)
        shown: list[datetime] = []
        for number, (minutes, priority, observers) in enumerate(arrivals):
            at, staff.observers = at + timedelta(minutes=minutes), observers
            one = replace(base, id=f"s-{number:02d}", priority=priority, raised_at=at)
            before = sum(moment > at - WINDOW for moment in shown)
            changed = gate.receive_all([one], at)
            now_shown = [each for each in changed if each.shown_at == at]
            shown += [at] * len(now_shown)
            urgent = [each for each in now_shown if not is_holdable(budget, each.suggestion)]
            room = max(0, allowance(budget, observers) - before - len(urgent))
            waiting = len(ids(store, held=True))
            # Neither more than there is room for, nor less while something waits.
            assert len(now_shown) - len(urgent) <= room
            assert waiting == 0 or len(now_shown) - len(urgent) == room
            kept = store.page(Query(limit=200)).incidents
            assert len(kept) == number + 1
            assert all((each.held is None) == (each.shown_at is not None) for each in kept)
            assert all(each.held is None or is_holdable(budget, each.suggestion) for each in kept)
            told.append(sorted(each.suggestion.id for each in now_shown))
        staff.observers = 200
        gate.let_through(at)
        assert ids(store, held=True) == []
        engine.dispose()
        return told


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ARRIVALS, st.integers(1, 4), st.sampled_from([{Priority.P3}, {Priority.P2, Priority.P3}]))
def test_whatever_arrives_nothing_is_dropped_and_every_step_is_as_the_budget_says(
    suggest: Suggest, arrivals: list[tuple[int, Priority, int]], per_hour: int, holds: set[Priority]
) -> None:
    budget = AlertBudget(per_hour, frozenset(holds))
    run(arrivals, budget, suggest())


def test_the_same_arrivals_are_held_and_shown_alike(suggest: Suggest) -> None:
    arrivals = [(minute % 7, list(Priority)[minute % 3], minute % 2 + 1) for minute in range(20)]
    first, second = (run(arrivals, AlertBudget(1), suggest()) for _ in range(2))
    assert first == second
