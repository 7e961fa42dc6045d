"""Accounts as administrators change them, and the second factor, on both databases."""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pyotp
import pytest
from sqlalchemy import Engine, select

from almere_vision.domain.audit import Subject
from almere_vision.domain.errors import AccountMissing, AlmereError, InputError, NotAllowed, SettingsError
from almere_vision.domain.incident import EVERYTHING, Actor, Role, Scope
from almere_vision.domain.suggestion import Kind
from almere_vision.storage.accounts import Accounts
from almere_vision.storage.audit import Audit, AuditQuery
from almere_vision.storage.database import reading
from almere_vision.storage.people import People
from almere_vision.storage.second_factor import SecondFactor, load_key
from almere_vision.storage.tables import USERS

PASSWORD = "correct horse battery"
CHIEF = Actor("chief", Role.ADMINISTRATOR)
DESK = Scope(kinds=frozenset({Kind.PARKING, Kind.OTHER}))


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(noon: datetime) -> Clock:
    return Clock(noon)


@pytest.fixture
def people(engine: Engine, clock: Clock) -> People:
    made = People(engine, clock, idle_s=3600)
    made.add("chief", PASSWORD, Role.ADMINISTRATOR)
    return made


@pytest.fixture
def accounts(engine: Engine, clock: Clock, people: People) -> Accounts:
    return Accounts(engine, clock)


@pytest.fixture
def factor(engine: Engine, clock: Clock, tmp_path: Path) -> SecondFactor:
    return SecondFactor(engine, load_key(tmp_path / "secret.key"), clock)


def test_a_new_account_sees_what_its_role_sees(people: People) -> None:
    assert people.add("bea", PASSWORD, Role.ENFORCEMENT).scope == DESK
    assert people.add("ben", PASSWORD, Role.ENFORCEMENT, EVERYTHING).scope == EVERYTHING
    assert people.add("bas", PASSWORD, Role.OBSERVER).scope == EVERYTHING


def test_another_role_moves_the_default_and_keeps_what_was_set(people: People, accounts: Accounts) -> None:
    people.add("bea", PASSWORD, Role.ENFORCEMENT)
    bea = accounts.named("bea").id
    assert accounts.change(bea, CHIEF, role=Role.OBSERVER).scope == EVERYTHING
    mine = Scope(cameras=frozenset({"plaza-1"}))
    assert accounts.change(bea, CHIEF, scope=mine).scope == mine
    both = Scope(mine.cameras, DESK.kinds)
    assert accounts.change(bea, CHIEF, role=Role.ENFORCEMENT).scope == both


def test_a_change_of_rights_ends_all_sessions_and_none_ends_none(people: People, accounts: Accounts) -> None:
    bea = people.add("bea", PASSWORD, Role.OBSERVER)
    number = accounts.named("bea").id
    for change in ({"role": Role.OPERATOR}, {"scope": DESK}, {"disabled": True}, {"disabled": False}):
        if not accounts.get(number).disabled:
            token = people.open_session(bea, 1).token
            accounts.change(number, CHIEF)
            assert people.session(token) is not None
        accounts.change(number, CHIEF, **change)  # type: ignore[arg-type]
        assert people.session(token) is None


def test_nobody_changes_their_own_rights(accounts: Accounts) -> None:
    chief = accounts.named("chief")
    for change in ({"role": Role.AUDITOR}, {"scope": DESK}, {"disabled": True}):
        with pytest.raises(NotAllowed, match="own"):
            accounts.change(chief.id, CHIEF, **change)  # type: ignore[arg-type]
    assert accounts.named("chief") == chief


def test_the_last_administrator_stays(people: People, accounts: Accounts) -> None:
    chief = accounts.named("chief").id
    for change in ({"role": Role.AUDITOR}, {"disabled": True}):
        with pytest.raises(NotAllowed, match="last administrator"):
            accounts.change(chief, None, **change)  # type: ignore[arg-type]
    people.add("second", PASSWORD, Role.ADMINISTRATOR)
    assert accounts.change(chief, None, disabled=True).disabled
    with pytest.raises(NotAllowed, match="last administrator"):
        accounts.change(accounts.named("second").id, None, role=Role.OBSERVER)


def test_two_administrators_who_shut_out_each_other_at_once_leave_one(
    people: People, accounts: Accounts
) -> None:
    people.add("second", PASSWORD, Role.ADMINISTRATOR)
    start, pairs = Barrier(2), (("chief", "second"), ("second", "chief"))

    def shut(by: str, whom: str) -> None:
        start.wait()
        with suppress(AlmereError):  # the second of the two, or the database broke a deadlock
            accounts.change(accounts.named(whom).id, Actor(by, Role.ADMINISTRATOR), disabled=True)

    threads = [Thread(target=shut, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in accounts.list() if not one.disabled]) >= 1


