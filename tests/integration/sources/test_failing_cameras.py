"""Cameras that break, hang, refuse or are killed: offline in time, back by themselves."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from almere_vision.domain.errors import CameraError, CameraRefused
from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.sources import Camera, Options, State, read_address
from tests.integration.sources.footage_stage import RtspServer, free_port, until

USER, PASSWORD = "kees", "geheim@plein/5:%"
LOGIN = "kees:geheim%40plein%2F5%3A%25@"
OFFLINE_WITHIN_S = 10.0


def camera_at(url: str) -> Camera:
    return Camera("plaza-1", read_address(url))


def until_online(camera: Camera, within_s: float = 30.0) -> None:
    until(lambda: camera.next_frame(0.1) is not None, within_s, "a picture comes")
    until(lambda: camera.status.state is State.ONLINE, 1, "the camera is online")


def until_offline(camera: Camera) -> None:
    until(lambda: camera.status.state is State.OFFLINE, OFFLINE_WITHIN_S, "the camera is offline")
    assert isinstance(camera.status.fault, CameraError)
    assert "\n" not in str(camera.status.reason)


@contextmanager
def listener(answer: threading.Event) -> Iterator[tuple[int, list[str]]]:
    """A camera that accepts and stays silent until it may answer, and then says 401 to every request.

    Gives its port and the requests that it heard.
    """
    heard: list[str] = []
    held: list[socket.socket] = []

    def serve(client: socket.socket) -> None:
        while request := client.recv(65536).decode():
            heard.append(request)
            answer.wait()
            number = next(line for line in request.splitlines() if line.startswith("CSeq"))
            challenge = 'WWW-Authenticate: Basic realm="camera"'
            client.sendall(f"RTSP/1.0 401 Unauthorized\r\n{number}\r\n{challenge}\r\n\r\n".encode())

    def accept() -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            held.append(client)
            threading.Thread(target=serve, args=(client,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)
    for client in held:
        client.close()


def test_fault_01_a_killed_camera_is_offline_alone_and_comes_back(server: RtspServer, street: Path) -> None:
    other = Camera("other", read_address(str(street)), Options(play=True))
    with camera_at(server.url("camera.mp4")) as camera, other:
        until_online(camera)
        until_online(other)
        before = camera.next_frame(5)
        assert before is not None
        server.kill()
        until_offline(camera)
        since = camera.status.since
        assert other.next_frame(2) is not None
        assert other.status.state is State.ONLINE
        server.start()
        until_online(camera, within_s=40)
        after = camera.next_frame(5)
        assert after is not None
        assert after.moment.media_time_s > before.moment.media_time_s
        assert after.moment.clock_s > before.moment.clock_s
        assert camera.status.since > since
        assert camera.status.reason is None


def test_fault_01_a_camera_that_stops_dead_is_offline_and_comes_back(server: RtspServer) -> None:
    with camera_at(server.url("camera.mp4")) as camera:
        until_online(camera)
        server.signal(signal.SIGSTOP)
        until_offline(camera)
        server.signal(signal.SIGCONT)
        until_online(camera, within_s=40)


def test_fault_01_a_camera_that_accepts_and_stays_silent_is_offline() -> None:
    never = threading.Event()
    with listener(never) as (port, _), camera_at(f"rtsp://{LOGIN}127.0.0.1:{port}/s") as camera:
        until_offline(camera)
        assert camera.next_frame(0.1) is None
        assert "does not answer" in str(camera.status.reason)


def test_fault_01_an_unreachable_camera_is_told_and_asked_again() -> None:
    port = free_port()
    with camera_at(f"rtsp://127.0.0.1:{port}/s") as camera:
        until_offline(camera)
        assert camera.status.reason == Reason(ReasonCode.NOTHING_ANSWERS)
        assert str(camera.status.fault) == (
            f"rtsp://127.0.0.1:{port}/s: nothing answers at this host and port: check address and power"
        )
        with socket.create_server(("127.0.0.1", port)) as again:
            again.settimeout(20)
            again.accept()[0].close()


def test_a_stream_that_does_not_exist_is_a_refusal(server: RtspServer) -> None:
    with camera_at(server.url("none.mp4")) as camera:
        until_offline(camera)
        assert isinstance(camera.status.fault, CameraRefused)
        assert "no such stream" in str(camera.status.reason)


def test_fault_21_a_wrong_password_is_told_and_shown_nowhere(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    looked = threading.Event()  # a decoder that is refused ends before anybody can look at it
    with listener(looked) as (port, heard):
        address = read_address(f"rtsp://{LOGIN}127.0.0.1:{port}/s")
        with Camera("plaza-1", address) as camera:
            until(lambda: camera.decoder_pid is not None, 20, "a decoder runs")
            pid = camera.decoder_pid
            places = [
                Path(f"/proc/{pid}/{name}").read_bytes().decode() for name in ("cmdline", "environ", "comm")
            ]
            looked.set()
            until_offline(camera)
        assert isinstance(camera.status.fault, CameraRefused)
        assert "refuses this user or password" in str(camera.status.reason)
        # It did get the password, decoded.
        asked = [
            line for request in heard for line in request.splitlines() if line.startswith("Authorization")
        ]
        assert base64.b64decode(asked[0].split()[-1]).decode() == f"{USER}:{PASSWORD}"
    try:
        raise camera.status.fault
    except CameraRefused:
        places.append(traceback.format_exc())
    places += [caplog.text, *capfd.readouterr(), repr(camera.status), repr(address), repr(camera)]
    for place in places:
        assert "geheim" not in place
        assert base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode() not in place


def test_fault_21_a_running_decoder_shows_no_password(
    server: RtspServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAZA_PASSWORD", PASSWORD)
    with camera_at(server.url("camera.mp4", LOGIN)) as camera:
        until_online(camera)
        process = psutil.Process(camera.decoder_pid)
        assert "geheim" not in " ".join([*process.cmdline(), *process.environ().values(), process.name()])
        me = psutil.Process().children(recursive=True)
        assert not any("geheim" in " ".join(child.cmdline()) for child in me)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_decoder_that_dies_or_hangs_is_replaced(street: Path, number: signal.Signals) -> None:
    options = Options(play=True, offline_after_s=3)
    with Camera("demo", read_address(str(street)), options) as camera:
        until_online(camera)
        pid = camera.decoder_pid
        assert pid is not None
        os.kill(pid, number)
        until(lambda: camera.status.state is State.OFFLINE, OFFLINE_WITHIN_S, "offline")
        until_online(camera)
        assert camera.decoder_pid != pid
        assert not psutil.pid_exists(pid)


PARENT = """
import os, sys, time
from almere_vision.sources import Camera, Options, read_address
camera = Camera("demo", read_address(sys.argv[1]), Options(play=True)).open()
assert camera.next_frame(30) is not None
heir = os.fork() if sys.argv[2] == "heir" else 0
if heir or sys.argv[2] != "heir":
    print(camera.decoder_pid, heir, flush=True)
