"""The alert budget through the real API: held, counted, opened, let through by hand and by itself."""

from __future__ import annotations

from pathlib import Path

from almere_vision.domain.priority import Priority
from tests.integration.api.conftest import MakeStack
from tests.integration.api.stack import problem, suggestion, wait_until
from tests.integration.api.test_api_decisions import give

SITE = """\
site: city
name: City
protocol: protocol.yaml
cameras: [{id: plaza-1, name: Plein, source: "rtsp://192.0.2.1/a", zones: plaza-1.yaml}]
"""
ZONES = """\
camera: plaza-1
presets:
  - id: home
    zones: [{id: square, polygon: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]], rules: {parking: {limit_s: 60}}}]
"""


def test_held_back_in_sight_of_all_and_let_through(make_stack: MakeStack, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(SITE)
    (tmp_path / "plaza-1.yaml").write_text(ZONES)
    (tmp_path / "protocol.yaml").write_text("alert_budget: {per_observer_hour: 2}\n")
    stack = make_stack("sqlite", ALMERE_SITE=str(tmp_path / "site.yaml"))
    with stack.signed_in("observer") as client:
        stack.put(*(suggestion(f"p3-{n}", priority=Priority.P3) for n in range(4)))
        stack.put(suggestion("p1", priority=Priority.P1))
        wait_until(lambda: client.get("/incidents/p1").status_code == 200, "all have arrived")
        listed = [one["id"] for one in client.get("/incidents").json()["items"]]
        held = [one["id"] for one in client.get("/incidents", params={"held": True}).json()["items"]]
        assert (len(listed), len(held)) == (3, 2)
        assert "p1" in listed
        assert sorted(listed + held) == ["p1", "p3-0", "p3-1", "p3-2", "p3-3"]
        told = client.get("/budget").json()
        assert told["held"] == [{"why": "budget", "priority": "P3", "count": 2}]
        assert (told["observers"], told["allowed"], told["shown"]) == (1, 2, 3)

        shown = client.post(f"/incidents/{held[0]}/let-through").json()
        assert (shown["held"], shown["state"]) == (None, "suggested")
        assert shown["shown_at"] is not None
        assert give(client, held[1], "claim", 1)["held"] is None
        assert client.get("/budget").json()["held"] == []
        assert problem(client.post("/incidents/nothing/let-through")) == (404, "not_found")

        stack.put(*(suggestion(f"more-{n}", priority=Priority.P3) for n in range(3)))
        wait_until(lambda: client.get("/budget").json()["held"], "they are held")
        with stack.signed_in("colleague"), stack.signed_in("room") as room:
            assert problem(room.get("/budget")) == (403, "not_allowed")
            assert client.get("/budget").json()["observers"] == 2
            assert client.get("/incidents/more-0").json()["held"] == "budget"
