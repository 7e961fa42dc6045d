"""One reader of the queue: takes messages in batches, and lets nothing go that is not done."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from redis.exceptions import ResponseError

from almere_vision.domain.errors import MessageError, QueueUnavailable, StorageError
from almere_vision.storage.redis_client import queue_errors

STREAM: Final = "almere:suggestions"
DEAD_STREAM: Final = "almere:suggestions:dead"
PAYLOAD_FIELD: Final = b"message"

_LONGEST_DEAD_STREAM: Final = 10_000
_DEAD_PAYLOAD_BYTES: Final = 64 * 1024
_LARGEST_BATCH: Final = 256
_BATCH_BYTES: Final = 4 * 2**20
"""After more than this at once, the next message is read alone."""
_BLOCK_MS: Final = 1_000
_TRIM_EVERY_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 5.0
_FORGET_CONSUMER_MS: Final = 24 * 3600 * 1000

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry as a consumer got it; `payload` is None if it has no message."""

    id: bytes
    payload: bytes | None
    deliveries: int


class Consumer:
    """One consumer of a group; `SuggestionStream.consume` tells what the handler may do."""

    def __init__(
        self,
        redis: Any,
        group: str,
        name: str,
        handler: Callable[[Sequence[bytes]], None],
        *,
        claim_idle_ms: int,
        max_deliveries: int,
    ) -> None:
        self._redis = redis
        self._group, self._name, self._handler = group, name, handler
        self._claim_idle_ms = claim_idle_ms
        self._max_deliveries = max_deliveries
        self._batch = 1
        self._to_trim = True  # what one before us was done with, and had no time to let go of
        self._trimmed_at_s = -_TRIM_EVERY_S

    def run(self, stop: threading.Event) -> None:
        """Read until `stop` is set."""
        failures = 0
        ready = False
        while not stop.is_set():
            try:
                if not ready:
                    self._ensure_group()
                    ready = True
                entries = self._next()
                failures = 0
                self._handle(entries, stop)
                self._trim()
            except QueueUnavailable as error:
                ready = False
                failures += 1
                if failures == 1:
                    _log.warning("the queue is away", reason=str(error))
                stop.wait(_pause_s(failures))
        self._leave()

    def _ensure_group(self) -> None:
        """Make the group if Redis is new or came back empty, and forget consumers that died long ago."""
        with queue_errors():
            if not self._has_group():  # asked first: a full Redis makes none, but reading helps to empty it
                try:
                    self._redis.xgroup_create(STREAM, self._group, id="0", mkstream=True)
                except ResponseError as error:
                    if not str(error).startswith("BUSYGROUP"):
                        raise
            for row in self._redis.xinfo_consumers(STREAM, self._group):
                if row["pending"] == 0 and row["idle"] > _FORGET_CONSUMER_MS:
                    self._redis.xgroup_delconsumer(STREAM, self._group, row["name"])

    def _has_group(self) -> bool:
        if not self._redis.exists(STREAM):
            return False
        return any(row["name"] == self._group.encode() for row in self._redis.xinfo_groups(STREAM))

    def _next(self) -> list[_Entry]:
        """A message that somebody left lying, alone; else new ones; else nothing after a second."""
        with queue_errors():
            if (left := self._left_lying()) is not None:
                return [left]
            found = self._redis.xreadgroup(
                self._group, self._name, {STREAM: ">"}, count=self._batch, block=_BLOCK_MS
            )
        entries = (
            [_Entry(entry_id, fields.get(PAYLOAD_FIELD), 1) for entry_id, fields in found[0][1]]
            if found
            else []
        )
        large = sum(len(entry.payload or b"") for entry in entries) > _BATCH_BYTES
        self._batch = 1 if large else min(_LARGEST_BATCH, self._batch * 2)
        return entries

    def _left_lying(self) -> _Entry | None:
        # XAUTOCLAIM would do both steps, but on Redis 6.2 it hides the id of an entry that was trimmed.
        idle_ms = self._claim_idle_ms
        for left in self._redis.xpending_range(STREAM, self._group, "-", "+", 1, idle=idle_ms):
            entry_id = left["message_id"]
            claimed = [
                fields
                for _, fields in self._redis.xclaim(STREAM, self._group, self._name, idle_ms, [entry_id])
                if fields is not None
            ]
            if claimed:
                return _Entry(entry_id, claimed[0].get(PAYLOAD_FIELD), left["times_delivered"] + 1)
            if not self._redis.xrange(STREAM, entry_id, entry_id):
                self._redis.xack(STREAM, self._group, entry_id)
        return None

    def _handle(self, entries: Sequence[_Entry], stop: threading.Event) -> None:
        fit = [entry for entry in entries if not self._bury_unfit(entry)]
        if not fit:
            return
        for failures in itertools.count(1):
            try:
                self._handler([entry.payload for entry in fit if entry.payload is not None])
            except StorageError as error:
                if failures == 1:
                    _log.warning("messages wait for storage", messages=len(fit), reason=str(error))
                self._keep(fit)
                if stop.wait(min(_pause_s(failures), self._claim_idle_ms / 3000)):
                    return
            except Exception as error:  # noqa: BLE001 - a message that trips us must not stop the others
                if len(fit) == 1:
                    self._failed(fit[0], error)
                    return
                _log.warning("one of a batch fails: one by one", messages=len(fit), reason=str(error)[:500])
                for entry in fit:
                    if stop.is_set():
                        return
                    self._handle([entry], stop)
                return
            else:
                with queue_errors():
                    self._redis.xack(STREAM, self._group, *(entry.id for entry in fit))
                self._to_trim = True
                return

    def _bury_unfit(self, entry: _Entry) -> bool:
        if entry.payload is None:
            self._bury(entry, f"the entry has no field {PAYLOAD_FIELD.decode()}")
            return True
        if entry.deliveries > self._max_deliveries:
            self._bury(entry, f"given out {self._max_deliveries} times, and never came to an end")
            return True
        return False

    def _failed(self, entry: _Entry, error: Exception) -> None:
        if isinstance(error, MessageError):
            self._bury(entry, str(error))
            return
        _log.error("a message failed", deliveries=entry.deliveries, exc_info=error)
        if entry.deliveries >= self._max_deliveries:
            self._bury(entry, f"failed {entry.deliveries} times: {type(error).__name__}: {error}")

    def _keep(self, entries: Sequence[_Entry]) -> None:
        """Hold on to entries, and take their deliveries back: it is not the fault of the messages."""
        with queue_errors():
            ids = [entry.id for entry in entries]
            self._redis.xclaim(STREAM, self._group, self._name, 0, ids, retrycount=0, justid=True)

    def _bury(self, entry: _Entry, reason: str) -> None:
        payload = entry.payload or b""
        with queue_errors(), self._redis.pipeline(transaction=True) as pipe:
            bury(pipe, entry.id, payload, reason)
            pipe.xack(STREAM, self._group, entry.id)
            dead_id, _ = pipe.execute()
        self._to_trim = True
        _log.error("dead letter", id=dead_id.decode(), size_bytes=len(payload), reason=reason[:500])

    def _trim(self) -> None:
        """Let go of what every group is done with, so that the length of the stream is what waits."""
        now_s = time.monotonic()
        if not self._to_trim or now_s - self._trimmed_at_s < _TRIM_EVERY_S:
            return
        self._to_trim, self._trimmed_at_s = False, now_s
        with queue_errors():
            needed = []
            for group in self._redis.xinfo_groups(STREAM):
                delivered = _number(group["last-delivered-id"])
                oldest = self._redis.xpending(STREAM, group["name"])["min"]
                needed.append((delivered[0], delivered[1] + 1) if oldest is None else _number(oldest))
            if needed:
                first = min(needed)
                self._redis.xtrim(STREAM, minid=f"{first[0]}-{first[1]}", approximate=False)

    def _leave(self) -> None:
        """Take a consumer with nothing in hand off the list; one with something is taken over later."""
        try:
            with queue_errors():
                for row in self._redis.xinfo_consumers(STREAM, self._group):
                    if row["name"] == self._name.encode() and row["pending"] == 0:
                        self._redis.xgroup_delconsumer(STREAM, self._group, self._name)
        except QueueUnavailable:
            return


def bury(redis: Any, entry_id: bytes, payload: bytes, reason: str) -> None:
    """Make a message a dead letter; `entry_id` is empty for one that never was in the queue."""
    letter = {
        "id": entry_id,
        "message": payload[:_DEAD_PAYLOAD_BYTES],
        "size": len(payload),
        "reason": reason[:500],
    }
    redis.xadd(DEAD_STREAM, letter, maxlen=_LONGEST_DEAD_STREAM, approximate=True)


def _number(entry_id: bytes) -> tuple[int, int]:
    """An id of a stream, `milliseconds-number`, to compare by."""
    milliseconds, _, number = entry_id.partition(b"-")
    return int(milliseconds), int(number)


def _pause_s(failures: int) -> float:
    return min(_LONGEST_PAUSE_S, 0.1 * 2.0 ** min(failures, 10))
