"""The cookie that carries a session."""

from __future__ import annotations

from typing import Final

from fastapi import Request

COOKIE: Final = "almere_session"
SECURE_COOKIE: Final = f"__Host-{COOKIE}"
"""Over HTTPS. With this prefix a browser takes it only from this very host (RFC 6265bis, 4.1.3.2)."""

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def is_secure(request: Request) -> bool:
    """Whether the cookie goes over HTTPS only; a browser on this very machine may do without."""
    wanted: bool = request.app.state.services.settings.secure_cookie
    return wanted and request.url.hostname not in LOOPBACK


def cookie_of(request: Request) -> str:
    """Name of the cookie that carries the session."""
    return SECURE_COOKIE if is_secure(request) else COOKIE
