"""The audit log on both databases: one chain, and nothing that is done behind our back stays unseen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, delete, inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from almere_vision.domain.audit import GENESIS, Action, Entry, Line, Subject, digest, fingerprint
from almere_vision.domain.errors import InputError
from almere_vision.domain.incident import Actor, Command, Order, RejectReason, Role
from almere_vision.domain.protocol import Protocol
from almere_vision.review import Desk
from almere_vision.storage.audit import Audit, AuditQuery, append_line, line_of
from almere_vision.storage.database import alembic_config, migrate, reading, writing
from almere_vision.storage.incidents import SqlIncidents
from almere_vision.storage.pins import Pins
from almere_vision.storage.tables import AUDIT_CHAIN
from almere_vision.storage.verify import Report, verify
from tests.integration.storage.conftest import Suggest

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def entry(number: int = 1, **changes: object) -> Entry:
    plain = Entry(
        NOON + timedelta(seconds=number), "anna", "observer", Action.VIEW, Subject.INCIDENT,
        f"plaza-1-{number}", details={"piece": 0, "what": "clip"},
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.fixture
def audit(engine: Engine) -> Audit:
    return Audit(engine)


@pytest.fixture
def written(audit: Audit, tmp_path: Path) -> Callable[[], Report]:
    """Ten lines, pinned after the fifth and after the last; verifies them when called."""
    for number in range(1, 11):
        audit.append(entry(number))
        if number in (5, 10):
            pin(audit, tmp_path)
    return lambda: verify(audit, [tmp_path])


def pin(audit: Audit, *folders: Path) -> None:
    head = audit.head()
    assert head is not None
    Pins(folders).keep(head, NOON)


def behind_our_back(engine: Engine, *statements: str) -> None:
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            names = ("audit_chain_no_update", "audit_chain_no_delete")
            drops = [f"DROP TRIGGER IF EXISTS {name}" for name in names]
        else:
            drops = ["DROP TRIGGER IF EXISTS audit_chain_no_change ON audit_chain"]
        for statement in (*drops, *statements):
            connection.execute(text(statement))


def hashed_again(engine: Engine) -> None:
    """What an attacker does who knows how the chain is made."""
    previous = GENESIS
    with writing(engine) as connection:
        for row in connection.execute(select(AUDIT_CHAIN).order_by(AUDIT_CHAIN.c.id)).all():
            mine = digest(row.id, line_of(row).entry, previous)
            values = {"previous": previous, "hash": mine}
            connection.execute(update(AUDIT_CHAIN).where(AUDIT_CHAIN.c.id == row.id).values(values))
            previous = mine


def test_lines_count_from_one_and_hold_the_hash_of_the_one_before(audit: Audit) -> None:
    first, second = audit.append(entry(1)), audit.append(entry(2, purpose="onderzoek 2026-17"))
    assert (first.id, first.previous) == (1, GENESIS)
    assert (second.id, second.previous) == (2, first.hash)
    assert list(audit.lines()) == [first, second]


def test_a_line_in_a_transaction_that_fails_leaves_no_gap(engine: Engine, audit: Audit) -> None:
    audit.append(entry(1))

    def fail_after_a_line() -> None:
        with writing(engine) as connection:
            append_line(connection, entry(2))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_a_line()
    assert audit.append(entry(3)).id == 2


def test_lines_of_many_threads_make_one_chain_without_gaps(audit: Audit, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        lines = list(pool.map(audit.append, map(entry, range(1, 81))))
    assert sorted(line.id for line in lines) == list(range(1, 81))
    pin(audit, tmp_path)
    report = verify(audit, [tmp_path])
    assert (report.lines, report.findings) == (80, [])


def test_suggestions_arrive_while_a_line_is_being_written(
    engine: Engine, suggest: Suggest, noon: datetime
) -> None:
    """On PostgreSQL; SQLite has one writer for everything."""
    if engine.dialect.name == "sqlite":
        with reading(engine) as connection:
            assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        return
    with writing(engine) as connection:
        append_line(connection, entry(1))
        assert SqlIncidents(engine).receive(suggest(), noon) is not None


@pytest.mark.parametrize("details", [{"x": 0.5}, {"x": 2**60}, {"\u00e9": 1}, {"x": b"1"}])
def test_what_programs_read_differently_is_not_written(audit: Audit, details: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"audit log|too large"):
        audit.append(entry(1, details=details))
    assert audit.head() is None


def test_fault_22_what_was_left_alone_is_fine(written: Callable[[], Report]) -> None:
    report = written()
    assert (report.lines, report.pins, report.findings) == (10, 2, [])


@pytest.mark.parametrize(
    ("done", "found"),
    [
        (["UPDATE audit_chain SET actor = 'bram' WHERE id = 4"], {"edited"}),
        (["UPDATE audit_chain SET details = '{}' WHERE id = 4"], {"edited"}),
        (["UPDATE audit_chain SET at = '2026-05-04 13:00:00' WHERE id = 10"], {"edited"}),
        (["DELETE FROM audit_chain WHERE id = 4"], {"removed"}),
        (["DELETE FROM audit_chain WHERE id = 1"], {"removed"}),
        (["DELETE FROM audit_chain WHERE id > 8"], {"truncated"}),
        (["DELETE FROM audit_chain"], {"truncated"}),
        (
            [
                f"UPDATE audit_chain SET id = {new} WHERE id = {old}"
                for old, new in ((3, 99), (7, 3), (99, 7))
            ],
            {"moved", "unlinked"},
        ),
        (
            [
                "UPDATE audit_chain SET id = -id WHERE id > 6",
                "INSERT INTO audit_chain SELECT 7, at, actor, role, action, kind, subject, purpose, "
                "from_state, to_state, details, hash, previous, form FROM audit_chain WHERE id = 2",
                "UPDATE audit_chain SET id = 1 - id WHERE id < 0",
            ],
            {"edited", "moved", "rewritten", "unlinked"},
        ),
    ],
)  # fmt: skip
def test_fault_22_a_change_behind_our_back_is_found(
    engine: Engine, written: Callable[[], Report], done: list[str], found: set[str]
) -> None:
    behind_our_back(engine, *done)
    report = written()
    assert report.counts.total() > 0
    assert set(report.counts) <= found, report.findings
    must = {"moved"} if "moved" in found else found
    assert must <= set(report.counts), report.findings


@pytest.mark.parametrize("done", ["UPDATE audit_chain SET actor = 'bram' WHERE id = 3",
                                  "DELETE FROM audit_chain WHERE id > 8"])  # fmt: skip
def test_fault_22_who_makes_all_hashes_again_is_given_away_by_the_pins(
    engine: Engine, audit: Audit, written: Callable[[], Report], done: str
) -> None:
    behind_our_back(engine, done)
    hashed_again(engine)
    for number in (9, 10, 11):
        audit.append(entry(number, actor="bram"))
    assert set(written().counts) == {"rewritten"}


def test_fault_22_truncate_is_refused_and_found(engine: Engine, written: Callable[[], Report]) -> None:
    if engine.dialect.name == "postgresql":
        with pytest.raises(IntegrityError, match="never changed"), writing(engine) as connection:
            connection.execute(text("TRUNCATE audit_chain"))
        behind_our_back(engine, "TRUNCATE audit_chain")
    else:
        with pytest.raises(IntegrityError, match="never changed"), writing(engine) as connection:
            connection.execute(delete(AUDIT_CHAIN))
        behind_our_back(engine, "DELETE FROM audit_chain")
    assert set(written().counts) == {"truncated"}


@pytest.mark.parametrize("cut", [0, 1])
def test_fault_22_a_changed_pin_is_found(tmp_path: Path, written: Callable[[], Report], cut: int) -> None:
    file = tmp_path / "heads.jsonl"
    pins = file.read_text().splitlines()
    pins[cut] = json.dumps(json.loads(pins[cut]) | {"hash": "f" * 64})
    file.write_text("\n".join(pins) + "\n")
    counts = written().counts
    assert counts["pin"] >= 1
    assert counts["rewritten"] == 1


def test_fault_22_a_pin_that_was_taken_out_is_found(tmp_path: Path, written: Callable[[], Report]) -> None:
    file = tmp_path / "heads.jsonl"
    file.write_text(file.read_text().splitlines()[1] + "\n")
    assert set(written().counts) == {"pin"}


def test_a_second_place_finds_what_the_first_no_longer_does(
    engine: Engine, audit: Audit, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for number in range(1, 4):
        audit.append(entry(number))
    pin(audit, here, there)
    behind_our_back(engine, "DELETE FROM audit_chain WHERE id = 3")
    (here / "heads.jsonl").unlink()
    pin(audit, here)
    assert verify(audit, [here]).findings == []
    assert set(verify(audit, [here, there]).counts) == {"truncated"}


def test_pins_are_for_us_alone_and_one_head_is_pinned_once(audit: Audit, tmp_path: Path) -> None:
    audit.append(entry())
    pin(audit, tmp_path)
    pin(audit, tmp_path)
    file = tmp_path / "heads.jsonl"
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(file.read_text().splitlines()) == 1


def test_without_pins_nothing_can_be_said(audit: Audit, tmp_path: Path) -> None:
    assert verify(audit, [tmp_path]).lines == 0
    audit.append(entry())
    with pytest.raises(InputError, match="no pins"):
        verify(audit, [tmp_path])


def test_pages_go_from_new_to_old_and_filters_narrow_them(audit: Audit) -> None:
    for number in range(1, 8):
        audit.append(entry(number, actor="anna" if number % 2 else "bram"))
    page = audit.page(AuditQuery(limit=3))
    assert [line.id for line in page.lines] == [7, 6, 5]
    rest = audit.page(AuditQuery(limit=5, before=page.before))
    assert ([line.id for line in rest.lines], rest.before) == ([4, 3, 2, 1], None)
    assert [line.id for line in audit.page(AuditQuery(actor="bram")).lines] == [6, 4, 2]
    between = AuditQuery(since=NOON + timedelta(seconds=2), until=NOON + timedelta(seconds=4))
    assert [line.id for line in audit.lines(between)] == [2, 3]
    about = AuditQuery(kind=Subject.INCIDENT, subject="plaza-1-5", action=Action.VIEW)
    assert [line.id for line in audit.page(about).lines] == [5]


def test_a_file_is_written_down_when_it_changes(audit: Audit) -> None:
    def file(version: str) -> Line | None:
        change = entry(1, action=Action.CHANGE, kind=Subject.ZONE_FILE, subject="demo/plaza-1")
        return audit.append_changed(replace(change, details={"sha8": version}))

    assert [file(version) is not None for version in ("a", "a", "b", "a", "a")] == [
        True,
        False,
        True,
        True,
        False,
    ]


def test_no_note_is_in_the_log_but_its_fingerprint(engine: Engine, suggest: Suggest, noon: datetime) -> None:
    incidents = SqlIncidents(engine)
    incidents.receive(suggest(), noon)
    desk, anna = Desk(incidents, 120, Protocol(), lambda: noon), Actor("anna", Role.OBSERVER)
    desk.carry_out("plaza-1-17", Order(Command.CLAIM, 1), anna)
    note = "rode jas, heet Jansen"
    desk.carry_out("plaza-1-17", Order(Command.REJECT, 2, RejectReason.OTHER, note=note), anna)
    line = list(Audit(engine).lines())[-1]
    assert line.entry.details["note_sha256"] == fingerprint(note)["sha256"]
    assert "Jansen" not in repr(line)
    assert dict(incidents.history("plaza-1-17")[-1].details)["note"] == note


def test_the_first_look_is_kept_and_is_no_new_version(
    engine: Engine, suggest: Suggest, noon: datetime
) -> None:
    incidents = SqlIncidents(engine)
    before = incidents.receive(suggest(), noon)
    assert before is not None
    looked = incidents.look("plaza-1-17", noon)
    assert looked is not None
    assert (looked.clocks.looked_at, looked.version) == (noon, 1)
    assert incidents.look("plaza-1-17", noon + timedelta(hours=1)) is None
    desk = Desk(incidents, 120, Protocol(), lambda: noon + timedelta(hours=2))
    desk.carry_out("plaza-1-17", Order(Command.CLAIM, 1), Actor("anna", Role.OBSERVER))
    assert incidents.get("plaza-1-17").clocks.looked_at == noon


def test_old_histories_are_carried_into_the_chain_and_back(
    empty_engine: Engine, suggest: Suggest, noon: datetime, tmp_path: Path
) -> None:
    engine = empty_engine
    migrate(engine)
    incidents = SqlIncidents(engine)
    incidents.receive(suggest(), noon)
    with writing(engine) as connection:
        command.downgrade(alembic_config(connection), "0003")
        old = text(
            "INSERT INTO audit_lines (id, incident, at, actor, role, command, from_state, to_state, details) "
            "VALUES (:id, 'plaza-1-17', '2026-05-04 12:00:00.5', 'anna', 'observer', :command, :a, :b, "
            ":details)"
        )
        for number, (name, a, b, details) in enumerate(
            [("claim", "suggested", "claimed", {"version": 2}),
             ("reject", "claimed", "rejected", {"version": 3, "note": "heet Jansen"})], start=1,
        ):  # fmt: skip
            values = {"id": number, "command": name, "a": a, "b": b, "details": json.dumps(details)}
            connection.execute(old, values)
    migrate(engine)
    assert "audit_lines" not in inspect(engine).get_table_names()
    audit = Audit(engine)
    assert [line.id for line in audit.lines()] == [1, 2]
    assert "Jansen" not in repr(list(audit.lines()))
    assert [line.command for line in incidents.history("plaza-1-17")] == ["suggested", "claim", "reject"]
    audit.append(entry())
    pin(audit, tmp_path)
    assert verify(audit, [tmp_path]).findings == []
    with pytest.raises(IntegrityError, match="never changed"), writing(engine) as connection:
        connection.execute(text("DELETE FROM audit_chain"))
    with writing(engine) as connection:
        command.downgrade(alembic_config(connection), "0003")
        count = connection.execute(text("SELECT command FROM audit_lines ORDER BY id")).scalars().all()
    assert count == ["claim", "reject"]


def test_the_command_tells_by_its_exit_code(tmp_path: Path) -> None:
    from almere_vision.storage.database import open_database

    url = f"sqlite:///{tmp_path}/almere.db"
    engine = open_database(url)
    migrate(engine)
    audit = Audit(engine)
    environment = {**os.environ, "ALMERE_DATA_DIR": str(tmp_path), "ALMERE_DATABASE_URL": url,
                   "ALMERE_OIN": "00000001821002193000",
                   "ALMERE_PROCESSING_ACTIVITY": "5f0bef4c-f66f-4311-84a5-19e8bf359eaf"}  # fmt: skip

    def almere(*words: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "almere_vision", "audit", *words]
        return subprocess.run(line, env=environment, capture_output=True, text=True, check=False)

    audit.append(entry(1))
    assert almere("verify").returncode == 2
    pin(audit, tmp_path / "audit")
    fine = almere("verify", "--json")
    assert (fine.returncode, json.loads(fine.stdout)["lines"]) == (0, 1)
    out = almere("export", "--from", "2026-05-01", "--to", "2026-06-01", "--format", "vng")
    assert out.returncode == 0, out.stderr
    (told,) = map(json.loads, out.stdout.splitlines())
    assert told["actieNaam"] == "view"
    newest = audit.page(AuditQuery(limit=1)).lines[0].entry
    assert (newest.action, newest.details) == (Action.EXPORT, {"format": "vng"})
    behind_our_back(engine, "UPDATE audit_chain SET actor = 'bram' WHERE id = 1")
    found = almere("verify")
    assert (found.returncode, "edited: line 1" in found.stdout) == (1, True)
    engine.dispose()