def test_no_person_gets_the_role_of_the_service(accounts: Accounts) -> None:
    with pytest.raises(InputError, match="system"):
        accounts.invite("robot", Role.SYSTEM)
    with pytest.raises(InputError, match="system"):
        accounts.change(accounts.named("chief").id, None, role=Role.SYSTEM)


def test_a_one_time_password_asks_for_another_and_runs_out(
    people: People, accounts: Accounts, clock: Clock
) -> None:
    bea, password = accounts.invite("bea", Role.ENFORCEMENT)
    assert bea.scope == DESK
    actor = people.check("bea", password)
    assert actor is not None
    assert people.demands(actor).new_password
    accounts.set_password("bea", PASSWORD)
    assert not people.demands(actor).new_password
    assert people.check("bea", password) is None
    again = accounts.reset_password(bea.id)
    assert people.check("bea", PASSWORD) is None
    clock.now += timedelta(hours=73)
    assert people.check("bea", again) is None


def test_sessions_are_listed_and_ended_one_by_one(people: People, accounts: Accounts, clock: Clock) -> None:
    bea = people.add("bea", PASSWORD, Role.OBSERVER)
    number, first = accounts.named("bea").id, people.open_session(bea, 1).token
    clock.now += timedelta(minutes=1)
    second = people.open_session(bea, 1).token
    newest, oldest = accounts.sessions(number)
    assert (newest.created_at, oldest.created_at) == (clock.now, clock.now - timedelta(minutes=1))
    assert newest.id not in second
    accounts.end_sessions(accounts.named("chief").id, oldest.id)  # not hers
    accounts.end_sessions(number, oldest.id)
    assert people.session(first) is None
    assert people.session(second) is not None
    accounts.end_sessions(number)
    assert accounts.sessions(number) == ()


def test_a_session_ends_when_nothing_is_heard_of_it(people: People, accounts: Accounts, clock: Clock) -> None:
    grant = people.open_session(people.add("bea", PASSWORD, Role.OBSERVER), 10)
    for _ in range(3):
        clock.now += timedelta(minutes=50)
        assert people.session(grant.token) is not None
    for _ in range(2):
        clock.now += timedelta(minutes=31)
        listening = people.session(grant.token, touch=False)
    assert listening is None
    assert people.session(grant.token) is None


def test_every_change_of_an_account_is_a_line_of_the_audit_log(
    engine: Engine, people: People, accounts: Accounts, factor: SecondFactor, clock: Clock
) -> None:
    bea, _ = accounts.invite("bea", Role.OBSERVER, by=CHIEF)
    accounts.change(bea.id, CHIEF, role=Role.ENFORCEMENT)
    accounts.change(bea.id, CHIEF, role=Role.ENFORCEMENT)  # changes nothing, so there is nothing to tell
    person = Actor("bea", Role.ENFORCEMENT)
    accounts.set_password("bea", PASSWORD, person)
    enrolled(factor, clock, person)
    accounts.reset_totp(bea.id, CHIEF)
    accounts.reset_password(bea.id, CHIEF)
    accounts.end_sessions(bea.id, by=CHIEF)
    accounts.change(bea.id, None, disabled=True)
    lines = [line.entry for line in Audit(engine).lines(AuditQuery(kind=Subject.ACCOUNT, subject="bea"))]
    assert [(entry.actor, entry.details["what"]) for entry in lines] == [
        ("chief", "added"),
        ("chief", "rights"),
        ("bea", "password"),
        ("bea", "second_factor"),
        ("chief", "second_factor_forgotten"),
        ("chief", "one_time_password"),
        ("chief", "sessions_ended"),
        ("almere", "rights"),
    ]
    assert lines[1].details == {
        "what": "rights",
        "role": "enforcement",
        "disabled": False,
        "cameras": "all",
        "kinds": "other parking",
    }
    with pytest.raises(NotAllowed):
        accounts.change(accounts.named("chief").id, None, disabled=True)
    kept = Audit(engine).lines(AuditQuery(kind=Subject.ACCOUNT, subject="chief"))
    assert [line.entry.details["what"] for line in kept] == ["added"]


