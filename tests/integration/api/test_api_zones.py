"""Zones through the real API: checked, saved once, put into the file, tried, and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import numpy as np
import pytest

from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.frame import Moment
from almere_vision.domain.incident import RejectReason, Role, Scope
from almere_vision.domain.priority import Priority
from almere_vision.scene import Scene
from almere_vision.scene.drawing import value_of
from almere_vision.storage.seen import Seen
from tests.integration.api.stack import Stack, problem, suggestion, wait_until
from tests.integration.decided import decide_all

SITE = """
site: street
name: {nl: Straat, en: Street}
priorities: priorities.yaml
protocol: protocol.yaml
cameras:
  - {id: plaza-1, name: Plaza, source: nothing.mp4, zones: plaza-1.yaml}
  - {id: alley, name: Alley, source: nothing.mp4, zones: alley.yaml}
  - {id: lane, name: Lane, source: nothing.mp4, zones: lane.yaml}
  - {id: mast, name: Mast, source: nothing.mp4, zones: mast.yaml}
"""
CAMERAS = ["plaza-1", "alley", "lane", "mast"]
ZONES = """# drawn by hand
camera: CAMERA
presets:
  - id: home
    reference: home.jpg
    zones:
      - {id: square, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]], rules: {parking: {limit_s: 60}}}
"""
JPEG = b"\xff\xd8\xff picture"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A site of four cameras; each test changes another one."""
    folder = tmp_path_factory.mktemp("zones")
    (folder / "site.yaml").write_text(SITE)
    (folder / "priorities.yaml").write_text("rows: [{kind: parking, zone: square, priority: P2}]\n")
    (folder / "protocol.yaml").write_text("routes: [{to: police}]\n")
    for camera in CAMERAS:
        (folder / f"{camera}.yaml").write_text(ZONES.replace("CAMERA", camera))
    (folder / "home.jpg").write_bytes(JPEG)
    stack = Stack(folder, f"sqlite:///{folder / 'almere.db'}")
    with ExitStack() as closing:
        closing.callback(stack.close)
        stack.redis.start()
        stack.api.environment |= {
            "ALMERE_SITE": str(folder / "site.yaml"),
            "ALMERE_DETECTIONS_DAYS": "7",
        }
        stack.add_person("supervisor", Role.SUPERVISOR)
        stack.add_person("observer")
        stack.add_person("auditor", Role.AUDITOR)
        stack.add_person("local", Role.SUPERVISOR, Scope(cameras=frozenset({"alley"})))
        stack.api.start()
        yield stack


def drawing(client: httpx.Client, camera: str = "plaza-1") -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/zones/{camera}").json()
    return found


def changed(document: dict[str, Any], limit_s: float) -> dict[str, Any]:
    other: dict[str, Any] = json.loads(json.dumps(document))
    other["presets"][0]["zones"][0]["rules"]["parking"]["limit_s"] = limit_s
    return other


