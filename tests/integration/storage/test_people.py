"""Accounts, sessions and the limit on guessing, on both databases."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select, update

from almere_vision.domain.errors import InputError
from almere_vision.domain.incident import Actor, Role
from almere_vision.storage.accounts import Accounts
from almere_vision.storage.attempts import Attempts
from almere_vision.storage.database import reading, writing
from almere_vision.storage.people import People
from almere_vision.storage.tables import ATTEMPTS, METADATA, USERS

PASSWORD = "correct horse battery"
DESK, ATTACKER = "10.0.0.5", "203.0.113.9"


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(noon: datetime) -> Clock:
    return Clock(noon)


@pytest.fixture
def people(engine: Engine, clock: Clock) -> People:
    return People(engine, clock)


@pytest.fixture
def accounts(engine: Engine, clock: Clock) -> Accounts:
    return Accounts(engine, clock)


@pytest.fixture
def attempts(engine: Engine, clock: Clock) -> Attempts:
    return Attempts(engine, clock)


def everything_stored(engine: Engine) -> str:
    with reading(engine) as connection:
        return repr([connection.execute(select(table)).all() for table in METADATA.sorted_tables])


def test_a_person_signs_in_by_name_whatever_its_case(people: People) -> None:
    assert people.add("  Anna  ", PASSWORD, Role.SUPERVISOR) == Actor("Anna", Role.SUPERVISOR)
    for name in ("Anna", "ANNA", " anna", "\uff21nna"):
        assert people.check(name, PASSWORD) == Actor("Anna", Role.SUPERVISOR)
    for name, password in [
        ("Anna", PASSWORD.upper()),
        ("Anna", ""),
        ("Bram", PASSWORD),
        ("", PASSWORD),
        ("Anna\x00", PASSWORD),
        ("Anna", "\ud800" * 12),
        ("Anna", PASSWORD * 100),
    ]:
        assert people.check(name, password) is None


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x00b", "x" * 65, "\ufdfa" * 64])
def test_a_name_that_is_no_name_is_refused(people: People, name: str) -> None:
    with pytest.raises(InputError, match="name"):
        people.add(name, PASSWORD, Role.OBSERVER)


def test_a_name_is_taken_once(people: People) -> None:
    people.add("Anna", PASSWORD, Role.OBSERVER)
    with pytest.raises(InputError, match="already"):
        people.add("aNNa", PASSWORD + "!", Role.SUPERVISOR)
    assert people.check("anna", PASSWORD) == Actor("Anna", Role.OBSERVER)


def test_short_and_endless_passwords_are_refused(people: People) -> None:
    for password in ("elf letters", "x" * 1025):
        with pytest.raises(InputError, match="12 to 1024"):
            people.add("anna", password, Role.OBSERVER)
    people.add("anna", "twaalf twaal", Role.OBSERVER)


def test_no_secret_is_stored(people: People, engine: Engine) -> None:
    people.add("anna", PASSWORD, Role.OBSERVER)
    grant = people.open_session(Actor("anna", Role.OBSERVER), 1)
    stored = everything_stored(engine)
    assert PASSWORD not in stored
    assert grant.token not in stored
    assert "$argon2id$" in stored
    assert len(grant.token) >= 43  # 256 bits in base64


def test_an_unknown_name_takes_as_much_work(people: People) -> None:
    people.add("anna", PASSWORD, Role.OBSERVER)

    def cpu_s(name: str) -> float:
        started = time.process_time()
        people.check(name, "wrong password!")
        return time.process_time() - started

    known, unknown = (sorted(cpu_s(name) for _ in range(3))[1] for name in ("anna", "nobody"))
    assert 0.5 < unknown / known < 2.0


def test_an_older_hash_is_made_again_at_sign_in(people: People, engine: Engine) -> None:
    people.add("anna", PASSWORD, Role.OBSERVER)
    weak = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    with writing(engine) as connection:
        connection.execute(update(USERS).values(password_hash=weak))
    assert people.check("anna", "wrong password!") is None
    assert weak in everything_stored(engine)
    assert people.check("anna", PASSWORD) is not None
    assert weak not in everything_stored(engine)
    assert people.check("anna", PASSWORD) is not None


def test_a_session_lasts_its_hours(people: People, clock: Clock) -> None:
    anna = people.add("anna", PASSWORD, Role.OBSERVER)
    grant = people.open_session(anna, 10)
    clock.passes(10 * 3600 - 1)
    session = people.session(grant.token)
    assert session is not None
    assert (session.actor, session.expires_at) == (anna, grant.expires_at)
    assert session.has_csrf(grant.csrf)
    assert not session.has_csrf(grant.csrf[:-1])
    clock.passes(1)
    assert people.session(grant.token) is None


def test_sessions_of_one_person_end_one_by_one(people: People) -> None:
    anna = people.add("anna", PASSWORD, Role.OBSERVER)
    first, second = people.open_session(anna, 1), people.open_session(anna, 1)
    assert first.token != second.token
    people.close_session(first.token)
    people.close_session("no such token")
    assert people.session(first.token) is None
    assert people.session(second.token) is not None
    for wrong in ("", second.token[:-1], second.token + "x", "\ud800"):
        assert people.session(wrong) is None


def test_a_disabled_person_is_out_at_once(people: People, accounts: Accounts) -> None:
    anna = people.add("anna", PASSWORD, Role.OBSERVER)
    grant = people.open_session(anna, 1)
    accounts.change(accounts.named("ANNA").id, None, disabled=True)
    assert people.session(grant.token) is None
    assert people.check("anna", PASSWORD) is None
    with pytest.raises(InputError, match="anna"):
        people.open_session(anna, 1)
    accounts.change(accounts.named("anna").id, None, disabled=False)
    assert people.check("anna", PASSWORD) == anna
    assert people.session(grant.token) is None


def test_a_session_is_worth_nothing_while_its_person_is_disabled(people: People, engine: Engine) -> None:
    grant = people.open_session(people.add("anna", PASSWORD, Role.OBSERVER), 1)
    with writing(engine) as connection:
        connection.execute(update(USERS).values(disabled=True))
    assert people.session(grant.token) is None


def test_a_new_password_ends_all_sessions(people: People, accounts: Accounts) -> None:
    anna = people.add("anna", PASSWORD, Role.OBSERVER)
    grant = people.open_session(anna, 1)
    accounts.set_password("anna", "another password")
    assert people.session(grant.token) is None
    assert people.check("anna", PASSWORD) is None
    assert people.check("anna", "another password") == anna
    with pytest.raises(InputError, match="nobody"):
        accounts.set_password("nobody", "another password")


def guess(attempts: Attempts, clock: Clock, name: str, address: str, tries: int) -> float:
    """Guess as fast as is allowed; how long that took, in seconds."""
    started = clock.now
    for _ in range(tries):
        while (wait_s := attempts.begin(name, address)) > 0:
            clock.passes(wait_s)
    return (clock.now - started).total_seconds()


def test_a_few_mistakes_are_free(attempts: Attempts, clock: Clock) -> None:
    assert guess(attempts, clock, "anna", DESK, 5) == 0
    assert 0 < attempts.begin("anna", DESK) <= 1


def test_fault_18_guessing_gets_slower_and_never_stops(attempts: Attempts, clock: Clock) -> None:
    guess(attempts, clock, "anna", ATTACKER, 5)
    delays = [guess(attempts, clock, "anna", ATTACKER, 1) for _ in range(9)]
    assert delays == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert guess(attempts, clock, "anna", ATTACKER, 100) > 6 * 3600
    assert 0 < attempts.begin("anna", ATTACKER) <= 900
    clock.passes(900)
    assert attempts.begin("anna", ATTACKER) == 0


def test_fault_18_asking_while_one_has_to_wait_does_not_make_it_longer(
    attempts: Attempts, clock: Clock
) -> None:
    guess(attempts, clock, "anna", ATTACKER, 8)
    waits = {attempts.begin("anna", ATTACKER) for _ in range(50)}
    assert len(waits) == 1


def test_fault_18_nobody_locks_out_others(attempts: Attempts, clock: Clock) -> None:
    attempts.begin("anna", DESK)
    attempts.succeeded("anna", DESK)
    guess(attempts, clock, "anna", ATTACKER, 40)
    for number in range(200):  # and from many addresses at once
        attempts.begin("anna", f"198.51.100.{number}")
    assert attempts.begin("anna", DESK) == 0
    assert attempts.begin("bram", DESK) == 0
    assert attempts.begin("anna", "10.0.0.6") <= 30


def test_fault_18_many_addresses_together_are_slowed_down(attempts: Attempts, clock: Clock) -> None:
    allowed = sum(attempts.begin("anna", f"198.51.100.{number}") == 0 for number in range(200))
    assert allowed == 50
    clock.passes(30)
    assert attempts.begin("anna", "198.51.100.201") == 0


def test_fault_18_one_password_on_many_names_is_slowed_down(attempts: Attempts, clock: Clock) -> None:
    allowed = sum(attempts.begin(f"person-{number}", ATTACKER) == 0 for number in range(200))
    assert allowed == 30


def test_fault_18_the_limit_outlasts_a_restart(attempts: Attempts, clock: Clock, engine: Engine) -> None:
    guess(attempts, clock, "anna", ATTACKER, 12)
    wait_s = attempts.begin("anna", ATTACKER)
    assert wait_s > 60
    assert Attempts(engine, clock).begin("ANNA", ATTACKER) == wait_s


def test_fault_18_tries_at_the_same_moment_do_not_slip_through(attempts: Attempts) -> None:
    with ThreadPoolExecutor(10) as pool:
        waits = list(pool.map(lambda _: attempts.begin("anna", ATTACKER), range(30)))
    assert waits.count(0.0) == 5


def test_success_forgets_the_mistakes_of_that_person_only(attempts: Attempts, clock: Clock) -> None:
    guess(attempts, clock, "anna", DESK, 5)
    guess(attempts, clock, "bram", DESK, 5)
    clock.passes(1)
    assert attempts.begin("anna", DESK) == 0
    attempts.succeeded("anna", DESK)
    assert guess(attempts, clock, "anna", DESK, 5) == 0
    guess(attempts, clock, "bram", DESK, 1)
    assert attempts.begin("bram", DESK) > 0


def test_a_clock_set_back_locks_nobody_out_for_long(attempts: Attempts, clock: Clock) -> None:
    guess(attempts, clock, "anna", DESK, 10)
    clock.passes(-365 * 24 * 3600)
    assert attempts.begin("anna", DESK) == 0
    guess(attempts, clock, "anna", DESK, 10)
    clock.passes(-600)
    assert guess(attempts, clock, "anna", DESK, 1) <= 3 * 3600


def test_old_tries_are_cleared_away(attempts: Attempts, clock: Clock, engine: Engine) -> None:
    guess(attempts, clock, "anna", ATTACKER, 5)
    clock.passes(2 * 24 * 3600)
    attempts.begin("bram", DESK)
    attempts.succeeded("bram", DESK)
    with reading(engine) as connection:
        rows = connection.execute(select(ATTEMPTS.c.address, ATTEMPTS.c.succeeded)).all()
    assert [tuple(row) for row in rows] == [(DESK, True)]


def test_names_that_people_typed_are_not_kept(attempts: Attempts, engine: Engine) -> None:
    attempts.begin("oops my password", DESK)
    assert "oops" not in everything_stored(engine)
