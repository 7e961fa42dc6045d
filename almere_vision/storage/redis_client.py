"""How we speak to Redis: short timeouts, one silent retry, and one error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import redis.asyncio
from redis import Redis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as CutOff
from redis.exceptions import RedisError
from redis.retry import Retry

from almere_vision.domain.errors import QueueUnavailable, SettingsError

_CONNECT_S: Final = 2.0
_ANSWER_S: Final = 3.0
"""An answer that takes longer is taken for none; blocking reads wait for less."""

_OPTIONS: Final[dict[str, Any]] = {
    "socket_connect_timeout": _CONNECT_S,
    "socket_timeout": _ANSWER_S,
    "protocol": 2,  # the same answers from Redis 6.2 as from newer ones
}


def connect(url: str) -> Redis:
    """A client for `redis://`, `rediss://` or `unix://`; it connects at first use, and again when cut off.

    Raises:
        SettingsError: the address cannot be used; the message does not hold it.
    """
    try:
        once_more = Retry(NoBackoff(), 1, supported_errors=(CutOff,))  # cut off while idle
        return Redis.from_url(url, retry=once_more, **_OPTIONS)
    except ValueError:
        raise SettingsError(
            "ALMERE_REDIS_URL is not an address; write redis://host or unix:///file"
        ) from None


def connect_async(url: str) -> redis.asyncio.Redis:
    """As `connect`, for asyncio; a connection that is cut off shows."""
    try:
        never = AsyncRetry(NoBackoff(), 0)
        return redis.asyncio.Redis.from_url(url, retry=never, health_check_interval=10, **_OPTIONS)
    except ValueError:
        raise SettingsError(
            "ALMERE_REDIS_URL is not an address; write redis://host or unix:///file"
        ) from None


@contextmanager
def queue_errors() -> Iterator[None]:
    """Every failure of Redis (away, full, still loading) as `QueueUnavailable`."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise QueueUnavailable(f"Redis cannot be used now: {str(error).partition(chr(10))[0]}") from error
