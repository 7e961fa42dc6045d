"""Faults of cameras through the real API: reported, given a ticket, ended, and who hears of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from almere_vision.domain.incident import Role, Scope
from almere_vision.storage.audit import Audit, AuditQuery
from almere_vision.storage.database import writing
from almere_vision.storage.notices import CameraStatus, Notices
from almere_vision.storage.tables import CAMERA_FAULTS
from tests.integration.api.stack import Stack, problem
from tests.integration.api.test_api_day_report import read


@pytest.fixture
def masts(stack: Stack) -> Stack:
    """Two cameras; a person who may see one of them."""
    notices = Notices(stack.redis.url)
    for camera in ("mast-1", "mast-2"):
        notices.set_camera_status(CameraStatus(camera, camera, "online", datetime.now(UTC), None))
    notices.close()
    if "mast-narrow" not in stack.persons:
        stack.add_person("mast-narrow", Role.OBSERVER, Scope(cameras=frozenset({"mast-2"})))
        stack.add_person("mast-keeper", Role.OPERATOR)
    return stack


def test_a_fault_is_reported_gets_a_ticket_and_ends_with_a_result(masts: Stack) -> None:
    with masts.signed_in("room") as room, masts.signed_in("mast-keeper") as keeper:
        made = room.post("/faults", json={"camera": "mast-1", "what": " spin voor de lens "})
        assert made.status_code == 201
        fault = made.json()
        assert (fault["what"], fault["reported_by"], fault["ticket"]) == ("spin voor de lens", "room", "")
        path = f"/faults/{fault['id']}"
        told = keeper.put(path, json={"version": 1, "ticket": "HD-4711"}).json()
        assert (told["ticket"], told["result"], told["version"]) == ("HD-4711", None, 2)
        assert problem(room.put(path, json={"version": 1, "result": "x"})) == (409, "version_conflict")
        with masts.signed_in("observer") as observer:
            assert "HD-4711 nog open" in read(observer.get("/day-report?language=nl"))
        ended = keeper.put(path, json={"version": 2, "ticket": "HD-4711", "result": "schoongemaakt"}).json()
        assert (ended["result"], ended["ended_by"]) == ("schoongemaakt", "mast-keeper")
        again = keeper.put(path, json={"version": 3, "ticket": "", "result": "nog eens"})
        assert problem(again) == (409, "transition_refused")
        assert room.get("/faults").json()["items"][0] == ended
        with masts.signed_in("observer") as observer:
            assert "HD-4711 schoongemaakt" in read(observer.get("/day-report?language=nl"))
    lines = Audit(masts.engine).page(AuditQuery(action="fault", subject="mast-1")).lines
    assert [(one.entry.actor, one.entry.details["ended"]) for one in lines] == [
        ("mast-keeper", True),
        ("mast-keeper", False),
        ("room", False),
    ]
    assert "spin" not in str(lines), "the log keeps no words of people"


def test_open_ones_stand_first_and_what_ended_long_ago_is_not_listed(masts: Stack) -> None:
    with masts.signed_in("observer") as client:
        ids = [
            client.post("/faults", json={"camera": "mast-2", "what": name}).json()["id"]
            for name in ("first", "second", "third")
        ]
        client.put(f"/faults/{ids[1]}", json={"version": 1, "result": "done"})
        client.put(f"/faults/{ids[2]}", json={"version": 1, "result": "done"})
        long_ago = datetime.now(UTC) - timedelta(days=31)
        with writing(masts.engine) as connection:
            here = CAMERA_FAULTS.c.id == ids[2]
            connection.execute(update(CAMERA_FAULTS).where(here).values(ended_at=long_ago))
        shown = [one["id"] for one in client.get("/faults").json()["items"] if one["id"] in ids]
        assert shown == [ids[0], ids[1]]


def test_it_is_for_the_cameras_and_roles_that_look_after_them(masts: Stack) -> None:
    with masts.signed_in("observer") as client:
        foreign = client.post("/faults", json={"camera": "mast-1", "what": "dark"}).json()
        assert problem(client.post("/faults", json={"camera": "mast-1", "what": " "})) == (422, "invalid")
        assert problem(client.post("/faults", json={"camera": "nowhere", "what": "x"})) == (422, "invalid")
    with masts.signed_in("mast-narrow") as narrow:
        assert foreign["id"] not in [one["id"] for one in narrow.get("/faults").json()["items"]]
        refused = narrow.put(f"/faults/{foreign['id']}", json={"version": 1, "result": "x"})
        assert problem(refused) == (404, "not_found")
        hidden = narrow.post("/faults", json={"camera": "mast-1", "what": "x"})
        assert problem(hidden) == (422, "invalid")
    with masts.signed_in("wardens") as wardens:
        assert problem(wardens.get("/faults")) == (403, "not_allowed")
