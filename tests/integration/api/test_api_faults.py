"""Faults of faults.md between queue, database and API, with the real processes."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psutil
import pytest
from redis import Redis
from sqlalchemy import text

from almere_vision.storage.consumer import STREAM
from almere_vision.storage.ingest import GROUP
from almere_vision.storage.messages import encode
from almere_vision.storage.stream import SuggestionStream
from tests.integration.api.conftest import MakeStack, arrive, on_postgresql, on_sqlite
from tests.integration.api.stack import Stack, problem, suggestion, wait_until
from tests.integration.databases import Postgres


@contextmanager
def redis_of(stack: Stack) -> Iterator[Any]:
    with Redis.from_url(stack.redis.url, protocol=2, socket_timeout=10) as client:
        yield client


def stored(stack: Stack, name: str) -> int:
    with stack.engine.connect() as connection:
        found = text("SELECT count(*) FROM incidents WHERE id = :name")
        return int(connection.execute(found, {"name": name}).scalar_one())


def nothing_waits(redis: Any) -> bool:
    return bool(redis.xlen(STREAM) == 0 and redis.xpending(STREAM, GROUP)["pending"] == 0)


@on_postgresql
def test_fault_9_an_api_killed_between_commit_and_acknowledgement_doubles_nothing(stack: Stack) -> None:
    """Stored but not acknowledged: the queue gives it again, and again it is one incident."""
    name = "killed-1"
    redis_process = psutil.Process(stack.redis.pid)
    with redis_of(stack) as redis, stack.engine.connect() as holding:
        holding.execute(text("LOCK TABLE incidents IN EXCLUSIVE MODE"))
        stack.put(suggestion(name))
        wait_until(lambda: redis.xpending(STREAM, GROUP)["pending"] == 1, "the API has it in hand")
        wait_until(lambda: waits_for_lock(stack), "the API is at the database")
        redis_process.suspend()
        try:
            holding.rollback()
            wait_until(lambda: stored(stack, name) == 1, "it is committed")
            stack.api.kill()
        finally:
            redis_process.resume()
        (left,) = redis.xpending_range(STREAM, GROUP, "-", "+", 10)  # committed, never acknowledged
        redis.xclaim(STREAM, GROUP, left["consumer"], 0, [left["message_id"]], idle=60_000, justid=True)
        stack.api.start()
        wait_until(lambda: nothing_waits(redis), "it is acknowledged")
    assert stored(stack, name) == 1
    with stack.signed_in("observer") as client:
        told = client.get(f"/incidents/{name}").json()
    assert (told["version"], len(told["history"])) == (1, 1)


def waits_for_lock(stack: Stack) -> bool:
    with stack.engine.connect() as connection:
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(connection.execute(waiting).scalar_one())


OUTAGE_S = 30.0


@on_postgresql
def test_fault_9_what_arrives_while_the_database_is_down_for_half_a_minute_is_stored_when_it_is_back(
    stack: Stack, postgres: Postgres
) -> None:
    names = [f"while-down-{number}" for number in range(40)]
    with stack.signed_in("observer") as client, redis_of(stack) as redis:
        wait_until(lambda: nothing_waits(redis), "the queue is empty")
        dead = stream_of(stack, SuggestionStream.dead_count)
        postgres.stop()
        back_at_s = time.monotonic() + OUTAGE_S
        stack.put(*(suggestion(name) for name in names))
        wait_until(lambda: "messages wait for storage" in stack.api.log(), "the API tells of it")

        def refused_to_the_end() -> bool:
            refused = client.post("/incidents/while-down-1/claim", json={"version": 1})
            assert problem(refused) == (503, "unavailable")
            assert int(refused.headers["Retry-After"]) >= 1
            return time.monotonic() >= back_at_s

        wait_until(refused_to_the_end, "the outage is over", 2 * OUTAGE_S)
        assert stream_of(stack, SuggestionStream.waiting) >= 40
        postgres.start()
        wait_until(lambda: nothing_waits(redis), "all of it is stored")
    assert [stored(stack, name) for name in names] == [1] * len(names)
    assert stream_of(stack, SuggestionStream.dead_count) == dead


def stream_of(stack: Stack, ask: Any) -> Any:
    stream = SuggestionStream(stack.redis.url)
    try:
        return ask(stream)
    finally:
        stream.close()


@on_postgresql
def test_fault_9_a_slow_database_is_given_up_in_time_and_nothing_is_half_done(stack: Stack) -> None:
    name = arrive(stack)
    with stack.signed_in("observer") as client, stack.engine.connect() as holding:
        holding.execute(text("LOCK TABLE incidents IN ACCESS EXCLUSIVE MODE"))
        stack.put(suggestion("while-slow"))
        slow = client.post(f"/incidents/{name}/claim", json={"version": 1}, timeout=9)
        assert problem(slow) == (503, "unavailable")
        assert int(slow.headers["Retry-After"]) >= 1
        assert httpx.get(stack.api.url + "/healthz", timeout=2).status_code == 200
        holding.rollback()
        wait_until(lambda: stored(stack, "while-slow") == 1, "what waited is stored")
        told = client.get(f"/incidents/{name}").json()
        assert (told["state"], told["version"]) == ("suggested", 1)
        assert client.post(f"/incidents/{name}/claim", json={"version": 1}).status_code == 200


def test_fault_9_on_a_full_disk_decisions_are_refused_and_none_that_was_answered_is_lost(
    make_stack: MakeStack,
) -> None:
    """The disk is full for the API alone: no file of it may grow (RLIMIT_FSIZE)."""
    stack = make_stack("sqlite")
    before, after = arrive(stack), arrive(stack)
    with stack.signed_in("observer") as client, redis_of(stack) as redis:
        assert client.post(f"/incidents/{before}/claim", json={"version": 1}).status_code == 200
        limits = resource.prlimit(stack.api.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(stack.api.pid, resource.RLIMIT_FSIZE, (4096, limits[1]))
        stack.put(suggestion("while-full"))
        full = client.post(f"/incidents/{after}/claim", json={"version": 1})
        assert problem(full) == (503, "unavailable")
        assert int(full.headers["Retry-After"]) >= 1
        told = client.get(f"/incidents/{before}").json()  # reading goes on
        assert (told["state"], told["claimed_by"]) == ("claimed", "observer")
        resource.prlimit(stack.api.pid, resource.RLIMIT_FSIZE, limits)
        wait_until(lambda: stored(stack, "while-full") == 1, "what waited is stored")
        wait_until(lambda: nothing_waits(redis), "and acknowledged")
        assert client.post(f"/incidents/{after}/claim", json={"version": 1}).status_code == 200
        assert len(client.get(f"/incidents/{before}").json()["history"]) == 2


def test_fault_11_duplicates_and_late_replays_change_nothing_that_people_did(stack: Stack) -> None:
    name = "replayed-1"
    with stack.signed_in("observer") as client, redis_of(stack) as redis:
        stack.put(*(suggestion(name, revision=revision) for revision in (2, 1, 2, 1, 3, 1)))
        wait_until(lambda: stored(stack, name) and nothing_waits(redis), "it is there")
        assert client.post(f"/incidents/{name}/claim", json={"version": 1}).status_code == 200
        assert client.post(f"/incidents/{name}/confirm", json={"version": 2}).status_code == 200
        stack.put(*(suggestion(name, revision=revision) for revision in (3, 2, 1)))
        wait_until(lambda: nothing_waits(redis), "the replay is read")
        told = client.get(f"/incidents/{name}").json()
    assert (told["state"], told["version"], stored(stack, name)) == ("confirmed", 3, 1)
    assert [line["command"] for line in told["history"]] == ["suggested", "claim", "confirm"]


@on_sqlite
def test_fault_12_poison_is_parked_seen_and_can_be_tried_again(stack: Stack) -> None:
    good = encode(suggestion("beside-poison"))
    poison = [
        b"x" * 50_000_000,
        good.replace(b"0.91", b"NaN"),
        good.replace(b'"schema_version":1', b'"schema_version":9'),
    ]
    stream = SuggestionStream(stack.redis.url)
    before = stream.dead_count()
    for payload in (*poison, good):
        stream.publish(payload)
    wait_until(lambda: stored(stack, "beside-poison") == 1, "the good one is stored", 60)
    wait_until(lambda: stream.dead_count() == before + 3, "the others are set aside", 60)
    with stack.signed_in("supervisor") as client:
        assert client.get("/queue").json() == {"waiting": stream.waiting(), "dead_letters": before + 3}
    with stack.signed_in("observer") as client:
        assert problem(client.get("/queue")) == (403, "not_allowed")
    listed = [json.loads(line) for line in almere(stack, "queue", "dead", "--json").splitlines()][:3]
    assert [letter["size_bytes"] for letter in reversed(listed)] == [len(payload) for payload in poison]
    assert [letter["reason"].partition(":")[0] for letter in listed[:2]] == [
        "not a suggestion of schema 1"
    ] * 2
    assert "is back in the queue" in almere(stack, "queue", "retry", listed[0]["id"])
    wait_until(lambda: stream.dead_letters()[0].id > listed[0]["id"], "still poison, and set aside again")
    refused = almere(stack, "queue", "retry", listed[2]["id"], code=2)
    assert "cannot be tried again" in refused
    stream.close()


def almere(stack: Stack, *words: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "almere_vision", *words],
        env={**os.environ, "ALMERE_DATA_DIR": str(stack.data_dir)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


@pytest.mark.parametrize("forget", [False, True], ids=["killed", "killed and empty"])
def test_fault_8_after_redis_was_killed_new_suggestions_become_incidents(
    make_stack: MakeStack, forget: bool
) -> None:
    stack = make_stack("sqlite")
    arrive(stack)
    stack.redis.kill(forget=forget)
    stack.redis.start()
    arrive(stack)
    assert "Traceback" not in stack.api.log()
