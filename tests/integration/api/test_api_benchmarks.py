"""Benchmarks over HTTP: reports in a folder that changes, and what is no report."""

from __future__ import annotations

from pathlib import Path

from almere_vision.domain.incident import Role
from tests.integration.api.conftest import MakeStack
from tests.integration.api.stack import problem
from tests.integration.reports import make_report, write_report


def test_reports_come_without_a_restart_and_are_compared(make_stack: MakeStack, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    stack = make_stack("sqlite", ALMERE_REPORTS_DIR=str(folder))
    stack.add_person("benchmarker", Role.OPERATOR)
    with stack.signed_in("benchmarker") as client, stack.signed_in("supervisor") as supervisor:
        assert client.get("/benchmarks").json() == {"folder": str(folder), "items": []}
        write_report(folder, "old", make_report({"a": [], "b": [82]}, model="small@1"))
        write_report(folder, "new", make_report({"a": [81], "b": [82, 150]}, model="large@2"))
        write_report(folder, "other", make_report({"a": [81]}, model="large@2", labels="89abcdef"))
        (folder / "broken").mkdir()
        (folder / "broken" / "report.json").write_text('{"suite": "street"}')
        (folder / "empty").mkdir()
        secret = tmp_path / "elsewhere"
        write_report(secret, "theirs", make_report({"a": [81]}, model="theirs@3"))
        (folder / "link").symlink_to(secret / "theirs")

        listed = {one["id"]: one for one in client.get("/benchmarks").json()["items"]}
        assert set(listed) == {"old", "new", "other", "broken"}
        assert listed["old"]["summary"]["figures"]["parking.recall"] == 0.5
        assert listed["broken"]["summary"] is None
        assert listed["broken"]["fault"].startswith("report.json is not a report of almere eval: created_at")

        clip_a, clip_b = client.get("/benchmarks/new").json()["events"]["clips"]
        assert (clip_a["events"][0]["found"], clip_a["events"][0]["alarm_s"]) == (True, 81)
        assert [one["outcome"] for one in clip_b["alarms"]] == ["true", "false"]

        diff = client.get("/benchmarks/new/against/old").json()
        assert (diff["found_more"], diff["found_less"]) == (1, 0)
        assert {one["what"] for one in diff["changes"]} == {"found", "false alarm more"}
        recall = next(one for one in diff["differences"] if one["name"] == "parking.recall")
        assert (recall["before"], recall["after"]) == (0.5, 1)

        assert problem(client.get("/benchmarks/new/against/other")) == (422, "invalid")
        assert problem(client.get("/benchmarks/broken")) == (422, "invalid")
        for nothing in ("link", "empty", "none"):
            assert problem(client.get(f"/benchmarks/{nothing}")) == (404, "not_found")
        assert client.get("/benchmarks/..%2Felsewhere").status_code in (404, 422)
        assert problem(supervisor.get("/benchmarks")) == (403, "not_allowed")

        write_report(folder, "fixed", make_report({"a": [81], "b": [82]}, model="large@3"))
        (folder / "broken" / "report.json").unlink()
        listed = {one["id"]: one for one in client.get("/benchmarks").json()["items"]}
        assert set(listed) == {"old", "new", "other", "fixed"}
