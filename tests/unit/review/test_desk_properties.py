"""Whatever people try, in whatever order: the table holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from almere_vision.domain.errors import InputError, ReviewError
from almere_vision.domain.incident import (
    Actor,
    Command,
    Incident,
    Order,
    Priority,
    Recipient,
    RejectReason,
    Result,
    Role,
    State,
)
from almere_vision.review import allowed, decide
from almere_vision.review.transitions import TABLE

HANDED_OVER = {
    State.ESCALATED,
    State.ACKNOWLEDGED,
    State.ON_SCENE,
    State.RESOLVED,
    State.NO_CAPACITY,
}
ACTORS = [
    Actor("anna", Role.OBSERVER),
    Actor("bram", Role.OBSERVER),
    Actor("chief", Role.SUPERVISOR),
    Actor("room", Role.CONTROL_ROOM),
    Actor("wardens", Role.ENFORCEMENT),
    Actor("almere", Role.SYSTEM),
]
steps = st.lists(
    st.tuples(
        st.sampled_from(Command),
        st.sampled_from(ACTORS),
        st.integers(-1, 1),  # how far the version that the person looked at is off
        st.none() | st.sampled_from(RejectReason),
        st.none() | st.sampled_from(Recipient),
        st.none() | st.sampled_from(Priority),
        st.none() | st.sampled_from(Result),
        st.none() | st.just("bram"),
        st.floats(0, 200),  # seconds since the step before
    ),
    max_size=25,
)


@given(steps=steps)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_random_orders_never_leave_the_table(
    new_incident: Callable[[], Incident], noon: datetime, steps: list[tuple]
) -> None:
    incident, now = new_incident(), noon
    for command, actor, off, reason, recipient, priority, result, to, passed_s in steps:
        now += timedelta(seconds=passed_s)
        order = Order(command, incident.version + off, reason, recipient, priority, result=result, to=to)
        may = command in allowed(incident, actor, now)
        try:
            following, line = decide(incident, order, actor, now, 120.0)
        except ReviewError:
            assert off != 0 or not may
            continue
        except InputError:
            assert off == 0
            assert may
            continue
        assert off == 0
        assert may
        assert TABLE[incident.state, command].to is following.state
        assert following.version == incident.version + 1
        assert (line.from_state, line.to_state) == (incident.state, following.state)
        _check_shape(following)
        assert following.suggestion is incident.suggestion
        incident = following


def _check_shape(incident: Incident) -> None:
    """A claim has an owner and an end, a decision has a name and a moment, and nothing is left over."""
    state, clocks = incident.state, incident.clocks
    claimed = state is State.CLAIMED
    handed_over = state in HANDED_OVER
    decided = handed_over or state in (State.CONFIRMED, State.REJECTED)
    assert (incident.claimed_by is not None) == (incident.claim_until is not None) == claimed
    assert (incident.decided_by is not None) == (incident.decided_at is not None) == decided
    assert (incident.reason is not None) == (state is State.REJECTED)
    for escalation in (incident.recipient, incident.priority, clocks.escalated_at):
        assert (escalation is not None) == handed_over
    assert (incident.result is not None) == (state is State.RESOLVED)
    assert (clocks.closed_at is not None) == (state in (State.RESOLVED, State.NO_CAPACITY))
    if state in (State.ACKNOWLEDGED, State.ON_SCENE, State.RESOLVED):
        assert clocks.acknowledged_at is not None
    if state is State.ON_SCENE:
        assert clocks.on_scene_at is not None
