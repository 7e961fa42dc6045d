"""People decide: the whole way of an incident over HTTP."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.integration.api.conftest import arrive
from tests.integration.api.stack import Stack, problem


def give(client: httpx.Client, name: str, command: str, version: int, **more: Any) -> dict[str, Any]:
    answer = client.post(f"/incidents/{name}/{command}", json={"version": version, **more})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    assert told["version"] == version + 1
    return told


def test_from_claim_to_escalation_and_back(stack: Stack, incident: str) -> None:
    with stack.signed_in("observer") as client:
        claimed = give(client, incident, "claim", 1)
        assert (claimed["state"], claimed["claimed_by"]) == ("claimed", "observer")
        assert datetime.fromisoformat(claimed["claim_until"]) > datetime.now(UTC)
        assert set(claimed["commands"]) == {"claim", "release", "confirm", "reject", "escalate", "hand_over"}
        confirmed = give(client, incident, "confirm", 2, note="Bestelwagen\nop het plein")
        assert (confirmed["state"], confirmed["decided_by"]) == ("confirmed", "observer")
        assert confirmed["note"] == "Bestelwagen\nop het plein"
        escalated = give(client, incident, "escalate", 3, recipient="enforcement", priority="P3")
        assert (escalated["state"], escalated["recipient"], escalated["priority"]) == (
            "escalated",
            "enforcement",
            "P3",
        )
        undone = give(client, incident, "undo", 4)
        assert (undone["state"], undone["decided_by"], undone["recipient"]) == ("claimed", None, None)
        rejected = give(client, incident, "reject", 5, reason="exempt", note="ontheffing")
        assert (rejected["state"], rejected["reason"]) == ("rejected", "exempt")
        told = client.get(f"/incidents/{incident}").json()
    commands = [line["command"] for line in told["history"][1:]]
    assert commands == ["claim", "confirm", "escalate", "undo", "reject"]
    assert {(line["actor"], line["role"]) for line in told["history"][1:]} == {("observer", "observer")}
    assert told["history"][-1]["details"]["reason"] == "exempt"
    assert {**told, "history": None} == {**rejected, "history": None, "deliveries": []}


def test_released_it_is_for_everybody_again(stack: Stack, incident: str) -> None:
    with stack.signed_in("observer") as client, stack.signed_in("colleague") as other:
        give(client, incident, "claim", 1)
        assert other.get(f"/incidents/{incident}").json()["commands"] == []
        assert give(client, incident, "release", 2)["state"] == "suggested"
        assert give(other, incident, "claim", 3)["claimed_by"] == "colleague"


def test_only_who_claimed_it_decides(stack: Stack, incident: str) -> None:
    with stack.signed_in("observer") as client, stack.signed_in("colleague") as other:
        give(client, incident, "claim", 1)
        for command, more in (
            ("confirm", {}),
            ("reject", {"reason": "other"}),
            ("escalate", {"recipient": "police", "priority": "P1"}),
            ("release", {}),
            ("claim", {}),
        ):
            refused = other.post(f"/incidents/{incident}/{command}", json={"version": 2, **more})
            assert problem(refused) == (409, "transition_refused")
        assert client.get(f"/incidents/{incident}").json()["version"] == 2


def test_undo_is_for_who_decided_and_for_supervisors(stack: Stack, incident: str) -> None:
    with (
        stack.signed_in("observer") as client,
        stack.signed_in("colleague") as other,
        stack.signed_in("supervisor") as supervisor,
    ):
        give(client, incident, "claim", 1)
        give(client, incident, "confirm", 2)
        assert other.get(f"/incidents/{incident}").json()["commands"] == []
        assert problem(other.post(f"/incidents/{incident}/undo", json={"version": 3})) == (403, "not_allowed")
        assert "undo" in supervisor.get(f"/incidents/{incident}").json()["commands"]
        assert give(supervisor, incident, "undo", 3)["state"] == "claimed"


def test_a_stale_version_is_refused_and_changes_nothing(stack: Stack, incident: str) -> None:
    with stack.signed_in("observer") as client:
        give(client, incident, "claim", 1)
        for stale in (0, 1, 3):
            refused = client.post(f"/incidents/{incident}/confirm", json={"version": stale})
            assert problem(refused) == (409, "version_conflict")
        assert client.get(f"/incidents/{incident}").json()["state"] == "claimed"


def test_what_makes_no_sense_in_this_state_is_refused(stack: Stack, incident: str) -> None:
    with stack.signed_in("observer") as client:
        for command in ("release", "confirm", "undo"):
            refused = client.post(f"/incidents/{incident}/{command}", json={"version": 1})
            assert problem(refused) == (409, "transition_refused")
        assert problem(client.post("/incidents/none/claim", json={"version": 1})) == (404, "not_found")


@pytest.mark.parametrize(
    ("command", "body"),
    [
        ("claim", {}),
        ("claim", {"version": "one"}),
        ("claim", {"version": 2**40}),
        ("claim", {"version": 1, "state": "confirmed"}),
        ("confirm", {"version": 2, "note": "a\x00b"}),
        ("confirm", {"version": 2, "note": "\x1b[31m"}),
        ("confirm", {"version": 2, "note": "x" * 2001}),
        ("confirm", {"version": 2, "decided_by": "mayor"}),
        ("reject", {"version": 2}),
        ("reject", {"version": 2, "reason": "mood"}),
        ("escalate", {"version": 2, "recipient": "police"}),
        ("escalate", {"version": 2, "recipient": "mayor", "priority": "P1"}),
        ("escalate", [1, 2]),
        ("escalate", None),
    ],
)
def test_unusable_bodies_are_told(stack: Stack, command: str, body: Any) -> None:
    name = arrive(stack)
    with stack.signed_in("observer") as client:
        give(client, name, "claim", 1)
        refused = client.post(f"/incidents/{name}/{command}", json=body)
        assert problem(refused) == (422, "invalid")
        assert client.get(f"/incidents/{name}").json()["version"] == 2


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b'{"version": 2, "note": "\\ud800"}', b"[" * 30_000, b"NaN"]
)
def test_fault_19_bodies_that_are_no_json_are_told(stack: Stack, incident: str, body: bytes) -> None:
    with stack.signed_in("observer") as client:
        headers = {"Content-Type": "application/json"}
        refused = client.post(f"/incidents/{incident}/confirm", content=body, headers=headers)
        assert problem(refused) in [(422, "invalid"), (400, "bad_request")]


def test_fault_19_a_body_of_megabytes_is_refused(stack: Stack, incident: str) -> None:
    with stack.signed_in("observer") as client:
        refused = client.post(f"/incidents/{incident}/confirm", json={"version": 1, "note": "x" * 200_000})
        assert problem(refused) == (413, "too_large")
        assert client.get("/session").status_code == 200


def test_fault_13_of_two_claims_at_once_one_wins_and_the_audit_shows_one(stack: Stack) -> None:
    with stack.signed_in("observer") as one, stack.signed_in("colleague") as two:
        for _ in range(10):
            name, start = arrive(stack), threading.Barrier(2)
            answers: dict[str, httpx.Response] = {}

            def claim(who: str, client: httpx.Client) -> None:
                start.wait()  # noqa: B023
                answers[who] = client.post(f"/incidents/{name}/claim", json={"version": 1})  # noqa: B023

            threads = [
                threading.Thread(target=claim, args=args) for args in (("observer", one), ("colleague", two))
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
            (winner,) = [who for who, answer in answers.items() if answer.status_code == 200]
            (loser,) = [answer for answer in answers.values() if answer.status_code != 200]
            assert problem(loser) == (409, "version_conflict")
            told = one.get(f"/incidents/{name}").json()
            assert (told["claimed_by"], told["version"]) == (winner, 2)
            assert [line["actor"] for line in told["history"] if line["command"] == "claim"] == [winner]


def test_sigkill_loses_no_decision_that_was_answered(stack: Stack) -> None:
    name = arrive(stack)
    way: list[tuple[str, dict[str, str], str]] = [
        ("claim", {}, "claimed"),
        ("reject", {"reason": "duplicate"}, "rejected"),
    ]
    for version, (command, more, state) in enumerate(way, start=1):
        with stack.signed_in("observer") as client:
            give(client, name, command, version, **more)
            stack.api.kill()
        stack.api.start()
        with stack.signed_in("observer") as client:
            told = client.get(f"/incidents/{name}").json()
        assert (told["state"], told["version"]) == (state, version + 1)
        assert len(told["history"]) == version + 1
    assert told["reason"] == "duplicate"
