"""What follows an escalation: who is told, who answers, and what is late."""

from __future__ import annotations

from pathlib import Path

from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind
from tests.integration.api.conftest import MakeStack, arrive
from tests.integration.api.stack import Stack, problem, wait_until
from tests.integration.api.test_api_decisions import give


def test_the_desk_answers_and_the_observer_sees_each_step(stack: Stack) -> None:
    name = arrive(stack, kind=Kind.FIGHT, priority=Priority.P2)
    with stack.signed_in("observer") as observer, stack.signed_in("room") as room:
        assert room.get(f"/incidents/{name}").status_code == 404
        give(observer, name, "claim", 1)
        give(observer, name, "confirm", 2)
        give(observer, name, "escalate", 3, recipient="control_room", priority="P2", note="twee groepen")
        (inbox,) = [one for one in room.get("/incidents").json()["items"] if one["id"] == name]
        assert inbox["commands"] == ["acknowledge", "arrive", "decline"]
        assert (inbox["note"], inbox["due"]["step"]) == ("twee groepen", "acknowledge")
        give(room, name, "acknowledge", 4)
        give(room, name, "arrive", 5)
        assert observer.get(f"/incidents/{name}").json()["state"] == "on_scene"
        give(room, name, "resolve", 6, result="dispersed", note="uit elkaar")
        told = observer.get(f"/incidents/{name}").json()
    assert (told["state"], told["result"], told["answer"], told["answered_by"]) == (
        "resolved",
        "dispersed",
        "uit elkaar",
        "room",
    )
    steps = ["claimed_at", "escalated_at", "acknowledged_at", "on_scene_at", "closed_at"]
    moments = [told["clocks"][step] for step in steps]
    assert moments == sorted(moments)
    assert told["due"] is None


def test_no_capacity_comes_back_and_goes_to_another(stack: Stack, incident: str) -> None:
    with stack.signed_in("observer") as observer, stack.signed_in("wardens") as wardens:
        give(observer, incident, "claim", 1)
        give(observer, incident, "escalate", 2, recipient="city_wardens", priority="P3")
        give(wardens, incident, "decline", 3, note="niemand vrij")
        told = observer.get(f"/incidents/{incident}").json()
        assert (told["state"], told["answer"]) == ("no_capacity", "niemand vrij")
        assert set(told["commands"]) == {"escalate", "undo"}
        give(observer, incident, "escalate", 4, recipient="control_room", priority="P3")
        assert wardens.get(f"/incidents/{incident}").status_code == 404


def test_an_escalation_without_a_recipient_goes_by_the_protocol(stack: Stack, incident: str) -> None:
    with stack.signed_in("observer") as client:
        give(client, incident, "claim", 1)
        listed = client.get(f"/incidents/{incident}/recipients", params={"priority": "P2"}).json()["items"]
        assert [one["recipient"] for one in listed][:2] == ["police", "control_room"]
        assert [one["routed"] for one in listed] == [True, True, False, False]
        assert give(client, incident, "escalate", 2, priority="P2")["recipient"] == "police"
        answer = client.get(f"/incidents/{incident}/recipients", params={"priority": "P9"})
        assert problem(answer) == (422, "invalid")


PROTOCOL = """\
recipients:
  enforcement: {on_duty: [{dates: ["2001-01-01"], from: "08:00", to: "09:00"}]}
routes:
  - {to: [enforcement, city_wardens]}
deadlines:
  P1: {claim_s: 0.2}
  P3: {claim_s: 0.2, expire_s: 1.0}
"""
SITE = """\
site: city
name: City
protocol: protocol.yaml
cameras:
  - {id: plaza-1, name: Plaza, source: "rtsp://192.0.2.1/a", zones: plaza.yaml}
"""
ZONES = """\
camera: plaza-1
presets:
  - id: home
    zones:
      - {id: square, polygon: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]], rules: {fight: {}}}
"""


def test_what_nobody_looks_at_is_late_and_then_expires(make_stack: MakeStack, tmp_path: Path) -> None:
    for name, text in (("protocol", PROTOCOL), ("site", SITE), ("plaza", ZONES)):
        (tmp_path / f"{name}.yaml").write_text(text)
    stack = make_stack("sqlite", ALMERE_SITE=str(tmp_path / "site.yaml"))
    urgent, other = arrive(stack, priority=Priority.P1), arrive(stack, priority=Priority.P3)
    with stack.signed_in("supervisor") as client:

        def state(name: str) -> str:
            return str(client.get(f"/incidents/{name}").json()["state"])

        def late() -> set[str]:
            return {one["id"] for one in client.get("/incidents", params={"overdue": True}).json()["items"]}

        wait_until(lambda: urgent in late(), "nobody claimed it in time")
        wait_until(lambda: state(other) == "expired", "it expires")
        assert state(urgent) == "suggested"
        wait_until(lambda: late() == {urgent}, "what has expired is not late any more")
        history = client.get(f"/incidents/{other}").json()["history"]
        assert (history[-1]["actor"], history[-1]["role"]) == ("almere", "system")
        claimed = give(client, other, "claim", 2)
        assert claimed["state"] == "claimed"
        assert give(client, other, "escalate", 3, priority="P3")["recipient"] == "city_wardens"
