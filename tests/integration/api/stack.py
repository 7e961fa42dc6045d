"""A real installation for tests: Redis, a database, and the API in its own process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from almere_vision.domain.errors import StorageError
from almere_vision.domain.incident import Actor, Role, Scope
from almere_vision.domain.suggestion import Evidence, Kind, Provenance, Suggestion
from almere_vision.storage.accounts import Accounts
from almere_vision.storage.database import migrate, open_database
from almere_vision.storage.embedded import embedded_redis_command
from almere_vision.storage.messages import encode
from almere_vision.storage.people import People
from almere_vision.storage.stream import SuggestionStream

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "correct horse battery staple"
BASE = "/api/v1"

_SERVE = """
from almere_vision.config import load_settings
from almere_vision.logs import setup_logs
from api.server import serve
setup_logs()
serve(load_settings())
"""


T = TypeVar("T")


def wait_until(ask: Callable[[], T], what: str, limit_s: float = 20.0) -> T:
    """Ask until the answer is true."""
    deadline = time.monotonic() + limit_s
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"not within {limit_s} s: {what}"
        time.sleep(0.02)
    return answer


def suggestion(name: str, **changes: Any) -> Suggestion:
    """A parked car with the id `name`, as a worker would suggest it."""
    plain = Suggestion(
        id=name,
        revision=1,
        kind=Kind.PARKING,
        camera="plaza-1",
        preset="home",
        zone="square",
        started_at=datetime(2026, 7, 1, 10, 0, tzinfo=UTC),
        raised_at=datetime(2026, 7, 1, 10, 1, tzinfo=UTC),
        ended_at=None,
        start_s=12.4,
        alarm_s=72.6,
        end_s=None,
        at_least=True,
        score=0.91,
        box=(0.1, 0.2, 0.3, 0.4),
        people=0,
        tracks=("plaza-1-7",),
        facts={"object": "car", "dwell_s": 64.0, "limit_s": 60, "sure": False},
        provenance=Provenance("nanodet-416@5d0e4f8c", "parking@1", "0badc0de"),
        evidence=Evidence(),
    )
    return replace(plain, **changes)


class Redis:
    """The embedded Redis of a data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._command = embedded_redis_command(data_dir)
        self.url = f"unix://{(data_dir / 'redis.sock').resolve()}"
        self._data = data_dir / "redis"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        wait_until(self._answers, "Redis answers")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def kill(self, *, forget: bool = False) -> None:
        """SIGKILL, and perhaps its data are lost."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)
        self._process = None
        if forget:
            shutil.rmtree(self._data)
            self._data.mkdir()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def _answers(self) -> bool:
        stream = SuggestionStream(self.url)
        try:
            stream.ping()
        except StorageError:
            return False
        finally:
            stream.close()
        return True


class Api:
    """The API as a process of its own."""

    def __init__(self, data_dir: Path, environment: dict[str, str]) -> None:
        self._folder = data_dir
        self.environment = environment
        self._log = data_dir / "api.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> None:
        began = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "error", "-c", _SERVE],
                cwd=self._folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), **self.environment},
                stderr=log,
            )

        def address() -> str:
            assert self._process is not None
            assert self._process.poll() is None, f"the API ended:\n{self.log()[began:]}"
            told = [line for line in self.log()[began:].splitlines() if '"listening"' in line]
            return str(json.loads(told[0])["address"]) if told else ""

        self.url = wait_until(address, "the API listens", 60)
        wait_until(self._answers, "the API answers")

    def log(self) -> str:
        """Everything that it wrote since it was first started."""
        return self._log.read_text(encoding="utf-8")

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def stop(self) -> float:
        """SIGTERM; how many seconds it took to end."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)
        self._process = None
        return time.monotonic() - began

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz").status_code == 200
        except httpx.TransportError:
            return False


@dataclass
class Stack:
    """Redis, database and API on one data folder."""

    data_dir: Path
    database_url: str

    def __post_init__(self) -> None:
        self.redis = Redis(self.data_dir)
        self.engine = open_database(self.database_url)
        migrate(self.engine)
        self.people = People(self.engine)
        self.accounts = Accounts(self.engine)
        self.persons: dict[str, Actor] = {}
        self.api = Api(
            self.data_dir,
            {
                "ALMERE_DATA_DIR": str(self.data_dir),
                "ALMERE_DATABASE_URL": self.database_url,
                "ALMERE_API_PORT": "0",
                "ALMERE_SESSION_REQUESTS_PER_MINUTE": "0",  # tests are faster than people
                "ALMERE_ADDRESS_REQUESTS_PER_MINUTE": "0",
            },
        )

    def put(self, *suggestions: Suggestion) -> None:
        """Publish on the real stream."""
        stream = SuggestionStream(self.redis.url)
        for one in suggestions:
            stream.publish(encode(one))
        stream.close()

    def add_person(self, name: str, role: Role = Role.OBSERVER, scope: Scope | None = None) -> None:
        self.persons[name] = self.people.add(name, PASSWORD, role, scope)

    @contextmanager
    def signed_in(self, name: str, hours: float = 10) -> Iterator[httpx.Client]:
        """A browser that has a session already, and sends the CSRF token along."""
        grant = self.people.open_session(self.persons[name], hours)
        with self.browser() as client:
            client.cookies.set("almere_session", grant.token, domain="127.0.0.1")
            client.headers["X-CSRF-Token"] = grant.csrf
            yield client

    def browser(self) -> httpx.Client:
        """A browser without a session."""
        return httpx.Client(base_url=self.api.url + BASE, timeout=30)

    def close(self) -> None:
        self.api.kill()
        self.redis.stop()
        self.engine.dispose()


def problem(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem, after a check of its form."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    body = response.json()
    assert body["status"] == response.status_code
    return response.status_code, body["code"]
