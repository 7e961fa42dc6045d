"""Leases with a real Redis: who has a camera, and whose writes are refused (faults 6 and 7)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from almere_vision.domain.errors import LeaseLost, QueueUnavailable
from almere_vision.domain.lease import Lease
from almere_vision.domain.suggestion import Suggestion
from almere_vision.domain.watching import WatchedTime
from almere_vision.storage.leases import Leases
from almere_vision.storage.live_pictures import LivePicture, LivePictures, Size, Wanted
from almere_vision.storage.messages import decode, encode, lease_of
from almere_vision.storage.notices import CameraStatus, Notices
from almere_vision.storage.spool import open_outbox
from almere_vision.storage.stream import SuggestionStream
from almere_vision.storage.watched_feed import WatchedFeed
from almere_vision.worker.holdings import Holdings
from tests.integration.storage.conftest import RedisServer, Suggest, Until
from tests.integration.storage.test_spool import published

SHORT_S, LONG_S = 0.3, 60.0
CAMERA = "mast"
HOUR = datetime(2026, 5, 4, 12, tzinfo=UTC)

SPOOL_USER = """
import sys
from pathlib import Path
from almere_vision.storage.spool import open_outbox
from almere_vision.storage.stream import SuggestionStream
print(open_outbox(SuggestionStream(sys.argv[1]), Path(sys.argv[2]), 4096).owner, flush=True)
sys.stdin.read()
"""

Open = Callable[..., Leases]


@pytest.fixture
def leases(redis_server: RedisServer) -> Iterator[Open]:
    with ExitStack() as stack:

        def open_it(name: str, lease_s: float = LONG_S, run: str = "1") -> Leases:
            made = Leases(redis_server.url, "city", name, run, lease_s)
            stack.callback(made.close)
            return made

        yield open_it


def taken(store: Leases, *cameras: str) -> Lease:
    lease = store.take(cameras or (CAMERA,))
    assert lease is not None
    return lease


def overtaken(leases: Open, until: Until) -> tuple[Lease, Lease]:
    """The lease of a worker that was stopped for too long, and that of its follower."""
    late = taken(leases("stopped", SHORT_S))
    found: list[Lease | None] = []
    until(lambda: (found.append(leases("next").take((CAMERA,))), found[-1] is not None)[1])
    now = found[-1]
    assert now is not None
    return late, now


def test_one_worker_at_a_time_has_a_camera_and_the_next_has_a_higher_token(leases: Open) -> None:
    first, second = leases("first"), leases("second")
    lease = taken(first, "a", "b")
    assert second.take(("b",)) is None
    assert second.take(("b", "c")) is None
    first.give_back(lease)
    assert taken(second, "b", "c").token > lease.token
    assert first.renew([lease], 0) == {"b"}


def test_a_lease_that_ran_out_goes_on_if_nobody_took_it(leases: Open, until: Until) -> None:
    store = leases("first", SHORT_S)
    lease = taken(store)
    until(lambda: not store.survey([CAMERA]).taken)
    assert store.renew([lease], 0) == frozenset()
    assert store.survey([CAMERA]).taken == {CAMERA}


def test_a_worker_that_was_killed_has_its_cameras_again_at_once(leases: Open) -> None:
    before = taken(leases("first", run="1"))
    again = leases("first", run="2").take((CAMERA,), back=True)
    assert again is not None
    assert again.token > before.token
    assert leases("other").take((CAMERA,), back=True) is None


def test_tokens_grow_over_a_redis_that_lost_everything_and_who_held_holds_on(
    leases: Open, redis_server: RedisServer
) -> None:
    store = leases("first")
    before = taken(store)
    redis_server.kill(forget=True)
    redis_server.start()
    assert store.renew([before], 0) == frozenset()
    assert leases("second").take((CAMERA,)) is None
    store.give_back(before)
    redis_server.kill(forget=True)
    redis_server.start()
    assert taken(leases("second")).token > before.token


def test_fault_7_what_a_worker_says_that_was_overtaken_is_refused_where_it_would_take_effect(
    leases: Open, redis_server: RedisServer, until: Until
) -> None:
    late, now = overtaken(leases, until)
    notices, live = Notices(redis_server.url), LivePictures(redis_server.url)
    feed = WatchedFeed(redis_server.url)
    at, wanted = datetime.now(UTC), Wanted(CAMERA, Size.LARGE)

    def say(word: str, lease: Lease) -> None:
        notices.set_camera_status(CameraStatus(CAMERA, word, "online", at, None), lease)

    def picture(word: str, lease: Lease) -> None:
        live.put(wanted, LivePicture(word.encode(), at, word), lease)

    writes: list[Callable[[str, Lease], None]] = [
        say,
        picture,
        lambda word, lease: notices.set_rule_state(CAMERA, "home", word.encode(), lease),
        lambda word, lease: notices.set_once_state(CAMERA, word.encode(), lease),
    ]
    for write in writes:
        write("now", now)
        with pytest.raises(LeaseLost, match=CAMERA):
            write("late", late)
    for run, lease in (("late", late), ("now", now)):
        feed.tell([WatchedTime(run, HOUR, CAMERA, "home", "parking", "watched", 9.0)], {CAMERA: lease})

    assert notices.cameras()[0].name == "now"
    assert notices.rule_state(CAMERA, "home") == notices.once_state(CAMERA) == b"now"
    shown = live.newest(wanted)
    assert isinstance(shown, LivePicture)
    assert shown.jpeg == b"now"
    assert [told.run for told in feed.told()] == ["now"]
    for one in (notices, live, feed):
        one.close()


def test_fault_7_a_suggestion_that_waited_on_disk_while_another_took_over_is_put_aside_and_not_lost(
    leases: Open, redis_server: RedisServer, until: Until, tmp_path: Path, suggest: Suggest
) -> None:
    late, now = overtaken(leases, until)
    stream = SuggestionStream(redis_server.url)
    outbox = open_outbox(stream, tmp_path / "spool", 2**20)
    redis_server.kill()
    outbox.send(encode(suggest("late"), late))
    outbox.send(encode(suggest("now"), now))
    assert outbox.waiting == 2
    redis_server.start()
    outbox.drain()

    assert [decode(payload).id for payload in published(redis_server)] == ["now"]
    (letter,) = stream.dead_letters()
    assert decode(letter.payload).id == "late"
    assert CAMERA in letter.reason
    stream.retry(letter.id)
    assert [decode(payload).id for payload in published(redis_server)] == ["now", "late"]
    outbox.close()
    stream.close()


def test_the_lease_travels_in_the_message_and_is_no_part_of_the_suggestion(suggest: Suggest) -> None:
    one: Suggestion = suggest("one")
    message = encode(one, Lease(("a", "b"), 7))
    assert lease_of(message) == Lease(("a",), 7)
    assert decode(message) == one
    assert [lease_of(other) for other in (encode(one), b"", b"\xff", json.dumps({"lease": 1}).encode())] == (
        [None] * 4
    )


def test_several_workers_on_one_data_folder_have_a_spool_and_a_name_each(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    stream = SuggestionStream(redis_server.url)
    words = [sys.executable, "-c", SPOOL_USER, redis_server.url, str(tmp_path / "spool")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        beside = open_outbox(stream, tmp_path / "spool", 2**20)
        assert len({name, beside.owner}) == 2
        assert (tmp_path / "spool-2").is_dir()
        beside.close()
        other.kill()
    again = open_outbox(stream, tmp_path / "spool", 2**20)
    assert again.owner == name
    again.close()
    stream.close()


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def holdings(store: Leases, clock: Clock, room: int = 0) -> Holdings:
    groups = [("a", "b"), ("c",), ("d",), ("e",), ("f",)]
    return Holdings(store, groups, room, LONG_S, clock)


def cameras(one: Holdings) -> set[str]:
    return {camera for lease in one.held() for camera in lease.cameras}


def test_alone_a_worker_has_all_at_once_and_a_second_gets_its_share(leases: Open) -> None:
    clock = Clock()
    first, second = holdings(leases("first"), clock), holdings(leases("second"), clock)
    first.step()
    assert cameras(first) == set("abcdef")
    before = first.held()
    second.step()
    first.step()
    gone = set("abcdef") - cameras(first)
    assert len(gone) == 3
    second.step()
    assert not cameras(second), "not before the first has ended them"
    for lease in set(before) - set(first.held()):
        first.give_back(lease)
    second.step()
    assert cameras(second) == gone
    second.close()
    first.step()
    assert cameras(first) == set("abcdef")


def test_a_worker_takes_no_more_than_it_is_allowed(leases: Open) -> None:
    one = holdings(leases("small"), Clock(), room=2)
    one.step()
    assert cameras(one) == {"a", "b"}


def test_while_redis_is_away_cameras_are_watched_on_and_others_may_renew_before_any_is_taken(
    leases: Open, redis_server: RedisServer
) -> None:
    clock = Clock()
    one = holdings(leases("first"), clock, room=2)
    one.step()
    other = holdings(leases("second"), clock, room=1)
    other.step()
    (lease,) = other.held()
    redis_server.kill()
    clock.now_s = 3 * LONG_S
    assert not one.sure(), "the lease ran out, and nobody asked yet"
    one.step()
    assert one.sure()
    assert cameras(one) == {"a", "b"}
    redis_server.start()
    with redis_server.client() as redis:
        redis.delete("almere:leases")
    one.step()
    other.step()
    assert cameras(one) == {"a", "b"}
    assert other.held() == (lease,)


def test_a_worker_that_was_stopped_first_asks_and_then_lets_go(leases: Open, until: Until) -> None:
    clock = Clock()
    stopped = Holdings(leases("stopped", SHORT_S), [(CAMERA,)], 0, SHORT_S, clock)
    stopped.step()
    until(lambda: leases("next").take((CAMERA,)) is not None)
    clock.now_s = 10.0
    assert not stopped.sure()
    stopped.step()
    assert stopped.held() == ()


def test_without_redis_nothing_is_had(leases: Open, redis_server: RedisServer) -> None:
    redis_server.kill()
    with pytest.raises(QueueUnavailable):
        leases("first").take((CAMERA,))
