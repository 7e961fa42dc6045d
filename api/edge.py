"""The outermost layer: size limit, security headers, access log, and no stack trace to the outside."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import respond

BODY_LIMIT_BYTES: Final = 64 * 1024

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""After the OWASP HTTP headers cheat sheet."""

PROBES: Final = frozenset({"/healthz", "/readyz"})
"""Asked every few seconds, for ever."""

log = structlog.get_logger("api.access")


class Edge:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _harden(MutableHeaders(scope=message), scope["path"])
            await send(message)

        try:
            if _announced_bytes(scope) > BODY_LIMIT_BYTES:
                await _too_large(scope, receive, send_with_headers)
            else:
                await self._app(scope, _limited(receive), send_with_headers)
        except Exception:
            log.exception("request failed", method=scope["method"], path=scope["path"])
            if status:
                raise
            problem = respond("internal", "The reason is in the log of the server.")
            await problem(scope, receive, send_with_headers)
        finally:
            took_ms = round((time.monotonic() - began) * 1000, 1)
            # Probes, and live pictures that are given: so many that nothing else would be seen.
            often = scope["path"] in PROBES or (scope["path"].endswith("/picture") and status < 400)
            tell = log.debug if often else log.info
            # The path without its query: no secret stands in a path.
            tell("request", method=scope["method"], path=scope["path"], status=status, took_ms=took_ms)


def _harden(headers: MutableHeaders, path: str) -> None:
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    if path.startswith("/api/"):
        headers.setdefault("Cache-Control", "no-store")


def _announced_bytes(scope: Scope) -> int:
    text = Headers(scope=scope).get("content-length", "0")
    return int(text) if text.isdecimal() else 0


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    detail = f"A request may hold {BODY_LIMIT_BYTES} bytes."
    await respond("too_large", detail, headers={"Connection": "close"})(scope, receive, send)


def _limited(receive: Receive) -> Receive:
    """Refuse a body that turns out too large although it did not say so."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > BODY_LIMIT_BYTES:
            raise HTTPException(413, f"A request may hold {BODY_LIMIT_BYTES} bytes.")
        return message

    return limited
