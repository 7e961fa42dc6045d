"""The disk spool; fault 8: Redis away, killed, stopped dead, and then everything in order."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from almere_vision.domain.errors import StorageError
from almere_vision.storage.spool import Outbox
from almere_vision.storage.stream import STREAM, SuggestionStream
from tests.integration.storage.conftest import RedisServer, Until

MIB = 1024 * 1024

Open = Callable[..., Outbox]


@pytest.fixture
def stream(redis_server: RedisServer) -> Iterator[SuggestionStream]:
    stream = SuggestionStream(redis_server.url)
    yield stream
    stream.close()


@pytest.fixture
def open_outbox(stream: SuggestionStream, tmp_path: Path) -> Iterator[Open]:
    opened: list[Outbox] = []

    def open_it(limit_bytes: int = MIB) -> Outbox:
        while opened:
            opened.pop().close()
        opened.append(Outbox(stream, tmp_path / "spool", limit_bytes))
        return opened[0]

    yield open_it
    while opened:
        opened.pop().close()


def published(server: RedisServer) -> list[bytes]:
    with server.client() as redis:
        entries: Any = redis.xrange(STREAM)
        return [fields[b"message"] for _, fields in entries]


def messages(first: int, end: int) -> list[bytes]:
    return [f"message {number}".encode() for number in range(first, end)]


def test_with_redis_there_nothing_touches_the_disk(open_outbox: Open, redis_server: RedisServer) -> None:
    outbox = open_outbox()
    for message in messages(0, 5):
        outbox.send(message)
    assert (outbox.waiting, outbox.drain()) == (0, 0)
    assert published(redis_server) == messages(0, 5)


def test_fault_8_what_waited_goes_out_in_order(open_outbox: Open, redis_server: RedisServer) -> None:
    outbox = open_outbox()
    outbox.send(messages(0, 1)[0])
    redis_server.kill()
    for message in messages(1, 10):
        outbox.send(message)
    assert (outbox.waiting, outbox.drain(), outbox.waiting) == (9, 0, 9)
    redis_server.start()
    outbox.send(messages(10, 11)[0])  # Redis is there, but older ones wait
    assert published(redis_server) == messages(0, 1)
    assert (outbox.drain(), outbox.waiting) == (10, 0)
    outbox.send(messages(11, 12)[0])
    assert published(redis_server) == messages(0, 12)


def test_fault_8_what_waits_survives_a_restart_of_the_worker(
    open_outbox: Open, redis_server: RedisServer
) -> None:
    redis_server.kill()
    outbox = open_outbox()
    for message in messages(0, 5):
        outbox.send(message)
    outbox = open_outbox()
    assert outbox.waiting == 5
    outbox.send(messages(5, 6)[0])
    redis_server.start()
    assert open_outbox().drain() == 6
    assert published(redis_server) == messages(0, 6)


def test_fault_8_a_redis_killed_while_draining_loses_nothing(
    open_outbox: Open, redis_server: RedisServer, until: Until
) -> None:
    redis_server.kill()
    outbox = open_outbox(16 * MIB)
    for message in messages(0, 1000):
        outbox.send(message)
    redis_server.start()
    drainer = threading.Thread(target=outbox.drain)
    drainer.start()
    until(lambda: outbox.waiting < 900)
    redis_server.kill()
    drainer.join(20)
    assert outbox.waiting > 0, "it was over before the kill"
    redis_server.start()
    outbox.drain()
    assert outbox.waiting == 0
    once = list(dict.fromkeys(published(redis_server)))  # the one under way may be there twice
    assert once == messages(0, 1000)
    assert len(published(redis_server)) <= 1001


def test_fault_8_threads_send_while_another_drains(
    open_outbox: Open, redis_server: RedisServer, until: Until
) -> None:
    redis_server.kill()
    outbox = open_outbox(16 * MIB)
    outbox.send(b"first")
    redis_server.start()
    senders = [
        threading.Thread(target=lambda name=name: [outbox.send(f"{name} {n}".encode()) for n in range(100)])
        for name in "abc"
    ]
    for sender in senders:
        sender.start()
    while any(sender.is_alive() for sender in senders):
        outbox.drain()
    outbox.drain()
    got = published(redis_server)
    assert len(got) == 301
    for name in "abc":
        mine = [message for message in got if message.startswith(name.encode())]
        assert mine == [f"{name} {n}".encode() for n in range(100)]


def test_a_full_spool_refuses_the_new_and_keeps_the_old(open_outbox: Open, redis_server: RedisServer) -> None:
    redis_server.kill()
    outbox = open_outbox(limit_bytes=3 * 4096)
    for message in messages(0, 3):
        outbox.send(message)
    with pytest.raises(StorageError, match="full") as caught:
        outbox.send(b"one too many")
    assert "\n" not in str(caught.value)
    redis_server.start()
    assert outbox.drain() == 3
    assert published(redis_server) == messages(0, 3)
    outbox.send(b"room again")


def test_the_limit_counts_what_the_disk_counts(open_outbox: Open, redis_server: RedisServer) -> None:
    redis_server.kill()
    outbox = open_outbox(limit_bytes=4 * 4096)
    outbox.send(b"x" * 5000)
    outbox = open_outbox(limit_bytes=4 * 4096)
    outbox.send(b"x" * 5000)
    with pytest.raises(StorageError, match="full"):
        outbox.send(b"x")


def test_a_torn_record_is_left_aside_and_the_others_go(
    open_outbox: Open, redis_server: RedisServer, tmp_path: Path
) -> None:
    redis_server.kill()
    outbox = open_outbox()
    for message in messages(0, 3):
        outbox.send(message)
    last = max((tmp_path / "spool").glob("*.message"))
    last.write_bytes(last.read_bytes()[:4])
    (tmp_path / "spool" / "0000000000000004-00000000.partial").write_bytes(b"mess")
    outbox = open_outbox()
    redis_server.start()
    assert (outbox.drain(), outbox.waiting) == (2, 0)
    assert published(redis_server) == messages(0, 2)
    assert sorted(path.suffix for path in (tmp_path / "spool").iterdir()) == ["", ".damaged"]


def test_a_disk_that_refuses_is_told_and_leaves_no_part(
    open_outbox: Open, redis_server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/dev/full gives the ENOSPC of a real disk, at the flush."""
    redis_server.kill()
    outbox = open_outbox()
    outbox.send(b"kept")
    with monkeypatch.context() as patched:
        opened = Path.open
        patched.setattr(
            Path,
            "open",
            lambda self, *a: opened(Path("/dev/full") if self.suffix == ".partial" else self, *a),
        )
        with pytest.raises(StorageError, match="disk is full"):
            outbox.send(b"lost")
    assert outbox.waiting == 1
    assert len(list((tmp_path / "spool").glob("*.message"))) == 1


