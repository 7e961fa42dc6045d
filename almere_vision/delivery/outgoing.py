"""Posting to addresses outside, so that no address leads inside (server-side request forgery).

A name is resolved once, each address that it gives is held against the allowed networks, and the connection
goes to exactly that address: a name that gives another one a moment later (DNS rebinding) changes nothing.
Certificates are checked against the name. Redirects and proxies of the environment are not followed.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import anyio
import httpx

from almere_vision.domain.errors import DeliveryFailed, DeliveryRefused
from almere_vision.domain.network import Address, Network, plain_address, refused_network, refused_url

DEADLINE_S: Final = 8.0
"""A call takes at most so long, all of it: what does not arrive is shown within 10 s."""

_CONNECT_S: Final = 3.0
_ANSWER_LIMIT: Final = 64 * 1024
_PASSING: Final = frozenset({408, 425, 429})
"""Client errors that say: later."""

# Prefixes that carry an IPv4 address inside, to which a gateway would pass the packets on.
_WRAPPERS: Final = tuple(
    map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
)

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port to numeric addresses; raises `OSError`."""


def system_resolve(host: str, port: int) -> Sequence[str]:
    """By the resolver of the system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def refused_address(number: str, allowed: Sequence[Network], *, encrypted: bool) -> str | None:
    """Why nothing is sent to a numeric address, or None when it may be.

    Args:
        number: the address, as the resolver gave it.
        allowed: networks of our own that may be reached, and without encryption.
        encrypted: whether it would be https.
    """
    address: Address = plain_address(number)
    if reason := refused_network(number):
        return reason
    if any(address.version == network.version and address in network for network in allowed):
        return None
    if not encrypted:
        return "not in a network that http: is allowed in (ALMERE_OUTGOING_NETWORKS); use https:"
    if not address.is_global or any(address.version == 6 and address in wrapper for wrapper in _WRAPPERS):
        return "in a private network that is not allowed (ALMERE_OUTGOING_NETWORKS)"
    return None


class Guard(httpx.AsyncBaseTransport):
    """Carries requests to addresses that are allowed, and nowhere else; follows no redirect and no proxy.

    Args:
        allowed: networks of our own that may be reached too.
        resolve: how names are resolved.
        tls: which certificates are trusted; those of the system when left out.

    A request may raise `DeliveryRefused` (the address is not allowed) or `DeliveryFailed` (the name has no
    address) besides the errors of httpx.
    """

    def __init__(
        self,
        allowed: Sequence[Network] = (),
        resolve: Resolve = system_resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve
        trusted = ssl.create_default_context() if tls is None else tls
        self._wire = httpx.AsyncHTTPTransport(verify=trusted, trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if reason := refused_url(str(request.url)):
            raise DeliveryRefused(f"the address: {reason}")
        host, encrypted = request.url.host, request.url.scheme == "https"
        port = request.url.port or (443 if encrypted else 80)
        for number in (vetted := await self._vetted(host, port, encrypted=encrypted)):
            there = httpx.Request(
                request.method,
                request.url.copy_with(host=number),
                headers=request.headers,  # with the name as its Host
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
            try:
                return await self._wire.handle_async_request(there)
            except httpx.ConnectError:
                if number == vetted[-1]:
                    raise
        raise DeliveryFailed("the host has no address")

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def _vetted(self, host: str, port: int, *, encrypted: bool) -> list[str]:
        try:
            numbers = await anyio.to_thread.run_sync(self._resolve, host, port, abandon_on_cancel=True)
        except OSError:
            raise DeliveryFailed("the name of the host cannot be resolved") from None
        reasons = {number: refused_address(number, self._allowed, encrypted=encrypted) for number in numbers}
        vetted = [str(plain_address(number)) for number, reason in reasons.items() if reason is None]
        if numbers and not vetted:
            raise DeliveryRefused(f"the host is {next(iter(reasons.values()))}")
        return vetted


def guarded_client(
    guard: Guard, deadline_s: float = DEADLINE_S, headers: Mapping[str, str] | None = None
) -> httpx.AsyncClient:
    """A client whose every request passes the guard. The whole of a call needs a limit of its own."""
    timeout = httpx.Timeout(deadline_s, connect=_CONNECT_S)
    return httpx.AsyncClient(
        transport=guard, trust_env=False, follow_redirects=False, timeout=timeout, headers=headers
    )


class Poster:
    """Posts to addresses that are allowed.

    Args:
        allowed, resolve, tls: as of `Guard`.
        deadline_s: how long one call may take, all in all.
    """

    def __init__(
        self,
        allowed: Sequence[Network] = (),
        resolve: Resolve = system_resolve,
        tls: ssl.SSLContext | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve
        self._tls = ssl.create_default_context() if tls is None else tls
        self._deadline_s = deadline_s

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Post, and return once the other side answered with a 2xx.

        Raises:
            DeliveryRefused: the address is not allowed, or the answer says that it will never be taken.
            DeliveryFailed: no connection, no answer in time, or one that says: later.
        """
        if reason := refused_url(url):
            raise DeliveryRefused(f"the address of the channel: {reason}")
        anyio.run(self._post, url, body, dict(headers))

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        try:
            with anyio.fail_after(self._deadline_s):
                status = await self._ask(url, body, headers)
        except TimeoutError:
            raise DeliveryFailed(f"no answer within {self._deadline_s:g} s") from None
        if 200 <= status < 300:
            return
        if 300 <= status < 400:
            raise DeliveryRefused(f"answered {status}: redirects are not followed; correct the address")
        if 400 <= status < 500 and status not in _PASSING:
            raise DeliveryRefused(f"answered {status}: refused")
        raise DeliveryFailed(f"answered {status}")

    async def _ask(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        guard = Guard(self._allowed, self._resolve, self._tls)
        async with guarded_client(guard, self._deadline_s) as client:
            try:
                answer = await client.send(
                    httpx.Request("POST", url, content=body, headers=headers, extensions=_limits(client)),
                    stream=True,
                )
                try:
                    await _read_some(answer)
                finally:
                    await answer.aclose()
            except httpx.ConnectError as error:
                raise DeliveryFailed(f"no connection: {connection_reason(error)}") from None
            except (httpx.HTTPError, ssl.SSLError) as error:
                raise DeliveryFailed(f"the connection broke off: {connection_reason(error)}") from None
            return answer.status_code


def _limits(client: httpx.AsyncClient) -> dict[str, object]:
    """The time limits of a client, for a request that has no header but our own."""
    return {"timeout": client.timeout.as_dict()}


async def _read_some(answer: httpx.Response) -> None:
    """Nothing in the answer matters; one without end is left."""
    size = 0
    async for piece in answer.aiter_raw():
        size += len(piece)
        if size > _ANSWER_LIMIT:
            return


def connection_reason(error: Exception) -> str:
    """The cause, without addresses or what the other side wrote."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate is not trusted ({cause.verify_message})"
        if isinstance(cause, ConnectionRefusedError):
            return "refused"
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
