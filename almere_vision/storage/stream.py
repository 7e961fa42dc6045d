"""The queue of suggestions: a Redis stream with consumer groups, at least once, and bounded."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from almere_vision.domain.errors import InputError, LeaseLost, QueueUnavailable
from almere_vision.storage.consumer import DEAD_STREAM, PAYLOAD_FIELD, STREAM, Consumer, bury
from almere_vision.storage.fence import write
from almere_vision.storage.messages import LARGEST_BYTES, lease_of
from almere_vision.storage.redis_client import connect, queue_errors

_log = structlog.get_logger()

LONGEST_STREAM: Final = 100_000
"""At 34 incidents a day, and ten suggestions for each, most of a year of nobody who reads."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be handled: its first 64 KiB, its size, since when, and why."""

    id: str
    at: datetime
    payload: bytes
    size_bytes: int
    reason: str


class SuggestionStream:
    """The stream `almere:suggestions`, by a `redis://` or `unix://` address. Safe for several threads.

    It holds what somebody still has to read; consumers let go of what is done. When nobody reads it grows
    to `longest` messages, and then takes no more, so that senders keep theirs (`storage.spool.Outbox`).

    Args:
        url: address of Redis.
        claim_idle_s: a message that a consumer has had for so long is given to another.
        max_deliveries: after so many deliveries a message goes to `almere:suggestions:dead`.
        longest: most messages that may wait.

    Raises:
        SettingsError: the address cannot be used.
    """

    def __init__(
        self,
        url: str,
        *,
        claim_idle_s: float = 15.0,
        max_deliveries: int = 5,
        longest: int = LONGEST_STREAM,
    ) -> None:
        self._redis: Any = connect(url)
        self._claim_idle_ms = round(claim_idle_s * 1000)
        self._max_deliveries = max_deliveries
        self._longest = longest

    def publish(self, payload: bytes) -> None:
        """Add a message; at worst it is there twice, never torn.

        One that was made by a lease which another worker has now comes too late: it becomes a dead letter,
        where people see it, for the new worker watches the same camera.

        Raises:
            QueueUnavailable: Redis is away, full or loading, and the message may or may not be there; or
                as many messages wait as may, and it is not.
        """
        with queue_errors():
            if self._redis.xlen(STREAM) >= self._longest:  # a few over, if several send at this moment
                raise QueueUnavailable(
                    f"{self._longest} suggestions wait in the queue and nobody reads them: "
                    "look at the API and its database"
                )
        lease = lease_of(payload) if len(payload) <= LARGEST_BYTES else None
        camera = "" if lease is None else lease.name
        try:
            write(self._redis, lease, camera, [("XADD", STREAM, "*", PAYLOAD_FIELD, payload)])
        except LeaseLost as error:
            _log.warning("a suggestion is refused", reason=str(error))
            with queue_errors():
                bury(self._redis, b"", payload, str(error))

    def consume(
        self,
        group: str,
        consumer: str,
        handler: Callable[[Sequence[bytes]], None],
        stop: threading.Event,
    ) -> None:
        """Give messages to `handler`, as many at a time as there are, until `stop` is set.

        What the handler does decides: it returns, and the messages are done; it raises `StorageError`, and
        the same messages come again after a pause, for as long as it takes; anything else, and they come
        again one by one, so that each stands for itself. Then `MessageError` makes the message a dead letter
        at once; for anything else, or a crash, it comes again `claim_idle_s` later, here or elsewhere, at
        most `max_deliveries` times in all.
        """
        Consumer(
            self._redis,
            group,
            consumer,
            handler,
            claim_idle_ms=self._claim_idle_ms,
            max_deliveries=self._max_deliveries,
        ).run(stop)

    def waiting(self) -> int:
        """How many messages nobody is done with yet. Raises `QueueUnavailable`."""
        with queue_errors():
            return int(self._redis.xlen(STREAM))

    def dead_letters(self, limit: int = 100) -> tuple[DeadLetter, ...]:
        """The newest dead letters, newest first. Raises `QueueUnavailable`."""
        with queue_errors():
            rows = self._redis.xrevrange(DEAD_STREAM, count=limit)
        return tuple(_dead_letter(entry_id, fields) for entry_id, fields in rows)

    def dead_count(self) -> int:
        """How many dead letters lie there. Raises `QueueUnavailable`."""
        with queue_errors():
            return int(self._redis.xlen(DEAD_STREAM))

    def retry(self, dead_id: str) -> None:
        """Put a dead letter back in the queue, as a new message.

        Raises:
            InputError: there is no such dead letter, or it was too large to be kept whole.
            QueueUnavailable: Redis is away or full; the dead letter is still there.
        """
        milliseconds, _, number = dead_id.partition("-")
        known = milliseconds.isdecimal() and number.isdecimal() and len(dead_id) <= 40
        with queue_errors():
            rows = self._redis.xrange(DEAD_STREAM, dead_id, dead_id) if known else []
        if not rows:
            raise InputError(f"there is no dead letter {dead_id[:40]!r}; `almere queue dead` lists them")
        letter = _dead_letter(*rows[0])
        if len(letter.payload) < letter.size_bytes:
            raise InputError(
                f"of {dead_id} only the first {len(letter.payload)} of {letter.size_bytes} bytes were kept: "
                "it cannot be tried again"
            )
        with queue_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.xadd(STREAM, {PAYLOAD_FIELD: letter.payload})
            pipe.xdel(DEAD_STREAM, dead_id)
            pipe.execute()

    def ping(self) -> None:
        """Raises `QueueUnavailable`."""
        with queue_errors():
            self._redis.ping()

    def close(self) -> None:
        self._redis.close()


def _dead_letter(entry_id: bytes, fields: dict[bytes, bytes]) -> DeadLetter:
    return DeadLetter(
        id=entry_id.decode(),
        at=datetime.fromtimestamp(int(entry_id.partition(b"-")[0]) / 1000, UTC),
        payload=fields[b"message"],
        size_bytes=int(fields[b"size"]),
        reason=fields[b"reason"].decode(),
    )
