"""Fault 14 and its kin, with real processes: at least once out, exactly once in effect."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from almere_vision.delivery.dispatch import ATTEMPTS, Dispatcher, pause_after
from almere_vision.domain.delivery import Delivery, DeliveryState
from almere_vision.domain.errors import DeliveryFailed
from almere_vision.storage.outbox import SqlOutbox
from tests.integration.delivery.conftest import Office, until
from tests.integration.delivery.targets import Hook

ROOT = Path(__file__).resolve().parents[3]
LEASE_S = 1.5

_DISPATCH = """
import json, sys, threading
from datetime import UTC, datetime
from ipaddress import ip_network
from almere_vision.delivery.dispatch import Dispatcher
from almere_vision.delivery.outgoing import Poster
from almere_vision.delivery.webhook import HttpSender
from almere_vision.domain.delivery import HttpTarget
from almere_vision.storage.database import open_database
from almere_vision.storage.outbox import SqlOutbox

database, url, lease_s = json.load(sys.stdin)
now = lambda: datetime.now(UTC)
poster = Poster([ip_network("127.0.0.0/8")])
sender = HttpSender(HttpTarget(url, None), None, poster, lambda one: one.id.encode(), "text/plain", now)
outbox = SqlOutbox(open_database(database))
Dispatcher(outbox, {"desk": sender}, now, lambda incident: None, lease_s).run(threading.Event())
"""


@contextmanager
def dispatcher(database_url: str, port: int) -> Iterator[subprocess.Popen[str]]:
    """A process that sends."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", _DISPATCH],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps([database_url, f"http://127.0.0.1:{port}/", LEASE_S]))
    process.stdin.close()
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def test_fault_14_killed_between_send_and_mark_it_repeats_under_the_same_key(
    office: Office, outbox: SqlOutbox, hook: Hook, database_url: str
) -> None:
    killed = threading.Event()

    def answer() -> int:
        killed.wait(30)  # the message is here already; the sender does not know it yet
        return 204

    hook.answer = answer
    incident = office.escalate()
    with dispatcher(database_url, hook.port) as process:
        until(lambda: hook.requests, "the message arrives")
        process.kill()
        process.wait(10)
    assert outbox.of_incident(incident)[0].state is DeliveryState.PENDING
    killed.set()

    with dispatcher(database_url, hook.port):
        until(lambda: outbox.of_incident(incident)[0].state is DeliveryState.DELIVERED, "it is delivered")

    (delivery,) = outbox.of_incident(incident)
    assert hook.ids == [delivery.id] * 2  # out twice, one in effect
    assert {body for _, body in hook.requests} == {delivery.id.encode()}
    assert delivery.attempts == 2


def test_several_processes_share_the_work_and_double_nothing(
    office: Office, outbox: SqlOutbox, hook: Hook, database_url: str
) -> None:
    incidents = [office.escalate() for _ in range(30)]
    with dispatcher(database_url, hook.port), dispatcher(database_url, hook.port):
        until(
            lambda: all(outbox.of_incident(one)[0].state is DeliveryState.DELIVERED for one in incidents),
            "all are delivered",
        )
    assert len(hook.ids) == 30
    assert len(set(hook.ids)) == 30


class Wall:
    """A sender that is broken in a way nobody thought of."""

    def send(self, delivery: Delivery) -> None:
        raise ZeroDivisionError(delivery.message.note)


class Deaf:
    """A target that never answers."""

    def __init__(self) -> None:
        self.sent = 0

    def send(self, delivery: Delivery) -> None:
        self.sent += 1
        raise DeliveryFailed("no connection: refused")


def test_it_is_given_up_after_so_many_attempts_and_told_each_time(office: Office, engine: Engine) -> None:
    clock = [datetime.now(UTC)]
    outbox, deaf, told = SqlOutbox(engine), Deaf(), list[str]()
    sender: Mapping[str, Deaf] = {"desk": deaf}
    running = Dispatcher(outbox, sender, lambda: clock[0], told.append)
    incident = office.escalate()
    clock[0] = datetime.now(UTC)

    for number in range(1, ATTEMPTS + 1):
        assert running.step("desk")
        assert not running.step("desk")  # not at once again
        (delivery,) = outbox.of_incident(incident)
        assert delivery.attempts == deaf.sent == len(told) == number
        assert delivery.last_error == "no connection: refused"
        clock[0] = max(clock[0], delivery.next_at)

    assert delivery.state is DeliveryState.DEAD
    assert not running.step("desk")


def test_pauses_grow_and_end() -> None:
    pauses = [pause_after(attempts) for attempts in range(1, ATTEMPTS + 1)]
    lengths = [pause.total_seconds() for pause in pauses[:-1] if pause is not None]

    assert pauses[-1] is None
    assert len(lengths) == ATTEMPTS - 1
    assert 2 <= lengths[0] <= 2.4
    assert lengths == sorted(lengths[:9]) + lengths[9:]
    assert max(lengths) <= 900 * 1.2
    assert 2 * 3600 < sum(lengths) < 4 * 3600


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_message_that_breaks_us_is_put_back_without_its_text(office: Office, outbox: SqlOutbox) -> None:
    incident = office.escalate()
    running = Dispatcher(outbox, {"desk": Wall()}, lambda: datetime.now(UTC), lambda one: None)

    assert running.step("desk")

    (delivery,) = outbox.of_incident(incident)
    assert delivery.state is DeliveryState.FAILED
    assert delivery.last_error == "cannot be made or sent (ZeroDivisionError)"
