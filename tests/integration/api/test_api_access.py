"""Fault 20: every route against every kind of caller, walked from the OpenAPI file."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.integration.api.conftest import on_sqlite
from tests.integration.api.stack import ROOT, Stack, problem

pytestmark = on_sqlite

DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs/reference/openapi.json").read_text(encoding="utf-8"))
OPERATIONS = [
    (method.upper(), path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]
CLOSED = [one for one in OPERATIONS if one[2]["security"]]
CHANGING = [one for one in CLOSED if one[0] != "GET"]
IDS = {
    "CLOSED": [one[2]["operationId"] for one in CLOSED],
    "CHANGING": [one[2]["operationId"] for one in CHANGING],
}

Operation = tuple[str, str, dict[str, Any]]


def send(client: httpx.Client, stack: Stack, operation: Operation, **options: Any) -> httpx.Response:
    method, path, _ = operation
    where = path.format(
        incident_id="x-1",
        delivery_id="x-1",
        index=0,
        person_id=1,
        session_id="0123456789abcdef",
        camera_id="x",
        snapshot_id="y",
        preset_id="z",
        handover_id=1,
        fault_id=1,
        screen=1,
        version=1,
        table="protocol",
        report_id="r",
        earlier_id="r",
    )
    return client.request(method, stack.api.url + where, **options)


def test_the_file_tells_of_closed_routes(stack: Stack) -> None:
    assert len(CLOSED) >= 14
    assert len(CHANGING) >= 7


@pytest.mark.parametrize("operation", CLOSED, ids=IDS["CLOSED"])
def test_without_a_session_nothing_is_told(stack: Stack, operation: Operation) -> None:
    with stack.browser() as client:
        for body in (
            {},
            {"json": {"version": 1}},
            {"content": "{", "headers": {"Content-Type": "application/json"}},
        ):
            assert problem(send(client, stack, operation, **body)) == (401, "not_signed_in")
        client.cookies.set("almere_session", "made-up")
        assert problem(send(client, stack, operation)) == (401, "not_signed_in")


@pytest.mark.parametrize("operation", CHANGING, ids=IDS["CHANGING"])
def test_without_the_csrf_token_nothing_is_changed(stack: Stack, operation: Operation) -> None:
    with stack.signed_in("observer") as client:
        del client.headers["X-CSRF-Token"]
        for body in ({}, {"json": {"version": 1}}):
            assert problem(send(client, stack, operation, **body)) == (403, "csrf")
        assert client.get("/session").status_code == 200


@pytest.mark.parametrize("operation", CHANGING, ids=IDS["CHANGING"])
def test_no_changing_route_can_be_reached_by_a_safe_method(stack: Stack, operation: Operation) -> None:
    _, path, _ = operation
    reading = DOCUMENT["paths"][path].get("get")
    with stack.signed_in("observer") as client:
        answer = send(client, stack, ("GET", path, {}))
        if reading is None:
            assert answer.status_code == 405
        else:
            assert answer.status_code == (200 if "observer" in reading["x-roles"] else 403)


def test_what_is_open_tells_nothing(stack: Stack) -> None:
    assert httpx.get(stack.api.url + "/healthz").json() == {"status": "ok"}
    assert httpx.get(stack.api.url + "/readyz").json() == {"status": "ready", "missing": []}
    for path in ("/docs", "/redoc", "/openapi.json", "/api/v1/openapi.json", "/api/v1", "/api/"):
        assert problem(httpx.get(stack.api.url + path)) == (404, "not_found")
