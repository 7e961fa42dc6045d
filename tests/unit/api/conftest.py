"""Calls an ASGI application without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest
from starlette.types import ASGIApp

Call = Callable[..., httpx.Response]


@pytest.fixture
def call() -> Call:
    """`call(app, method, path, **httpx)` gives the response."""

    def send(app: ASGIApp, method: str, path: str, **options: object) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://almere.test") as client:
                return await client.request(method, path, **options)  # type: ignore[arg-type]

        return asyncio.run(once())

    return send


def problem_of(response: httpx.Response) -> str:
    """The code of a problem, after a check of its form."""
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    assert body["type"].endswith(body["code"])
    assert {"title", "detail"} <= set(body)
    code: str = body["code"]
    return code
