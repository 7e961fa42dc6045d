"""Which hosts we open connections to: plain names and plain addresses, told apart from disguises."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

HOST_NAME: Final = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\.?")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def plain_address(host: str) -> Address:
    """A numeric address; IPv4 that is wrapped in IPv6 is unwrapped. Raises `ValueError`."""
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def refused_network(host: str) -> str | None:
    """Why a numeric address cannot be one machine of ours, or None when it may be.

    Link-local addresses serve the metadata of clouds; the others cannot be one machine.
    """
    address = plain_address(host)
    if address.is_link_local:
        return "a link-local address"
    if address.is_multicast or address.is_unspecified or (address.is_reserved and not address.is_loopback):
        return "not the address of one machine"
    return None


def refused_host(host: str) -> str | None:
    """Why this is neither a host name nor a plain IP address that may be one machine, or None when it is.

    0x7f.1 and 2130706433 are addresses in disguise.
    """
    last = host.rstrip(".").rpartition(".")[2]
    if ":" in host or last.isdigit() or last.lower().startswith("0x"):
        try:
            return refused_network(host)
        except ValueError:
            return "not a plain IP address"
    return None if HOST_NAME.fullmatch(host) else "not a host name"


def refused_url(url: str) -> str | None:
    """Why this is no address that we post to, or None: `https://host[:port]/path`, or `http:` as well.

    Whether the network of the host is allowed shows when it is resolved.
    """
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return "an address has no spaces, backslashes, control or accented characters"
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return "this cannot be read as an address"
    if parts.scheme not in ("https", "http"):
        return "only https: (and, in a network of your own, http:) is posted to"
    if "@" in parts.netloc:
        return "a user or password does not belong in an address"
    if parts.fragment:
        return "an address to post to has no '#'"
    return "the address has no host" if not host else refused_host(host)
