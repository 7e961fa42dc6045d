"""An outbox on both databases, and a way to put messages into it."""

from __future__ import annotations

import ssl
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from sqlalchemy import Engine

from almere_vision.domain.delivery import Channel, ChannelKind, Delivery, HttpTarget
from almere_vision.domain.incident import Actor, Command, Order, Recipient, Role
from almere_vision.domain.priority import Priority
from almere_vision.domain.protocol import Protocol
from almere_vision.review.desk import Desk
from almere_vision.storage.database import open_database
from almere_vision.storage.incidents import SqlIncidents
from almere_vision.storage.outbox import SqlOutbox
from tests.integration.api.stack import suggestion
from tests.integration.databases import Postgres, sqlite_with_tables
from tests.integration.delivery.targets import Hook

ANNA = Actor("anna", Role.OBSERVER)


def until(condition: Callable[[], Any], what: str, limit_s: float = 20.0) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {limit_s} s: {what}"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def delivery_postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_with_tables(tmp_path)
        return
    server: Postgres = request.getfixturevalue("delivery_postgres")
    yield (address := server.with_tables())
    server.drop(address)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = open_database(database_url)
    yield made
    made.dispose()


@pytest.fixture
def outbox(engine: Engine) -> SqlOutbox:
    return SqlOutbox(engine)


class Office:
    """People who escalate over channels, on a real database."""

    def __init__(self, engine: Engine, channels: tuple[Channel, ...] | None = None) -> None:
        self.store = SqlIncidents(engine)
        self.channels = channels or tuple(
            Channel(
                name,
                ChannelKind.WEBHOOK,
                frozenset({Recipient.ENFORCEMENT}),
                HttpTarget("https://desk.example/", None),
            )
            for name in ("desk",)
        )
        self.desk = Desk(self.store, 120, Protocol(), lambda: datetime.now(UTC), self.channels)

    def arrive(self) -> str:
        name = f"s-{uuid.uuid4().hex}"
        self.store.receive(suggestion(name), datetime.now(UTC))
        return name

    def give(self, incident: str, command: Command, by: Actor = ANNA, **fields: Any) -> None:
        order = Order(command, self.store.get(incident).version, **fields)
        self.desk.carry_out(incident, order, by)

    def escalate(self, incident: str | None = None) -> str:
        incident = incident or self.arrive()
        self.give(incident, Command.CLAIM)
        self.give(incident, Command.ESCALATE, recipient=Recipient.ENFORCEMENT, priority=Priority.P3)
        return incident


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    yield made
    made.close()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    """Of a server that is called `localhost` and `desk.example`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "desk.example").configure_cert(context)
    return context


@pytest.fixture
def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    """Trusts that server."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def delivery(office: Office, outbox: SqlOutbox) -> Callable[..., Delivery]:
    """A real one, as a dispatcher takes it; any field can be given."""

    def make(**changes: Any) -> Delivery:
        office.escalate()
        taken = outbox.take("desk", datetime.now(UTC), 30)
        assert taken is not None
        return replace(taken, **changes)

    return make