time.sleep(120)
"""


@pytest.mark.parametrize("heir", ["heir", "alone"])
def test_a_decoder_does_not_outlive_its_parent(street: Path, root: Path, heir: str) -> None:
    """Also when another process inherited the parent's end of the socket (the heir)."""
    command = [sys.executable, "-c", PARENT, str(street), heir]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as parent:
        assert parent.stdout is not None
        decoder_pid, heir_pid = map(int, parent.stdout.readline().split())
        decoder = psutil.Process(decoder_pid)
        parent.kill()
        parent.wait()
        try:
            until(lambda: not decoder.is_running() or decoder.status() == "zombie", 5, "the decoder is gone")
        finally:
            if heir_pid:
                os.kill(heir_pid, signal.SIGKILL)


def test_cameras_are_served_side_by_side_from_one_process(street: Path) -> None:
    cameras = [Camera(f"c{i}", read_address(str(street)), Options(play=True)).open() for i in range(4)]
    seen: dict[str, int] = {}

    def watch(camera: Camera) -> None:
        while seen.get(camera.id, 0) < 5:
            frame = camera.next_frame(1.0)
            if frame is not None:
                assert frame.moment.camera == camera.id
                seen[camera.id] = seen.get(camera.id, 0) + 1

    threads = [threading.Thread(target=watch, args=(camera,), daemon=True) for camera in cameras]
    for thread in threads:
        thread.start()
    until(lambda: not any(thread.is_alive() for thread in threads), 40, "all cameras give frames")
    for camera in cameras:
        camera.close()
    assert json.dumps(seen, sort_keys=True) == '{"c0": 5, "c1": 5, "c2": 5, "c3": 5}'
