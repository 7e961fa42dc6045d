"""The change of shifts through the real API: lanes, claims to a colleague, and the note that stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from almere_vision.domain.incident import Role, Scope
from almere_vision.domain.priority import Priority
from almere_vision.storage.audit import Audit, AuditQuery
from tests.integration.api.conftest import MakeStack, arrive
from tests.integration.api.stack import Stack, problem, suggestion, wait_until
from tests.integration.api.test_api_decisions import give


@pytest.fixture
def free(stack: Stack) -> Stack:
    """A stack on which nobody holds a claim of another test."""
    for name in ("observer", "colleague"):
        with stack.signed_in(name) as client:
            assert client.post("/handovers", json={"note": "before the test"}).status_code == 201
    return stack


def test_lanes_count_what_is_open_most_urgent_first(make_stack: MakeStack) -> None:
    stack = make_stack("sqlite")
    now = datetime.now(UTC)
    with stack.signed_in("observer") as client, stack.signed_in("room") as room:
        assert client.get("/lanes").json() == {"items": []}
        for name, priority in (("a", Priority.P3), ("b", Priority.P1), ("c", Priority.P3), ("d", None)):
            stack.put(suggestion(name, priority=priority, raised_at=now))
        wait_until(lambda: client.get("/incidents/d").status_code == 200, "all are there")
        lanes = client.get("/lanes").json()["items"]
        assert [(one["priority"], one["open"]) for one in lanes] == [("P1", 1), ("P3", 2), (None, 1)]
        assert abs(datetime.fromisoformat(lanes[0]["newest_at"]) - now) < timedelta(seconds=30)
        give(client, "a", "claim", 1)
        assert client.get("/lanes").json()["items"][1]["open"] == 2
        give(client, "a", "confirm", 2)
        assert client.get("/lanes").json()["items"][1]["open"] == 1
        assert problem(room.get("/lanes")) == (403, "not_allowed")


def test_claims_go_to_a_colleague_with_a_note_that_stays_until_it_is_read(free: Stack) -> None:
    stack = free
    mine, unclaimed = arrive(stack), arrive(stack)
    with stack.signed_in("observer") as client, stack.signed_in("colleague") as other:
        give(client, mine, "claim", 1)
        told = client.get("/handovers").json()
        assert {"name": "colleague", "role": "observer", "there": True} in told["colleagues"]
        assert "observer" not in [one["name"] for one in told["colleagues"]]
        answer = client.post("/handovers", json={"to": "colleague", "note": "let op de markt"})
        assert answer.status_code == 201
        left = answer.json()
        assert (left["handed"], left["released"], left["read"]) == (1, 0, True)

        now = other.get(f"/incidents/{mine}").json()
        assert (now["state"], now["claimed_by"], now["version"]) == ("claimed", "colleague", 3)
        assert [line["command"] for line in now["history"]] == ["suggested", "claim", "hand_over"]
        assert now["history"][-1]["details"]["to"] == "colleague"
        assert other.get(f"/incidents/{unclaimed}").json()["state"] == "suggested"
        give(other, mine, "confirm", 3)

        note = next(one for one in other.get("/handovers").json()["items"] if one["id"] == left["id"])
        assert (note["author"], note["note"], note["read"]) == ("observer", "let op de markt", False)
        for _ in range(2):  # a double click
            assert other.post(f"/handovers/{left['id']}/read").status_code == 204
        assert next(one for one in other.get("/handovers").json()["items"] if one["id"] == left["id"])["read"]
        with stack.signed_in("supervisor") as chief:
            assert not chief.get("/handovers").json()["items"][0]["read"]
    (line,) = Audit(stack.engine).page(AuditQuery(action="end_shift", limit=1)).lines
    assert (line.entry.actor, line.entry.subject) == ("observer", str(left["id"]))
    assert line.entry.details["to"] == "colleague"
    assert line.entry.details["note_length"] == 15
    assert "let op de markt" not in str(line.entry.details)


def test_without_a_colleague_claims_go_back_to_the_queue(free: Stack) -> None:
    stack = free
    mine = arrive(stack)
    with stack.signed_in("colleague") as client:
        give(client, mine, "claim", 1)
        left = client.post("/handovers", json={"note": ""}).json()
        assert (left["to"], left["handed"], left["released"]) == (None, 0, 1)
        assert client.get(f"/incidents/{mine}").json()["state"] == "suggested"


def test_what_the_colleague_may_not_see_goes_back_to_the_queue(free: Stack) -> None:
    stack = free
    if "elsewhere-only" not in stack.persons:
        stack.add_person("elsewhere-only", scope=Scope(cameras=frozenset({"elsewhere"})))
    here, there = arrive(stack), arrive(stack, camera="elsewhere")
    with stack.signed_in("colleague") as client:
        for one in (here, there):
            give(client, one, "claim", 1)
        left = client.post("/handovers", json={"to": "elsewhere-only", "note": ""}).json()
        assert (left["handed"], left["released"]) == (1, 1)
        assert client.get(f"/incidents/{there}").json()["claimed_by"] == "elsewhere-only"
        assert client.get(f"/incidents/{here}").json()["claimed_by"] is None


def test_nothing_cannot_be_handed_over_nor_to_nobody(free: Stack) -> None:
    stack = free
    if "gone" not in stack.persons:
        stack.add_person("gone", Role.OPERATOR)
    mine = arrive(stack)
    with stack.signed_in("observer") as client:
        assert problem(client.post("/handovers", json={"note": " "})) == (422, "invalid")
        give(client, mine, "claim", 1)
        for name in (
            "gone",
            "observer",
            "nobody",
        ):  # an operator may not claim, and one's self is no colleague
            assert problem(client.post("/handovers", json={"to": name, "note": "x"})) == (422, "invalid")
        assert problem(client.post("/handovers", json={"note": "a\x07b"})) == (422, "invalid")
        assert client.get(f"/incidents/{mine}").json()["claimed_by"] == "observer"
        assert problem(client.post("/handovers/2000000/read")) == (404, "not_found")
        give(client, mine, "release", 2)
