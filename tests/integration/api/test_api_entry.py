"""Entering an incident by hand, and the picture that goes with it, through the real API and a real Redis."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from almere_vision.domain.audit import Action, Subject
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.incident import Role
from almere_vision.storage.audit import Audit, AuditQuery
from almere_vision.storage.notices import CameraStatus, Notices
from almere_vision.storage.snapshots import Snapshots
from almere_vision.worker.newest import Newest
from tests.integration.api.conftest import on_sqlite
from tests.integration.api.stack import Stack, problem
from tests.integration.api.test_api_decisions import give

_KEYS = itertools.count(1)
CAMERA = "plaza-1"


@pytest.fixture(autouse=True)
def _a_camera(stack: Stack) -> None:
    notices = Notices(stack.redis.url)
    notices.set_camera_status(CameraStatus(CAMERA, "Plein", "online", datetime.now(UTC), None))
    notices.close()


def enter(client: httpx.Client, key: str | None = None, **changes: Any) -> httpx.Response:
    body = {"type": "public_urination", "camera": CAMERA, "priority": "P3", **changes}
    headers = {"Idempotency-Key": key or f"entry-{next(_KEYS):06}"}
    return client.post("/incidents", json=body, headers=headers)


def test_an_entry_is_an_incident_that_others_see_and_that_goes_on(stack: Stack) -> None:
    with stack.signed_in("observer") as client, stack.signed_in("colleague") as colleague:
        answer = enter(client, note="achter de kiosk", zone="square", key="entry-goes-on")
        assert answer.status_code == 201
        told = answer.json()
        assert (told["state"], told["kind"], told["entered_by"]) == ("confirmed", "other", "observer")
        assert told["type"] == {"id": "public_urination", "nl": "Wildplassen", "en": "Public urination"}
        assert told["commands"] == ["escalate", "undo"]
        listed = colleague.get("/incidents", params={"state": "confirmed"}).json()["items"]
        assert told["id"] in [one["id"] for one in listed]
        give(client, told["id"], "escalate", 1, recipient="enforcement", priority="P3")
        history = client.get(f"/incidents/{told['id']}").json()["history"]
        assert [line["command"] for line in history] == ["enter", "escalate"]
        assert history[0]["actor"] == "observer"


def test_a_double_click_is_one_incident(stack: Stack) -> None:
    with stack.signed_in("observer") as client:
        first = enter(client, key="double-click-1")
        again = enter(client, key="double-click-1")
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["id"] == again.json()["id"]
        assert problem(enter(client, key="double-click-1", type="begging")) == (422, "invalid")
        assert enter(client).json()["id"] != first.json()["id"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": "made_up"}, "type"),
        ({"type": "A B"}, "body.type"),
        ({"camera": "nowhere"}, "camera"),
        ({"camera": "a\x00"}, "body.camera"),
        ({"priority": "P9"}, "body.priority"),
        ({"note": "x" * 2001}, "body.note"),
        ({"note": "bel\x07"}, "note"),
        ({"snapshot": "../../etc/passwd"}, "body.snapshot"),
        ({"snapshot": f"20260101-{'0' * 32}"}, "snapshot"),
        ({"state": "resolved"}, "body.state"),
    ],
)
def test_what_cannot_be_used_is_refused_at_the_edge(
    stack: Stack, changes: dict[str, str], field: str
) -> None:
    with stack.signed_in("observer") as client:
        answer = enter(client, **changes)
        assert problem(answer) == (422, "invalid")
        assert field in answer.json()["detail"]


@on_sqlite
def test_without_a_key_of_its_own_nothing_is_entered(stack: Stack) -> None:
    with stack.signed_in("observer") as client:
        for key in ("", "short", "x" * 65, "with space"):
            answer = client.post(
                "/incidents",
                json={"type": "begging", "camera": CAMERA, "priority": "P3"},
                headers={"Idempotency-Key": key} if key else {},
            )
            assert problem(answer) == (422, "invalid")


@on_sqlite
def test_a_desk_enters_what_it_has_and_who_only_reads_enters_nothing(stack: Stack) -> None:
    for name, role in (("reader", Role.INVESTIGATOR), ("checker", Role.AUDITOR), ("fixer", Role.OPERATOR)):
        stack.add_person(name, role)
        with stack.signed_in(name) as client:
            assert problem(enter(client)) == (403, "not_allowed")
    with stack.signed_in("wardens") as wardens, stack.signed_in("room") as room:
        told = enter(wardens, type="trade_waste").json()
        assert (told["state"], told["recipient"]) == ("acknowledged", "enforcement")
        assert wardens.get(f"/incidents/{told['id']}").status_code == 200
        assert room.get(f"/incidents/{told['id']}").status_code == 404
        give(wardens, told["id"], "resolve", 1, result="fined")


@on_sqlite
def test_types_are_found_in_both_languages(stack: Stack) -> None:
    with stack.signed_in("observer") as client:
        everything = client.get("/types").json()["items"]
        assert len(everything) >= 140
        (first, *_) = client.get("/types", params={"q": "wildplas", "limit": 3}).json()["items"]
        assert (first["id"], first["category_name"]["en"]) == ("public_urination", "Local by-law offence")
        assert client.get("/types", params={"q": "xyzzy"}).json() == {"items": []}


@contextmanager
def worker(stack: Stack, image: np.ndarray[Any, Any] | None) -> Iterator[None]:
    """The part of a worker that answers, with one frame of the camera, or none."""
    snapshots = Snapshots(stack.redis.url)
    newest, stop = Newest(snapshots), threading.Event()
    if image is not None:
        moment = Moment(CAMERA, None, 0.0, 0.0, datetime(2026, 7, 1, 12, tzinfo=UTC), 64, 48)
        assert len(list(newest.passing([Frame(moment, image)]))) == 1
    thread = threading.Thread(target=newest.serve, args=([CAMERA], stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        snapshots.close()


def test_a_picture_of_the_camera_goes_with_the_entry_and_each_look_is_audited(stack: Stack) -> None:
    image = np.full((48, 64, 3), (0, 0, 200), np.uint8)
    with worker(stack, image), stack.signed_in("observer") as client:
        taken = client.post(f"/cameras/{CAMERA}/snapshots")
        assert taken.status_code == 201
        assert taken.json()["taken_at"] == "2026-07-01T12:00:00Z"
        picture = client.get(f"/cameras/{CAMERA}/snapshots/{taken.json()['id']}")
        assert picture.headers["content-type"] == "image/jpeg"
        decoded = cv2.imdecode(np.frombuffer(picture.content, np.uint8), cv2.IMREAD_COLOR)
        assert decoded.shape == (48, 64, 3)
        assert decoded[24, 32, 2] > 150
        told = enter(client, snapshot=taken.json()["id"]).json()
        assert told["has_snapshot"]
        assert client.get(f"/incidents/{told['id']}/snapshot").content == picture.content
        looks = Audit(stack.engine).page(
            AuditQuery(action=Action.VIEW, kind=Subject.CAMERA, subject=CAMERA, limit=5)
        )
        assert looks.lines[0].entry.actor == "observer"
        assert looks.lines[0].entry.details["snapshot"] == taken.json()["id"]


@on_sqlite
def test_a_picture_of_one_camera_is_not_reached_through_another(stack: Stack) -> None:
    with worker(stack, np.zeros((48, 64, 3), np.uint8)), stack.signed_in("observer") as client:
        name = client.post(f"/cameras/{CAMERA}/snapshots").json()["id"]
        notices = Notices(stack.redis.url)
        notices.set_camera_status(CameraStatus("plaza-2", "Plein 2", "online", datetime.now(UTC), None))
        notices.close()
        assert problem(client.get(f"/cameras/plaza-2/snapshots/{name}")) == (404, "not_found")
        assert problem(enter(client, camera="plaza-2", snapshot=name)) == (422, "invalid")
        assert problem(client.get(f"/cameras/nowhere/snapshots/{name}")) == (404, "not_found")
    with stack.signed_in("wardens") as client:
        assert problem(client.post(f"/cameras/{CAMERA}/snapshots")) == (403, "not_allowed")


@on_sqlite
def test_a_camera_without_a_picture_or_without_a_worker_says_so_in_time(stack: Stack) -> None:
    with stack.signed_in("observer") as client:
        with worker(stack, None):
            answer = client.post(f"/cameras/{CAMERA}/snapshots")
            assert problem(answer) == (503, "no_picture")
            assert "no picture of this camera yet" in answer.json()["detail"]
        answer = client.post(f"/cameras/{CAMERA}/snapshots", timeout=6)
        assert problem(answer) == (503, "no_picture")
        assert "not being watched" in answer.json()["detail"]
