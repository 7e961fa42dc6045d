"""Every error becomes a problem that tells the person what to do, and nothing of our inside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from almere_vision.domain import errors
from api import problems
from api.edge import Edge
from tests.unit.api.conftest import Call, problem_of

EXPECTED = {
    errors.IncidentMissing: ("not_found", 404),
    errors.BlobMissing: ("not_found", 404),
    errors.NotAllowed: ("not_allowed", 403),
    errors.TransitionRefused: ("transition_refused", 409),
    errors.VersionConflict: ("version_conflict", 409),
    errors.InputError: ("invalid", 422),
    errors.StoreUnavailable: ("unavailable", 503),
    errors.QueueUnavailable: ("unavailable", 503),
    errors.BlobError: ("unavailable", 503),
}


def application(error: Exception) -> FastAPI:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(Edge)

    @app.get("/fails")
    def fails() -> None:
        raise error

    return app


def all_of_ours(kind: type[errors.AlmereError] = errors.AlmereError) -> Iterator[type[errors.AlmereError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from all_of_ours(child)


@pytest.mark.parametrize(("error", "expected"), EXPECTED.items())
def test_our_errors_have_their_code(
    call: Call, error: type[errors.AlmereError], expected: tuple[str, int]
) -> None:
    response = call(application(error("the reason")), "GET", "/fails")
    assert (problem_of(response), response.status_code) == expected
    assert ("Retry-After" in response.headers) == (expected[1] == 503)


def test_each_of_our_errors_has_a_code_of_the_table() -> None:
    assert {problems.code_of(kind("x")) for kind in all_of_ours()} <= set(problems.CODES)


def test_what_went_wrong_inside_stays_inside(call: Call) -> None:
    for error in (ZeroDivisionError("secret-7141"), errors.StoreUnavailable("db at secret-7141")):
        response = call(application(error), "GET", "/fails")
        assert problem_of(response) in ("internal", "unavailable")
        assert "secret-7141" not in response.text
        assert "Traceback" not in response.text
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_address_and_a_wrong_method_are_problems_too(call: Call) -> None:
    app = application(errors.InputError("x"))
    assert problem_of(call(app, "GET", "/nowhere")) == "not_found"
    response = call(app, "POST", "/fails")
    assert (problem_of(response), response.headers["Allow"]) == ("method_not_allowed", "GET")
