"""The outermost layer: size limit (fault 19), security headers, and a log without secrets."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Request
from structlog.testing import capture_logs

from api import problems
from api.edge import BODY_LIMIT_BYTES, Edge
from tests.unit.api.conftest import Call, problem_of


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(Edge)

    @app.post("/api/count")
    async def count(request: Request) -> int:
        return len(await request.body())

    return app


async def chunks(total: int) -> AsyncIterator[bytes]:
    for _ in range(total // 1024):
        yield b"x" * 1024


def test_a_body_at_the_limit_passes_and_one_byte_more_does_not(app: FastAPI, call: Call) -> None:
    assert call(app, "POST", "/api/count", content=b"x" * BODY_LIMIT_BYTES).json() == BODY_LIMIT_BYTES
    response = call(app, "POST", "/api/count", content=b"x" * (BODY_LIMIT_BYTES + 1))
    assert (problem_of(response), response.status_code) == ("too_large", 413)


def test_a_large_body_that_does_not_say_so_is_refused(app: FastAPI, call: Call) -> None:
    assert call(app, "POST", "/api/count", content=chunks(BODY_LIMIT_BYTES)).json() == BODY_LIMIT_BYTES
    response = call(app, "POST", "/api/count", content=chunks(BODY_LIMIT_BYTES + 1024))
    assert (problem_of(response), response.status_code) == ("too_large", 413)


def test_two_gigabytes_are_refused_before_a_byte_is_read(app: FastAPI, call: Call) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    response = call(app, "POST", "/api/count", content=never(), headers={"Content-Length": str(2 * 1024**3)})
    assert problem_of(response) == "too_large"


def test_every_response_carries_the_security_headers(app: FastAPI, call: Call) -> None:
    for path in ("/api/count", "/nowhere"):
        headers = call(app, "GET", path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_answers_of_the_api_are_kept_by_no_cache(app: FastAPI, call: Call) -> None:
    assert call(app, "POST", "/api/count", content=b"x").headers["Cache-Control"] == "no-store"


def test_the_access_log_holds_no_token(app: FastAPI, call: Call) -> None:
    with capture_logs() as lines:
        call(
            app,
            "POST",
            "/api/count?key=secret-1",
            content=b"secret-2",
            headers={"Cookie": "almere_session=secret-3", "X-CSRF-Token": "secret-4"},
        )
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["path"], line["status"]) == ("POST", "/api/count", 200)
    assert "secret" not in repr(lines)
