"""A worker is killed while a vehicle stands, and another goes on: real processes, Redis, RTSP and network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from almere_vision.domain.suggestion import Kind, Suggestion
from almere_vision.storage.messages import decode
from almere_vision.storage.notices import Notices
from almere_vision.storage.stream import SuggestionStream
from tests.integration.api.stack import Redis

LIMIT_S = 60.0
KILL_AT_S = 40.0
EXACT_S = 3.0

SITE = """
site: street
name: Street
cameras: [{{id: plaza, name: Plaza, source: "{source}", zones: plaza.yaml}}]
"""
ZONES = """
camera: plaza
presets:
  - id: home
    zones:
      - id: bay
        polygon: [[0.81, 0.09], [0.93, 0.06], [1.0, 0.06], [1.0, 0.20], [0.82, 0.20]]
        rules: {parking: {limit_s: 60}}
"""


@pytest.fixture
def site(tmp_path: Path, street_camera: str) -> Path:
    (tmp_path / "site.yaml").write_text(SITE.format(source=street_camera))
    (tmp_path / "plaza.yaml").write_text(ZONES)
    return tmp_path / "site.yaml"


@contextmanager
def worker(site: Path, redis: Redis, data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as `almere worker` starts it, on a machine (data folder) of its own."""
    data_dir.mkdir()
    with (data_dir / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "almere_vision", "worker"],
            env={
                **os.environ,
                "ALMERE_DATA_DIR": str(data_dir),
                "ALMERE_SITE": str(site),
                "ALMERE_REDIS_URL": redis.url,
            },
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def listening(redis: Redis) -> Iterator[list[tuple[float, Suggestion]]]:
    """The suggestions of the stream, each with the time (UTC epoch seconds) at which it came."""
    heard: list[tuple[float, Suggestion]] = []
    stop = threading.Event()
    stream = SuggestionStream(redis.url)

    def hear(payloads: Sequence[bytes]) -> None:
        heard.extend((time.time(), decode(payload)) for payload in payloads)

    thread = threading.Thread(target=stream.consume, args=("test", "test", hear, stop))
    thread.start()
    try:
        yield heard
    finally:
        stop.set()
        thread.join()
        stream.close()


def wait_for(condition: Callable[[], object], within_s: float, what: str) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {within_s:g} s: {what}"
        time.sleep(0.05)


def stands_s(notices: Notices) -> float:
    """How long ago the first vehicle came to stand in the zone, as the memory in Redis says; else 0."""
    state = notices.rule_state("plaza", "home")
    if state is None:
        return 0.0
    (rule,) = json.loads(state).values()
    watched = {stay["vehicle"] for stay in rule["stays"]}
    since_s = [v["since_s"] for v in rule["memory"]["standing"] if v["number"] in watched]
    return time.time() - min(since_s, default=time.time())


def test_a_worker_killed_while_a_vehicle_stands_is_taken_over_and_the_alarm_comes_in_time(
    site: Path, redis: Redis, data_dir: Path, tmp_path: Path
) -> None:
    notices = Notices(redis.url)
    with ExitStack() as stack:
        stack.callback(notices.close)
        heard = stack.enter_context(listening(redis))
        first = stack.enter_context(worker(site, redis, tmp_path / "first"))
        wait_for(lambda: stands_s(notices) >= KILL_AT_S, KILL_AT_S + 60, "a vehicle stands for 40 s")
        first.kill()
        first.wait()
        killed_at = time.time()
        assert not heard, "nothing is due before the limit"

        stack.enter_context(worker(site, redis, tmp_path / "second"))
        wait_for(lambda: heard, LIMIT_S - KILL_AT_S + 10 + EXACT_S, "the alarm")
        came_at, suggestion = heard[0]

    assert (suggestion.kind, suggestion.zone) == (Kind.PARKING, "bay")
    assert suggestion.started_at.timestamp() < killed_at - KILL_AT_S + EXACT_S
    assert (suggestion.raised_at - suggestion.started_at).total_seconds() == pytest.approx(
        LIMIT_S, abs=EXACT_S
    )
    assert came_at - suggestion.started_at.timestamp() == pytest.approx(LIMIT_S, abs=EXACT_S)
    assert suggestion.at_least
