"""Blind minutes add up over a test hour, on their whole way: worker, Redis, database, after a restart too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from almere_vision.domain.errors import QueueUnavailable
from almere_vision.domain.lease import Lease
from almere_vision.domain.watching import WatchedTime, rule_times
from almere_vision.domain.whereabouts import Sight, Whereabouts
from almere_vision.scene import Scene
from almere_vision.storage.fence import LEASES
from almere_vision.storage.watched import KEPT, Bookkeeper, Watched
from almere_vision.storage.watched_feed import WatchedFeed
from almere_vision.worker.blindness import Blindness
from almere_vision.worker.measures import Measures
from almere_vision.worker.watchbook import Watchbook
from tests.integration.storage.conftest import NOON, RedisServer
from tests.unit.worker.test_blindness import ZONES

HOUR = timedelta(hours=1)
BAY, LAWN = (Whereabouts(Sight.AT_PRESET, name) for name in ("bay", "lawn"))
MOVING, UNKNOWN = Whereabouts(Sight.MOVING), Whereabouts(Sight.UNKNOWN)
SPANS = [(1200, BAY), (120, MOVING), (1500, LAWN), (300, UNKNOWN), (480, None)]
RULES = {("bay", "parking"), ("bay", "loitering"), ("lawn", "loitering")}


class Clock:
    """A simulated clock, wall and monotonic in one."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class Worker:
    """The counters of a worker, real but for the pictures."""

    def __init__(self, scene: Scene, feed: WatchedFeed, clock: Clock, run: str) -> None:
        self.clock, self.measures = clock, Measures()
        self.book = Watchbook(run, feed.tell, clock.now)
        self.blindness = Blindness(scene, self._passed)
        self.blindness.pass_to(clock.at.timestamp(), UNKNOWN)

    def _passed(self, camera: str, preset: str, rule: str, what: str, seconds: float) -> None:
        self.measures.watched(camera, preset, rule, what, seconds)
        self.book.count(camera, preset, rule, what, seconds)

    def watch(self, seconds: int, whereabouts: Whereabouts | None) -> None:
        for _ in range(seconds // 2):
            self.clock.at += timedelta(seconds=2)
            self.blindness.pass_to(self.clock.at.timestamp(), whereabouts)
            self.book.hand_on()

    def metric(self, preset: str, rule: str, what: str) -> float:
        labels = {"camera": "mast", "preset": preset, "rule": rule, "what": what}
        return self.measures.registry.get_sample_value("almere_rule_seconds_total", labels) or 0.0


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    path = tmp_path / "mast.yaml"
    path.write_text(ZONES)
    return Scene.load(path)


@pytest.fixture
def feed(redis_server: RedisServer) -> Iterator[WatchedFeed]:
    made = WatchedFeed(redis_server.url)
    yield made
    made.close()


def told(engine: Engine, begin: datetime, end: datetime) -> dict[tuple[str, str], dict[str, float]]:
    found = rule_times(Watched(engine).sums(begin - HOUR, end), begin, end)
    return {(one.preset, one.rule): dict(one.seconds) for one in found}


def test_blind_minutes_add_up_over_a_test_hour(scene: Scene, feed: WatchedFeed, engine: Engine) -> None:
    clock = Clock(NOON)
    keeper, worker = Bookkeeper(feed, Watched(engine), clock.now), Worker(scene, feed, clock, "run-1")
    for seconds, whereabouts in SPANS:
        worker.watch(seconds, whereabouts)
        keeper.look()
    worker.book.hand_on(at_once=True)
    keeper.look()
    keeper.look()  # told twice, counted once
    assert clock.at == NOON + HOUR
    found = told(engine, NOON, clock.at)
    assert found.keys() == RULES
    assert found["bay", "parking"] == pytest.approx(
        {"watched": 1200, "moving": 120, "elsewhere": 1500, "unknown": 300, "offline": 480}
    )
    for (preset, rule), seconds in found.items():
        assert sum(seconds.values()) == pytest.approx(3600)
        assert seconds == pytest.approx({what: worker.metric(preset, rule, what) for what in seconds})


def test_fault_7_time_in_which_another_worker_watched_is_not_counted_here(
    feed: WatchedFeed, redis_server: RedisServer
) -> None:
    clock, leases = Clock(NOON), {"mast": Lease(("mast",), 5)}
    book = Watchbook("run-1", lambda times: feed.tell(times, leases), clock.now)

    def count(seconds: float) -> None:
        clock.at += timedelta(seconds=seconds)
        book.count("mast", "bay", "parking", "watched", seconds)
        book.hand_on(at_once=True)

    def sums() -> float:
        return sum(one.seconds for one in feed.told())

    with redis_server.client() as redis:
        redis.hset(LEASES, "mast", "5 0 one")
        count(20)
        redis.hset(LEASES, "mast", "6 0 other")
        count(60)
        assert sums() == 20
        book.take_back("mast")
        redis.hset(LEASES, "mast", "7 0 one")
        leases["mast"] = Lease(("mast",), 7)
        count(10)
        assert sums() == 30


def test_a_worker_that_was_killed_leaves_time_that_nobody_counted(
    scene: Scene, feed: WatchedFeed, engine: Engine
) -> None:
    clock = Clock(NOON - HOUR)
    keeper = Bookkeeper(feed, Watched(engine), clock.now)
    first = Worker(scene, feed, clock, "run-1")
    first.watch(3600 + 1200, BAY)
    clock.at += timedelta(minutes=10)  # it is gone, without a word
    second = Worker(scene, feed, clock, "run-2")
    second.watch(1800, BAY)
    second.book.hand_on(at_once=True)
    keeper.look()
    found = told(engine, NOON, clock.at)["bay", "parking"]
    assert found["watched"] == pytest.approx(3000, abs=10)
    assert found["uncounted"] == pytest.approx(600, abs=10)
    assert sum(found.values()) == pytest.approx(3600)


def test_nothing_is_lost_while_redis_is_away_and_empty_afterwards(
    scene: Scene, feed: WatchedFeed, engine: Engine, redis_server: RedisServer
) -> None:
    clock = Clock(NOON)
    keeper, worker = Bookkeeper(feed, Watched(engine), clock.now), Worker(scene, feed, clock, "run-1")
    worker.watch(600, BAY)
    keeper.look()
    redis_server.kill(forget=True)
    clock.at += timedelta(seconds=20)
    worker.blindness.pass_to(clock.at.timestamp(), BAY)
    with pytest.raises(QueueUnavailable):
        worker.book.hand_on()
    redis_server.start()
    worker.watch(600, BAY)
    worker.book.hand_on(at_once=True)
    keeper.look()
    assert told(engine, NOON, clock.at)["bay", "parking"] == pytest.approx({"watched": 1220})


def test_a_sum_never_falls_and_goes_after_a_year_and_a_month(feed: WatchedFeed, engine: Engine) -> None:
    def line(seconds: float, hour: datetime = NOON) -> WatchedTime:
        return WatchedTime("run-1", hour, "mast", "bay", "parking", "watched", seconds)

    watched = Watched(engine)
    watched.keep([line(100.0), line(50.0, NOON - KEPT - HOUR)])
    watched.keep([line(60.0)])
    assert [one.seconds for one in watched.sums(NOON, NOON + HOUR)] == [100.0]
    Bookkeeper(feed, watched, lambda: NOON).look()
    assert [one.hour for one in watched.sums(NOON - 2 * KEPT, NOON + HOUR)] == [NOON]
