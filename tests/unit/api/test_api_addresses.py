"""Fault 18: where a request comes from, and which headers are believed."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from fastapi import Request

from api.addresses import client_address

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def request(peer: str, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded]
    return Request({"type": "http", "client": (peer, 1), "headers": headers})


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", (), "203.0.113.7"),
        ("203.0.113.7", ("198.51.100.1",), "203.0.113.7"),  # not from a proxy of ours
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.1.1.1, 198.51.100.1",), "198.51.100.1"),  # the first one was made up
        ("10.0.0.1", ("1.1.1.1", "198.51.100.1, 10.2.2.2"), "198.51.100.1"),  # two proxies, two headers
        ("10.0.0.1", ("10.9.9.9",), "10.9.9.9"),
        ("10.0.0.1", ("198.51.100.1, rubbish",), "10.0.0.1"),
        ("10.0.0.1", ("",), "10.0.0.1"),
        ("::ffff:10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("fd00::1", ("2001:db8:1:2:3:4:5:6",), "2001:db8:1:2::/64"),
        ("2001:db8:1:2:aaaa::1", (), "2001:db8:1:2::/64"),
        ("", (), ""),
    ],
)
def test_fault_18_only_a_trusted_proxy_is_believed(
    peer: str, forwarded: tuple[str, ...], address: str
) -> None:
    assert client_address(request(peer, *forwarded), PROXIES) == address


def test_without_trusted_proxies_no_header_counts() -> None:
    assert client_address(request("10.0.0.1", "198.51.100.1"), ()) == "10.0.0.1"
