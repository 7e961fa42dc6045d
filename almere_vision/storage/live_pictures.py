"""Moving pictures of cameras for people who watch now, from workers to consoles over Redis.

A console says again and again that it wants a camera; while it does, the worker that has the camera puts each
picture there. Both are forgotten within seconds: nothing is kept, and nothing is made while nobody looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote

from almere_vision.domain.lease import Lease
from almere_vision.storage.fence import write
from almere_vision.storage.redis_client import connect, queue_errors

WANTED_S: Final = 5.0
"""Who wants a camera and does not say so again is forgotten after so long."""

FRESH_S: Final = 3.0
"""An older picture is not shown as if it were now."""


class Size(StrEnum):
    """How large a picture is wanted."""

    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody watches a camera."""

    camera: str
    size: Size


@dataclass(frozen=True, slots=True)
class LivePicture:
    """A picture as JPEG, and when it was taken (UTC); `tag` differs from that of every other picture."""

    jpeg: bytes
    taken_at: datetime
    tag: str


class LivePictures:
    """Both ends; every method may raise `QueueUnavailable`."""

    def __init__(self, url: str) -> None:
        self._redis: Any = connect(url)

    def newest(self, wanted: Wanted, but: str | None = None) -> LivePicture | str | None:
        """For a console: the newest picture, and that it is wanted further on.

        Gives the tag alone where it is `but`, which the console has; None if there is no picture now. Who
        asks first has to ask again: the worker needs a fraction of a second to hear of it.
        """
        with queue_errors(), self._redis.pipeline(transaction=False) as pipe:
            pipe.set(_wanted_key(wanted), b"1", px=round(WANTED_S * 1000))
            pipe.hget(_picture_key(wanted), "tag")
            tag = pipe.execute()[1]
        if tag is None:
            return None
        if but is not None and tag.decode("ascii", "replace") == but:
            return but
        with queue_errors():
            told, taken_at, jpeg = self._redis.hmget(_picture_key(wanted), "tag", "taken_at", "jpeg")
        if told is None or taken_at is None or jpeg is None:
            return None
        return LivePicture(jpeg, datetime.fromisoformat(taken_at.decode()), told.decode("ascii", "replace"))

    def wanted(self, cameras: Sequence[str]) -> tuple[Wanted, ...]:
        """For a worker: those of its cameras that somebody watches."""
        asked = [Wanted(camera, size) for camera in cameras for size in Size]
        if not asked:
            return ()
        with queue_errors():
            said = self._redis.mget([_wanted_key(one) for one in asked])
        return tuple(one for one, found in zip(asked, said, strict=True) if found is not None)

    def put(self, wanted: Wanted, picture: LivePicture, lease: Lease | None = None) -> None:
        """For a worker: what the camera shows now. Raises `LeaseLost` if another one has the camera."""
        taken_at = picture.taken_at.astimezone(UTC).isoformat()
        key = _picture_key(wanted)
        told = "HSET", key, "tag", picture.tag, "taken_at", taken_at, "jpeg", picture.jpeg
        write(self._redis, lease, wanted.camera, [told, ("PEXPIRE", key, round(FRESH_S * 1000))])

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()


def _wanted_key(wanted: Wanted) -> str:
    return f"almere:live:wanted:{wanted.size}:{quote(wanted.camera, safe='')}"


def _picture_key(wanted: Wanted) -> str:
    return f"almere:live:picture:{wanted.size}:{quote(wanted.camera, safe='')}"
