"""What workers counted of their rules, on its way to the database, by Redis.

A worker that is away for hours loses nothing: it tells whole sums, and again after Redis lost them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from almere_vision.domain.errors import LeaseLost
from almere_vision.domain.lease import Lease
from almere_vision.domain.watching import WatchedTime
from almere_vision.storage.fence import Command, write
from almere_vision.storage.redis_client import connect, queue_errors

_SHEETS: Final = "almere:watched"
_KEPT_S: Final = 48 * 3600

log = structlog.get_logger()


class WatchedFeed:
    """Both ends; every method may raise `QueueUnavailable`."""

    def __init__(self, url: str) -> None:
        self._redis: Any = connect(url)

    def tell(self, times: Sequence[WatchedTime], leases: Mapping[str, Lease] | None = None) -> frozenset[str]:
        """For a worker: its sums as they are now.

        With `leases` (by camera) nothing is told of other cameras, nor of those that another worker has now;
        gives both.
        """
        refused = set() if leases is None else {one.camera for one in times} - leases.keys()
        sheets: dict[tuple[str, str], list[str | float]] = {}
        for one in times:
            if leases is None or one.camera in leases:
                name = json.dumps([one.run, one.hour.astimezone(UTC).isoformat()])
                line = json.dumps([one.camera, one.preset, one.rule, one.what])
                sheets.setdefault((one.camera, name), []).extend((line, one.seconds))
        for (camera, name), lines in sheets.items():
            commands: list[Command] = [
                ("HSET", _key(name), *lines),
                ("EXPIRE", _key(name), _KEPT_S),
                ("SADD", _SHEETS, name),
            ]
            try:
                write(self._redis, None if leases is None else leases[camera], camera, commands)
            except LeaseLost:
                refused.add(camera)
        return frozenset(refused)

    def told(self) -> tuple[WatchedTime, ...]:
        """What workers told within two days."""
        found: list[WatchedTime] = []
        with queue_errors():
            for name in self._redis.smembers(_SHEETS):
                lines = self._redis.hgetall(_key(name.decode()))
                if not lines:
                    self._redis.srem(_SHEETS, name)
                try:
                    run, hour = json.loads(name)
                    at = datetime.fromisoformat(hour)
                    for line, value in lines.items():
                        camera, preset, rule, what = (str(part) for part in json.loads(line))
                        found.append(WatchedTime(str(run), at, camera, preset, rule, what, float(value)))
                except (ValueError, TypeError):
                    log.warning("not a count of watched time", size_bytes=len(name))
        return tuple(found)

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()


def _key(name: str) -> str:
    return f"{_SHEETS}:{name}"
