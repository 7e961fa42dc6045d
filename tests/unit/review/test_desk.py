"""What people may decide, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from almere_vision.domain.errors import (
    IncidentMissing,
    InputError,
    NotAllowed,
    TransitionRefused,
    VersionConflict,
)
from almere_vision.domain.incident import (
    Actor,
    AuditLine,
    Clocks,
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
from almere_vision.domain.protocol import Protocol
from almere_vision.domain.suggestion import Suggestion
from almere_vision.review import Desk, Page, Query, allowed, decide

ANNA = Actor("anna", Role.OBSERVER)
BRAM = Actor("bram", Role.OBSERVER)
CHIEF = Actor("chief", Role.SUPERVISOR)
CLAIM_S = 120.0

New = Callable[[], Incident]


def order(command: Command, incident: Incident, note: str = "") -> Order:
    """The command with the fields that it needs."""
    return Order(
        command,
        incident.version,
        reason=RejectReason.IN_MOTION if command is Command.REJECT else None,
        recipient=Recipient.POLICE if command is Command.ESCALATE else None,
        priority=Priority.P2 if command is Command.ESCALATE else None,
        note=note,
    )


def after(incident: Incident, actor: Actor, now: datetime, *commands: Command) -> Incident:
    for command in commands:
        incident, _ = decide(incident, order(command, incident), actor, now, CLAIM_S)
    return incident


def test_claim_belongs_to_its_owner_for_the_lease(new_incident: New, noon: datetime) -> None:
    claimed, line = decide(new_incident(), Order(Command.CLAIM, 1), ANNA, noon, CLAIM_S)
    assert (claimed.state, claimed.version, claimed.claimed_by) == (State.CLAIMED, 2, "anna")
    assert claimed.claim_until == noon + timedelta(seconds=CLAIM_S)
    assert (line.actor, line.role, line.command) == ("anna", "observer", "claim")
    assert (line.from_state, line.to_state, line.at) == (State.SUGGESTED, State.CLAIMED, noon)


@pytest.mark.parametrize(
    "command", [Command.CLAIM, Command.RELEASE, Command.CONFIRM, Command.REJECT, Command.ESCALATE]
)
def test_others_cannot_touch_a_live_claim(new_incident: New, noon: datetime, command: Command) -> None:
    claimed = after(new_incident(), ANNA, noon, Command.CLAIM)
    with pytest.raises(TransitionRefused, match="anna"):
        decide(claimed, order(command, claimed), BRAM, noon + timedelta(seconds=119), CLAIM_S)
    assert allowed(claimed, BRAM, noon + timedelta(seconds=119)) == ()


def test_a_claim_that_ran_out_can_be_taken_over(new_incident: New, noon: datetime) -> None:
    claimed = after(new_incident(), ANNA, noon, Command.CLAIM)
    later = noon + timedelta(seconds=CLAIM_S)
    assert allowed(claimed, BRAM, later) == (Command.CLAIM,)
    taken, line = decide(claimed, order(Command.CLAIM, claimed), BRAM, later, CLAIM_S)
    assert (taken.claimed_by, taken.claim_until) == ("bram", later + timedelta(seconds=CLAIM_S))
    assert dict(line.details)["taken_from"] == "anna"
    with pytest.raises(TransitionRefused, match="bram"):
        decide(taken, order(Command.CONFIRM, taken), ANNA, later, CLAIM_S)


def test_the_owner_of_a_claim_that_ran_out_still_decides(new_incident: New, noon: datetime) -> None:
    claimed = after(new_incident(), ANNA, noon, Command.CLAIM)
    much_later = noon + timedelta(hours=5)
    assert after(claimed, ANNA, much_later, Command.CONFIRM).state is State.CONFIRMED


def test_the_owner_renews_a_claim(new_incident: New, noon: datetime) -> None:
    claimed = after(new_incident(), ANNA, noon, Command.CLAIM)
    later = noon + timedelta(seconds=60)
    renewed, line = decide(claimed, order(Command.CLAIM, claimed), ANNA, later, CLAIM_S)
    assert renewed.claim_until == later + timedelta(seconds=CLAIM_S)
    assert "taken_from" not in dict(line.details)


def test_a_supervisor_takes_over_a_live_claim(new_incident: New, noon: datetime) -> None:
    claimed = after(new_incident(), ANNA, noon, Command.CLAIM)
    assert allowed(claimed, CHIEF, noon) == (Command.CLAIM,)
    assert after(claimed, CHIEF, noon, Command.CLAIM).claimed_by == "chief"


def test_release_puts_it_back_in_the_queue(new_incident: New, noon: datetime) -> None:
    released = after(new_incident(), ANNA, noon, Command.CLAIM, Command.RELEASE)
    assert released == replace(new_incident(), version=3, clocks=Clocks(looked_at=noon, claimed_at=noon))


def test_decisions_are_recorded_with_what_they_need(new_incident: New, noon: datetime) -> None:
    claimed = after(new_incident(), ANNA, noon, Command.CLAIM)
    rejected, line = decide(claimed, order(Command.REJECT, claimed, "a tram"), ANNA, noon, CLAIM_S)
    assert (rejected.decided_by, rejected.decided_at) == ("anna", noon)
    assert (rejected.reason, rejected.note) == (RejectReason.IN_MOTION, "a tram")
    assert (rejected.claimed_by, rejected.claim_until) == (None, None)
    assert dict(line.details) == {"version": 3, "reason": "in_motion", "note": "a tram"}
    escalated, line = decide(claimed, order(Command.ESCALATE, claimed), ANNA, noon, CLAIM_S)
    assert (escalated.recipient, escalated.priority) == (Recipient.POLICE, Priority.P2)
    assert dict(line.details) == {"version": 3, "recipient": "police", "priority": "P2"}


def test_who_confirmed_or_a_supervisor_may_escalate(new_incident: New, noon: datetime) -> None:
    confirmed = after(new_incident(), ANNA, noon, Command.CLAIM)
    confirmed, _ = decide(confirmed, order(Command.CONFIRM, confirmed, "white van"), ANNA, noon, CLAIM_S)
    with pytest.raises(NotAllowed, match="anna"):
        decide(confirmed, order(Command.ESCALATE, confirmed), BRAM, noon, CLAIM_S)
    assert after(confirmed, CHIEF, noon, Command.ESCALATE).decided_by == "chief"
    escalated = after(confirmed, ANNA, noon, Command.ESCALATE)
    assert (escalated.state, escalated.note) == (State.ESCALATED, "white van")


@pytest.mark.parametrize("decision", [Command.CONFIRM, Command.REJECT, Command.ESCALATE])
def test_undo_gives_the_claim_back_and_clears_the_decision(
    new_incident: New, noon: datetime, decision: Command
) -> None:
    claimed = after(new_incident(), ANNA, noon, Command.CLAIM)
    decided = after(claimed, ANNA, noon, decision)
    with pytest.raises(NotAllowed, match="anna"):
        decide(decided, order(Command.UNDO, decided), BRAM, noon, CLAIM_S)
    assert after(decided, ANNA, noon, Command.UNDO) == replace(claimed, version=4)
    by_chief, line = decide(decided, order(Command.UNDO, decided), CHIEF, noon, CLAIM_S)
    assert by_chief.claimed_by == "chief"
    assert dict(line.details)["decided_by"] == "anna"


@pytest.mark.parametrize(
    ("command", "fields", "missing"),
    [
        (Command.REJECT, {}, "reason"),
        (Command.ESCALATE, {"priority": Priority.P1}, "recipient"),
        (Command.ESCALATE, {"recipient": Recipient.POLICE}, "priority"),
        (Command.CONFIRM, {"reason": RejectReason.OTHER}, "reason"),
        (Command.CONFIRM, {"note": "x" * 2001}, "2000"),
        (Command.CONFIRM, {"note": "a\x00b"}, "control"),
        (Command.RELEASE, {"note": "why"}, "note"),
    ],
)
def test_an_order_needs_its_fields_and_no_others(
    new_incident: New, noon: datetime, command: Command, fields: dict[str, object], missing: str
) -> None:
    claimed = after(new_incident(), ANNA, noon, Command.CLAIM)
    with pytest.raises(InputError, match=missing):
        decide(claimed, Order(command, claimed.version, **fields), ANNA, noon, CLAIM_S)  # type: ignore[arg-type]


def test_a_note_of_2000_characters_with_lines_is_fine(new_incident: New, noon: datetime) -> None:
    claimed = after(new_incident(), ANNA, noon, Command.CLAIM)
    note = "é\n" * 1000
    assert decide(claimed, order(Command.CONFIRM, claimed, note), ANNA, noon, CLAIM_S)[0].note == note


def test_what_is_not_in_the_table_is_refused(new_incident: New, noon: datetime) -> None:
    with pytest.raises(TransitionRefused, match="suggested"):
        decide(new_incident(), order(Command.CONFIRM, new_incident()), CHIEF, noon, CLAIM_S)


def test_an_old_version_is_a_conflict_before_anything_else(new_incident: New, noon: datetime) -> None:
    claimed = after(new_incident(), ANNA, noon, Command.CLAIM)
    with pytest.raises(VersionConflict, match="version 2"):
        decide(claimed, Order(Command.CLAIM, 1), BRAM, noon, CLAIM_S)


ROOM = Actor("room", Role.CONTROL_ROOM)


def test_a_recipient_follows_up_and_the_clocks_tell_when(new_incident: New, noon: datetime) -> None:
    escalated = after(new_incident(), ANNA, noon, Command.CLAIM)
    escalated, _ = decide(
        escalated,
        Order(Command.ESCALATE, escalated.version, recipient=Recipient.CONTROL_ROOM, priority=Priority.P2),
        ANNA,
        noon,
        CLAIM_S,
    )
    minute = [noon + timedelta(minutes=passed) for passed in range(5)]
    with pytest.raises(NotAllowed, match="acknowledge"):
        decide(escalated, order(Command.ACKNOWLEDGE, escalated), ANNA, minute[1], CLAIM_S)
    wardens = Actor("desk", Role.ENFORCEMENT)
    with pytest.raises(NotAllowed, match="control_room"):
        decide(escalated, order(Command.ACKNOWLEDGE, escalated), wardens, minute[1], CLAIM_S)
    acknowledged = after(escalated, ROOM, minute[1], Command.ACKNOWLEDGE)
    here = after(acknowledged, ROOM, minute[2], Command.ARRIVE)
    done, line = decide(
        here,
        Order(Command.RESOLVE, here.version, result=Result.DISPERSED, note="two groups parted"),
        ROOM,
        minute[3],
        CLAIM_S,
    )
    assert (done.state, done.result, done.answered_by) == (State.RESOLVED, Result.DISPERSED, "room")
    assert (done.decided_by, done.note, done.answer) == ("anna", "", "two groups parted")
    assert done.clocks == Clocks(noon, noon, noon, minute[1], minute[2], minute[3])
    assert dict(line.details) == {"version": 6, "result": "dispersed", "note": "two groups parted"}
    reopened, line = decide(done, order(Command.UNDO, done), ROOM, minute[4], CLAIM_S)
    assert (reopened.state, reopened.result, reopened.clocks.closed_at) == (State.ACKNOWLEDGED, None, None)
    assert reopened.recipient is Recipient.CONTROL_ROOM
    assert dict(line.details) == {"version": 7}


def test_who_came_at_once_also_acknowledged(new_incident: New, noon: datetime) -> None:
    escalated = after(new_incident(), ANNA, noon, Command.CLAIM, Command.ESCALATE)
    here = after(escalated, CHIEF, noon + timedelta(minutes=1), Command.ARRIVE)
    assert here.clocks.acknowledged_at == here.clocks.on_scene_at == noon + timedelta(minutes=1)


def test_no_capacity_comes_back_to_who_decided_and_goes_to_another(new_incident: New, noon: datetime) -> None:
    escalated = after(new_incident(), ANNA, noon, Command.CLAIM, Command.ESCALATE)
    declined = after(escalated, CHIEF, noon, Command.DECLINE)
    assert (declined.state, declined.clocks.acknowledged_at) == (State.NO_CAPACITY, None)
    assert Command.ESCALATE in allowed(declined, ANNA, noon)
    assert allowed(declined, BRAM, noon) == ()
    again, _ = decide(
        declined,
        Order(Command.ESCALATE, declined.version, recipient=Recipient.CITY_WARDENS, priority=Priority.P3),
        ANNA,
        noon,
        CLAIM_S,
    )
    assert (again.state, again.answered_by, again.clocks.closed_at) == (State.ESCALATED, None, None)


def test_only_the_service_lets_a_suggestion_expire_and_anyone_may_still_claim_it(
    new_incident: New, noon: datetime
) -> None:
    assert Command.EXPIRE not in allowed(new_incident(), CHIEF, noon)
    expired = after(new_incident(), Actor("almere", Role.SYSTEM), noon, Command.EXPIRE)
    assert expired.state is State.EXPIRED
    assert after(expired, BRAM, noon, Command.CLAIM).claimed_by == "bram"


class MemoryStore:
    """An `IncidentStore` of one incident."""

    def __init__(self, incident: Incident) -> None:
        self.incident = incident
        self.lines: list[AuditLine] = []

    def receive(self, suggestion: Suggestion, at: datetime) -> Incident | None:
        raise AssertionError("not part of these tests")

    def get(self, incident_id: str) -> Incident:
        if incident_id != self.incident.suggestion.id:
            raise IncidentMissing(incident_id)
        return self.incident

    def page(self, query: Query) -> Page:
        return Page((self.incident,), None)

    def history(self, incident_id: str) -> tuple[AuditLine, ...]:
        return tuple(self.lines)

    def replace(
        self, incident: Incident, expected_version: int, line: AuditLine, deliveries: object = ()
    ) -> None:
        if self.incident.version != expected_version:
            raise VersionConflict("stored version differs")
        self.incident = incident
        self.lines.append(line)


def test_the_desk_keeps_what_it_decides(new_incident: New, noon: datetime) -> None:
    store = MemoryStore(new_incident())
    desk = Desk(store, CLAIM_S, Protocol(), lambda: noon)
    claimed = desk.carry_out("plaza-1-17", Order(Command.CLAIM, 1), ANNA)
    assert store.incident == claimed
    assert [line.command for line in store.lines] == ["claim"]
    with pytest.raises(IncidentMissing):
        desk.carry_out("nobody-1", Order(Command.CLAIM, 1), ANNA)


def test_a_refused_order_leaves_the_store_alone(new_incident: New, noon: datetime) -> None:
    store = MemoryStore(new_incident())
    with pytest.raises(TransitionRefused):
        Desk(store, CLAIM_S, Protocol(), lambda: noon).carry_out(
            "plaza-1-17", Order(Command.CONFIRM, 1), ANNA
        )
    assert (store.incident, store.lines) == (new_incident(), [])
