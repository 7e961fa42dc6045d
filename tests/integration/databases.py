"""Databases for tests: a real PostgreSQL, and copies of one whose tables are there already."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from functools import cache, cached_property
from pathlib import Path

import psycopg

from almere_vision.storage.database import migrate, open_database


def _migrate(address: str) -> None:
    engine = open_database(address)
    migrate(engine)
    engine.dispose()


@cache
def _sqlite_with_tables() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "almere.db"
        _migrate(f"sqlite:///{file}")
        return file.read_bytes()


def sqlite_with_tables(folder: Path) -> str:
    """Address of a new SQLite database with our tables; to copy it is quicker than to migrate."""
    file = folder / "almere.db"
    file.touch(mode=0o600)
    file.write_bytes(_sqlite_with_tables())
    return f"sqlite:///{file}"


class Postgres:
    """A real PostgreSQL on a private socket.

    It does not wait for the disk. To kill it loses nothing; only a machine without power would.
    """

    def __init__(self) -> None:
        # Not among the folders of pytest: those are for one user, and the server may run as another.
        self._folder = Path(tempfile.mkdtemp(prefix="almere-pg-"))
        with warnings.catch_warnings():  # it looks for a runtime folder while it is imported
            warnings.simplefilter("ignore")
            import pgserver
        self._control = pgserver.pg_ctl
        self._server = pgserver.get_server(self._folder, cleanup_mode=None)
        self._do("ALTER SYSTEM SET fsync = off")
        self._do("SELECT pg_reload_conf()")
        self._numbers = itertools.count(1)

    def database(self) -> str:
        """Address of a new database, empty."""
        return self._address(self._make())

    def with_tables(self) -> str:
        """Address of a new database with our tables."""
        return self._address(self._make(f"TEMPLATE {self._template}"))

    @cached_property
    def _template(self) -> str:
        name = self._make()
        _migrate(self._address(name))
        return name

    def _make(self, how: str = "") -> str:
        name = f"almere_{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name} {how}")
        return name

    def _address(self, name: str) -> str:
        address: str = self._server.get_uri(name)
        return address.replace("postgresql://", "postgresql+psycopg://")

    def drop(self, address: str) -> None:
        """Take its disk space back."""
        name = address.partition("?")[0].rpartition("/")[2]
        self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Without a word to those who are connected."""
        how = ["stop", "-w", "-m", "immediate"]
        self._control(how, pgdata=self._server.pgdata, user=self._server.system_user)

    def remove(self) -> None:
        """Stop it for good."""
        self.stop()
        shutil.rmtree(self._folder)
