"""Parts that go away, and what logs hold."""

from __future__ import annotations

import errno
import socket
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil
import pytest

from almere_vision.config import Settings
from almere_vision.domain.errors import SettingsError, StoreUnavailable
from almere_vision.storage.notices import CameraStatus, Notices
from api.main import create_app
from api.server import listen, serve
from tests.integration.api.conftest import MakeStack, arrive, on_postgresql, on_sqlite
from tests.integration.api.listener import Listener, open_and_never_read
from tests.integration.api.stack import PASSWORD, Stack, problem, wait_until
from tests.integration.databases import Postgres


@on_postgresql
def test_fault_9_without_its_database_it_says_so_and_comes_back(stack: Stack, postgres: Postgres) -> None:
    name = arrive(stack)
    with stack.signed_in("observer") as client:
        assert client.post(f"/incidents/{name}/claim", json={"version": 1}).status_code == 200
        postgres.stop()
        for answer in (
            client.get("/incidents"),
            client.get(f"/incidents/{name}"),
            client.post(f"/incidents/{name}/confirm", json={"version": 2}),
            client.post("/session", json={"username": "observer", "password": PASSWORD}),
        ):
            assert problem(answer) == (503, "unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
            assert "postgres" not in answer.text
        assert httpx.get(stack.api.url + "/healthz").status_code == 200
        ready = httpx.get(stack.api.url + "/readyz")
        assert (ready.status_code, ready.json()["missing"]) == (503, ["database"])
        postgres.start()
        wait_until(lambda: client.get("/incidents").status_code == 200, "the database is back")
        told = client.get(f"/incidents/{name}").json()
        assert (told["state"], told["claimed_by"]) == ("claimed", "observer")
        assert client.post(f"/incidents/{name}/confirm", json={"version": 2}).status_code == 200


def test_shutdown_does_not_wait_for_open_streams(make_stack: MakeStack) -> None:
    stack = make_stack("sqlite")
    notices = Notices(stack.redis.url)
    with (
        stack.signed_in("observer") as one,
        stack.signed_in("colleague") as two,
        open_and_never_read(stack, two),
        Listener(one) as first,
        Listener(two) as second,
    ):
        for i in range(100):  # 10 MB, more than the connection of the first one can hold
            preset = f"{i}" + "x" * 100_000
            notices.set_camera_status(
                CameraStatus("plaza-1", "Grote Markt", "online", datetime.now(UTC), None, preset)
            )
            first.wait_for("camera", preset=preset)
        assert stack.api.stop() < 3
        assert first.ended.wait(5)
        assert second.ended.wait(5)
    notices.close()
    assert "Traceback" not in stack.api.log()


def test_a_client_that_takes_nothing_loses_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.server.STUCK_CLIENT_S", 1)
    with listen("127.0.0.1", 0) as door, socket.create_connection(door.getsockname()):
        connection, _ = door.accept()
        connection.settimeout(20)

        def pour() -> None:
            while True:
                connection.sendall(b"x" * 1_000_000)

        with connection, pytest.raises(TimeoutError) as given_up:
            pour()
    assert given_up.value.errno == errno.ETIMEDOUT  # by the system, not by the time-out of this test


@on_sqlite
def test_a_taken_port_is_told_in_one_line(stack: Stack, tmp_path: Path) -> None:
    port = int(stack.api.url.rpartition(":")[2])
    settings = Settings(data_dir=tmp_path, redis_url=stack.redis.url, api_port=port)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match=f"port {port}.*ALMERE_API_PORT"):
        serve(settings)


def test_without_a_database_it_does_not_start(tmp_path: Path) -> None:
    away = "postgresql+psycopg://almere:geheim-7@127.0.0.1:1/almere"
    with pytest.raises(StoreUnavailable) as told:
        create_app(Settings(data_dir=tmp_path, database_url=away))  # type: ignore[arg-type]
    assert "geheim-7" not in str(told.value)


@on_sqlite
def test_fault_21_no_secret_reaches_logs_or_the_process_list(stack: Stack) -> None:
    name = arrive(stack)
    with stack.signed_in("observer") as client:
        token, csrf = client.cookies["almere_session"], client.headers["X-CSRF-Token"]
        client.get(f"/incidents/{name}")
        client.post(f"/incidents/{name}/claim", json={"version": 1})
        client.post("/session", json={"username": "observer", "password": "wrong-7141"})
        client.post("/session", json={"username": ["observer"], "password": "wrong-7142"})
        wait_until(lambda: f"/incidents/{name}/claim" in stack.api.log(), "the access log is written")
    listed = " ".join(psutil.Process(stack.api.pid).cmdline())
    for secret in (token, csrf, PASSWORD, "wrong-7141", "wrong-7142"):
        assert secret not in stack.api.log()
        assert secret not in listed


@on_sqlite
def test_every_answer_carries_the_security_headers(stack: Stack) -> None:
    with stack.signed_in("observer") as client:
        for path in ("/incidents", "/nothing", "/incidents/none/clip"):
            headers = client.get(path).headers
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "no-store"
            assert "server" not in headers


def test_the_body_of_an_answer_does_not_wait_for_its_head() -> None:
    with listen("127.0.0.1", 0) as door, socket.create_connection(door.getsockname()):
        connection, _ = door.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
