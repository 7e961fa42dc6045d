"""What a camera shows now, through the real API and a real Redis."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import cv2
import httpx
import numpy as np
import pytest

from almere_vision.domain.audit import Action, Subject
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.incident import Role, Scope
from almere_vision.storage.audit import Audit, AuditQuery
from almere_vision.storage.live_pictures import LivePicture, LivePictures, Size, Wanted
from almere_vision.storage.notices import CameraStatus, Notices
from almere_vision.worker.showing import Showing
from tests.integration.api.conftest import MakeStack, on_sqlite
from tests.integration.api.stack import Stack, problem, wait_until

CAMERA = "watched-1"


@pytest.fixture(autouse=True)
def _a_camera(request: pytest.FixtureRequest) -> None:
    if "stack" not in request.fixturenames:
        return
    notices = Notices(request.getfixturevalue("stack").redis.url)
    notices.set_camera_status(CameraStatus(CAMERA, "Plein", "online", datetime.now(UTC), None))
    notices.close()


class Street:
    """Frames of a camera, each brighter than the one before."""

    def __init__(self) -> None:
        self.value = 10

    def newest(self, camera: str, _younger_s: float) -> Frame | None:
        if camera != CAMERA:
            return None
        self.value = min(250, self.value + 10)
        moment = Moment(CAMERA, None, 0.0, 0.0, datetime.now(UTC), 1600, 900)
        return Frame(moment, np.full((900, 1600, 3), self.value, np.uint8))


@contextmanager
def worker(stack: Stack) -> Iterator[LivePictures]:
    pictures, stop = LivePictures(stack.redis.url), threading.Event()
    serve = Showing(pictures, Street().newest).serve
    thread = threading.Thread(target=serve, args=([CAMERA, "other"], stop))
    thread.start()
    try:
        yield pictures
    finally:
        stop.set()
        thread.join()
        pictures.close()


def picture(client: httpx.Client, **options: str) -> httpx.Response:
    found: list[httpx.Response] = []

    def there() -> bool:
        found[:] = [client.get(f"/cameras/{CAMERA}/picture", params=options)]
        return found[0].status_code == 200

    wait_until(there, "there is a picture")
    return found[0]


def width(answer: httpx.Response) -> int:
    return cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR).shape[1]


@on_sqlite
def test_who_watches_sees_picture_after_picture_and_the_log_says_so_once(stack: Stack) -> None:
    with worker(stack), stack.signed_in("observer") as client:
        first = picture(client)
        assert (first.headers["content-type"], first.headers["cache-control"]) == ("image/jpeg", "no-store")
        assert abs((datetime.now(UTC) - datetime.fromisoformat(first.headers["x-taken-at"])).seconds) < 60
        assert width(first) == 1280
        wait_until(lambda: picture(client).headers["etag"] != first.headers["etag"], "the next picture")
        assert width(picture(client, size="small")) == 480
    log = Audit(stack.engine).page(AuditQuery(kind=Subject.CAMERA, subject=CAMERA, action=Action.VIEW))
    assert [line.entry.details for line in log.lines] == [{"what": "live_picture"}]
    assert log.lines[0].entry.actor == "observer"


@on_sqlite
def test_the_picture_that_one_has_is_not_sent_again(stack: Stack) -> None:
    pictures = LivePictures(stack.redis.url)
    with stack.signed_in("colleague") as client:
        pictures.put(Wanted(CAMERA, Size.SMALL), LivePicture(b"\xff\xd8\xff", datetime.now(UTC), "t-1"))
        tag = {"If-None-Match": picture(client, size="small").headers["etag"]}
        again = client.get(f"/cameras/{CAMERA}/picture?size=small", headers=tag)
        assert (again.status_code, again.content) == (304, b"")
    pictures.close()


@on_sqlite
def test_nothing_is_made_while_nobody_watches(stack: Stack) -> None:
    pictures = LivePictures(stack.redis.url)
    assert pictures.wanted(["nobody-looks"]) == ()
    with stack.signed_in("room") as client:
        client.get(f"/cameras/{CAMERA}/picture?size=small")
    assert pictures.wanted([CAMERA, "nobody-looks"])[0] == Wanted(CAMERA, Size.SMALL)
    pictures.close()


@on_sqlite
def test_without_a_worker_there_is_no_picture_and_no_wait(stack: Stack) -> None:
    notices = Notices(stack.redis.url)
    notices.set_camera_status(CameraStatus("dark-1", "Donker", "online", datetime.now(UTC), None))
    notices.close()
    with stack.signed_in("observer") as client:
        answer = client.get("/cameras/dark-1/picture", timeout=1.0)
        assert (answer.status_code, answer.content) == (204, b"")


@on_sqlite
def test_a_foreign_camera_and_a_desk_see_nothing(stack: Stack) -> None:
    stack.add_person("scoped", Role.OBSERVER, Scope(cameras=frozenset({"elsewhere"})))
    with worker(stack), stack.signed_in("scoped") as client:
        assert problem(client.get(f"/cameras/{CAMERA}/picture")) == (404, "not_found")
    with stack.signed_in("wardens") as client:
        assert problem(client.get(f"/cameras/{CAMERA}/picture")) == (403, "not_allowed")


def test_pictures_do_not_use_up_the_requests_of_a_session(make_stack: MakeStack) -> None:
    """A wall of ten pictures asks more often than 1,200 times a minute, and the queue must go on."""
    limits = {"SESSION_REQUESTS_PER_MINUTE": "20", "SESSION_PICTURES_PER_MINUTE": "60"}
    made = make_stack("sqlite", **{f"ALMERE_{name}": limit for name, limit in limits.items()})
    with made.signed_in("observer") as client:
        codes = [client.get(f"/cameras/{CAMERA}/picture").status_code for _ in range(70)]
        assert (codes[0], codes.count(429) > 0, codes.index(429) > 50) == (404, True, True)
        assert client.get("/session").status_code == 200
