"""Thresholds through the real API: proposed, approved by a supervisor only, holding back, and taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from almere_vision.domain.incident import RejectReason, Role
from almere_vision.domain.priority import Priority
from almere_vision.review.gate import is_sample
from tests.integration.api.conftest import MakeStack
from tests.integration.api.stack import Stack, problem, suggestion, wait_until
from tests.integration.decided import decide_all

SQUARE = {"camera": "plaza-1", "zone": "square", "kind": "parking"}


def taught(stack: Stack) -> None:
    decide_all(
        stack.engine,
        {
            RejectReason.WRONG_OBJECT: [suggestion(f"f-{n}", score=0.5) for n in range(100)],
            None: [suggestion(f"c-{n}", score=0.8 if n else 0.4) for n in range(50)],
        },
        datetime.now(UTC) - timedelta(days=1),
    )


def place(client: httpx.Client) -> dict[str, Any]:
    (item,) = client.get("/thresholds").json()["items"]
    found: dict[str, Any] = item
    return found


def test_from_decisions_to_what_is_held_and_back(make_stack: MakeStack) -> None:
    stack = make_stack("sqlite")
    taught(stack)
    drawn = next(f"low-{n}" for n in range(1000) if is_sample(f"low-{n}", 0.02))
    plain = next(f"low-{n}" for n in range(1000) if not is_sample(f"low-{n}", 0.02))
    with stack.signed_in("supervisor") as chief, stack.signed_in("observer") as anna:
        told = place(chief)
        proposal = told["proposal"]
        assert (proposal["threshold"], proposal["fewer_false"], proposal["confirmed_lost"]) == (0.51, 100, 1)
        assert (proposal["decisions"], proposal["lost"], told["why_not"]) == (150, ["c-0"], None)
        assert told["figures"]["rejected"] == [{"reason": "wrong_object", "count": 100}]

        body = {**SQUARE, "version": 0, "threshold": 0.51, "note": "kermis"}
        for wrong in ({"version": 1}, {"threshold": 0.6}):
            answer = chief.post("/thresholds/approve", json={**body, **wrong})
            assert problem(answer) == (409, "version_conflict")
        assert problem(chief.post("/thresholds/undo", json={**SQUARE, "version": 0})) == (
            409,
            "transition_refused",
        )
        nowhere = chief.post("/thresholds/approve", json={**body, "zone": "nowhere"})
        assert problem(nowhere) == (422, "invalid")
        approved = chief.post("/thresholds/approve", json=body).json()
        assert (approved["threshold"], approved["version"], approved["can_undo"]) == (0.51, 1, True)

        stack.put(suggestion(drawn, score=0.4), suggestion(plain, score=0.4, priority=Priority.P2))
        stack.put(suggestion("high", score=0.6))
        wait_until(lambda: anna.get("/incidents/high").status_code == 200, "all have arrived")
        sample, held = (anna.get(f"/incidents/{name}").json() for name in (drawn, plain))
        assert (sample["held"], sample["sample"], sample["below"]) == (None, True, 0.51)
        assert (held["held"], held["sample"], held["below"]) == ("threshold", False, 0.51)
        assert anna.get("/budget").json()["held"] == [{"why": "threshold", "priority": "P2", "count": 1}]

        undone = chief.post("/thresholds/undo", json={**SQUARE, "version": 1, "note": "te streng"}).json()
        assert [(one["did"], one["by"]) for one in undone["history"]] == [
            ("approve", "supervisor"),
            ("undo", "supervisor"),
        ]
        wait_until(lambda: anna.get(f"/incidents/{plain}").json()["held"] is None, "it is shown")
        stack.add_person("auditor", Role.AUDITOR)
        with stack.signed_in("auditor") as auditor:
            lines = auditor.get("/audit", params={"kind": "threshold"}).json()["items"]
        assert [line["details"]["did"] for line in lines] == ["undo", "approve"]


def test_it_is_for_supervisors_and_nobody_else(make_stack: MakeStack) -> None:
    stack = make_stack("sqlite")
    taught(stack)
    stack.add_person("keeper", Role.ADMINISTRATOR)
    stack.add_person("tester", Role.OPERATOR)
    body = {**SQUARE, "version": 0, "threshold": 0.51}
    for name in ("observer", "room", "wardens", "keeper", "tester"):
        with stack.signed_in(name) as client:
            assert problem(client.get("/thresholds"))[0] == 403
            for deed in ("approve", "decline"):
                assert problem(client.post(f"/thresholds/{deed}", json=body))[0] == 403
            assert problem(client.post("/thresholds/undo", json={**SQUARE, "version": 0}))[0] == 403
    with stack.signed_in("supervisor") as chief:
        assert place(chief)["version"] == 0
        declined = chief.post("/thresholds/decline", json=body).json()
        assert (declined["threshold"], declined["proposal"], declined["why_not"]) == (0, None, "too_soon")


def test_the_share_of_samples_is_bounded(make_stack: MakeStack) -> None:
    stack = make_stack("sqlite", ALMERE_SAMPLE_SHARE="0.05")
    with stack.signed_in("supervisor") as chief:
        assert chief.get("/thresholds").json()["sample_share"] == 0.05
