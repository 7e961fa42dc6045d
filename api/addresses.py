"""Where a request comes from. A header is believed only from a proxy that is trusted."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Final

from fastapi import Request

from almere_vision.domain.network import Address, Network, plain_address

_ONE_HOUSEHOLD: Final = 64
"""Bits of an IPv6 address that one customer of a provider gets whole; the rest is free to choose."""


def client_address(request: Request, trusted: Sequence[Network]) -> str:
    """The address that limits count for: an IPv4 address, or the /64 of an IPv6 address.

    It is that of the peer, unless the peer is a trusted proxy: then the rightmost one in X-Forwarded-For
    that is not itself a trusted proxy. What stands left of it, anybody can have written.
    """
    peer = request.client.host if request.client is not None else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    seen = _address(peer)
    while seen is not None and forwarded and any(seen in network for network in trusted):
        before = _address(forwarded.pop().strip())
        if before is None:
            break
        seen = before
    return peer[:64] if seen is None else _limited(seen)


def _address(text: str) -> Address | None:
    try:
        return plain_address(text)
    except ValueError:
        return None


def _limited(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network(f"{IPv6Address(int(address))}/{_ONE_HOUSEHOLD}", strict=False))
