"""The queue of suggestions: a Redis stream, at least once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be handled: its first 64 KiB, its size in bytes, and why."""

    id: str
    payload: bytes
    size_bytes: int
    reason: str


class SuggestionStream:
    """The stream `almere:suggestions`, by a `redis://` or `unix://` address.

    Args:
        url: address of Redis.
        claim_idle_s: a message that a consumer has had for so long is given to another.
        max_deliveries: after so many deliveries a message goes to `almere:suggestions:dead`.
    """

    def __init__(self, url: str, *, claim_idle_s: float = 15.0, max_deliveries: int = 5) -> None:
        raise NotImplementedError

    def publish(self, payload: bytes) -> None:
        """Raises `QueueUnavailable`."""
        raise NotImplementedError

    def consume(
        self, group: str, consumer: str, handler: Callable[[bytes], None], stop: threading.Event
    ) -> None:
        """Give every message to `handler` until `stop` is set; comes back only then."""
        raise NotImplementedError

    def dead_letters(self, limit: int = 100) -> tuple[DeadLetter, ...]:
        """The newest dead letters. Raises `QueueUnavailable`."""
        raise NotImplementedError

    def ping(self) -> None:
        """Raises `QueueUnavailable`."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError
