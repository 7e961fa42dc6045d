"""Fault 20: every route, by every role, near and foreign, walked from the OpenAPI file.

What a route needs to be called is in `BODIES` and `fill`; a route that is in neither fails here.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from almere_vision.domain.incident import Role, Scope
from almere_vision.domain.suggestion import Kind
from almere_vision.review.sight import SIGHT
from almere_vision.storage.notices import CameraStatus, Notices
from tests.integration.api.stack import PASSWORD, ROOT, Stack, problem, suggestion, wait_until

DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs/reference/openapi.json").read_text(encoding="utf-8"))
Operation = tuple[str, str, dict[str, Any]]
CLOSED: list[Operation] = [
    (method.upper(), path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if operation["security"]
]
ROLES = [role for role in Role if role is not Role.SYSTEM]

VERSION = {"version": 1}
PLACE = {"camera": "mine", "zone": "square", "kind": "parking", "version": 0}
BODIES: dict[str, Any] = {
    "claimIncident": VERSION,
    "releaseIncident": VERSION,
    "confirmIncident": VERSION,
    "rejectIncident": {**VERSION, "reason": "exempt"},
    "escalateIncident": {**VERSION, "recipient": "police", "priority": "P2"},
    "undoIncident": VERSION,
    "acknowledgeIncident": VERSION,
    "arriveIncident": VERSION,
    "resolveIncident": {**VERSION, "result": "warned"},
    "declineIncident": VERSION,
    "retryDelivery": None,
    "letThroughIncident": None,
    "enterIncident": {"type": "parking_violation", "camera": "mine", "priority": "P3"},
    "takeSnapshot": None,
    "reportFault": {"camera": "mine", "what": "black since noon"},
    "changeFault": {"version": 1},
    "takeControl": {},
    "giveBackControl": None,
    "moveCamera": {"preset": "1"},
    "learnPreset": {},
    "handOver": {"note": "quiet"},
    "readHandover": None,
    "putOnScreen": {"camera": "mine"},
    "approveThreshold": {**PLACE, "threshold": 0.5},
    "declineThreshold": {**PLACE, "threshold": 0.5},
    "undoThreshold": PLACE,
    "checkDrawing": {"document": {}},
    "checkTable": {"document": {}},
    "saveTable": {"version": 1, "note": "x", "document": {}},
    "tryDrawing": {"document": {}},
    "saveDrawing": {"version": 1, "note": "x", "document": {}},
    "changePassword": {"password": PASSWORD, "new_password": PASSWORD},
    "signOut": None,
    "signOutEverywhere": None,
    "enrolSecondFactor": None,
    "confirmSecondFactor": {"code": "000000"},
    "addPerson": {"username": "somebody", "role": "observer"},
    "changePerson": {},
    "resetPassword": None,
    "resetSecondFactor": None,
    "endSessions": None,
    "endSession": None,
}
"""What is sent to each route that changes something."""

QUERIES = {"listRecipients": "?priority=P2"}

MINE = Scope(cameras=frozenset({"mine"}), kinds=frozenset({Kind.PARKING}))
INCIDENTS = {
    "near": {"camera": "mine"},
    "foreign camera": {"camera": "theirs"},
    "foreign kind": {"camera": "mine", "kind": Kind.LOITERING},
}
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One incident near and one foreign of each sort; each role once, who may see the near one only."""
    folder: Path = tmp_path_factory.mktemp("everybody")
    made = Stack(folder, f"sqlite:///{folder / 'almere.db'}")
    with ExitStack() as closing:
        closing.callback(made.close)
        made.redis.start()
        made.api.environment["ALMERE_CONTROL_ROOM_STEERS"] = "true"
        for role in ROLES:
            made.add_person(role.value, role, MINE)
        made.add_person("target")
        made.add_person("all")
        made.api.start()
        notices = Notices(made.redis.url)
        closing.callback(notices.close)
        for camera in ("mine", "theirs"):
            notices.set_camera_status(CameraStatus(camera, camera, "online", datetime.now(UTC), None))
        for name, changes in INCIDENTS.items():
            made.put(suggestion(id_of(name), **changes))
        with made.signed_in("all") as client:
            wait_until(lambda: len(client.get("/incidents").json()["items"]) == len(INCIDENTS), "all there")
        yield made


def id_of(name: str) -> str:
    return "s-" + name.replace(" ", "-")


def fill(stack: Stack, path: str, incident: str) -> str:
    """The path with its parameters."""
    target = stack.accounts.named("target")
    return path.format(
        incident_id=id_of(incident),
        delivery_id="x-1",
        index=0,
        person_id=target.id,
        session_id="0123456789abcdef",
        camera_id=INCIDENTS[incident]["camera"],
        preset_id="home",
        handover_id=1,
        fault_id=1,
        screen=1,
        version=1,
        table="priorities",
        report_id="street-1",
        earlier_id="street-0",
        snapshot_id="20260701-0123456789abcdef0123456789abcdef",
    )


