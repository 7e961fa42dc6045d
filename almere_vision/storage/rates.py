"""How many requests a session or an address may send, counted in Redis for all processes together.

A limit is against a program that runs wild, not against people. So when Redis is away nobody is shut out:
what only reads passes, and changes are counted by this process alone until Redis is back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from almere_vision.storage.redis_client import connect

AGAIN_AFTER_S: Final = 5.0
"""Redis that was away is asked again after so long, so that requests do not wait for it one by one."""

_PREFIX: Final = "almere:rates"

log = structlog.get_logger()


class Rates:
    """Sliding windows of a minute.

    Args:
        url: address of Redis.
        clock: seconds that only go on.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        pool = connect(url).connection_pool
        self._pool = pool
        shared = RedisStorage("redis://", connection_pool=pool, key_prefix=_PREFIX)
        self._shared = SlidingWindowCounterRateLimiter(shared)
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._clock = clock
        self._away_until = 0.0

    def take(self, key: str, per_minute: int, *, reading: bool) -> float:
        """Count one request: 0.0 if it may go on, else the seconds to wait. A limit of 0 is none."""
        if per_minute == 0:
            return 0.0
        limit = RateLimitItemPerMinute(per_minute)
        if self._clock() >= self._away_until:
            try:
                return _wait_s(self._shared, limit, key)
            except (RedisError, OSError) as error:
                self._away_until = self._clock() + AGAIN_AFTER_S
                reason = str(error).partition("\n")[0]
                log.warning("rates are not counted in Redis now: reading is not limited", reason=reason)
        return 0.0 if reading else _wait_s(self._own, limit, key)

    def close(self) -> None:
        """Give the connections back."""
        self._pool.disconnect()


def _wait_s(limiter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, key: str) -> float:
    if limiter.hit(limit, key):
        return 0.0
    return max(1.0, limiter.get_window_stats(limit, key).reset_time - time.time())
