"""Signing in, staying in, and keeping others out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from almere_vision.config import Settings
from almere_vision.storage.attempts import Attempts
from api.main import create_app
from tests.integration.api.conftest import MakeStack
from tests.integration.api.stack import PASSWORD, Stack, problem, wait_until

GOOD = {"username": "observer", "password": PASSWORD}
BAD = {"username": "observer", "password": "wrong"}


def test_a_session_begins_and_ends(stack: Stack) -> None:
    with stack.browser() as client:
        assert problem(client.get("/session")) == (401, "not_signed_in")
        signed_in = client.post("/session", json=GOOD)
        assert signed_in.status_code == 200
        session = signed_in.json()
        assert session["user"] == {"username": "observer", "role": "observer"}
        assert session["must_enrol"] is False
        assert session["expires_at"].endswith("Z")
        assert client.get("/session").json() == session
        token = client.cookies["almere_session"]
        assert client.delete("/session", headers={"X-CSRF-Token": session["csrf_token"]}).status_code == 204
        assert "almere_session" not in client.cookies
        client.cookies.set("almere_session", token)
        assert problem(client.get("/session")) == (401, "not_signed_in")


def test_the_role_comes_with_the_session(stack: Stack) -> None:
    with stack.signed_in("supervisor") as client:
        assert client.get("/session").json()["user"]["role"] == "supervisor"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stack: Stack) -> None:
    with stack.browser() as client:
        local = client.post("/session", json=GOOD).headers["Set-Cookie"].lower()
        named = client.post("/session", json=GOOD, headers={"Host": "almere.example"}).headers["Set-Cookie"]
    assert {"httponly", "samesite=strict", "path=/"} <= set(local.split("; "))
    assert "secure" not in local.split("; ")
    assert named.startswith("__Host-almere_session=")
    assert {"secure", "path=/", "httponly", "samesite=strict"} <= set(named.lower().split("; "))
    assert "domain" not in named.lower()


def test_fixation_every_sign_in_gives_a_new_session_and_ends_the_old(stack: Stack) -> None:
    with stack.browser() as client:
        client.cookies.set("almere_session", "chosen-by-somebody-else", domain="127.0.0.1")
        client.post("/session", json=GOOD)
        first = client.cookies["almere_session"]
        assert first != "chosen-by-somebody-else"
        client.post("/session", json=GOOD)
        assert client.cookies["almere_session"] != first
        with stack.browser() as thief:
            thief.cookies.set("almere_session", first)
            assert problem(thief.get("/session")) == (401, "not_signed_in")


def test_wrong_name_and_wrong_password_look_the_same(stack: Stack) -> None:
    with stack.browser() as client:
        wrong_password = client.post("/session", json=BAD)
        wrong_name = client.post("/session", json={**BAD, "username": "nobody"})
        assert problem(wrong_password) == problem(wrong_name) == (401, "bad_credentials")
        assert wrong_password.json() == wrong_name.json()
        assert "almere_session" not in client.cookies


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "", None])
def test_a_form_of_another_site_cannot_sign_in(stack: Stack, media_type: str | None) -> None:
    headers = {} if media_type is None else {"Content-Type": media_type}
    body = f'{{"username": "observer", "password": "{PASSWORD}"}}'
    with stack.browser() as client:
        assert problem(client.post("/session", content=body, headers=headers)) == (422, "invalid")


def test_fault_20_a_tampered_session_is_no_session(stack: Stack) -> None:
    with stack.signed_in("observer") as client:
        token = client.cookies["almere_session"]
        for tampered in (token[:-1], token + "A", token.swapcase(), "", "x" * 5000, '"', token[::-1]):
            answer = httpx.get(
                client.base_url.join("session"), headers={"Cookie": f"almere_session={tampered}"}
            )
            assert problem(answer) == (401, "not_signed_in")
        assert client.get("/session").status_code == 200


def test_fault_20_the_csrf_token_must_be_that_of_the_session(stack: Stack, incident: str) -> None:
    with stack.signed_in("observer") as client, stack.signed_in("colleague") as other:
        token = client.headers.pop("X-CSRF-Token")
        foreign = other.headers["X-CSRF-Token"]
        for wrong in ("", foreign, token[:-1], token + "A", token.swapcase(), "\xe9"):
            headers = {"X-CSRF-Token": wrong.encode("latin-1")}
            refused = client.post(f"/incidents/{incident}/claim", json={"version": 1}, headers=headers)
            assert problem(refused) == (403, "csrf")
        assert client.get(f"/incidents/{incident}").json()["state"] == "suggested"
        headers = {"X-CSRF-Token": token}
        assert (
            client.post(f"/incidents/{incident}/claim", json={"version": 1}, headers=headers).status_code
            == 200
        )


def test_a_session_runs_out_and_its_stream_with_it(stack: Stack) -> None:
    with stack.signed_in("observer", hours=3 / 3600) as client, client.stream("GET", "/events") as events:
        assert events.status_code == 200
        assert b": connected" in b"".join(events.iter_bytes())  # ends by itself
        wait_until(lambda: client.get("/session").status_code == 401, "the session is over", 10)


def test_a_disabled_person_is_out_at_once(stack: Stack) -> None:
    stack.add_person("leaver")
    with stack.signed_in("leaver") as client:
        assert client.get("/incidents").status_code == 200
        stack.accounts.change(stack.accounts.named("leaver").id, None, disabled=True)
        assert problem(client.get("/incidents")) == (401, "not_signed_in")
        again = client.post("/session", json={"username": "leaver", "password": PASSWORD})
        assert problem(again) == (401, "bad_credentials")


def test_fault_18_guessing_is_slowed_down_and_neither_a_restart_nor_a_header_helps(
    make_stack: MakeStack,
) -> None:
    stack = make_stack("postgresql")
    tries = 0
    with stack.browser() as client:
        while (answer := client.post("/session", json=BAD)).status_code == 401:
            tries += 1
            assert tries < 20, "nothing stops somebody who guesses"
        assert problem(answer) == (429, "too_many_attempts")
        assert int(answer.headers["Retry-After"]) >= 1
    guess_for_minutes(stack, "supervisor", "127.0.0.1")
    stack.api.kill()
    stack.api.start()
    with stack.browser() as client:
        for headers in ({}, {"X-Forwarded-For": "203.0.113.7", "Forwarded": "for=203.0.113.7"}):
            refused = client.post(
                "/session", json={"username": "supervisor", "password": PASSWORD}, headers=headers
            )
            assert problem(refused) == (429, "too_many_attempts")
            assert int(refused.headers["Retry-After"]) > 30
        other = {"username": "colleague", "password": PASSWORD}
        assert client.post("/session", json=other).status_code == 200


def guess_for_minutes(stack: Stack, name: str, address: str) -> None:
    """The first wrong passwords of this name here, each as soon as the limit lets it."""
    now = datetime.now(UTC)
    at = now - timedelta(minutes=20)
    attempts = Attempts(stack.engine, lambda: at)
    while at < now - timedelta(seconds=1):
        at = min(now - timedelta(seconds=1), at + timedelta(seconds=attempts.begin(name, address) + 0.001))


def test_there_is_no_account_from_the_start(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, redis_url=f"unix://{tmp_path}/none")  # type: ignore[arg-type]
    people = create_app(settings).state.services.people
    for name in ("admin", "almere", "demo", "root", "observer", "supervisor"):
        for password in ("", name, "admin", "almere", "password"):
            assert people.check(name, password) is None
