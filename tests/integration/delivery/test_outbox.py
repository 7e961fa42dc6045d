"""The outbox: written with the decision, taken by one, in order, and fenced."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from almere_vision.domain.delivery import DeliveryState, MessageEvent
from almere_vision.domain.errors import DeliveryMissing, TransitionRefused
from almere_vision.domain.incident import Command, Recipient, State
from almere_vision.domain.priority import Priority
from almere_vision.storage.outbox import SqlOutbox
from tests.integration.delivery.conftest import Office


def later(seconds: float = 0) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def test_a_decision_and_its_messages_are_kept_together_or_not_at_all(
    office: Office, outbox: SqlOutbox, engine: Engine
) -> None:
    incident = office.arrive()
    office.give(incident, Command.CLAIM)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE deliveries RENAME TO put_away"))
    with pytest.raises(Exception, match="deliveries"):
        office.give(incident, Command.ESCALATE, recipient=Recipient.ENFORCEMENT, priority=Priority.P3)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE put_away RENAME TO deliveries"))
    assert office.store.get(incident).state is State.CLAIMED
    assert outbox.of_incident(incident) == ()

    office.give(incident, Command.ESCALATE, recipient=Recipient.ENFORCEMENT, priority=Priority.P3)

    (kept,) = outbox.of_incident(incident)
    assert (kept.state, kept.attempts) == (DeliveryState.PENDING, 0)
    assert (kept.message.event, kept.message.version) == (MessageEvent.ESCALATED, 3)


def test_many_dispatchers_take_each_message_once(office: Office, outbox: SqlOutbox) -> None:
    incidents = {office.escalate() for _ in range(20)}
    taken: list[str] = []
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        misses = 0
        while misses < 20:  # another may just have had the one that was found
            delivery = outbox.take("desk", later(), 60)
            if delivery is None:
                misses += 1
            else:
                taken.append(delivery.message.incident)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == sorted(incidents)


def test_fault_07_who_lost_the_lease_cannot_mark(office: Office, outbox: SqlOutbox) -> None:
    office.escalate()
    at = later()
    first = outbox.take("desk", at, 1)
    assert first is not None
    assert outbox.take("desk", at, 1) is None
    second = outbox.take("desk", at + timedelta(seconds=2), 1)
    assert second is not None
    assert (second.id, second.attempts) == (first.id, 2)

    assert not outbox.failed(first, "late", None)
    assert not outbox.delivered(first, later())
    assert outbox.delivered(second, later())
    assert not outbox.failed(second, "again", None)
    assert outbox.get(first.id).state is DeliveryState.DELIVERED


def test_a_withdrawal_never_overtakes_what_it_withdraws(office: Office, outbox: SqlOutbox) -> None:
    incident = office.escalate()
    office.give(incident, Command.UNDO)
    alert = outbox.take("desk", later(), 30)
    assert alert is not None
    assert alert.message.event is MessageEvent.ESCALATED
    assert outbox.take("desk", later(), 30) is None
    assert outbox.failed(alert, "away", later(600))
    assert outbox.take("desk", later(), 30) is None
    again = outbox.take("desk", later(601), 30)
    assert again is not None
    assert again.id == alert.id
    assert outbox.delivered(again, later())

    cancel = outbox.take("desk", later(), 30)

    assert cancel is not None
    assert cancel.message.event is MessageEvent.WITHDRAWN
    assert [earlier.id for earlier in cancel.earlier] == [alert.id]
    assert cancel.earlier[0].at == alert.created_at


def test_only_what_was_given_up_and_still_holds_is_sent_again(office: Office, outbox: SqlOutbox) -> None:
    incident = office.escalate()
    taken = outbox.take("desk", later(), 30)
    assert taken is not None
    with pytest.raises(TransitionRefused):
        outbox.retry(taken.id, later())
    assert outbox.failed(taken, "answered 400: refused", None)
    assert outbox.take("desk", later(9999), 30) is None
    outbox.retry(taken.id, later())
    again = outbox.take("desk", later(), 30)
    assert again is not None
    assert again.id == taken.id
    assert outbox.failed(again, "answered 400: refused", None)

    office.give(incident, Command.UNDO)

    with pytest.raises(TransitionRefused, match="later message"):
        outbox.retry(taken.id, later())
    with pytest.raises(DeliveryMissing):
        outbox.retry("msg_none", later())


def test_what_is_not_delivered_shows_within_10_s(office: Office, outbox: SqlOutbox) -> None:
    incident, other = office.escalate(), office.arrive()
    ask = [incident, other]
    assert outbox.undelivered(ask, later()) == frozenset()
    assert outbox.undelivered(ask, later(10.1)) == {incident}  # nobody even tried
    taken = outbox.take("desk", later(), 30)
    assert taken is not None
    assert outbox.failed(taken, "no connection", later(2))
    assert outbox.undelivered(ask, later()) == {incident}
    again = outbox.take("desk", later(3), 30)
    assert again is not None
    assert outbox.delivered(again, later())
    assert outbox.undelivered(ask, later(9999)) == frozenset()
