"""Who has a camera, on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from almere_vision.domain.errors import VersionConflict
from almere_vision.domain.incident import Actor, Role
from almere_vision.storage.audit import Audit, AuditQuery
from almere_vision.storage.steering import Steering, Step

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA, BEN = Actor("anna", Role.OBSERVER), Actor("ben", Role.OBSERVER)
CHIEF, SECOND = Actor("chief", Role.SUPERVISOR), Actor("second", Role.SUPERVISOR)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def actions(engine: Engine) -> list[tuple[str, str]]:
    return [(line.entry.actor, line.entry.action) for line in Audit(engine).lines(AuditQuery())]


@pytest.fixture
def steering(engine: Engine) -> Steering:
    return Steering(engine, lease_s=60, idle_s=30)


def test_who_took_a_camera_has_it_until_the_lease_runs_out(steering: Steering) -> None:
    lease = steering.take("mast", ANNA, NOON, takeover=False)
    assert (lease.holder, lease.until) == ("anna", later(60))
    with pytest.raises(VersionConflict, match="anna steers this camera until 12:01:00"):
        steering.take("mast", BEN, later(59), takeover=False)
    assert steering.take("mast", BEN, later(60), takeover=False).holder == "ben"
    assert steering.lease("mast", later(200)) is None


def test_every_move_is_audited_and_lets_the_lease_run_anew(steering: Steering, engine: Engine) -> None:
    steering.take("mast", ANNA, NOON, takeover=False)
    assert steering.move("mast", ANNA, later(50), {"preset": "1"}).until == later(110)
    with pytest.raises(VersionConflict, match="take this camera first"):
        steering.move("mast", BEN, later(51), {"preset": "2"})
    with pytest.raises(VersionConflict, match="take this camera first"):
        steering.move("mast", ANNA, later(111), {"preset": "2"})
    steering.release("mast", ANNA, later(112))
    assert actions(engine) == [("anna", "take"), ("anna", "steer"), ("anna", "give_back")]


def test_a_supervisor_takes_over_and_an_observer_does_not(steering: Steering, engine: Engine) -> None:
    steering.take("mast", ANNA, NOON, takeover=False)
    for actor, takeover in ((BEN, True), (CHIEF, False)):
        with pytest.raises(VersionConflict):
            steering.take("mast", actor, later(1), takeover=takeover)
    assert steering.take("mast", CHIEF, later(2), takeover=True).holder == "chief"
    with pytest.raises(VersionConflict):
        steering.move("mast", ANNA, later(3), {"stop": True})
    with pytest.raises(VersionConflict):
        steering.take("mast", SECOND, later(4), takeover=True)
    (_, line) = Audit(engine).lines(AuditQuery())
    assert (line.entry.actor, line.entry.details) == ("chief", {"from": "anna"})


def take_at_once(steering: Steering, camera: str) -> tuple[list[str], list[str]]:
    """Eight who want a camera in the same moment: who got it, and who was told no."""
    ready, won, lost = threading.Barrier(8), [], []

    def take(number: int) -> None:
        actor = Actor(f"observer-{number}", Role.OBSERVER)
        ready.wait()
        try:
            won.append(steering.take(camera, actor, NOON, takeover=False).holder)
        except VersionConflict:
            lost.append(actor.name)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, range(8)))
    return won, lost


@pytest.mark.parametrize("seen_before", [False, True], ids=["never steered", "steered before"])
def test_of_two_who_take_a_camera_in_the_same_millisecond_one_has_it(
    steering: Steering, engine: Engine, *, seen_before: bool
) -> None:
    for number in range(1, 11):
        camera = f"mast-{number}"
        if seen_before:
            steering.begin(camera, NOON)
        won, lost = take_at_once(steering, camera)
        assert (len(won), len(lost)) == (1, 7)
        lease = steering.lease(camera, later(1))
        assert lease is not None
        assert lease.holder == won[0]
        assert actions(engine)[-1] == (won[0], "take")
        assert len(actions(engine)) == number


def test_an_idle_camera_is_due_once_and_again_if_nothing_was_done(steering: Steering) -> None:
    steering.take("mast", ANNA, NOON, takeover=False)
    assert steering.due(later(89)) == ()
    assert steering.due(later(90)) == (Step("mast", 0),)
    assert steering.due(later(91)) == ()
    (again,) = steering.due(later(151))
    steering.did(again, later(152), "home", None)
    assert steering.due(later(9_999)) == ()


def test_a_camera_that_a_person_takes_again_is_left_alone(steering: Steering) -> None:
    steering.take("mast", ANNA, NOON, takeover=False)
    (step,) = steering.due(later(90))
    steering.take("mast", BEN, later(91), takeover=False)
    steering.did(step, later(92), "home", None)
    assert steering.due(later(180)) == ()
    assert steering.due(later(181)) == (Step("mast", 1),)
