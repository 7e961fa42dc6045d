"""Accounts, the second factor and rates over HTTP."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pyotp

from almere_vision.domain.incident import Role, Scope
from tests.integration.api.conftest import MakeStack, arrive, on_sqlite
from tests.integration.api.listener import Listener
from tests.integration.api.stack import PASSWORD, Stack, problem, suggestion, wait_until


@on_sqlite
def test_an_administrator_invites_changes_and_signs_out(stack: Stack) -> None:
    stack.add_person("chief", Role.ADMINISTRATOR)
    with stack.signed_in("chief") as chief, stack.browser() as newcomer:
        made = chief.post("/people", json={"username": "bea", "role": "enforcement"}).json()
        bea, one_time = made["person"], made["one_time_password"]
        assert bea["scope"] == {"cameras": None, "kinds": ["other", "parking"]}
        again = chief.post("/people", json={"username": "BEA", "role": "observer"})
        assert problem(again) == (409, "name_taken")
        listed = chief.get("/people").json()
        defaults = {one["role"]: one["scope"] for one in listed["roles"]}
        assert "system" not in defaults
        assert defaults["enforcement"] == bea["scope"]
        assert chief.get("/cameras").json() == {"items": []}
        credentials = {"username": "bea", "password": one_time}
        assert problem(newcomer.post("/session", json=credentials)) == (401, "new_password_needed")
        same = {**credentials, "new_password": one_time}
        assert problem(newcomer.post("/session", json=same)) == (401, "new_password_needed")
        session = newcomer.post("/session", json={**credentials, "new_password": PASSWORD})
        assert session.status_code == 200
        assert problem(newcomer.post("/session", json=credentials)) == (401, "bad_credentials")
        assert newcomer.get("/session").status_code == 200
        assert len(chief.get(f"/people/{bea['id']}/sessions").json()["items"]) == 1
        changed = chief.patch(f"/people/{bea['id']}", json={"role": "observer"}).json()
        assert (changed["role"], changed["scope"]["kinds"]) == ("observer", None)
        assert problem(newcomer.get("/session")) == (401, "not_signed_in")
        me = next(one for one in chief.get("/people").json()["items"] if one["username"] == "chief")
        mine = chief.patch(f"/people/{me['id']}", json={"role": "auditor"})
        assert problem(mine) == (403, "not_allowed")
        assert problem(chief.patch("/people/99999", json={})) == (404, "not_found")
        assert chief.delete("/session/everywhere").status_code == 204
        assert problem(chief.get("/people")) == (401, "not_signed_in")


@on_sqlite
def test_fault_20_a_stream_tells_only_of_what_the_person_may_see(stack: Stack) -> None:
    stack.add_person("narrow", Role.OBSERVER, Scope(cameras=frozenset({"plaza-9"})))
    with (
        stack.signed_in("narrow") as narrow,
        stack.signed_in("room") as room,
        stack.signed_in("observer") as observer,
        Listener(narrow) as his,
        Listener(room) as hers,
    ):
        foreign = arrive(stack)
        observer.post(f"/incidents/{foreign}/claim", json={"version": 1})
        order = {"version": 2, "recipient": "control_room", "priority": "P2"}
        assert observer.post(f"/incidents/{foreign}/escalate", json=order).status_code == 200
        assert hers.wait_for("incident", id=foreign)["state"] == "escalated"
        observer.post(f"/incidents/{foreign}/undo", json={"version": 3})
        hers.wait_for("incident", id=foreign, version=4)  # it is gone from the inbox, and she hears so
        stack.put(suggestion("near-1", camera="plaza-9"))
        his.wait_for("incident", id="near-1")
        assert {data["id"] for name, data in his.events if name == "incident"} == {"near-1"}
        assert {data["id"] for name, data in hers.events if name == "incident"} == {foreign}


def next_code(totp: pyotp.TOTP, used: str) -> str:
    """A code that was not used yet; the step after now is believed too."""
    return next(code for at in (0, 30) if (code := totp.at(int(time.time()) + at)) != used)


def test_a_role_that_must_have_a_second_factor_gets_nothing_without(make_stack: MakeStack) -> None:
    stack = make_stack("sqlite", ALMERE_TOTP_ROLES="supervisor, administrator")
    good = {"username": "supervisor", "password": PASSWORD}
    with stack.browser() as client:
        session = client.post("/session", json=good).json()
        assert session["must_enrol"]
        client.headers["X-CSRF-Token"] = session["csrf_token"]
        assert problem(client.get("/incidents")) == (403, "second_factor_needed")
        secret: dict[str, Any] = client.post("/session/totp").json()
        totp = pyotp.TOTP(secret["secret"])
        assert problem(client.post("/session/totp/confirm", json={"code": "abcdef"})) == (422, "invalid")
        first = totp.at(int(time.time()))
        codes = client.post("/session/totp/confirm", json={"code": first}).json()["recovery_codes"]
        assert client.get("/incidents").status_code == 200
        assert client.get("/session/totp").json() == {"in_force": True, "recovery_codes_left": 10}
        assert problem(client.post("/session/totp")) == (422, "invalid")
        assert secret["secret"] not in stack.api.log()
    with stack.browser() as client:
        assert problem(client.post("/session", json=good)) == (401, "code_needed")
        replayed = client.post("/session", json={**good, "code": first})
        assert problem(replayed) == (401, "bad_credentials")
        code = next_code(totp, first)
        assert not client.post("/session", json={**good, "code": code}).json()["must_enrol"]
        assert problem(client.post("/session", json={**good, "code": code})) == (401, "bad_credentials")
        assert client.post("/session", json={**good, "code": codes[0]}).status_code == 200
        assert client.get("/session/totp").json()["recovery_codes_left"] == 9
        assert problem(client.post("/session", json={**good, "code": codes[0]})) == (401, "bad_credentials")


def test_fault_18_rates_hold_across_a_restart_and_without_redis_nobody_is_shut_out(
    make_stack: MakeStack,
) -> None:
    stack = make_stack("sqlite", ALMERE_SESSION_REQUESTS_PER_MINUTE="40")
    with stack.signed_in("observer") as client, stack.signed_in("colleague") as other:

        def flood(client: httpx.Client, method: str = "GET") -> httpx.Response:
            for _ in range(60):
                answer = client.request(method, client.base_url.copy_with(path="/api/v1/session"))
                if answer.status_code == 429:
                    break
            return answer

        refused = flood(client)
        assert problem(refused) == (429, "too_many_requests")
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        stack.api.kill()
        stack.api.start()
        client.base_url = other.base_url = stack.api.url + "/api/v1"
        assert client.get("/session").status_code == 429
        assert other.get("/session").status_code == 200
        stack.redis.stop()
        assert flood(client).status_code == 200
        assert "reading is not limited" in stack.api.log()
        wrong = {"X-CSRF-Token": "wrong"}
        changes = [client.delete("/session", headers=wrong).status_code for _ in range(45)]
        assert changes[:40] == [403] * 40  # counted by this process alone
        assert 429 in changes[40:]
        assert client.get("/session").status_code == 200
        stack.redis.start()
        wait_until(lambda: client.get("/session").status_code == 429, "Redis counts again", 30)


def test_fault_18_behind_a_trusted_proxy_each_address_counts_for_itself(make_stack: MakeStack) -> None:
    stack = make_stack("sqlite", ALMERE_TRUSTED_PROXIES="127.0.0.0/8")
    bad = {"username": "observer", "password": "wrong"}

    def guess(forwarded: str) -> int:
        with stack.browser() as client:
            return client.post("/session", json=bad, headers={"X-Forwarded-For": forwarded}).status_code

    spoofed = [guess(f"198.51.100.{i}, 203.0.113.7") for i in range(10)]
    assert 429 in spoofed, "who writes another address in front is somebody else each time"
    assert guess("203.0.113.8") == 401


@on_sqlite
def test_a_person_changes_the_password_and_signs_out_everywhere_else(stack: Stack) -> None:
    stack.add_person("pia")
    stack.add_person("otis", Role.AUDITOR)
    new = "another long password"
    with (
        stack.signed_in("pia") as here,
        stack.signed_in("pia") as there,
        stack.signed_in("otis") as auditor,
        stack.browser() as later,
        Listener(here) as heard,
    ):

        def change(password: str, to: str) -> httpx.Response:
            return here.post("/session/password", json={"password": password, "new_password": to})

        assert problem(change("not the password", new)) == (401, "bad_credentials")
        assert problem(change(PASSWORD, PASSWORD)) == (422, "invalid")
        assert problem(change(PASSWORD, "short")) == (422, "invalid")
        assert there.get("/session").status_code == 200
        assert change(PASSWORD, new).status_code == 204
        assert here.get("/session").status_code == 200
        assert problem(there.get("/session")) == (401, "not_signed_in")
        near = arrive(stack)
        heard.wait_for("incident", id=near)  # the stream of this session went on

        sign_in = {"username": "pia", "password": PASSWORD}
        assert problem(later.post("/session", json=sign_in)) == (401, "bad_credentials")
        assert later.post("/session", json={**sign_in, "password": new}).status_code == 200
        lines = auditor.get("/audit", params={"actor": "pia", "action": "change"}).json()["items"]
        assert [(one["subject"], one["details"]["what"]) for one in lines] == [("pia", "password")]


@on_sqlite
def test_the_present_password_is_not_guessed_from_a_session(stack: Stack) -> None:
    stack.add_person("guessed")
    with stack.signed_in("guessed") as client:
        body = {"password": "guess, guess, guess", "new_password": "another long password"}
        answers = [problem(client.post("/session/password", json=body)) for _ in range(12)]
        assert answers[0] == (401, "bad_credentials")
        assert answers[-1] == (429, "too_many_attempts")