def test_drawn_checked_saved_and_taken_back(drawn: Stack) -> None:
    with drawn.signed_in("supervisor") as chief:
        listed = chief.get("/zones").json()
        assert [camera["id"] for camera in listed["items"]] == CAMERAS
        assert listed["items"][0]["presets"] == [{"id": "home", "picture": True}]
        assert listed["detections_days"] == 7
        picture = chief.get("/zones/plaza-1/presets/home/picture")
        assert (picture.content, picture.headers["content-type"]) == (JPEG, "image/jpeg")
        assert problem(chief.get("/zones/plaza-1/presets/away/picture")) == (404, "not_found")

        first = drawing(chief)
        assert (first["version"], first["history"][0]["outside"]) == (1, True)
        wrong = changed(first["document"], -5)
        (fault,) = chief.post("/zones/plaza-1/check", json={"document": wrong}).json()["faults"]
        assert fault["where"] == ["presets", 0, "zones", 0, "rules", "parking", "limit_s"]
        body = {"version": 1, "note": "market moved"}
        assert problem(chief.put("/zones/plaza-1", json={**body, "document": wrong})) == (422, "invalid")
        assert problem(
            chief.put("/zones/plaza-1", json={**body, "note": "", "document": first["document"]})
        ) == (422, "invalid")

        second = changed(first["document"], 90)
        saved = chief.put("/zones/plaza-1", json={**body, "document": second}).json()
        assert (saved["version"], saved["document"]) == (2, second)
        assert saved["history"][0] | {"at": ""} == {
            "version": 2,
            "sha8": Scene.load(drawn.data_dir / "plaza-1.yaml").version,
            "at": "",
            "by": "supervisor",
            "outside": False,
            "note": "market moved",
        }
        assert value_of((drawn.data_dir / "plaza-1.yaml").read_bytes()) == second
        assert problem(chief.put("/zones/plaza-1", json={**body, "document": second})) == (
            409,
            "version_conflict",
        )

        earlier = chief.get("/zones/plaza-1/versions/1").json()["document"]
        back = chief.put("/zones/plaza-1", json={"version": 2, "note": "back", "document": earlier}).json()
        assert (back["version"], value_of((drawn.data_dir / "plaza-1.yaml").read_bytes())) == (3, earlier)
        assert problem(chief.get("/zones/plaza-1/versions/9")) == (404, "not_found")
    with drawn.signed_in("auditor") as auditor:
        lines = auditor.get("/audit", params={"subject": "street/plaza-1"}).json()["items"][:3]
        looks = auditor.get("/audit", params={"action": "view"}).json()["items"]
    assert [(line["actor"], line["details"]["version"]) for line in lines] == [
        ("supervisor", 3),
        ("supervisor", 2),
        ("almere", 1),
    ]
    assert [look["details"] for look in looks] == [{"what": "reference_picture", "preset": "home"}]


def test_a_file_changed_by_hand_is_a_version_too_and_stops_who_did_not_see_it(
    drawn: Stack,
) -> None:
    with drawn.signed_in("supervisor") as chief:
        first = drawing(chief, "lane")
        file = drawn.data_dir / "lane.yaml"
        file.write_text(file.read_text().replace("limit_s: 60", "limit_s: 75"))
        answer = chief.put("/zones/lane", json={"version": 1, "note": "x", "document": first["document"]})
        assert problem(answer) == (409, "version_conflict")
        seen = drawing(chief, "lane")
        assert (seen["version"], seen["history"][0]["outside"]) == (2, True)
        assert seen["document"]["presets"][0]["zones"][0]["rules"]["parking"]["limit_s"] == 75


def test_zones_that_hold_are_those_that_an_entry_may_name(drawn: Stack) -> None:
    with drawn.signed_in("supervisor") as chief:
        document = drawing(chief, "mast")["document"]
        document["presets"][0]["zones"][0]["id"] = "bus-lane"
        chief.put("/zones/mast", json={"version": 1, "note": "renamed", "document": document})
        assert chief.get("/cameras/mast/zones").json()["items"] == ["bus-lane"]


def test_cameras_out_of_scope_are_not_there(drawn: Stack) -> None:
    with drawn.signed_in("local") as local, drawn.signed_in("observer") as anna:
        assert [camera["id"] for camera in local.get("/zones").json()["items"]] == ["alley"]
        assert problem(local.get("/zones/plaza-1")) == (404, "not_found")
        body = {"version": 1, "note": "x", "document": {}}
        assert problem(local.put("/zones/plaza-1", json=body)) == (404, "not_found")
        assert problem(anna.get("/zones/alley")) == (403, "not_allowed")


def test_a_folder_that_cannot_be_written_keeps_nothing(drawn: Stack) -> None:
    blocked = drawn.data_dir / ".alley.yaml.new"  # where the draft of the file would go
    blocked.mkdir()
    with drawn.signed_in("supervisor") as chief:
        document = drawing(chief, "alley")["document"]
        answer = chief.put("/zones/alley", json={"version": 1, "note": "x", "document": document})
        assert problem(answer) == (503, "unavailable")
        assert drawing(chief, "alley")["version"] == 1
    blocked.rmdir()


