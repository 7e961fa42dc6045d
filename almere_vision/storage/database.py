"""The database: SQLite on one machine, PostgreSQL in production.

What is committed is on disk: SQLite runs in WAL mode with `synchronous=FULL`, PostgreSQL with its
default `synchronous_commit=on`. So an answered decision survives a kill and a power cut.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from almere_vision.domain.errors import SettingsError, StoreUnavailable

_BUSY_TIMEOUT_MS: Final = 5_000
_MIGRATION_LOCK: Final = 0x416C6D657265  # any number that nobody else uses: "Almere"
_POSTGRES_ARGS: Final[dict[str, Any]] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    # A plan for any value is a bad one for a rare value, so each statement is planned for its own.
    "options": "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000 "
    "-c plan_cache_mode=force_custom_plan",
}


def open_database(url: str) -> Engine:
    """Open the database at `sqlite:///file` or `postgresql+psycopg://user:password@host/name`.

    Nothing is asked of the database yet, so one that is away shows at first use.

    Raises:
        SettingsError: the address cannot be used; the message does not hold it.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(
            "ALMERE_DATABASE_URL is not an address; write sqlite:///file or postgresql+psycopg://user@host/name"
        ) from None
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address)
    if address.get_backend_name() == "postgresql":
        return _open_postgres(address)
    raise SettingsError(
        f"ALMERE_DATABASE_URL: {address.get_backend_name()} is not supported; use sqlite or postgresql"
    )


def _open_sqlite(address: URL) -> Engine:
    if not address.database or address.database == ":memory:":
        raise SettingsError("ALMERE_DATABASE_URL: an SQLite database needs a file: sqlite:///file")
    file = Path(address.database)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)  # it holds password hashes; WAL files take over this mode
    except OSError as error:
        raise SettingsError(
            f"cannot write the database {file}: {error.strerror}; check folder and rights"
        ) from None
    engine = create_engine(address, pool_timeout=_BUSY_TIMEOUT_MS / 1000, max_overflow=30)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say so, below
        for pragma in (f"busy_timeout={_BUSY_TIMEOUT_MS}", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()
        with _alone_in(file.parent):  # the busy timeout does not cover the change of a new file to WAL
            connection.execute("PRAGMA journal_mode=WAL").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A reader that turns writer cannot wait for its turn; one that says so from the start can.
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold other processes of ours off for a moment."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _open_postgres(address: URL) -> Engine:
    try:
        return create_engine(
            address.set(drivername="postgresql+psycopg"),
            connect_args=_POSTGRES_ARGS,
            pool_pre_ping=True,
            pool_timeout=5,
            max_overflow=30,
        )
    except ModuleNotFoundError:
        raise SettingsError("PostgreSQL needs a driver: pip install 'almere-vision[postgres]'") from None


@contextmanager
def _unavailable() -> Iterator[None]:
    """Tell failures of the database apart from our own mistakes, which stay what they are."""
    try:
        yield
    except (IntegrityError, DataError, ProgrammingError):
        raise
    except DatabaseError as error:
        reason = str(error.orig).partition("\n")[0]
        raise StoreUnavailable(f"the database cannot be used now: {reason}") from error
    except (DBAPIError, PoolTimeout) as error:
        raise StoreUnavailable("the database does not answer; try again") from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view. Raises `StoreUnavailable`."""
    with _unavailable(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, committed at the end. Raises `StoreUnavailable`."""
    with _unavailable(), engine.connect() as connection:
        connection.execution_options(write=True)
        with connection.begin():
            yield connection


def alembic_config(connection: Connection) -> Config:
    """Alembic on one connection, inside the transaction of that connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the tables up to date; several processes may do so at the same time.

    Raises:
        StoreUnavailable: the database is away.
        SettingsError: the tables are of a newer release.
    """
    with writing(engine) as connection:  # on SQLite this already keeps the others out
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        try:
            command.upgrade(alembic_config(connection), revision)
        except CommandError:
            raise SettingsError(
                "the database was made by a newer release of Almere Vision; install that release"
            ) from None
