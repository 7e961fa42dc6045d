"""The queue of suggestions: a Redis stream with consumer groups, at least once."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import structlog
from redis.exceptions import ResponseError

from almere_vision.domain.errors import MessageError, QueueUnavailable, StorageError
from almere_vision.storage.redis_client import connect, queue_errors

STREAM: Final = "almere:suggestions"
DEAD_STREAM: Final = "almere:suggestions:dead"
PAYLOAD_FIELD: Final = b"message"

_LONGEST_STREAM: Final = 100_000
"""At 34 incidents a day, and ten suggestions for each, most of a year."""
_LONGEST_DEAD_STREAM: Final = 10_000
_DEAD_PAYLOAD_BYTES: Final = 64 * 1024
_BLOCK_MS: Final = 1_000
_LONGEST_PAUSE_S: Final = 5.0
_FORGET_CONSUMER_MS: Final = 24 * 3600 * 1000

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be handled: its first 64 KiB, its size in bytes, and why."""

    id: str
    payload: bytes
    size_bytes: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry as a consumer got it; `payload` is None if it was trimmed or has no message."""

    id: bytes
    payload: bytes | None
    deliveries: int


class SuggestionStream:
    """The stream `almere:suggestions`, by a `redis://` or `unix://` address. Safe for several threads.

    Args:
        url: address of Redis.
        claim_idle_s: a message that a consumer has had for so long is given to another.
        max_deliveries: after so many deliveries a message goes to `almere:suggestions:dead`.

    Raises:
        SettingsError: the address cannot be used.
    """

    def __init__(self, url: str, *, claim_idle_s: float = 15.0, max_deliveries: int = 5) -> None:
        self._redis: Any = connect(url)
        self._claim_idle_ms = round(claim_idle_s * 1000)
        self._max_deliveries = max_deliveries

    def publish(self, payload: bytes) -> None:
        """Add a message; at worst it is there twice, never torn.

        Raises:
            QueueUnavailable: Redis is away, full or loading; the message may or may not be there.
        """
        with queue_errors():
            self._redis.xadd(STREAM, {PAYLOAD_FIELD: payload}, maxlen=_LONGEST_STREAM, approximate=True)

    def consume(
        self, group: str, consumer: str, handler: Callable[[bytes], None], stop: threading.Event
    ) -> None:
        """Give every message to `handler` until `stop` is set; comes back only then.

        What the handler does decides: it returns, and the message is done; it raises `StorageError`, and
        the same message comes again after a pause, for as long as it takes; it raises `MessageError`, and
        the message is a dead letter at once; anything else, or a crash, and the message comes again
        `claim_idle_s` later, here or elsewhere, at most `max_deliveries` times in all.
        """
        failures = 0
        ready = False
        while not stop.is_set():
            try:
                if not ready:
                    self._ensure_group(group)
                    ready = True
                entry = self._next(group, consumer)
                failures = 0
                if entry is not None:
                    self._handle(group, consumer, entry, handler, stop)
            except QueueUnavailable as error:
                ready = False
                failures += 1
                if failures == 1:
                    _log.warning("the queue is away", reason=str(error))
                stop.wait(_pause_s(failures))
        self._leave(group, consumer)

    def dead_letters(self, limit: int = 100) -> tuple[DeadLetter, ...]:
        """The newest dead letters, newest first. Raises `QueueUnavailable`."""
        with queue_errors():
            rows = self._redis.xrevrange(DEAD_STREAM, count=limit)
        return tuple(
            DeadLetter(
                fields[b"id"].decode(), fields[b"message"], int(fields[b"size"]), fields[b"reason"].decode()
            )
            for _, fields in rows
        )

    def ping(self) -> None:
        """Raises `QueueUnavailable`."""
        with queue_errors():
            self._redis.ping()

    def close(self) -> None:
        self._redis.close()

    def _ensure_group(self, group: str) -> None:
        """Make the group if Redis is new or came back empty, and forget consumers that died long ago."""
        with queue_errors():
            try:
                self._redis.xgroup_create(STREAM, group, id="0", mkstream=True)
            except ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise
            for row in self._redis.xinfo_consumers(STREAM, group):
                if row["pending"] == 0 and row["idle"] > _FORGET_CONSUMER_MS:
                    self._redis.xgroup_delconsumer(STREAM, group, row["name"])

    def _next(self, group: str, consumer: str) -> _Entry | None:
        """A message that somebody left lying, else a new one, else None after a second."""
        with queue_errors():
            # XAUTOCLAIM would do both steps, but on Redis 6.2 it hides the id of an entry that was trimmed.
            idle_ms = self._claim_idle_ms
            for left in self._redis.xpending_range(STREAM, group, "-", "+", 1, idle=idle_ms):
                entry_id = left["message_id"]
                claimed = [
                    fields
                    for _, fields in self._redis.xclaim(STREAM, group, consumer, idle_ms, [entry_id])
                    if fields is not None
                ]
                if claimed:
                    payload = claimed[0].get(PAYLOAD_FIELD)
                    return _Entry(entry_id, payload, left["times_delivered"] + 1)
                if not self._redis.xrange(STREAM, entry_id, entry_id):
                    self._redis.xack(STREAM, group, entry_id)
            new = self._redis.xreadgroup(group, consumer, {STREAM: ">"}, count=1, block=_BLOCK_MS)
            if not new:
                return None
            entry_id, fields = new[0][1][0]
            return _Entry(entry_id, fields.get(PAYLOAD_FIELD), 1)

    def _handle(
        self,
        group: str,
        consumer: str,
        entry: _Entry,
        handler: Callable[[bytes], None],
        stop: threading.Event,
    ) -> None:
        if entry.payload is None:
            self._bury(group, entry, f"the entry has no field {PAYLOAD_FIELD.decode()}")
            return
        if entry.deliveries > self._max_deliveries:
            self._bury(group, entry, f"given out {self._max_deliveries} times, and never came to an end")
            return
        for failures in itertools.count(1):
            try:
                handler(entry.payload)
            except MessageError as error:
                self._bury(group, entry, str(error))
                return
            except StorageError as error:
                if failures == 1:
                    _log.warning("a message waits for storage", reason=str(error))
                self._keep(group, consumer, entry)
                if stop.wait(min(_pause_s(failures), self._claim_idle_ms / 3000)):
                    return
            except Exception as error:  # noqa: BLE001 - a message that trips us must not stop the others
                _log.error("a message failed", deliveries=entry.deliveries, exc_info=True)
                if entry.deliveries >= self._max_deliveries:
                    self._bury(
                        group, entry, f"failed {entry.deliveries} times: {type(error).__name__}: {error}"
                    )
                return
            else:
                with queue_errors():
                    self._redis.xack(STREAM, group, entry.id)
                return

    def _keep(self, group: str, consumer: str, entry: _Entry) -> None:
        """Hold on to an entry, and take its deliveries back: it is not the fault of the message."""
        with queue_errors():
            self._redis.xclaim(STREAM, group, consumer, 0, [entry.id], retrycount=0, justid=True)

    def _bury(self, group: str, entry: _Entry, reason: str) -> None:
        payload = entry.payload or b""
        letter = {
            "id": entry.id,
            "message": payload[:_DEAD_PAYLOAD_BYTES],
            "size": len(payload),
            "reason": reason[:500],
        }
        with queue_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.xadd(DEAD_STREAM, letter, maxlen=_LONGEST_DEAD_STREAM, approximate=True)
            pipe.xack(STREAM, group, entry.id)
            pipe.execute()
        _log.error("dead letter", id=entry.id.decode(), size_bytes=len(payload), reason=reason[:500])

    def _leave(self, group: str, consumer: str) -> None:
        """Take a consumer with nothing in hand off the list; one with something is taken over later."""
        try:
            with queue_errors():
                for row in self._redis.xinfo_consumers(STREAM, group):
                    if row["name"] == consumer.encode() and row["pending"] == 0:
                        self._redis.xgroup_delconsumer(STREAM, group, consumer)
        except QueueUnavailable:
            return


def _pause_s(failures: int) -> float:
    return min(_LONGEST_PAUSE_S, 0.1 * 2.0 ** min(failures, 10))
