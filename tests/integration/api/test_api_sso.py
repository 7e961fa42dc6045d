"""Signing in through an identity provider: the way in, and all that is no way in."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pyotp
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from almere_vision.domain.audit import Action
from almere_vision.domain.identity import Refusal
from almere_vision.storage.audit import Audit, AuditQuery
from tests.integration.api.conftest import on_sqlite
from tests.integration.api.identity import HONEST, Forge, Forger, MockProvider, honest, prepare_sso
from tests.integration.api.stack import PASSWORD, Stack, problem

ANNA = {"sub": "a-1", "preferred_username": "anna", "groups": ["staff", "cctv-watchers"]}
TRUST = "second_factor: {amr: [mfa], acr: [urn:city:high]}\n"


@pytest.fixture(scope="module")
def forger() -> Iterator[Forger]:
    made = Forger()
    yield made
    made.close()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, forger: Forger) -> Iterator[Stack]:
    """An installation with local accounts beside the provider; supervisors need a second factor."""
    folder: Path = tmp_path_factory.mktemp("sso")
    made = Stack(folder, f"sqlite:///{folder / 'almere.db'}")
    with ExitStack() as closing:
        closing.callback(made.close)
        made.redis.start()
        made.add_person("Bob")
        prepare_sso(made, forger.url, lambda _: (forger.client_id, forger.client_secret), TRUST)
        made.api.environment["ALMERE_TOTP_ROLES"] = "supervisor"
        made.api.start()
        yield made


@pytest.fixture(autouse=True)
def _as_it_should_be(request: pytest.FixtureRequest) -> None:
    if "forger" in request.fixturenames:
        forger = request.getfixturevalue("forger")
        forger.person, forger.forge = dict(ANNA), honest
        forger.keys, forger.more = HONEST, {}
        forger.asked.clear()


def begin(client: httpx.Client) -> str:
    """The address at the provider that the browser is sent to."""
    answer = client.get("/session/sso")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def at_provider(client: httpx.Client) -> str:
    """Begin, and let the provider say yes: the address that it sends the browser back to."""
    return httpx.get(begin(client)).headers["location"]


def outcome(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    where = urlsplit(answer.headers["location"])
    assert (where.scheme, where.netloc, where.path) == ("", "", "/")
    return parse_qs(where.query)["sso"][0]


def sign_in(client: httpx.Client) -> str:
    return outcome(client.get(at_provider(client)))


def refused_lines(stack: Stack) -> list[dict[str, Any]]:
    page = Audit(stack.engine).page(AuditQuery(action=Action.SIGN_IN_FAILED))
    return [dict(line.entry.details) | {"actor": line.entry.actor} for line in page.lines]


def assert_out(stack: Stack, client: httpx.Client, why: str) -> None:
    """Nobody is signed in, and the audit log says why."""
    assert "almere_session" not in client.cookies
    assert problem(client.get("/session")) == (401, "not_signed_in")
    newest = refused_lines(stack)[0]
    assert (newest["provider"], newest["actor"], newest["address"]) == (why, "", "127.0.0.1")


def test_a_person_of_the_provider_signs_in_with_the_role_of_the_group(city: Stack, forger: Forger) -> None:
    with city.browser() as client:
        assert client.get("/session/ways").json() == {
            "provider": {"nl": "Via de gemeente", "en": "Through the city"}
        }
        answer = client.get(at_provider(client))
        assert outcome(answer) == "done"
        given = {cookie.split("=")[0]: cookie for cookie in answer.headers.get_list("set-cookie")}
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(given["almere_session"].split("; "))
        assert "Max-Age=0" in given["almere_sso"]
        session = client.get("/session").json()
        assert session["user"] == {"username": "anna", "role": "observer"}
        assert client.delete("/session", headers={"X-CSRF-Token": session["csrf_token"]}).status_code == 204
    line = Audit(city.engine).page(AuditQuery(actor="anna", action=Action.SIGN_IN)).lines[0].entry
    assert (line.role, line.details["provider"], line.details["address"]) == ("observer", "done", "127.0.0.1")


def test_the_provider_is_asked_as_the_standard_wants(city: Stack, forger: Forger) -> None:
    with city.browser() as client:
        answer = client.get("/session/sso")
        client.get("/session/sso", headers={"Host": "evil.example"})
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"} <= set(cookie.split("; "))
    asked = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert asked["redirect_uri"] == f"{city.api.url}/api/v1/session/sso/return"
    assert (asked["response_type"], asked["scope"]) == ("code", "openid profile")
    assert (asked["code_challenge_method"], asked["prompt"]) == ("S256", "login")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert len({asked[name] for name in ("state", "nonce", "code_challenge")}) == 3
    assert not any(asked[name] in cookie for name in ("state", "nonce"))


def test_over_https_the_cookies_are_bound_to_this_host(city: Stack) -> None:
    with city.browser() as client:
        cookie = client.get("/session/sso", headers={"Host": "almere.example"}).headers["set-cookie"]
        where = client.get("/session/sso", headers={"Host": "almere.example"}).headers["location"]
    assert cookie.startswith("__Host-almere_sso=")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "almere.example" not in where


def test_fixation_a_new_session_each_time_and_the_old_one_ends(city: Stack, forger: Forger) -> None:
    with city.browser() as client, city.browser() as thief:
        client.cookies.set("almere_session", "chosen-by-somebody-else", domain="127.0.0.1")
        assert sign_in(client) == "done"
        first = client.cookies.get("almere_session", domain="127.0.0.1")
        assert first != "chosen-by-somebody-else"
        back = at_provider(client)
        with httpx.Client(cookies={"almere_sso": client.cookies["almere_sso"]}) as elsewhere:
            # as a browser does that comes from another site: without the strict cookie
            assert outcome(elsewhere.get(back)) == "done"
        thief.cookies.set("almere_session", first)
        assert problem(thief.get("/session")) == (401, "not_signed_in")


def tamper(client: httpx.Client, how: str) -> None:
    kept = client.cookies["almere_sso"]
    client.cookies.delete("almere_sso")
    value = {
        "gone": "",
        "cut": kept[:-4],
        "changed": kept[:40] + ("A" if kept[40] != "A" else "B") + kept[41:],
        "junk": "{}",
        "long": "x" * 3000,
    }[how]
    client.cookies.set("almere_sso", value, domain="127.0.0.1", path="/")


@pytest.mark.parametrize("how", ["gone", "cut", "changed", "junk", "long"])
def test_fault_20_a_tampered_flow_cookie_is_no_flow(city: Stack, forger: Forger, how: str) -> None:
    with city.browser() as client:
        back = at_provider(client)
        tamper(client, how)
        assert outcome(client.get(back)) == Refusal.FLOW_LOST
        assert_out(city, client, "flow_lost")


@pytest.mark.parametrize("state", ["", "x", None])
def test_fault_20_the_state_must_be_the_one_of_this_browser(
    city: Stack, forger: Forger, state: str | None
) -> None:
    with city.browser() as client, city.browser() as other:
        own = dict(parse_qsl(urlsplit(at_provider(client)).query))
        theirs = dict(parse_qsl(urlsplit(at_provider(other)).query))["state"]
        sent = {**own, "state": theirs if state is None else state}
        assert outcome(client.get(f"/session/sso/return?{urlencode(sent)}")) == Refusal.FLOW_LOST
        assert_out(city, client, "flow_lost")


def test_fault_20_nobody_is_signed_in_as_an_attacker(city: Stack, forger: Forger) -> None:
    """Who is led to the end of a sign-in that somebody else began gets nowhere, with or without one begun."""
    with city.browser() as client, city.browser() as attacker:
        for _ in range(2):
            assert outcome(client.get(at_provider(attacker))) == Refusal.FLOW_LOST
            assert_out(city, client, "flow_lost")
            begin(client)


def test_fault_20_no_code_is_good_twice(city: Stack, forger: Forger) -> None:
    with city.browser() as client:
        back = at_provider(client)
        kept = client.cookies["almere_sso"]
        assert outcome(client.get(back)) == "done"
        with city.browser() as again:
            assert outcome(again.get(back)) == Refusal.FLOW_LOST  # this browser began nothing
            again.cookies.set("almere_sso", kept, domain="127.0.0.1", path="/")
            assert outcome(again.get(back)) == Refusal.FLOW_LOST  # the provider knows the code was used
            assert_out(city, again, "flow_lost")


def test_a_code_for_another_flow_fails_on_the_verifier(city: Stack, forger: Forger) -> None:
    """PKCE: a code that was stolen on its way is worth nothing with another verifier."""
    with city.browser() as client, city.browser() as victim:
        stolen = dict(parse_qsl(urlsplit(at_provider(victim)).query))["code"]
        own = dict(parse_qsl(urlsplit(at_provider(client)).query))
        answer = client.get(f"/session/sso/return?{urlencode({**own, 'code': stolen})}")
        assert outcome(answer) == Refusal.FLOW_LOST
        assert_out(city, client, "flow_lost")


def signed(header: dict[str, Any] | None = None, **changes: Any) -> Forge:
    """The token with other claims; None takes one out."""

    def forge(forger: Forger, claims: dict[str, Any]) -> object:
        now = int(time.time())
        told = {name: value for name, value in (claims | changes).items() if value is not None}
        for name in ("exp", "iat", "nbf"):
            if name in changes and changes[name] is not None:
                told[name] = now + changes[name]
        return jwt.encode(header or {"alg": "RS256", "kid": "one"}, told, forger.key)

    return forge


UNSIGNED, HMAC = b'{"alg": "none", "kid": "one"}', b'{"alg": "HS256", "kid": "one"}'


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def unsigned(forger: Forger, claims: dict[str, Any]) -> object:
    return f"{_part(UNSIGNED)}.{_part(json.dumps(claims).encode())}."


def with_the_public_key_as_secret(forger: Forger, claims: dict[str, Any]) -> object:
    told = f"{_part(HMAC)}.{_part(json.dumps(claims).encode())}"
    secret = forger.key.as_pem(private=False)
    return f"{told}.{_part(hmac.digest(secret, told.encode(), 'sha256'))}"


def with_another_key(forger: Forger, claims: dict[str, Any]) -> object:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))


def changed_after_signing(forger: Forger, claims: dict[str, Any]) -> object:
    head, _, signature = str(honest(forger, claims)).split(".")
    body = _part(json.dumps(claims | {"groups": ["cctv-keepers"]}).encode())
    return f"{head}.{body}.{signature}"


BAD_TOKENS: dict[str, Forge] = {
    "wrong nonce": signed(nonce="of-another"),
    "no nonce": signed(nonce=None),
    "alg none": unsigned,
    "HS256 with the public key": with_the_public_key_as_secret,
    "a key of somebody else": with_another_key,
    "changed after signing": changed_after_signing,
    "unknown kid": signed({"alg": "RS256", "kid": "two"}),
    "foreign issuer": signed(iss="https://other.example"),
    "no issuer": signed(iss=None),
    "foreign audience": signed(aud="another client"),
    "no audience": signed(aud=None),
    "several audiences, for nobody in particular": signed(aud=["almere vision", "another client"]),
    "for another party": signed(azp="another client"),
    "expired": signed(exp=-31),
    "no expiry": signed(exp=None),
    "issued tomorrow": signed(iat=86_400),
    "not valid yet": signed(nbf=3600),
    "no subject": signed(sub=None),
    "a subject that is no text": signed(sub=17),
    "a subject without end": signed(sub="x" * 256),
    "a subject with a control character": signed(sub="a\x00b"),
    "no name": signed(preferred_username=None),
    "a name that cannot be": signed(preferred_username="an\nna"),
    "no token": lambda forger, claims: None,
    "a token that is none": lambda forger, claims: "a.b.c",
}


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_fault_20_an_id_token_that_does_not_hold_lets_nobody_in(
    city: Stack, forger: Forger, name: str
) -> None:
    forger.person |= {"sub": "new-for-this-test"}
    forger.forge = BAD_TOKENS[name]
    with city.browser() as client:
        assert sign_in(client) == Refusal.PROVIDER_WRONG
        assert_out(city, client, "provider_wrong")


@pytest.mark.parametrize("change", [{"exp": -20}, {"iat": 20}, {"aud": ["almere vision"]}])
def test_clocks_may_be_half_a_minute_apart(city: Stack, forger: Forger, change: dict[str, Any]) -> None:
    forger.forge = signed(**change)
    with city.browser() as client:
        assert sign_in(client) == "done"


@pytest.mark.parametrize(
    "groups", [[], ["staff"], None, "staff", {"cctv-watchers": True}, [["cctv-watchers"]]]
)
def test_who_is_in_no_group_stays_out(city: Stack, forger: Forger, groups: object) -> None:
    forger.person |= {"sub": "n-1", "preferred_username": "nora", "groups": groups}
    with city.browser() as client:
        assert sign_in(client) == Refusal.NO_GROUP
        assert_out(city, client, "no_group")
    assert "nora" not in {one.name for one in city.accounts.list()}


def test_who_loses_the_group_loses_the_session_too(city: Stack, forger: Forger) -> None:
    forger.person |= {"sub": "l-1", "preferred_username": "lena"}
    with city.browser() as client, city.browser() as other:
        assert sign_in(client) == "done"
        forger.person["groups"] = ["staff"]
        assert sign_in(other) == Refusal.NO_GROUP
        assert problem(client.get("/session")) == (401, "not_signed_in")


def test_who_is_shut_out_here_stays_out(city: Stack, forger: Forger) -> None:
    forger.person |= {"sub": "d-1", "preferred_username": "dirk"}
    with city.browser() as client:
        assert sign_in(client) == "done"
        city.accounts.change(city.accounts.named("dirk").id, None, disabled=True)
        client.cookies.clear()
        assert sign_in(client) == Refusal.DISABLED
        assert_out(city, client, "disabled")


@pytest.mark.parametrize("name", ["Bob", "bob", " BOB ", "\uff22ob"])
def test_fault_20_a_name_does_not_take_over_a_local_account(city: Stack, forger: Forger, name: str) -> None:
    forger.person |= {"sub": "evil", "preferred_username": name, "email": "bob@city.example"}
    before = city.accounts.named("Bob")
    with city.browser() as client:
        assert sign_in(client) == Refusal.NAME_TAKEN
        assert_out(city, client, "name_taken")
        assert client.post("/session", json={"username": "Bob", "password": PASSWORD}).status_code == 200
    assert city.accounts.named("Bob") == before


def test_the_same_name_of_another_subject_is_another_person(city: Stack, forger: Forger) -> None:
    forger.person |= {"sub": "t-1", "preferred_username": "tom"}
    with city.browser() as client:
        assert sign_in(client) == "done"
        client.cookies.clear()
        forger.person["sub"] = "t-2"
        assert sign_in(client) == Refusal.NAME_TAKEN
        forger.person |= {"sub": "t-1", "preferred_username": "Bob"}  # the name at the provider has changed
        assert sign_in(client) == "done"
        assert client.get("/session").json()["user"]["username"] == "tom"


def test_an_account_of_the_provider_has_no_password(city: Stack, forger: Forger) -> None:
    forger.person |= {"sub": "p-1", "preferred_username": "piet"}
    with city.browser() as client:
        assert sign_in(client) == "done"
        for guess in ("!", "p-1", "None", "correct horse"):
            answer = client.post("/session", json={"username": "piet", "password": guess})
            assert problem(answer) == (401, "bad_credentials")


def test_what_the_provider_says_no_to(city: Stack, forger: Forger) -> None:
    with city.browser() as client:
        state = dict(parse_qsl(urlsplit(begin(client)).query))["state"]
        sent = {"error": "access_denied", "state": state, "error_description": "<b>no</b>"}
        assert outcome(client.get(f"/session/sso/return?{urlencode(sent)}")) == Refusal.DENIED
        assert_out(city, client, "denied")


def test_the_answer_of_another_provider_is_not_taken(city: Stack, forger: Forger) -> None:
    with city.browser() as client:
        assert outcome(client.get(at_provider(client) + "&iss=https://other.example")) == "provider_wrong"
        assert_out(city, client, "provider_wrong")


def test_nothing_that_is_sent_decides_where_it_ends(city: Stack, forger: Forger) -> None:
    with city.browser() as client:
        for more in ("&next=https://evil.example", "&redirect_uri=//evil.example", "&RelayState=evil"):
            assert outcome(client.get(at_provider(client) + more, headers={"Host": "127.0.0.1"})) == "done"
            begun = client.get(f"/session/sso?{more[1:]}").headers["location"]
            assert "evil" not in begun


def test_a_provider_that_is_away_leaves_the_local_accounts(city: Stack, forger: Forger) -> None:
    with city.browser() as client:
        back = at_provider(client)
        port = forger.port
        forger.close()
        try:
            assert outcome(client.get(back)) == Refusal.PROVIDER_AWAY
            assert_out(city, client, "provider_away")
            assert outcome(client.get("/session/sso")) == Refusal.PROVIDER_AWAY
            assert client.post("/session", json={"username": "Bob", "password": PASSWORD}).status_code == 200
            assert client.get("/session/ways").json()["provider"] is not None
        finally:
            forger.start(port)
        assert sign_in(client) == "done"


def enrol(client: httpx.Client) -> tuple[pyotp.TOTP, str]:
    """Put a second factor in force; the authenticator and the code that was used."""
    headers = {"X-CSRF-Token": client.get("/session").json()["csrf_token"]}
    totp = pyotp.TOTP(client.post("/session/totp", headers=headers).json()["secret"])
    code = totp.at(int(time.time()))
    told = client.post("/session/totp/confirm", json={"code": code}, headers=headers)
    return totp, told.json()["recovery_codes"][0]


def test_a_second_factor_that_the_provider_did_not_check_is_ours_to_ask(city: Stack, forger: Forger) -> None:
    forger.person |= {"sub": "s-1", "preferred_username": "sara", "groups": ["cctv-chiefs"], "amr": ["pwd"]}
    with city.browser() as client:
        assert sign_in(client) == "done"
        assert client.get("/session").json()["must_enrol"] is True
        assert problem(client.get("/incidents")) == (403, "second_factor_needed")
        _totp, recovery = enrol(client)
        assert client.get("/incidents").status_code == 200

        client.cookies.clear()
        assert sign_in(client) == "code_needed"
        assert "almere_session" not in client.cookies
        assert problem(client.post("/session/sso/code", json={"code": "000000"})) == (401, "bad_credentials")
        assert refused_lines(city)[0]["provider"] == "code"
        pending = client.cookies["almere_sso"]
        answer = client.post("/session/sso/code", json={"code": recovery})
        assert answer.json()["user"] == {"username": "sara", "role": "supervisor"}
        assert client.get("/incidents").status_code == 200

        client.cookies.set("almere_sso", pending, domain="127.0.0.1", path="/")
        assert problem(client.post("/session/sso/code", json={"code": recovery})) == (401, "bad_credentials")


def test_what_waits_for_a_code_is_no_flow_and_a_flow_does_not_wait_for_a_code(
    city: Stack, forger: Forger
) -> None:
    with city.browser() as client:
        assert problem(client.post("/session/sso/code", json={"code": "000000"})) == (401, "flow_lost")
        begin(client)
        assert problem(client.post("/session/sso/code", json={"code": "000000"})) == (401, "flow_lost")


@pytest.mark.parametrize("word", [{"amr": ["pwd", "mfa"]}, {"acr": "urn:city:high"}])
def test_the_word_of_the_provider_counts_where_the_settings_say_so(
    city: Stack, forger: Forger, word: dict[str, Any]
) -> None:
    forger.person |= {"sub": "w-1", "preferred_username": "wim", "groups": ["cctv-chiefs"], **word}
    with city.browser() as client:
        assert sign_in(client) == "done"
        assert client.get("/session").json()["must_enrol"] is False
        assert client.get("/incidents").status_code == 200


@on_sqlite
def test_without_a_provider_there_is_no_such_way(stack: Stack) -> None:
    with stack.browser() as client:
        assert client.get("/session/ways").json() == {"provider": None}
        for answer in (
            client.get("/session/sso"),
            client.get("/session/sso/return?code=x&state=y"),
            client.post("/session/sso/code", json={"code": "000000"}),
        ):
            assert problem(answer) == (404, "not_found")


def test_steps_are_counted_by_address(tmp_path: Path, forger: Forger) -> None:
    made = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    with ExitStack() as closing:
        closing.callback(made.close)
        made.redis.start()
        prepare_sso(made, forger.url, lambda _: (forger.client_id, forger.client_secret))
        made.api.environment["ALMERE_SSO_REQUESTS_PER_MINUTE"] = "4"
        made.api.start()
        with made.browser() as client:
            assert [sign_in(client), sign_in(client)] == ["done", "done"]
            answer = client.get("/session/sso")
            assert problem(answer) == (429, "too_many_requests")
            assert int(answer.headers["retry-after"]) >= 1
            assert client.get("/session").status_code == 200


def test_a_provider_made_by_others(tmp_path: Path) -> None:
    """`oidc-provider-mock`: registered client, form to choose a person, code that is good once."""
    provider = MockProvider({"sub": "m-1", "preferred_username": "mia", "groups": ["cctv-plaza"]})
    made = Stack(tmp_path, f"sqlite:///{tmp_path / 'almere.db'}")
    with ExitStack() as closing:
        closing.callback(provider.close)
        closing.callback(made.close)
        made.redis.start()
        prepare_sso(made, provider.url, provider.register)
        made.api.start()
        with made.browser() as client:
            back = httpx.post(begin(client), data={"sub": "m-1"}).headers["location"]
            kept = client.cookies["almere_sso"]
            assert outcome(client.get(back)) == "done"
            assert client.get("/session").json()["user"] == {"username": "mia", "role": "observer"}
            assert made.accounts.named("mia").scope.cameras == {"plaza-1"}
            client.cookies.clear()
            client.cookies.set("almere_sso", kept, domain="127.0.0.1", path="/")
            assert outcome(client.get(back)) == Refusal.FLOW_LOST
            denied = httpx.post(begin(client), data={"action": "deny"}).headers["location"]
            assert outcome(client.get(denied)) in (Refusal.DENIED, Refusal.FLOW_LOST)
            assert "almere_session" not in client.cookies


@pytest.mark.parametrize(
    "keys", [None, "x", [], [None], ["x"], [{"kty": "oct", "k": "eA"}], [{"kty": "RSA", "n": 1, "e": None}]]
)
def test_keys_that_are_none_let_nobody_in(city: Stack, forger: Forger, keys: object) -> None:
    forger.keys = keys
    with city.browser() as client:
        assert sign_in(client) == Refusal.PROVIDER_WRONG
        assert_out(city, client, "provider_wrong")


@pytest.mark.parametrize("methods", [["client_secret_post"], 17, None])
def test_a_provider_that_wants_the_secret_in_the_form(city: Stack, forger: Forger, methods: object) -> None:
    forger.more = {"token_endpoint_auth_methods_supported": methods}
    with city.browser() as client:
        assert sign_in(client) == "done"
