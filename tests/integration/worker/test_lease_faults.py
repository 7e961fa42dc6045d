"""Workers that are killed, or stopped past their lease (faults 6, 7), with all parts real."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from redis import Redis as Client

from almere_vision.domain.suggestion import Suggestion
from almere_vision.storage.fence import LEASES
from almere_vision.storage.messages import decode
from almere_vision.storage.notices import CAMERAS as CAMERAS_KEY
from almere_vision.storage.notices import Notices
from almere_vision.storage.stream import PAYLOAD_FIELD, STREAM, SuggestionStream
from almere_vision.storage.watched_feed import WatchedFeed
from tests.integration.api.stack import Redis

LIMIT_S = 14.0
TAKEOVER_S = 30.0
CAMERAS = ("lease-a", "lease-b")

SITE = """
site: shared-street
name: Street
cameras:
  - {{id: lease-a, name: A, source: "{source}", zones: lease-a.yaml}}
  - {{id: lease-b, name: B, source: "{source}", zones: lease-b.yaml}}
"""
# One vehicle stands in this zone for as long as the street is watched.
ZONES = """
camera: {camera}
presets:
  - id: home
    zones:
      - id: bay
        polygon: [[0.95, 0.08], [1.0, 0.06], [1.0, 0.20], [0.95, 0.20]]
        rules: {{parking: {{limit_s: {limit_s}}}}}
