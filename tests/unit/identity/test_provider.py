"""A provider that is slow, far away, or somewhere it should not be."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_network

import anyio
import pytest
from pydantic import SecretStr

from almere_vision.domain.errors import SignInRefused
from almere_vision.domain.identity import Refusal
from almere_vision.identity.provider import Flow, Provider
from almere_vision.identity.terms import Terms

HOME = ip_network("127.0.0.0/8")
Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


class Server:
    """Answers every GET by `answer`."""

    def __init__(self) -> None:
        self.answer: Answer = lambda handler: None
        self.over = threading.Event()
        self.paths: list[str] = []
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.paths.append(self.path)
                try:
                    server.answer(self)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def terms(issuer: str) -> Terms:
    no, back = frozenset[str](), "https://cctv.city.example/r"
    return Terms(issuer, "me", SecretStr("x"), back, ("openid",), "name", "groups", None, no, no, {}, ())


def refused(provider: Provider) -> tuple[str, str]:
    with pytest.raises(SignInRefused) as caught:
        anyio.run(provider.begin)
    return caught.value.reason, str(caught.value)


def told(status: int, body: bytes, **headers: str) -> Answer:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_a_provider_that_drips_is_left_at_the_deadline(server: Server) -> None:
    def drip(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not server.over.wait(0.05):
            handler.wfile.write(b" ")

    server.answer = drip
    began = time.monotonic()
    assert refused(Provider(terms(server.url), [HOME], deadline_s=0.5)) == (
        Refusal.PROVIDER_AWAY,
        "the identity provider is away: no answer within 0.5 s",
    )
    assert time.monotonic() - began < 3


def test_an_answer_without_end_is_not_read_to_the_end(server: Server) -> None:
    def flood(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not server.over.is_set():
            handler.wfile.write(b"x" * 65536)

    server.answer = flood
    assert refused(Provider(terms(server.url), [HOME]))[0] == Refusal.PROVIDER_WRONG


def test_fault_16_a_provider_inside_must_be_in_a_network_that_is_allowed(server: Server) -> None:
    assert "ALMERE_OUTGOING_NETWORKS" in refused(Provider(terms(server.url)))[1]
    assert server.paths == []


def test_fault_16_a_provider_does_not_lead_us_elsewhere(server: Server) -> None:
    server.answer = told(302, b"", Location=f"{server.url}/secret")
    assert refused(Provider(terms(server.url), [HOME]))[0] == Refusal.PROVIDER_WRONG
    assert server.paths == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"issuer": "https://other.example"}, "another name"),
        ({"issuer": None}, "another name"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "authorization_endpoint"),
        ({"authorization_endpoint": "https://user@evil.example/"}, "authorization_endpoint"),
        ({"authorization_endpoint": None}, "authorization_endpoint"),
    ],
)
def test_what_it_says_of_itself_is_checked(server: Server, change: dict[str, str], reason: str) -> None:
    good = {"issuer": server.url, "authorization_endpoint": f"{server.url}/authorize"}
    server.answer = told(200, json.dumps(good | change).encode())
    code, message = refused(Provider(terms(server.url), [HOME]))
    assert code == Refusal.PROVIDER_WRONG
    assert reason in message


def test_fault_16_its_other_addresses_pass_the_guard_too(server: Server) -> None:
    metadata = "http://169.254.169.254/latest/meta-data"
    good = {"issuer": server.url, "token_endpoint": metadata, "jwks_uri": metadata}
    server.answer = told(200, json.dumps(good).encode())
    with pytest.raises(SignInRefused) as caught:
        anyio.run(Provider(terms(server.url), [HOME]).finish, "code", Flow("s", "n", "v"))
    assert caught.value.reason == Refusal.PROVIDER_WRONG


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (503, b"{}", Refusal.PROVIDER_AWAY),
        (429, b"{}", Refusal.PROVIDER_AWAY),
        (404, b"{}", Refusal.PROVIDER_WRONG),
        (200, b"<html>", Refusal.PROVIDER_WRONG),
        (200, b"[]", Refusal.PROVIDER_WRONG),
        (200, b"[" * 200_000, Refusal.PROVIDER_WRONG),
        (200, b"\xff\xfe\x00", Refusal.PROVIDER_WRONG),
    ],
)
def test_what_an_answer_means(server: Server, status: int, body: bytes, reason: Refusal) -> None:
    server.answer = told(status, body)
    assert refused(Provider(terms(server.url), [HOME]))[0] == reason