def test_a_spool_has_one_process(open_outbox: Open, redis_server: RedisServer, tmp_path: Path) -> None:
    open_outbox()
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from almere_vision.storage.spool import Outbox\n"
        "from almere_vision.storage.stream import SuggestionStream\n"
        "Outbox(SuggestionStream(sys.argv[1]), Path(sys.argv[2]), 4096)\n"
    )
    command = [sys.executable, "-c", script, redis_server.url, str(tmp_path / "spool")]
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "another worker uses the spool" in second.stderr


def test_a_spool_that_cannot_be_made_is_told(stream: SuggestionStream, tmp_path: Path) -> None:
    (tmp_path / "spool").write_bytes(b"a file where a folder should be")
    with pytest.raises(StorageError, match="cannot use the spool"):
        Outbox(stream, tmp_path / "spool", MIB)


def test_fault_8_a_worker_killed_while_it_spools_loses_nothing_it_said_it_kept(
    open_outbox: Open, redis_server: RedisServer, tmp_path: Path
) -> None:
    redis_server.kill()
    script = (
        "import itertools, sys\n"
        "from pathlib import Path\n"
        "from almere_vision.storage.spool import Outbox\n"
        "from almere_vision.storage.stream import SuggestionStream\n"
        "outbox = Outbox(SuggestionStream(sys.argv[1]), Path(sys.argv[2]), 1 << 30)\n"
        "for number in itertools.count():\n"
        "    outbox.send(f'message {number}'.encode())\n"
        "    print('kept', number, flush=True)\n"
    )
    command = [sys.executable, "-c", script, redis_server.url, str(tmp_path / "spool")]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert worker.stdout is not None
    said = [worker.stdout.readline() for _ in range(50)]
    worker.send_signal(signal.SIGKILL)
    said += worker.stdout.readlines()
    worker.wait()
    worker.stdout.close()
    kept = sum(line.startswith("kept ") for line in said)
    assert kept > 40
    redis_server.start()
    outbox = open_outbox()
    assert kept <= outbox.waiting <= kept + 1
    outbox.drain()
    assert published(redis_server)[:kept] == messages(0, kept)


def test_fault_8_when_nobody_reads_for_long_suggestions_wait_on_disk_and_arrive_in_order(
    redis_server: RedisServer, tmp_path: Path, until: Until
) -> None:
    """Back-pressure: the queue takes so many, the disk of the worker the rest, and all of it comes."""
    stream = SuggestionStream(redis_server.url, longest=5)
    outbox = Outbox(stream, tmp_path / "spool", MIB)
    with structlog.testing.capture_logs() as logs:
        for message in messages(0, 12):
            outbox.send(message)
        assert (stream.waiting(), outbox.waiting) == (5, 7)
        assert outbox.drain() == 0
    (told,) = [line for line in logs if line["event"] == "suggestions wait on disk"]
    assert "nobody reads them" in told["reason"]
    seen: list[bytes] = []
    stop = threading.Event()
    reader = threading.Thread(target=stream.consume, args=("g", "c1", seen.extend, stop))
    reader.start()

    def drained() -> bool:
        outbox.drain()
        return seen == messages(0, 12)

    until(drained)
    until(lambda: stream.waiting() == 0)
    stop.set()
    reader.join(20)
    assert outbox.waiting == 0
    outbox.close()
    stream.close()
