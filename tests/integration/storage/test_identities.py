"""Accounts of people of an identity provider, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from sqlalchemy import Engine, inspect

from almere_vision.domain.errors import AccountMissing, InputError, SignInRefused
from almere_vision.domain.identity import Grant, Identity, Refusal
from almere_vision.domain.incident import EVERYTHING, Role, Scope
from almere_vision.domain.suggestion import Kind
from almere_vision.storage.accounts import Accounts
from almere_vision.storage.audit import Audit, AuditQuery
from almere_vision.storage.database import alembic_config, migrate, writing
from almere_vision.storage.identities import Identities
from almere_vision.storage.people import People

ISSUER = "https://login.city.example"
PASSWORD = "correct horse battery"
WATCH = Grant(Role.OBSERVER, EVERYTHING)
PLAZA = Grant(Role.OBSERVER, Scope(cameras=frozenset({"plaza-1"})))
SQUARE = Grant(Role.OBSERVER, Scope(cameras=frozenset({"square-1"})))
KEEP = Grant(Role.ADMINISTRATOR, EVERYTHING)


def person(subject: str = "a-1", name: str = "anna", issuer: str = ISSUER) -> Identity:
    return Identity(issuer, subject, name, (), False)


@pytest.fixture
def identities(engine: Engine) -> Identities:
    return Identities(engine)


@pytest.fixture
def accounts(engine: Engine) -> Accounts:
    return Accounts(engine)


def changes(engine: Engine, name: str) -> list[str]:
    lines = Audit(engine).page(AuditQuery(subject=name)).lines
    return [str(line.entry.details["what"]) for line in reversed(lines)]


def test_the_first_sign_in_makes_the_account_and_the_next_ones_find_it(
    engine: Engine, identities: Identities, accounts: Accounts
) -> None:
    first = identities.admit(person(), PLAZA)
    again = identities.admit(person(name="another name by now"), PLAZA)

    assert first == again
    assert (first.name, first.role, first.scope) == ("anna", Role.OBSERVER, PLAZA.scope)
    assert [one.name for one in accounts.list()] == ["anna"]
    assert identities.person(ISSUER, "a-1") == first
    assert identities.person(ISSUER, "A-1") is None
    assert identities.person("https://other.example", "a-1") is None
    assert changes(engine, "anna") == ["added"]


def test_two_first_sign_ins_at_the_same_moment_make_one_account(
    identities: Identities, accounts: Accounts
) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: identities.admit(person(), WATCH).name, range(8)))

    assert found == {"anna"}
    assert len(accounts.list()) == 1


def test_role_and_scope_follow_the_groups_and_end_the_sessions(
    engine: Engine, identities: Identities, accounts: Accounts
) -> None:
    people = People(engine)
    token = people.open_session(identities.admit(person(), PLAZA), 10).token
    identities.admit(person(), PLAZA)
    assert people.session(token) is not None

    moved = identities.admit(person(), SQUARE)
    assert moved.scope == SQUARE.scope
    assert people.session(token) is None

    chief = identities.admit(person(), Grant(Role.SUPERVISOR, EVERYTHING))
    assert (chief.role, chief.scope) == (Role.SUPERVISOR, EVERYTHING)
    assert accounts.named("anna").role is Role.SUPERVISOR
    assert changes(engine, "anna") == ["added", "rights", "rights"]


def test_what_an_administrator_set_for_this_person_stays(identities: Identities, accounts: Accounts) -> None:
    identities.admit(person(), PLAZA)
    own = Scope(cameras=frozenset({"plaza-1"}), kinds=frozenset({Kind.LOITERING}))
    accounts.change(accounts.named("anna").id, None, scope=own)

    moved = identities.admit(person(), SQUARE)

    assert moved.scope == Scope(cameras=frozenset({"square-1"}), kinds=frozenset({Kind.LOITERING}))


@pytest.mark.parametrize("name", ["Bob", "bob", "BOB ", "\uff22\uff4f\uff42"])
def test_a_name_gives_nothing_of_the_account_that_has_it(
    engine: Engine, identities: Identities, accounts: Accounts, name: str
) -> None:
    People(engine).add("Bob", PASSWORD, Role.ADMINISTRATOR)
    before = accounts.named("Bob")

    with pytest.raises(SignInRefused) as refused:
        identities.admit(person("evil", name), WATCH)

    assert refused.value.reason == Refusal.NAME_TAKEN
    assert accounts.named("Bob") == before
    assert identities.person(ISSUER, "evil") is None
    assert changes(engine, "Bob") == ["added"]


def test_without_a_group_nothing_is_made_and_sessions_end(
    engine: Engine, identities: Identities, accounts: Accounts
) -> None:
    people = People(engine)
    token = people.open_session(identities.admit(person(), WATCH), 10).token

    for one in (person(), person("n-1", "nora")):
        with pytest.raises(SignInRefused) as refused:
            identities.admit(one, None)
        assert refused.value.reason == Refusal.NO_GROUP

    assert people.session(token) is None
    assert [one.name for one in accounts.list()] == ["anna"]


def test_a_shut_account_stays_shut_whatever_the_groups(identities: Identities, accounts: Accounts) -> None:
    identities.admit(person(), WATCH)
    accounts.change(accounts.named("anna").id, None, disabled=True)

    with pytest.raises(SignInRefused) as refused:
        identities.admit(person(), Grant(Role.SUPERVISOR, EVERYTHING))

    assert refused.value.reason == Refusal.DISABLED
    assert accounts.named("anna").role is Role.OBSERVER
    assert identities.person(ISSUER, "a-1") is None


def test_the_last_administrator_does_not_lose_the_role_by_a_group(
    engine: Engine, identities: Identities, accounts: Accounts
) -> None:
    identities.admit(person(), KEEP)
    with pytest.raises(SignInRefused) as refused:
        identities.admit(person(), WATCH)
    assert refused.value.reason == Refusal.LAST_ADMINISTRATOR
    assert accounts.named("anna").role is Role.ADMINISTRATOR

    People(engine).add("chief", PASSWORD, Role.ADMINISTRATOR)
    assert identities.admit(person(), WATCH).role is Role.OBSERVER


def test_an_account_is_linked_by_an_administrator_only_once(
    engine: Engine, identities: Identities, accounts: Accounts
) -> None:
    People(engine).add("Bob", PASSWORD, Role.SUPERVISOR, PLAZA.scope)
    identities.link("bob", ISSUER, "b-1")

    found = identities.admit(person("b-1", "robert"), WATCH)

    assert (found.name, found.role, found.scope) == ("Bob", Role.OBSERVER, EVERYTHING)
    assert changes(engine, "Bob") == ["added", "linked", "rights"]
    People(engine).add("Eve", PASSWORD, Role.OBSERVER)
    for name, subject in (("Eve", "b-1"), ("Bob", "b-2")):
        with pytest.raises(InputError, match="linked already"):
            identities.link(name, ISSUER, subject)
    with pytest.raises(AccountMissing):
        identities.link("nobody", ISSUER, "b-3")


def test_a_session_knows_that_the_provider_checked_a_second_factor(
    engine: Engine, identities: Identities
) -> None:
    people, anna = People(engine), identities.admit(person(), WATCH)

    for proven in (True, False):
        session = people.session(people.open_session(anna, 10, second_factor=proven).token)
        assert session is not None
        assert session.second_factor is proven


def test_down_and_up_again_keeps_accounts_and_sessions(
    engine: Engine, identities: Identities, accounts: Accounts
) -> None:
    people = People(engine)
    token = people.open_session(identities.admit(person(), WATCH), 10, second_factor=True).token
    with writing(engine) as connection:
        command.downgrade(alembic_config(connection), "0011")
    assert "identities" not in inspect(engine).get_table_names()
    assert "second_factor" not in {column["name"] for column in inspect(engine).get_columns("sessions")}
    migrate(engine)

    session = people.session(token)
    assert session is not None
    assert session.second_factor is False
    assert [one.name for one in accounts.list()] == ["anna"]
    with pytest.raises(SignInRefused) as refused:  # nobody knows whose account it was
        identities.admit(person(), WATCH)
    assert refused.value.reason == Refusal.NAME_TAKEN