def test_a_dry_run_tells_what_would_be_lost(drawn: Stack) -> None:
    begin = datetime.now(UTC) - timedelta(minutes=10)
    box = (0.1, 0.5, 0.2, 0.6)
    pictures = []
    for n in range(200):
        at = begin + timedelta(seconds=n / 2)
        pictures.append(
            Detections(
                Moment("plaza-1", "home", at.timestamp(), 0.0, at, 1280, 720),
                np.array([box], np.float32),
                np.full(1, 0.9, np.float32),
                np.array([CLASSES.index(ObjectClass.CAR)]),
                "net@1",
            )
        )
    seen = Seen(drawn.data_dir / "detections")
    for picture in pictures:  # the hour may end in between
        seen.append([picture])
    raised = {"started_at": begin, "raised_at": begin + timedelta(seconds=61), "box": box}
    decide_all(
        drawn.engine,
        {None: [suggestion("true", **raised)], RejectReason.EXEMPT: [suggestion("false", **raised)]},
        datetime.now(UTC),
    )
    with drawn.signed_in("supervisor") as chief:
        document = drawing(chief)["document"]
        answer = chief.post("/zones/plaza-1/dry-run", json={"document": changed(document, 95)})
        steps = [json.loads(line) for line in answer.text.splitlines()]
        result = steps[-1]["result"]
        assert steps[-1]["state"] == "done"
        assert (result["now"], result["changed"]) == (1, 1)
        answer = chief.post("/zones/plaza-1/dry-run", json={"document": changed(document, 300)})
        result = json.loads(answer.text.splitlines()[-1])["result"]
        assert (result["now"], result["changed"], result["confirmed"]) == (1, 0, 1)
        assert (result["found"], result["lost"]) == (1, ["true"])
        wrong = chief.post("/zones/plaza-1/dry-run", json={"document": changed(document, -1)})
        assert problem(wrong) == (422, "invalid")


def test_a_protocol_that_is_changed_holds_without_a_restart(drawn: Stack) -> None:
    drawn.put(suggestion("told", priority=Priority.P3))
    with drawn.signed_in("supervisor") as chief:

        def best() -> str:
            answer = chief.get("/incidents/told/recipients", params={"priority": "P3"})
            return str(answer.json()["items"][0]["recipient"]) if answer.status_code == 200 else ""

        wait_until(lambda: best() == "police", "the route of the file holds")
        held = chief.get("/tables/protocol").json()
        assert (held["version"], held["zones"]["plaza-1"]) == (1, ["square"])
        wrong = {"routes": [{"to": "police", "zone": "nowhere"}]}
        (fault,) = chief.post("/tables/protocol/check", json={"document": wrong}).json()["faults"]
        assert (fault["where"], "no zone 'nowhere'" in fault["message"]) == (["routes", 0, "zone", 0], True)
        refused = chief.put("/tables/protocol", json={"version": 1, "note": "x", "document": wrong})
        assert problem(refused) == (422, "invalid")

        new = {"routes": [{"to": ["enforcement"]}], "alert_budget": {"per_observer_hour": 6}}
        saved = chief.put("/tables/protocol", json={"version": 1, "note": "police is away", "document": new})
        assert (saved.json()["version"], saved.json()["document"]) == (2, new)
        wait_until(lambda: best() == "enforcement", "the new route holds")
        assert chief.get("/budget").json()["per_observer_hour"] == 6
        earlier = chief.get("/tables/protocol/versions/1").json()
        assert earlier["document"] == {"routes": [{"to": "police"}]}


def test_a_table_is_for_who_sees_the_whole_site(drawn: Stack) -> None:
    with drawn.signed_in("supervisor") as chief, drawn.signed_in("local") as local:
        held = chief.get("/tables/priorities").json()
        again = {"rows": [*held["document"]["rows"], *held["document"]["rows"]]}
        (fault,) = chief.post("/tables/priorities/check", json={"document": again}).json()["faults"]
        assert "never reached" in fault["message"]
        assert problem(local.get("/tables/priorities")) == (403, "not_allowed")
        assert problem(chief.get("/tables/other")) == (404, "not_found")
