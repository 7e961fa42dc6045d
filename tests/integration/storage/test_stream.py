"""The queue on a real Redis that is killed, stopped dead, emptied and filled with rubbish."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from redis import Redis

from almere_vision.domain.errors import (
    InputError,
    MessageError,
    QueueUnavailable,
    SettingsError,
    StoreUnavailable,
)
from almere_vision.storage.stream import DEAD_STREAM, STREAM, SuggestionStream
from tests.integration.storage.conftest import RedisServer, Until

Handler = Callable[[bytes], None]
Batch = Callable[[Sequence[bytes]], None]


def each(handler: Handler) -> Batch:
    """A handler of batches that takes messages one after another."""

    def handle(payloads: Sequence[bytes]) -> None:
        for payload in payloads:
            handler(payload)

    return handle


@pytest.fixture
def stream(redis_server: RedisServer) -> Iterator[SuggestionStream]:
    stream = SuggestionStream(redis_server.url, claim_idle_s=0.2)
    yield stream
    stream.close()


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[Any]:
    with redis_server.client() as client:
        yield client


@contextmanager
def consuming(stream: SuggestionStream, handler: Handler, consumer: str = "c1") -> Iterator[threading.Thread]:
    stop = threading.Event()
    thread = threading.Thread(target=stream.consume, args=("g", consumer, each(handler), stop))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def nothing_pending(redis: Redis) -> bool:
    pending: Any = redis.xpending(STREAM, "g")
    return bool(pending["pending"] == 0)


def test_messages_come_in_order_and_are_done(stream: SuggestionStream, redis: Redis, until: Until) -> None:
    seen: list[bytes] = []
    messages = [f"message {number}".encode() for number in range(50)]
    for message in messages[:25]:
        stream.publish(message)
    with consuming(stream, seen.append):
        for message in messages[25:]:
            stream.publish(message)
        until(lambda: len(seen) == 50)
        until(lambda: nothing_pending(redis))
    assert seen == messages
    assert redis.xinfo_consumers(STREAM, "g") == []  # who leaves with nothing in hand is forgotten
    with consuming(stream, seen.append):
        stream.publish(b"last")
        until(lambda: seen[-1] == b"last")
    assert len(seen) == 51


def test_two_consumers_share_the_work(stream: SuggestionStream, redis: Redis, until: Until) -> None:
    seen: Counter[bytes] = Counter()
    first, second = threading.Event(), threading.Event()

    def handler(mine: threading.Event, other: threading.Event) -> Handler:
        def handle(payload: bytes) -> None:
            mine.set()
            other.wait(10)  # nobody takes all
            seen[payload] += 1

        return handle

    with ExitStack() as stack:
        stack.enter_context(consuming(stream, handler(first, second), "c1"))
        stack.enter_context(consuming(stream, handler(second, first), "c2"))
        for number in range(20):
            stream.publish(str(number).encode())
        until(lambda: len(seen) == 20 and nothing_pending(redis))
    assert set(seen.values()) == {1}


def test_every_group_that_is_there_gets_every_message(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    for group in ("g", "other"):
        redis.xgroup_create(STREAM, group, id="0", mkstream=True)
    seen: list[bytes] = []
    others: list[bytes] = []
    stop = threading.Event()
    thread = threading.Thread(target=stream.consume, args=("other", "c1", others.extend, stop))
    stream.publish(b"one")
    thread.start()
    with consuming(stream, seen.append):
        until(lambda: seen == others == [b"one"])
    stop.set()
    thread.join()


def test_what_a_dead_consumer_had_in_hand_goes_to_another(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    stream.publish(b"in hand")
    redis.xgroup_create(STREAM, "g", id="0")
    assert redis.xreadgroup("g", "killed", {STREAM: ">"})
    seen: list[bytes] = []
    with consuming(stream, seen.append):
        until(lambda: seen == [b"in hand"] and nothing_pending(redis))


def test_a_message_that_trips_the_handler_comes_again(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    tries: Counter[bytes] = Counter()

    def stumble(payload: bytes) -> None:
        tries[payload] += 1
        if payload == b"hard" and tries[payload] < 3:
            raise RuntimeError("stumbled")

    with consuming(stream, stumble):
        stream.publish(b"hard")
        stream.publish(b"easy")
        until(lambda: tries[b"hard"] == 3 and nothing_pending(redis))
    assert tries == {b"hard": 3, b"easy": 1}
    assert stream.dead_letters() == ()


def test_fault_12_a_poison_message_is_a_dead_letter_at_once(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    seen: list[bytes] = []

    def refuse(payload: bytes) -> None:
        seen.append(payload)
        if payload != b"good":
            raise MessageError("box: not a number")

    with consuming(stream, refuse):
        stream.publish(b"poison")
        stream.publish(b"good")
        until(lambda: len(seen) == 2 and len(stream.dead_letters()) == 1 and nothing_pending(redis))
    assert seen == [b"poison", b"good"]
    (letter,) = stream.dead_letters()
    assert (letter.payload, letter.size_bytes, letter.reason) == (b"poison", 6, "box: not a number")


def test_fault_12_what_always_fails_is_a_dead_letter_after_five_deliveries(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    tries: Counter[bytes] = Counter()

    def fail(payload: bytes) -> None:
        tries[payload] += 1
        if payload == b"poison":
            raise RuntimeError("cannot be")

    with consuming(stream, fail):
        stream.publish(b"poison")
        stream.publish(b"good")
        until(lambda: len(stream.dead_letters()) == 1 and nothing_pending(redis))
    assert tries == {b"poison": 5, b"good": 1}
    assert stream.dead_letters()[0].reason == "failed 5 times: RuntimeError: cannot be"


def test_fault_12_what_kills_every_consumer_is_a_dead_letter(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    """A message that takes the process down is never handled again once five of them died of it."""
    stream.publish(b"poison")
    redis.xgroup_create(STREAM, "g", id="0")
    (_, ((entry_id, _),)), *_ = redis.xreadgroup("g", "dies-1", {STREAM: ">"})  # type: ignore[misc, union-attr]
    for number in range(2, 6):
        redis.xclaim(STREAM, "g", f"dies-{number}", 0, [entry_id])
    seen: list[bytes] = []
    with consuming(stream, seen.append):
        until(lambda: len(stream.dead_letters()) == 1 and nothing_pending(redis))
    assert seen == []
    assert "5 times" in stream.dead_letters()[0].reason


def test_fault_12_a_huge_message_is_not_kept_whole(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    def refuse(payload: bytes) -> None:
        raise MessageError(f"{len(payload)} bytes are too many")

    stream.publish(b"x" * 50_000_000)
    with consuming(stream, refuse):
        until(lambda: len(stream.dead_letters()) == 1, limit_s=60)
    (letter,) = stream.dead_letters()
    assert (len(letter.payload), letter.size_bytes) == (65_536, 50_000_000)


def test_fault_12_an_entry_of_another_form_is_a_dead_letter(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    redis.xadd(STREAM, {"something": "else"})
    seen: list[bytes] = []
    with consuming(stream, seen.append):
        stream.publish(b"good")
        until(lambda: seen == [b"good"])
    assert "no field" in stream.dead_letters()[0].reason


def test_an_entry_that_was_trimmed_meanwhile_is_let_go(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    stream.publish(b"trimmed")
    stream.publish(b"kept")
    redis.xgroup_create(STREAM, "g", id="0")
    (_, ((trimmed, _), _)), *_ = redis.xreadgroup("g", "killed", {STREAM: ">"})  # type: ignore[misc, union-attr]
    redis.xdel(STREAM, trimmed)
    seen: list[bytes] = []
    with consuming(stream, seen.append):
        until(lambda: seen == [b"kept"] and nothing_pending(redis))
    assert redis.xlen(DEAD_STREAM) == 0


def test_fault_9_while_the_database_is_away_a_message_waits_and_never_dies(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    away = threading.Event()
    away.set()
    tries: Counter[bytes] = Counter()
    done: list[bytes] = []

    def keep(payload: bytes) -> None:
        tries[payload] += 1
        if away.is_set():
            raise StoreUnavailable("the database is away")
        done.append(payload)

    with ExitStack() as stack:
        for consumer in ("c1", "c2"):
            stack.enter_context(consuming(stream, keep, consumer))
        for number in range(5):
            stream.publish(str(number).encode())
        until(lambda: sum(tries.values()) > 40)
        held: Any = redis.xpending_range(STREAM, "g", "-", "+", 10)
        assert max(entry["times_delivered"] for entry in held) <= 1  # tries do not count as deliveries
        away.clear()
        until(lambda: len(set(done)) == 5 and nothing_pending(redis))
    assert stream.dead_letters() == ()


def test_a_stop_while_a_message_waits_leaves_it_for_the_next(stream: SuggestionStream, until: Until) -> None:
    tried = threading.Event()

    def away(payload: bytes) -> None:
        tried.set()
        raise StoreUnavailable("the database is away")

    stream.publish(b"waits")
    with consuming(stream, away):
        assert tried.wait(10)
    seen: list[bytes] = []
    with consuming(stream, seen.append, "c2"):
        until(lambda: seen == [b"waits"])


def test_fault_8_a_killed_redis_comes_back_and_nothing_is_lost(
    redis_server: RedisServer, stream: SuggestionStream, until: Until
) -> None:
    seen: set[bytes] = set()
    stop = threading.Event()
    sent: list[bytes] = []

    def send() -> None:
        number = 0
        while not stop.is_set():
            message = str(number).encode()
            try:
                stream.publish(message)
            except QueueUnavailable:
                stop.wait(0.01)
                continue
            sent.append(message)
            number += 1

    sender = threading.Thread(target=send)
    with consuming(stream, seen.add):
        sender.start()
        for _ in range(2):
            before = len(sent)
            until(lambda before=before: len(sent) > before + 50)  # type: ignore[misc]
            redis_server.kill()
            redis_server.start()
        before = len(sent)
        until(lambda: len(sent) > before + 50)
        stop.set()
        sender.join()
        until(lambda: seen >= set(sent))
    assert stream.dead_letters() == ()


def test_fault_8_a_redis_that_comes_back_empty_gets_its_group_again(
    redis_server: RedisServer, stream: SuggestionStream, until: Until
) -> None:
    seen: list[bytes] = []
    with consuming(stream, seen.append):
        stream.publish(b"before")
        until(lambda: seen == [b"before"])
        redis_server.kill(forget=True)
        redis_server.start()
        stream.publish(b"after")
        until(lambda: seen == [b"before", b"after"])


def test_fault_8_a_redis_emptied_under_way_gets_its_group_again(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    seen: list[bytes] = []
    with consuming(stream, seen.append):
        stream.publish(b"before")
        until(lambda: seen == [b"before"])
        redis.flushall()
        stream.publish(b"after")
        until(lambda: seen == [b"before", b"after"])


def test_fault_8_a_redis_that_is_away_is_told_in_one_line(
    redis_server: RedisServer, stream: SuggestionStream
) -> None:
    stream.ping()
    redis_server.kill()
    for call in (lambda: stream.publish(b"x"), stream.ping, stream.dead_letters):
        with pytest.raises(QueueUnavailable) as caught:
            call()
        assert "\n" not in str(caught.value)
    redis_server.start()
    stream.publish(b"x")


def test_fault_8_a_redis_that_is_stopped_dead_is_given_up(
    redis_server: RedisServer, stream: SuggestionStream
) -> None:
    stream.publish(b"x")
    redis_server.freeze()
    started = time.monotonic()
    with pytest.raises(QueueUnavailable):
        stream.publish(b"x")
    assert time.monotonic() - started < 9
    redis_server.thaw()
    stream.publish(b"x")


def test_fault_8_a_full_redis_is_unavailable(stream: SuggestionStream, redis: Redis) -> None:
    redis.config_set("maxmemory-policy", "noeviction")
    redis.config_set("maxmemory", "1")
    with pytest.raises(QueueUnavailable, match="maxmemory"):
        stream.publish(b"x")
    redis.config_set("maxmemory", "0")
    stream.publish(b"x")


def publish_until_refused(stream: SuggestionStream, message: bytes) -> int:
    for sent in range(1000):
        try:
            stream.publish(message)
        except QueueUnavailable:
            return sent
    raise AssertionError("it never filled up")


def test_fault_8_reading_makes_room_in_a_full_redis(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    message = b"x" * 50_000
    stream.publish(message)
    redis.xgroup_create(STREAM, "g", id="0")
    used: Any = redis.info("memory")
    redis.config_set("maxmemory-policy", "noeviction")
    redis.config_set("maxmemory", str(used["used_memory"] + 2_000_000))
    sent = 1 + publish_until_refused(stream, message)
    seen: list[bytes] = []
    with consuming(stream, seen.append):
        until(lambda: len(seen) == sent and redis.xlen(STREAM) == 0)
        stream.publish(b"room again")
        until(lambda: seen[-1] == b"room again")


def test_what_is_done_is_let_go_and_what_is_not_stays(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    redis.xgroup_create(STREAM, "slow", id="0", mkstream=True)
    for number in range(10):
        stream.publish(str(number).encode())
    held: Any = redis.xreadgroup("slow", "c9", {STREAM: ">"}, count=6)
    redis.xack(STREAM, "slow", *(entry_id for entry_id, _ in held[0][1][:3]))
    seen: list[bytes] = []
    with consuming(stream, seen.append):
        until(lambda: len(seen) == 10 and nothing_pending(redis))
        until(lambda: stream.waiting() == 7)  # all but the three that both groups are done with
        redis.xgroup_destroy(STREAM, "slow")
        stream.publish(b"last")
        until(lambda: stream.waiting() == 0)
    assert seen[-1] == b"last"


def test_what_one_before_was_done_with_does_not_fill_the_queue_for_ever(
    redis_server: RedisServer, redis: Redis, until: Until
) -> None:
    full = SuggestionStream(redis_server.url, longest=3)
    redis.xgroup_create(STREAM, "g", id="0", mkstream=True)
    for _ in range(3):
        full.publish(b"x")
    ((_, entries),) = redis.xreadgroup("g", "killed", {STREAM: ">"})  # type: ignore[misc, union-attr]
    redis.xack(STREAM, "g", *(entry_id for entry_id, _ in entries))
    with consuming(full, lambda _: None):
        until(lambda: full.waiting() == 0)
    full.close()


def test_a_long_queue_takes_no_more(redis_server: RedisServer, stream: SuggestionStream) -> None:
    short = SuggestionStream(redis_server.url, longest=3)
    for _ in range(3):
        short.publish(b"x")
    with pytest.raises(QueueUnavailable, match="3 suggestions wait"):
        short.publish(b"x")
    assert short.waiting() == 3
    short.close()


def test_what_waits_comes_in_batches(stream: SuggestionStream, until: Until) -> None:
    for number in range(300):
        stream.publish(str(number).encode())
    batches: list[list[bytes]] = []
    stop = threading.Event()
    reader = threading.Thread(
        target=stream.consume, args=("g", "c1", lambda some: batches.append(list(some)), stop)
    )
    reader.start()
    until(lambda: sum(map(len, batches)) == 300)
    stop.set()
    reader.join(20)
    assert [message for batch in batches for message in batch] == [str(n).encode() for n in range(300)]
    assert len(batches) < 20


def test_fault_12_one_poison_message_does_not_sink_its_batch(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    """What fails as a batch comes one by one: the good ones are done, the bad one alone is set aside."""
    done: Counter[bytes] = Counter()
    together: list[int] = []
    stop = threading.Event()

    def all_or_none(payloads: Sequence[bytes]) -> None:
        together.append(len(payloads))
        if b"poison" in payloads:
            raise MessageError("box: not a number")
        done.update(payloads)

    for number in range(100):
        stream.publish(b"poison" if number == 70 else str(number).encode())
    reader = threading.Thread(target=stream.consume, args=("g", "c1", all_or_none, stop))
    reader.start()
    until(lambda: len(done) == 99 and nothing_pending(redis))
    stop.set()
    reader.join(20)
    assert set(done.values()) == {1}
    assert max(together) > 1
    (letter,) = stream.dead_letters()
    assert letter.payload == b"poison"
    assert stream.dead_count() == 1


def test_fault_12_a_dead_letter_can_be_tried_again_when_its_cause_is_gone(
    stream: SuggestionStream, redis: Redis, until: Until
) -> None:
    broken = threading.Event()
    broken.set()
    seen: list[bytes] = []

    def handle(payload: bytes) -> None:
        if broken.is_set():
            raise MessageError("not yet")
        seen.append(payload)

    with consuming(stream, handle):
        stream.publish(b"one")
        until(lambda: stream.dead_count() == 1)
        broken.clear()
        stream.retry(stream.dead_letters()[0].id)
        until(lambda: seen == [b"one"])
    assert stream.dead_count() == 0
    redis.xadd(DEAD_STREAM, {"id": "1-1", "message": "part", "size": 5000, "reason": "large"})
    with pytest.raises(InputError, match="first 4 of 5000"):
        stream.retry(stream.dead_letters()[0].id)
    for unknown in ("1-1", "-", "+", "x", "", "9" * 99 + "-1"):
        with pytest.raises(InputError, match="no dead letter"):
            stream.retry(unknown)


@pytest.mark.parametrize("url", ["http://geheim@host", "", "redis://:geheim@host:port"])
def test_an_address_that_cannot_be_used_is_told_without_it(url: str) -> None:
    with pytest.raises(SettingsError, match="ALMERE_REDIS_URL") as caught:
        SuggestionStream(url)
    assert "geheim" not in str(caught.value)
