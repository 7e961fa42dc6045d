"""Server-sent events over a real connection: what happens reaches every console, and nobody is held up."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import httpx
import psutil

from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.storage.notices import CameraStatus, Notices
from tests.integration.api.conftest import arrive, on_sqlite
from tests.integration.api.listener import Listener, open_and_never_read
from tests.integration.api.stack import Stack, problem, suggestion, wait_until

pytestmark = on_sqlite


def status(**changes: Any) -> CameraStatus:
    return CameraStatus(
        **{
            "id": "plaza-1",
            "name": "Grote Markt",
            "state": "online",
            "since": datetime(2026, 7, 1, 10, 0, tzinfo=UTC),
            "reason": None,
            **changes,
        }
    )


def test_a_suggestion_on_the_queue_is_told(stack: Stack) -> None:
    with stack.signed_in("observer") as client, Listener(client) as listener:
        stack.put(suggestion("told-1"))
        assert listener.wait_for("incident", id="told-1") == {
            "id": "told-1",
            "version": 1,
            "state": "suggested",
        }


def test_a_decision_is_told_to_everybody(stack: Stack, incident: str) -> None:
    with (
        stack.signed_in("observer") as client,
        stack.signed_in("colleague") as a,
        stack.signed_in("supervisor") as b,
        Listener(a) as first,
        Listener(b) as second,
    ):
        client.post(f"/incidents/{incident}/claim", json={"version": 1})
        for listener in (first, second):
            told = listener.wait_for("incident", id=incident, version=2)
            assert told == {"id": incident, "version": 2, "state": "claimed"}


def test_cameras_are_listed_and_their_changes_told(stack: Stack) -> None:
    notices = Notices(stack.redis.url)
    notices.set_camera_status(status(preset="home"))
    with stack.signed_in("observer") as client, Listener(client) as listener:
        cameras = stack_cameras(stack)
        assert cameras["plaza-1"] == {
            "id": "plaza-1",
            "name": "Grote Markt",
            "state": "online",
            "since": "2026-07-01T10:00:00Z",
            "reason": None,
            "preset": "home",
            "not_watching": None,
            "turns": False,
            "blind_today": [],
        }
        off = Reason(ReasonCode.OFF_PRESET, {"much": "6.4 %", "preset": "home"})
        notices.set_camera_status(status(not_watching=off))
        assert listener.wait_for("camera", id="plaza-1", preset=None)["not_watching"] == {
            "code": "off_preset",
            "values": {"much": "6.4 %", "preset": "home"},
            "text": "the picture is 6.4 % off preset home",
        }
        silence = Reason(ReasonCode.NO_PICTURE_FOR, {"duration": "8 s"})
        notices.set_camera_status(status(state="offline", reason=silence))
        told = listener.wait_for("camera", id="plaza-1", state="offline")
        assert told.items() <= stack_cameras(stack)["plaza-1"].items()
        assert told["reason"]["text"] == "no picture for 8 s"
    notices.close()


def stack_cameras(stack: Stack) -> dict[str, Any]:
    with stack.signed_in("observer") as client:
        return {camera["id"]: camera for camera in client.get("/cameras").json()["items"]}


def test_fault_20_a_stream_needs_a_session(stack: Stack) -> None:
    with stack.browser() as client:
        assert problem(client.get("/events")) == (401, "not_signed_in")


def test_signing_out_ends_the_streams_of_this_session_only(stack: Stack) -> None:
    with (
        stack.signed_in("observer") as mine,
        stack.signed_in("observer") as other,
        stack.browser() as same_session,
    ):
        same_session.cookies = mine.cookies
        with Listener(same_session) as ending, Listener(other) as staying:
            assert mine.delete("/session").status_code == 204
            assert ending.ended.wait(5), "the stream goes on without a session"
            assert not staying.ended.is_set()


def test_fault_10_a_slow_client_is_cut_off_and_the_others_hear_all(stack: Stack) -> None:
    notices, long = Notices(stack.redis.url), "x" * 20_000
    with stack.signed_in("observer") as client, stack.signed_in("colleague") as slow:
        name = arrive(stack)
        with open_and_never_read(stack, slow), Listener(client) as listener:
            for i in itertools.count():
                notices.set_camera_status(status(preset=f"{i} {long}"))
                listener.wait_for("camera", preset=f"{i} {long}")
                listener.events.clear()
                if i % 50 == 0 and "its client does not read" in stack.api.log():
                    break
                assert i < 2000, "somebody who reads nothing may fill the memory"
            slow.post(f"/incidents/{name}/claim", json={"version": 1})
            listener.wait_for("incident", id=name, version=2)
            assert not listener.ended.is_set()
    notices.close()


def test_when_the_queue_was_away_consoles_connect_and_fetch_again(stack: Stack) -> None:
    name = arrive(stack)
    with (
        stack.signed_in("observer") as client,
        stack.signed_in("colleague") as other,
        Listener(other) as listener,
    ):
        stack.redis.stop()
        answer = client.post(f"/incidents/{name}/claim", json={"version": 1})
        assert answer.status_code == 200  # deciding needs no queue
        listener.wait_for("incident", id=name, version=2)  # and who watches here hears of it
        assert problem(client.get("/cameras")) == (503, "unavailable")
        ready = httpx.get(stack.api.url + "/readyz")
        assert ready.status_code == 200  # people can decide: a balancer must not take that away
        assert ready.json() == {"status": "degraded", "missing": ["queue"]}
        stack.redis.start()
        assert listener.ended.wait(30), "the stream goes on as if nothing was missed"
    stack.put(suggestion("after-1"))
    with stack.signed_in("observer") as client:
        wait_until(lambda: client.get("/incidents/after-1").status_code == 200, "suggestions arrive again")
        assert httpx.get(stack.api.url + "/readyz").status_code == 200


def test_streams_that_come_and_go_leave_nothing_behind(stack: Stack) -> None:
    process = psutil.Process(stack.api.pid)
    with stack.signed_in("observer") as client:

        def come_and_go() -> None:
            with client.stream("GET", "/events") as response:
                assert response.status_code == 200
                next(response.iter_bytes())

        come_and_go()
        before = process.num_fds()
        for _ in range(40):
            come_and_go()
        wait_until(lambda: process.num_fds() <= before + 2, "descriptors are given back")
