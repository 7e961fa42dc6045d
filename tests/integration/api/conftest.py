"""The real stack: one that tests share, and fresh ones for tests that break something."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest

from almere_vision.domain.incident import Role
from tests.integration.api.stack import Stack, suggestion, wait_until
from tests.integration.databases import Postgres, sqlite_with_tables


class MakeStack(Protocol):
    """`make("sqlite")` or `make("postgresql")`, with more environment variables for the API."""

    def __call__(self, kind: str, **environment: str) -> Stack: ...


on_sqlite = pytest.mark.parametrize("stack", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("stack", ["postgresql"], indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.remove()


def _open(kind: str, folder: Path, request: pytest.FixtureRequest) -> Stack:
    if kind == "sqlite":
        return Stack(folder, sqlite_with_tables(folder))
    return Stack(folder, request.getfixturevalue("postgres").with_tables())


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Shared by all tests that leave it whole; people as in `prepare`.

    Twice, unless a test says `on_sqlite` or `on_postgresql`.
    """
    made = _open(request.param, tmp_path_factory.mktemp("api"), request)
    with ExitStack() as closing:
        closing.callback(made.close)
        prepare(made)
        yield made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def own_stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One for a whole module that does to accounts whatever it likes; the first account is `target`."""
    made = _open(request.param, tmp_path_factory.mktemp("own"), request)
    with ExitStack() as closing:
        closing.callback(made.close)
        made.add_person("target")
        prepare(made)
        yield made


@pytest.fixture
def make_stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStack]:
    """`make_stack("sqlite" | "postgresql")`: one that a test may break."""
    with ExitStack() as closing:

        def make(kind: str, **environment: str) -> Stack:
            made = _open(kind, tmp_path, request)
            made.api.environment |= environment
            closing.callback(made.close)
            prepare(made)
            return made

        yield make


def prepare(made: Stack) -> None:
    made.redis.start()
    made.add_person("observer")
    made.add_person("colleague")
    made.add_person("supervisor", Role.SUPERVISOR)
    made.add_person("room", Role.CONTROL_ROOM)
    made.add_person("wardens", Role.ENFORCEMENT)
    made.api.start()


_INCIDENTS = itertools.count(1)


@pytest.fixture
def incident(stack: Stack) -> str:
    """Id of a fresh incident that came through the real queue."""
    return arrive(stack)


def arrive(stack: Stack, **changes: Any) -> str:
    """Publish a suggestion and wait until it can be fetched; its id."""
    made = suggestion(f"s-{next(_INCIDENTS)}", **changes)
    stack.put(made)
    with stack.signed_in("observer") as client:
        wait_until(lambda: client.get(f"/incidents/{made.id}").status_code == 200, "the incident is there")
    return made.id
