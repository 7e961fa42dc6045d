"""Writes that take effect only while no other worker was given the camera (docs/adr/0056).

Redis looks at the token and writes in one step, so a worker that was stopped between looking and writing
is refused as well. The list of leases is one hash: camera -> "token until_ms holder".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from almere_vision.domain.errors import LeaseLost
from almere_vision.domain.lease import Lease
from almere_vision.storage.redis_client import queue_errors

LEASES: Final = "almere:leases"

Command = Sequence[str | bytes | int | float]
"""One command of Redis, as `("HSET", key, field, value)`."""

_WRITE: Final = """
local row = redis.call('HGET', KEYS[1], ARGV[1])
if row and tonumber(string.match(row, '^%d+')) > tonumber(ARGV[2]) then return 0 end
local at = 3
while at <= #ARGV do
  local length = tonumber(ARGV[at])
  redis.call(unpack(ARGV, at + 1, at + length))
  at = at + length + 1
end
return 1
"""


def write(redis: Any, lease: Lease | None, camera: str, commands: Sequence[Command]) -> None:
    """Carry out all commands or none; with no lease there is nothing to look at.

    Raises:
        LeaseLost: another worker was given the camera since; nothing is written.
        QueueUnavailable: Redis is away or full.
    """
    with queue_errors():
        if lease is None:
            with redis.pipeline(transaction=True) as pipe:
                for command in commands:
                    pipe.execute_command(*command)
                pipe.execute()
            return
        # told whole each time: a script that is sent by its hash alone is unknown to a Redis that restarted
        written = redis.eval(_WRITE, 1, LEASES, camera, lease.token, *_flat(commands))
    if not written:
        raise LeaseLost(f"another worker watches {camera} now: what this one says of it is refused")


def _flat(commands: Sequence[Command]) -> list[str | bytes | int | float]:
    return [word for command in commands for word in (len(command), *command)]