def test_what_is_not_there_is_told(accounts: Accounts) -> None:
    for ask in (accounts.get, accounts.reset_password, accounts.reset_totp, accounts.sessions):
        with pytest.raises(AccountMissing):
            ask(999)
    with pytest.raises(AccountMissing, match="nobody"):
        accounts.named("nobody")


def enrolled(factor: SecondFactor, clock: Clock, who: Actor = CHIEF) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    totp = pyotp.TOTP(factor.enrol(who.name).secret)
    return totp, factor.confirm(who, totp.at(clock.now))


def test_a_code_lets_in_once(people: People, factor: SecondFactor, clock: Clock) -> None:
    assert not people.demands(CHIEF).code
    totp, _ = enrolled(factor, clock)
    assert people.demands(CHIEF).code
    assert not factor.check("chief", totp.at(clock.now)), "the code that confirmed it is used"
    clock.now += timedelta(seconds=30)
    code = totp.at(clock.now)
    assert factor.check("chief", code)
    assert not factor.check("chief", code)
    clock.now += timedelta(seconds=90)
    assert not factor.check("chief", totp.at(clock.now - timedelta(seconds=60))), "too old"
    assert not factor.check("chief", totp.at(clock.now + timedelta(seconds=60))), "too early"
    assert factor.check("chief", totp.at(clock.now + timedelta(seconds=30)))
    assert not factor.check("chief", totp.at(clock.now)), "older than one that was used"


def test_the_same_code_at_the_same_moment_lets_in_one(
    people: People, factor: SecondFactor, clock: Clock
) -> None:
    totp, codes = enrolled(factor, clock)
    clock.now += timedelta(seconds=30)
    for code in (totp.at(clock.now), codes[0]):
        start, right = Barrier(4), []

        def use(code: str, start: Barrier, right: list[bool]) -> None:
            start.wait()
            right.append(factor.check("chief", code))

        threads = [Thread(target=use, args=(code, start, right)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(right) == [False, False, False, True]


def test_a_secret_counts_once_it_is_confirmed_and_is_not_replaced(
    people: People, factor: SecondFactor, clock: Clock
) -> None:
    first = factor.enrol("chief")
    assert first.uri.startswith("otpauth://totp/")
    assert not people.demands(CHIEF).code
    with pytest.raises(InputError, match="wrong"):
        factor.confirm(CHIEF, "000000" if pyotp.TOTP(first.secret).at(clock.now) != "000000" else "1" * 6)
    second = factor.enrol("chief")
    with pytest.raises(InputError, match="wrong"):
        factor.confirm(CHIEF, pyotp.TOTP(first.secret).at(clock.now))
    factor.confirm(CHIEF, pyotp.TOTP(second.secret).at(clock.now))
    with pytest.raises(InputError, match="already"):
        factor.enrol("chief")
    clock.now += timedelta(seconds=30)
    with pytest.raises(InputError, match="already"):
        factor.confirm(CHIEF, pyotp.TOTP(second.secret).at(clock.now))


def test_recovery_codes_are_good_once_and_are_gone_after_a_reset(
    people: People, accounts: Accounts, factor: SecondFactor, clock: Clock
) -> None:
    _, codes = enrolled(factor, clock)
    assert len(set(codes)) == 10
    assert factor.check("chief", codes[3].upper())
    assert not factor.check("chief", codes[3])
    assert factor.check("chief", codes[4].replace("-", " "))
    people.add("bea", PASSWORD, Role.OBSERVER)
    assert not factor.check("bea", codes[5])
    accounts.reset_totp(accounts.named("chief").id)
    assert not factor.check("chief", codes[5])
    assert not people.demands(CHIEF).code
    enrolled(factor, clock)


def test_the_database_holds_neither_secret_nor_codes(
    people: People, engine: Engine, factor: SecondFactor, clock: Clock, tmp_path: Path
) -> None:
    totp, codes = enrolled(factor, clock)
    with reading(engine) as connection:
        kept = str(connection.execute(select(USERS)).all())
    plain = base64.b32decode(totp.secret)
    for secret in (totp.secret, plain.hex(), base64.b64encode(plain).decode(), *codes):
        assert secret not in kept
    other = SecondFactor(engine, load_key(tmp_path / "other.key"), clock)
    with pytest.raises(AlmereError, match="ALMERE_SECRET_KEY_FILE"):
        other.check("chief", totp.at(clock.now))


def test_the_key_is_private_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "state" / "secret.key"
    key = load_key(path)
    assert load_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
    path.write_bytes(b"rubbish")
    with pytest.raises(SettingsError, match="holds no key"):
        load_key(path)
