"""The database: SQLite on one machine, PostgreSQL in production."""

from __future__ import annotations

from sqlalchemy import Engine


def open_database(url: str) -> Engine:
    """Open the database at `sqlite:///file` or `postgresql+psycopg://user:password@host/name`.

    Raises:
        SettingsError: the address cannot be used; the message does not hold it.
    """
    raise NotImplementedError


def migrate(engine: Engine) -> None:
    """Bring the tables up to date; several processes may do so at the same time.

    Raises:
        StoreUnavailable: the database is away.
    """
    raise NotImplementedError
