"""Thresholds on both databases: learned, approved once, taken back, and holding back without dropping."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from almere_vision.domain.audit import Subject
from almere_vision.domain.errors import InputError, NotAllowed, TransitionRefused, VersionConflict
from almere_vision.domain.incident import Actor, Command, Held, Order, RejectReason, Role, Scope
from almere_vision.domain.priority import Priority
from almere_vision.domain.protocol import AlertBudget, Protocol
from almere_vision.domain.suggestion import Kind
from almere_vision.domain.threshold import Did, Place
from almere_vision.review import Desk, Query
from almere_vision.review.gate import Gate, is_sample
from almere_vision.review.learning import NoProposal
from almere_vision.review.tuning import Choice, Tuned, Tuning
from almere_vision.storage.audit import Audit, AuditQuery
from almere_vision.storage.database import alembic_config, migrate, reading, writing
from almere_vision.storage.incidents import SqlIncidents
from almere_vision.storage.tables import INCIDENTS
from almere_vision.storage.thresholds import SqlThresholds
from tests.integration.decided import decide_all
from tests.integration.storage.conftest import Suggest

CHIEF = Actor("chief", Role.SUPERVISOR)
ANNA = Actor("anna", Role.OBSERVER)
SQUARE = Place("plaza-1", "square", Kind.PARKING)


@pytest.fixture
def thresholds(engine: Engine) -> SqlThresholds:
    return SqlThresholds(engine)


@pytest.fixture
def tuning(engine: Engine, thresholds: SqlThresholds, suggest: Suggest, noon: datetime) -> Tuning:
    """At a place where 100 false ones score 0.5 and 50 right ones 0.8, but one 0.4."""
    decide_all(
        engine,
        {
            RejectReason.WRONG_OBJECT: [suggest(f"f-{n}", score=0.5) for n in range(100)],
            None: [suggest(f"c-{n}", score=0.8 if n else 0.4) for n in range(50)],
        },
        noon - timedelta(days=1),
    )
    return Tuning(thresholds, lambda: noon)


def seen(tuning: Tuning) -> Tuned:
    (tuned,) = tuning.places(CHIEF)
    return tuned


def approve(tuning: Tuning, note: str = "") -> Tuned:
    return tuning.approve(Choice(SQUARE, seen(tuning).version, 0.51, note), CHIEF)


def test_a_proposal_is_approved_and_taken_back_and_all_of_it_is_audited(
    tuning: Tuning, thresholds: SqlThresholds, engine: Engine
) -> None:
    proposal = seen(tuning).lesson.proposal
    assert proposal is not None
    assert (proposal.threshold, proposal.fewer_false, proposal.confirmed_lost, proposal.lost) == (
        0.51,
        100,
        1,
        ("c-0",),
    )
    assert thresholds.in_force() == {}
    after = approve(tuning, "kermis voorbij")
    assert (after.threshold, after.version, after.can_undo) == (0.51, 1, True)
    assert thresholds.in_force() == {SQUARE: 0.51}
    assert after.lesson.why_not is NoProposal.TOO_SOON
    undone = tuning.undo(Choice(SQUARE, 1), CHIEF)
    assert (undone.threshold, undone.version, undone.can_undo) == (0.0, 2, False)
    assert thresholds.in_force() == {}
    with pytest.raises(TransitionRefused):
        tuning.undo(Choice(SQUARE, 2), CHIEF)

    assert [(line.did, line.threshold, line.note) for line in undone.history] == [
        (Did.APPROVE, 0.51, "kermis voorbij"),
        (Did.UNDO, 0.0, ""),
    ]
    lines = Audit(engine).page(AuditQuery(kind=Subject.THRESHOLD)).lines
    told = [(line.entry.actor, line.entry.action, line.entry.subject) for line in lines]
    assert told == [("chief", "change", "parking plaza-1/square")] * 2
    details = dict(lines[1].entry.details)
    assert (details["did"], details["threshold"], details["confirmed_lost"]) == ("approve", "0.51", 1)
    assert "kermis" not in str(details)


def test_declined_it_stays_as_it_is_and_is_not_brought_up_again_at_once(
    tuning: Tuning, thresholds: SqlThresholds
) -> None:
    after = tuning.decline(Choice(SQUARE, 0, 0.51, "eerst de zone"), CHIEF)
    assert (after.threshold, after.version, after.lesson.proposal) == (0.0, 1, None)
    assert (after.history[0].did, after.history[0].proposed) == (Did.DECLINE, 0.51)
    assert thresholds.in_force() == {}


def test_what_was_not_seen_is_not_approved(tuning: Tuning) -> None:
    for stale in (Choice(SQUARE, 1, 0.51), Choice(SQUARE, 0, 0.6)):
        with pytest.raises(VersionConflict):
            tuning.approve(stale, CHIEF)
    with pytest.raises(InputError, match="nothing was decided"):
        tuning.approve(Choice(Place("plaza-1", "elsewhere", Kind.PARKING), 0, 0.51), CHIEF)
    with pytest.raises(InputError, match="2000"):
        tuning.approve(Choice(SQUARE, 0, 0.51, "x" * 2001), CHIEF)
    assert seen(tuning).version == 0


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SUPERVISOR}))
def test_only_supervisors_approve(tuning: Tuning, role: Role) -> None:
    for deed in (tuning.approve, tuning.decline):
        with pytest.raises(NotAllowed):
            deed(Choice(SQUARE, 0, 0.51), Actor("x", role))


def test_a_supervisor_of_other_cameras_or_kinds_sees_nothing_of_it(tuning: Tuning) -> None:
    for scope in (Scope(cameras=frozenset({"plaza-2"})), Scope(kinds=frozenset({Kind.FIGHT}))):
        other = Actor("other", Role.SUPERVISOR, scope)
        assert tuning.places(other) == ()
        with pytest.raises(InputError):
            tuning.approve(Choice(SQUARE, 0, 0.51), other)


def test_two_supervisors_at_the_same_moment_have_one_winner(tuning: Tuning) -> None:
    def attempt(name: str) -> str:
        try:
            tuning.approve(Choice(SQUARE, 0, 0.51), Actor(name, Role.SUPERVISOR))
        except VersionConflict:
            return "conflict"
        return "approved"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, "abcd")) == ["approved", "conflict", "conflict", "conflict"]
    assert len(seen(tuning).history) == 1


def names(store: SqlIncidents, *, held: bool) -> set[str]:
    return {one.suggestion.id for one in store.page(Query(held=held, limit=200)).incidents}


@pytest.fixture
def approved(tuning: Tuning) -> Tuning:
    approve(tuning)
    return tuning


def test_what_scores_under_it_is_held_in_sight_and_a_share_is_shown_marked(
    engine: Engine, approved: Tuning, thresholds: SqlThresholds, suggest: Suggest, noon: datetime
) -> None:
    store = SqlIncidents(engine)
    gate = Gate(store, None, lambda _at: 1, thresholds.in_force, sample_share=0.05)
    low = [suggest(f"low-{n}", score=0.5) for n in range(100)]
    others = [
        suggest("urgent", score=0.1, priority=Priority.P1),
        suggest("even", score=0.51),
        suggest("elsewhere", score=0.1, zone="bus-lane"),
        suggest("group", score=0.1, kind=Kind.LOITERING),
    ]
    gate.receive_all([*low, *others], noon)
    drawn = {one.id for one in low if is_sample(one.id, 0.05)}
    assert 1 <= len(drawn) <= 15
    held = names(store, held=True)
    assert held == {one.id for one in low} - drawn
    assert {one.id for one in others} | drawn <= names(store, held=False)
    for name in drawn:
        shown = store.get(name)
        assert (shown.held, shown.below, shown.sample_share) == (None, 0.51, 0.05)
    assert store.get("even").below is None
    kept = store.get(next(iter(held)))
    assert (kept.held, kept.below, kept.shown_at) == (Held.THRESHOLD, 0.51, None)
    desk = Desk(store, 120.0, Protocol(), lambda: noon)
    assert desk.held(ANNA) == {Held.THRESHOLD: {None: len(held)}}
    assert gate.let_through(noon) == ()

    freed = approved.undo(Choice(SQUARE, 1), CHIEF)
    assert freed.threshold == 0.0
    shown_now = gate.let_through(noon + timedelta(minutes=1))
    assert {one.suggestion.id for one in shown_now} == held
    assert names(store, held=True) == set()
    assert (shown_now[0].below, shown_now[0].shown_at) == (None, noon + timedelta(minutes=1))


def test_a_score_that_rises_and_a_hand_that_lets_through(
    engine: Engine, approved: Tuning, thresholds: SqlThresholds, suggest: Suggest, noon: datetime
) -> None:
    store = SqlIncidents(engine)
    gate = Gate(store, None, lambda _at: 1, thresholds.in_force, sample_share=0.01)
    a, b, c = [f"n-{n}" for n in range(40) if not is_sample(f"n-{n}", 0.05)][:3]
    gate.receive_all([suggest(name, score=0.3) for name in (a, b, c)], noon)
    (changed,) = gate.receive_all([suggest(a, score=0.7, revision=2)], noon)
    assert (changed.held, changed.below, changed.shown_at) == (None, None, noon)
    assert gate.receive_all([suggest(a, score=0.3, revision=3)], noon)[0].held is None
    (urgent,) = gate.receive_all([suggest(b, score=0.3, revision=2, priority=Priority.P1)], noon)
    assert (urgent.held, urgent.below) == (None, None)
    desk = Desk(store, 120.0, Protocol(), lambda: noon)
    assert desk.let_through(c, ANNA)[0].below == 0.51
    for name in (a, c):
        desk.carry_out(name, Order(Command.CLAIM, 1), ANNA)
        desk.carry_out(name, Order(Command.CONFIRM, 2), ANNA)
    found = {one.incident: one for one in thresholds.decisions(noon)}
    assert set(found) == {a, c}
    assert (found[a].score, found[a].below) == (0.7, None)  # the highest of its revisions counts
    assert (found[c].below, found[c].sample_share) == (0.51, None)  # picked by hand, not drawn


def test_the_budget_still_holds_what_a_threshold_frees(
    engine: Engine, approved: Tuning, thresholds: SqlThresholds, suggest: Suggest, noon: datetime
) -> None:
    store = SqlIncidents(engine)
    gate = Gate(store, AlertBudget(1), lambda _at: 1, thresholds.in_force, sample_share=0.01)
    low = [name for name in (f"n-{n}" for n in range(40)) if not is_sample(name, 0.05)][:3]
    gate.receive_all([suggest(name, score=0.3, priority=Priority.P3) for name in low], noon)
    assert store.count_held(Query()) == {Held.THRESHOLD: {Priority.P3: 3}}
    approved.undo(Choice(SQUARE, 1), CHIEF)
    later = noon + timedelta(hours=25)  # what was decided the day before takes no place in the budget
    gate.let_through(later)
    assert store.count_held(Query()) == {Held.BUDGET: {Priority.P3: 2}}


def test_only_decisions_on_what_a_threshold_can_hold_are_learned_from(
    engine: Engine, thresholds: SqlThresholds, suggest: Suggest, noon: datetime
) -> None:
    decide_all(
        engine,
        {
            None: [suggest("p1", priority=Priority.P1), suggest("right", score=0.9)],
            RejectReason.EXEMPT: [suggest("exempt", score=0.2)],
        },
        noon,
    )
    SqlIncidents(engine).receive(suggest("open"), noon)
    found = {one.incident: one for one in thresholds.decisions(noon)}
    assert set(found) == {"right", "exempt"}
    assert found["exempt"].reason is RejectReason.EXEMPT
    assert (found["right"].confirmed, found["right"].source) == (True, "net@12345678 parking@1")
    assert thresholds.decisions(noon + timedelta(seconds=1)) == ()


def test_what_was_kept_before_thresholds_has_the_score_of_its_last_revision(
    engine: Engine, suggest: Suggest, noon: datetime
) -> None:
    from alembic import command

    SqlIncidents(engine).receive(suggest("old", score=0.37), noon)
    with writing(engine) as connection:
        command.downgrade(alembic_config(connection), "0010")
    migrate(engine)
    with reading(engine) as connection:
        score = connection.execute(select(INCIDENTS.c.score).where(INCIDENTS.c.id == "old")).scalar_one()
    assert score == pytest.approx(0.37)
