"""Fault 16: what we post to outside leads nowhere inside."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator, Sequence
from ipaddress import ip_network

import pytest

from almere_vision.delivery.outgoing import Poster, refused_address
from almere_vision.domain.errors import DeliveryFailed, DeliveryRefused
from almere_vision.domain.network import refused_url

HOME = ip_network("127.0.0.0/8")
CITY = ip_network("10.20.0.0/16")


class Inside:
    """A server on the loopback, of which everything that reaches it is counted."""

    def __init__(self) -> None:
        seen: list[tuple[str, str]] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                seen.append((self.path, self.headers["Host"]))
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(302 if self.path == "/away" else 204)
                if self.path == "/away":
                    self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/secret")
                self.end_headers()

            def do_GET(self) -> None:
                seen.append((self.path, "GET"))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.seen = seen
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def inside() -> Iterator[Inside]:
    made = Inside()
    yield made
    made.close()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://desk.example/",
        "ftp://desk.example/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://desk.example@127.0.0.1/",
        "https://user:password@desk.example/",
        "https://@desk.example/",
        "https://desk.example\\@127.0.0.1/",
        "https://desk.example/\r\nX-Evil: 1",
        "https://desk.example/a b",
        "https://desk.example/#part",
        "https://d\u0435sk.example/",
        "https:///path",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fe80::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://224.0.0.1/",
        "https://0.0.0.0/",
        "https://desk.example:70000/",
        "https://-desk.example/",
    ],
)
def test_fault_16_addresses_in_disguise_are_refused(url: str) -> None:
    assert refused_url(url)
    with pytest.raises(DeliveryRefused):
        Poster([HOME]).post(url, b"", {})


def test_plain_addresses_are_not_refused() -> None:
    for url in ("https://desk.example/hook?x=1", "https://desk.example:8443/", "http://10.20.0.4/hook"):
        assert refused_url(url) is None


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
    ],
)
def test_fault_16_networks_inside_are_refused(number: str) -> None:
    assert refused_address(number, (), encrypted=True)


def test_a_network_of_our_own_is_allowed_by_name_only() -> None:
    assert refused_address("10.20.3.4", [CITY], encrypted=True) is None
    assert refused_address("10.20.3.4", [CITY], encrypted=False) is None
    assert refused_address("::ffff:10.20.3.4", [CITY], encrypted=True) is None
    assert refused_address("10.21.3.4", [CITY], encrypted=True)
    assert refused_address("93.184.216.34", [CITY], encrypted=True) is None
    assert "http:" in str(refused_address("93.184.216.34", [CITY], encrypted=False))
    # not even a network that holds it opens the way to the metadata of a cloud
    assert refused_address("169.254.169.254", [ip_network("0.0.0.0/0")], encrypted=True)


def test_fault_16_a_name_that_leads_inside_is_not_called(inside: Inside) -> None:
    poster = Poster(resolve=lambda host, port: ["127.0.0.1"])

    with pytest.raises(DeliveryRefused, match="private network"):
        poster.post(f"https://desk.example:{inside.port}/", b"x", {})
    with pytest.raises(DeliveryRefused, match="http:"):
        poster.post(f"http://desk.example:{inside.port}/", b"x", {})

    assert inside.seen == []


def test_fault_16_a_name_is_resolved_once_and_the_vetted_address_is_called(inside: Inside) -> None:
    """DNS rebinding: the second answer would lead elsewhere, and is never asked for."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    Poster([HOME], rebinding).post(f"http://desk.example:{inside.port}/hook", b"x", {})

    assert asked == ["desk.example"]
    assert inside.seen == [("/hook", f"desk.example:{inside.port}")]


def test_fault_16_of_several_addresses_only_those_that_are_allowed_are_called(inside: Inside) -> None:
    with socket.socket() as other:  # would take the connection, but is not in an allowed network
        other.bind(("127.0.0.2", inside.port))
        other.listen()
        poster = Poster([ip_network("127.0.0.1/32")], lambda host, port: ["127.0.0.2", "127.0.0.1"])

        poster.post(f"http://desk.example:{inside.port}/hook", b"x", {})

        other.setblocking(False)
        with pytest.raises(BlockingIOError):
            other.accept()
    assert len(inside.seen) == 1


def test_fault_14_and_16_a_redirect_inward_is_not_followed(inside: Inside) -> None:
    poster = Poster([HOME])

    with pytest.raises(DeliveryRefused, match="redirects are not followed"):
        poster.post(f"http://127.0.0.1:{inside.port}/away", b"x", {})

    assert [path for path, _ in inside.seen] == ["/away"]


def test_proxies_of_the_environment_are_not_used(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    Poster([HOME]).post(f"http://127.0.0.1:{inside.port}/hook", b"x", {})

    assert [path for path, _ in inside.seen] == ["/hook"]


def test_a_name_that_nobody_knows_is_tried_again_later() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(-2, "unknown")

    with pytest.raises(DeliveryFailed, match="resolved") as caught:
        Poster(resolve=unknown).post("https://desk.example/", b"", {})
    assert not isinstance(caught.value, DeliveryRefused)
