"""Opening, migrating and losing a database of either kind."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Barrier

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError

from almere_vision.domain.errors import SettingsError, StoreUnavailable
from almere_vision.domain.incident import Actor, Command, Order, Role
from almere_vision.domain.priority import Priority
from almere_vision.domain.protocol import Protocol
from almere_vision.review import Desk, Query, Sort
from almere_vision.storage.database import alembic_config, migrate, open_database, reading, writing
from almere_vision.storage.incidents import SqlIncidents
from almere_vision.storage.messages import encode
from almere_vision.storage.tables import METADATA
from tests.integration.databases import Postgres
from tests.integration.storage.conftest import Suggest


def drift(engine: Engine) -> list[object]:
    with reading(engine) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, METADATA))


def test_migrations_make_the_tables_that_the_code_knows(engine: Engine) -> None:
    assert drift(engine) == []


def test_drift_would_be_noticed(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE incidents ADD COLUMN colour VARCHAR(8)"))
        connection.execute(text("DROP INDEX ix_attempts_at"))
    assert {difference[0] for difference in drift(engine)} == {"remove_column", "add_index"}  # type: ignore[index]


def test_down_and_up_again(engine: Engine) -> None:
    with writing(engine) as connection:
        command.downgrade(alembic_config(connection), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate(engine)
    assert drift(engine) == []


def test_incidents_from_before_priorities_are_kept_without_one(
    empty_engine: Engine, suggest: Suggest, noon: datetime
) -> None:
    migrate(empty_engine, "0001")
    values = {
        "id": "plaza-1-17", "revision": 1, "kind": "parking", "camera": "plaza-1", "zone": "square",
        "raised_at": noon.isoformat(" ", "seconds")[:19], "suggestion": encode(suggest()).decode(),
    }  # fmt: skip
    insert = (
        f"INSERT INTO incidents (received_at, state, version, note, {', '.join(values)}) "
        f"VALUES (:raised_at, 'suggested', 1, '', {', '.join(f':{name}' for name in values)})"
    )
    with writing(empty_engine) as connection:
        connection.execute(text(insert), values)
    migrate(empty_engine)
    store = SqlIncidents(empty_engine)
    assert store.get("plaza-1-17").suggestion == suggest()
    assert len(store.page(Query(sort=Sort.PRIORITY)).incidents) == 1
    assert store.page(Query(suggested_priorities=(Priority.P3,))).incidents == ()


def test_migrating_twice_changes_nothing(engine: Engine, suggest: Suggest, noon: datetime) -> None:
    SqlIncidents(engine).receive(suggest(), noon)
    migrate(engine)
    assert SqlIncidents(engine).get("plaza-1-17").version == 1


def test_processes_that_start_together_migrate_once(empty_url: str, empty_engine: Engine) -> None:
    script = (
        "import sys\n"
        "from almere_vision.storage.database import migrate, open_database\n"
        "engine = open_database(sys.argv[1])\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "migrate(engine)\n"
    )
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", script, empty_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for starter in starters:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "ready\n"
    for starter in starters:
        assert starter.stdin is not None
        starter.stdin.write("\n")
        starter.stdin.flush()
    errors = [starter.communicate(timeout=60)[1] for starter in starters]
    assert [(starter.returncode, error) for starter, error in zip(starters, errors, strict=True)] == [
        (0, "")
    ] * 6
    assert drift(empty_engine) == []


def opens_each(folder: Path, together: Barrier, rounds: int) -> list[str]:
    """Open a new database in each round, at the same moment as the other processes."""
    refused = []
    for round_ in range(rounds):
        engine = open_database(f"sqlite:///{folder}/{round_}.db")
        together.wait(timeout=30)
        try:
            with writing(engine):
                pass
        except StoreUnavailable as error:
            refused.append(str(error))
        engine.dispose()
    return refused


def test_a_new_database_may_be_opened_by_several_processes_at_once(tmp_path: Path) -> None:
    # Without turns about one in 25 of these is refused: SQLite does not wait when it changes to WAL.
    spawn = multiprocessing.get_context("spawn")
    with spawn.Manager() as manager, ProcessPoolExecutor(3, mp_context=spawn) as processes:
        together = manager.Barrier(3)
        opened = [processes.submit(opens_each, tmp_path, together, 100) for _ in range(3)]
        assert [process.result(timeout=60) for process in opened] == [[], [], []]


def test_a_database_of_a_newer_release_is_left_alone(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingsError, match="newer release"):
        migrate(engine)


@pytest.mark.parametrize("change", ["UPDATE audit_chain SET actor = 'bram'", "DELETE FROM audit_chain"])
def test_the_database_refuses_to_change_audit_lines(
    engine: Engine, suggest: Suggest, noon: datetime, change: str
) -> None:
    incidents = SqlIncidents(engine)
    incidents.receive(suggest(), noon)
    anna = Actor("anna", Role.OBSERVER)
    Desk(incidents, 120, Protocol(), lambda: noon).carry_out("plaza-1-17", Order(Command.CLAIM, 1), anna)
    with pytest.raises(IntegrityError, match="never changed"), writing(engine) as connection:
        connection.execute(text(change))
    assert [line.actor for line in incidents.history("plaza-1-17")] == ["almere", "anna"]


def test_sqlite_is_set_up_to_last(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/deep/er/almere.db")
    with reading(engine) as connection:
        values = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    full = 2
    assert values == {"journal_mode": "wal", "synchronous": full, "foreign_keys": 1, "busy_timeout": 5000}
    assert (tmp_path / "deep/er/almere.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "not an address"),
        ("no address", "not an address"),
        ("mysql://geheim@host/x", "mysql is not supported"),
        ("sqlite://", "needs a file"),
        ("sqlite:////proc/nowhere/almere.db", "cannot write"),
        ("postgresql://u:geheim@host:port/x", "not an address"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_it(url: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        open_database(url)
    assert "geheim" not in str(caught.value)


def test_fault_9_a_postgresql_that_is_away_is_unavailable() -> None:
    engine = open_database("postgresql://almere:geheim@127.0.0.1:1/almere")
    with pytest.raises(StoreUnavailable) as caught:
        SqlIncidents(engine).get("plaza-1-17")
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_fault_9_a_postgresql_that_cuts_us_off_is_back_at_the_next_call(postgres: Postgres) -> None:
    url = postgres.database()
    engine = open_database(url)
    suicide = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(StoreUnavailable), writing(engine) as connection:
        connection.execute(suicide)
    others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with reading(engine) as first, reading(engine):
        assert first.execute(text("SELECT 1")).scalar_one() == 1
    admin = open_database(url)
    with reading(admin) as connection:
        assert True in connection.execute(others).scalars().all()
    admin.dispose()
    with reading(engine) as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    engine.dispose()


def test_fault_9_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "almere.db").write_bytes(b"not a database, but long enough to look at" * 100)
    engine = open_database(f"sqlite:///{tmp_path}/almere.db")
    with pytest.raises(StoreUnavailable, match="not a database"):
        migrate(engine)
    engine.dispose()


def test_fault_9_a_database_that_stays_busy_is_unavailable_and_keeps_nothing(
    engine: Engine, suggest: Suggest, noon: datetime
) -> None:
    incidents = SqlIncidents(engine)
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE incidents IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(StoreUnavailable):
            incidents.receive(suggest(), noon)
    assert incidents.receive(suggest(), noon) is not None