def call(stack: Stack, client: httpx.Client, operation: Operation, incident: str = "near") -> httpx.Response:
    method, path, told = operation
    body: dict[str, Any] = {} if method in ("GET", "HEAD") else {"json": BODIES[told["operationId"]]}
    if told["operationId"] == "addPerson":
        body = {"json": {**BODIES["addPerson"], "username": f"new-{next(_NUMBERS)}"}}
    if told["operationId"] == "streamEvents":
        with client.stream("GET", stack.api.url + path) as response:
            if response.status_code != 200:
                response.read()
                return response
            return httpx.Response(200)  # it goes on for ever
    where = fill(stack, path, incident) + QUERIES.get(told["operationId"], "")
    return client.request(method, stack.api.url + where, headers={"X-Purpose": "walk of every route"}, **body)


@pytest.mark.parametrize("operation", CLOSED, ids=[one[2]["operationId"] for one in CLOSED])
def test_fault_20_every_route_by_every_role(walked: Stack, operation: Operation) -> None:
    _, path, told = operation
    for role in ROLES:
        with walked.signed_in(role.value) as client:
            for incident in cases(path):
                answer = call(walked, client, operation, incident)
                where = f"{role}, {incident}: {answer.status_code} {answer.text[:200]}"
                if role.value not in told["x-roles"]:
                    assert problem(answer) == (403, "not_allowed"), where
                elif incident != "near" or ("{incident_id}" in path and not sees_new(role)):
                    assert problem(answer) == (404, "not_found"), where
                else:
                    assert answer.status_code not in (401, 403), where
                    # The cameras of this stack have no worker, so there is no picture to take.
                    assert answer.status_code < 500 or problem(answer) == (503, "no_picture"), where


def cases(path: str) -> tuple[str, ...]:
    """What there is to tell apart for a path: incidents, or cameras, or nothing."""
    if "{incident_id}" in path:
        return tuple(INCIDENTS)
    return ("near", "foreign camera") if "{camera_id}" in path else ("near",)


def sees_new(role: Role) -> bool:
    """Whether the role sees an incident that nobody has escalated."""
    sight = SIGHT[role]
    return sight.recipients is None and sight.states is None


@pytest.mark.parametrize("operation", CLOSED, ids=[one[2]["operationId"] for one in CLOSED])
def test_fault_20_no_route_without_a_session_that_is_whole(walked: Stack, operation: Operation) -> None:
    allowed = operation[2]["x-roles"][0]
    with walked.signed_in(allowed) as client, walked.signed_in("all") as other, walked.browser() as nobody:
        token = client.cookies["almere_session"]
        assert problem(call(walked, nobody, operation)) == (401, "not_signed_in")
        for tampered in (token[:-1], token + "A", token.swapcase(), "made-up"):
            nobody.cookies.set("almere_session", tampered, domain="127.0.0.1")
            assert problem(call(walked, nobody, operation)) == (401, "not_signed_in")
        if operation[0] != "GET":
            right = client.headers["X-CSRF-Token"]
            for wrong in ("", other.headers["X-CSRF-Token"], right[:-1], right.swapcase()):
                client.headers["X-CSRF-Token"] = wrong
                assert problem(call(walked, client, operation)) == (403, "csrf")
            del client.headers["X-CSRF-Token"]
            assert problem(call(walked, client, operation)) == (403, "csrf")
        assert client.get("/session").status_code == 200


def test_fault_20_lists_hold_nothing_foreign(walked: Stack) -> None:
    for role in ROLES:
        if role.value in DOCUMENT["paths"]["/api/v1/incidents"]["get"]["x-roles"]:
            with walked.signed_in(role.value) as client:
                found = client.get("/incidents?camera=theirs&camera=mine").json()["items"]
                assert {one["id"] for one in found} <= {id_of("near")}, role
                foreign = client.get("/incidents?camera=theirs").json()["items"]
                assert foreign == [], role


def test_fault_20_nothing_is_entered_on_a_foreign_camera(walked: Stack) -> None:
    body = {**BODIES["enterIncident"], "camera": "theirs"}
    for role in ROLES:
        if role.value in DOCUMENT["paths"]["/api/v1/incidents"]["post"]["x-roles"]:
            with walked.signed_in(role.value) as client:
                answer = client.post(
                    "/incidents", json=body, headers={"Idempotency-Key": f"{role}-0123456789"}
                )
                assert problem(answer) == (422, "invalid"), role
                assert "no such camera" in answer.json()["detail"]