"""


class Machine:
    """A worker as `almere worker` starts it, with a data folder of its own."""

    def __init__(self, site: Path, redis: Redis, folder: Path, **settings: str) -> None:
        folder.mkdir()
        self.log, self._owner = folder / "log", folder / "spool" / "owner"
        own = {"ALMERE_DATA_DIR": str(folder), "ALMERE_SITE": str(site), "ALMERE_REDIS_URL": redis.url}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "almere_vision", "worker"],
                env={**os.environ, **own, **settings},
                stderr=log,
            )

    @property
    def name(self) -> str:
        return self._owner.read_text() if self._owner.is_file() else "not yet"

    def end(self) -> None:
        decoders = (
            psutil.Process(self.process.pid).children(recursive=True) if self.process.poll() is None else []
        )
        self.process.kill()
        self.process.wait()
        psutil.wait_procs(decoders, timeout=10)


class Street:
    """What the workers told, as seen in Redis."""

    def __init__(self, redis: Redis) -> None:
        self._client: Any = Client(unix_socket_path=redis.url.removeprefix("unix://"))
        self._notices, self._feed = Notices(redis.url), WatchedFeed(redis.url)
        self._stream = SuggestionStream(redis.url)

    def holder(self, camera: str) -> str:
        row = self._client.hget(LEASES, camera)
        return "" if row is None else str(row.decode().split(" ")[2].partition("/")[0])

    def online(self, camera: str) -> bool:
        return any(one.id == camera and one.state == "online" for one in self._notices.cameras())

    def online_after(self, camera: str, at: float) -> bool:
        """Whether a worker said so after a moment (UTC epoch seconds)."""
        told = json.loads(self._client.hget(CAMERAS_KEY, camera) or "{}")
        said_at = datetime.fromisoformat(told["told_at"]).timestamp() if told else 0.0
        return said_at > at and told["state"] == "online"

    def stays(self, camera: str) -> bool:
        """Whether the memory of the rule has a vehicle that stands in the zone."""
        state = self._notices.rule_state(camera, "home")
        return state is not None and b'"vehicle"' in state

    def suggestions(self, camera: str) -> list[Suggestion]:
        told = [decode(fields[PAYLOAD_FIELD]) for _, fields in self._client.xrange(STREAM)]
        return [one for one in told if one.camera == camera]

    def watched_s(self, camera: str) -> float:
        return sum(one.seconds for one in self._feed.told() if one.camera == camera)

    def close(self) -> None:
        for one in (self._client, self._notices, self._feed, self._stream):
            one.close()


@pytest.fixture
def site(tmp_path: Path, street_camera: str) -> Path:
    (tmp_path / "site.yaml").write_text(SITE.format(source=street_camera))
    for camera in CAMERAS:
        (tmp_path / f"{camera}.yaml").write_text(ZONES.format(camera=camera, limit_s=LIMIT_S))
    return tmp_path / "site.yaml"


@pytest.fixture
def street(redis: Redis) -> Iterator[Street]:
    with closing(Street(redis)) as street:
        yield street


Start = Callable[..., Machine]


@pytest.fixture
def start(site: Path, redis: Redis, tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def begin(name: str, **settings: str) -> Machine:
            machine = Machine(site, redis, tmp_path / name, **settings)
            stack.callback(machine.end)
            return machine

        yield begin


def until(condition: Callable[[], object], within_s: float, what: str) -> float:
    began_s = time.monotonic()
    while not condition():
        assert time.monotonic() - began_s < within_s, f"not within {within_s:g} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - began_s


def one_stay(told: Sequence[Suggestion], stood_before: float) -> None:
    """One incident, on one clock from before the fault to the alarm."""
    assert len({one.id for one in told}) == 1, [
        (one.id, one.revision, one.started_at, one.ended_at, one.box, one.facts) for one in told
    ]
    assert told[0].started_at.timestamp() < stood_before
    raised_s = (told[0].raised_at - told[0].started_at).total_seconds()
    assert LIMIT_S - 2 < raised_s <= LIMIT_S + TAKEOVER_S, "while another takes over, an alarm may wait"


def test_fault_6_the_cameras_of_a_killed_worker_are_taken_over_and_nothing_is_lost_or_doubled(
    start: Start, street: Street
) -> None:
    first, second = start("first"), start("second")
    until(
        lambda: {street.holder(camera) for camera in CAMERAS} == {first.name, second.name},
        60,
        "each has one camera",
    )
    until(lambda: all(map(street.stays, CAMERAS)), 60, "a vehicle stands before both")
    (lost,) = (camera for camera in CAMERAS if street.holder(camera) == first.name)
    first.process.send_signal(signal.SIGKILL)
    killed_at = time.time()

    until(lambda: street.online_after(lost, killed_at), TAKEOVER_S, "its camera is watched again")
    assert street.holder(lost) == second.name
    until(lambda: street.suggestions(lost), LIMIT_S + TAKEOVER_S, "the alarm of the camera taken over")
    until(lambda: all(map(street.suggestions, CAMERAS)), LIMIT_S + TAKEOVER_S, "the other alarm")
    for camera in CAMERAS:
        one_stay(street.suggestions(camera), killed_at)


def test_fault_7_a_worker_stopped_past_its_lease_is_taken_over_and_what_it_says_late_is_refused(
    start: Start, street: Street
) -> None:
    began_s = time.monotonic()
    first = start("first", ALMERE_LEASE_S="3")
    until(lambda: all(map(street.stays, CAMERAS)), 60, "a vehicle stands before both")
    os.kill(first.process.pid, signal.SIGSTOP)
    stopped_at = time.time()
    second = start("second", ALMERE_LEASE_S="3")
    until(
        lambda: {street.holder(camera) for camera in CAMERAS} == {second.name},
        TAKEOVER_S,
        "the second has both cameras",
    )
    until(lambda: all(map(street.suggestions, CAMERAS)), LIMIT_S + TAKEOVER_S, "both alarms")
    os.kill(first.process.pid, signal.SIGCONT)
    until(lambda: b"another worker has taken over" in first.log.read_bytes(), 20, "the first is told")
    until(
        lambda: {street.holder(camera) for camera in CAMERAS} == {first.name, second.name},
        30,
        "they share the cameras",
    )
    until(lambda: all(map(street.online, CAMERAS)), 30, "both cameras are watched")
    for camera in CAMERAS:
        one_stay(street.suggestions(camera), stopped_at)
        assert street.watched_s(camera) <= time.monotonic() - began_s
