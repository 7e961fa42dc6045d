"""The cookie that carries a session."""

from __future__ import annotations

from typing import Final, Literal

from fastapi import Request, Response

from almere_vision.storage.people import SessionGrant

COOKIE: Final = "almere_session"
SECURE_PREFIX: Final = "__Host-"
"""Over HTTPS. With this prefix a browser takes it only from this very host (RFC 6265bis, 4.1.3.2)."""

SSO_COOKIE: Final = "almere_sso"
"""What is under way of a sign-in through the identity provider; sealed, and good for minutes."""

SameSite = Literal["strict", "lax"]

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def is_secure(request: Request) -> bool:
    """Whether the cookie goes over HTTPS only; a browser on this very machine may do without."""
    wanted: bool = request.app.state.services.settings.secure_cookie
    return wanted and request.url.hostname not in LOOPBACK


def cookie_of(request: Request, name: str = COOKIE) -> str:
    """Name of the cookie that carries the session, or of another one of ours."""
    return f"{SECURE_PREFIX}{name}" if is_secure(request) else name


def keep_session(request: Request, response: Response, grant: SessionGrant, hours: float) -> None:
    """Give the browser a session."""
    keep_cookie(request, response, COOKIE, grant.token, int(hours * 3600), "strict")


def keep_cookie(
    request: Request, response: Response, name: str, value: str, max_age_s: int, same_site: SameSite
) -> None:
    """Give the browser a cookie that no script can read."""
    response.set_cookie(
        cookie_of(request, name),
        value,
        max_age=max_age_s,
        path="/",
        httponly=True,
        samesite=same_site,
        secure=is_secure(request),
    )


def forget_cookie(request: Request, response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(
        cookie_of(request, name), path="/", httponly=True, samesite="strict", secure=is_secure(request)
    )
