"""Which worker watches which camera: the shared list of leases, in Redis.

A lease runs out by the clock of Redis, the same for all. Its token stays when it has run out; the next is
the time in milliseconds or one more than the last, whichever is larger, so it grows also over a Redis that
lost everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from almere_vision.domain.lease import Lease
from almere_vision.storage.fence import LEASES
from almere_vision.storage.redis_client import connect, queue_errors

_NOW: Final = """
local time = redis.call('TIME')
local now_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local function row_of(camera)
  local row = redis.call('HGET', KEYS[1], camera)
  if not row then return 0, 0, '' end
  local token, until_ms, holder = string.match(row, '^(%d+) (%d+) (.*)$')
  return tonumber(token), tonumber(until_ms), holder
end
local function keep(camera, token, until_ms, holder)
  redis.call('HSET', KEYS[1], camera, string.format('%.0f %.0f %s', token, until_ms, holder))
end
"""

_RENEW: Final = (
    _NOW
    + """
local until_ms, lost = now_ms + ARGV[2], {}
redis.call('HSET', KEYS[2], ARGV[1], string.format('%.0f %s', until_ms, ARGV[3]))
for at = 4, #ARGV, 2 do
  local token = tonumber(ARGV[at + 1])
  if row_of(ARGV[at]) > token then lost[#lost + 1] = ARGV[at]
  else keep(ARGV[at], token, until_ms, ARGV[1]) end
end
return lost
"""
)

_TAKE: Final = (
    _NOW
    + """
local token = now_ms
for at = 4, #ARGV do
  local last, until_ms, holder = row_of(ARGV[at])
  local ours = ARGV[3] ~= '' and string.sub(holder, 1, #ARGV[3]) == ARGV[3]
  if until_ms > now_ms and not ours then return false end
  token = math.max(token, last + 1)
end
for at = 4, #ARGV do keep(ARGV[at], token, now_ms + ARGV[2], ARGV[1]) end
return string.format('%.0f', token)
"""
)

_GIVE_BACK: Final = (
    _NOW
    + """
for at = 2, #ARGV do
  local token = row_of(ARGV[at])
  if token == tonumber(ARGV[1]) then keep(ARGV[at], token, 0, '') end
end
"""
)

_SURVEY: Final = (
    _NOW
    + """
local taken, rooms = {}, {}
for at = 1, #ARGV do
  local _, until_ms = row_of(ARGV[at])
  if until_ms > now_ms then taken[#taken + 1] = ARGV[at] end
end
local rows = redis.call('HGETALL', KEYS[2])
for at = 1, #rows, 2 do
  local until_ms, room = string.match(rows[at + 1], '^(%d+) (%d+)$')
  if tonumber(until_ms) > now_ms then rooms[#rooms + 1] = tonumber(room)
  else redis.call('HDEL', KEYS[2], rows[at]) end
end
return {taken, rooms}
"""
)


@dataclass(frozen=True, slots=True)
class Survey:
    """Who is there, and which cameras are taken.

    Attributes:
        taken: cameras with a lease that runs.
        rooms: of each worker that lives, how many cameras it takes at most; 0 for as many as there are.
    """

    taken: frozenset[str]
    rooms: tuple[int, ...]


class Leases:
    """The list as one worker sees it; every method may raise `QueueUnavailable`. Safe for several threads.

    Args:
        url: address of Redis.
        site: the workers of one site share its cameras.
        name: of this worker, the same after a restart; has no slash.
        run: of this run of it, different after a restart.
        lease_s: a lease that is not renewed runs out after so long.

    Raises:
        SettingsError: the address of Redis cannot be used.
    """

    def __init__(self, url: str, site: str, name: str, run: str, lease_s: float) -> None:
        self._redis: Any = connect(url)
        self._keys = LEASES, f"almere:workers:{quote(site, safe='')}"
        self._name, self._holder = f"{name}/", f"{name}/{run}"
        self._lease_ms = round(lease_s * 1000)

    def renew(self, leases: Sequence[Lease], room: int) -> frozenset[str]:
        """Say that this worker lives, has these, and takes `room` cameras (0: any); gives the cameras lost.

        A lease that ran out, and that nobody else took meanwhile, goes on.
        """
        pairs = [word for lease in leases for camera in lease.cameras for word in (camera, lease.token)]
        lost = self._run(_RENEW, self._holder, self._lease_ms, room, *pairs)
        return frozenset(camera.decode() for camera in lost)

    def survey(self, cameras: Sequence[str]) -> Survey:
        """How things stand with these cameras."""
        taken, rooms = self._run(_SURVEY, *cameras)
        return Survey(frozenset(camera.decode() for camera in taken), tuple(int(room) for room in rooms))

    def take(self, cameras: Sequence[str], *, back: bool = False) -> Lease | None:
        """Get these cameras together, or none: somebody has one of them.

        `back` also takes what an earlier run of this worker still seems to have: it is dead, for its name is
        ours.
        """
        token = self._run(_TAKE, self._holder, self._lease_ms, self._name if back else "", *cameras)
        return None if token is None else Lease(tuple(cameras), int(token))

    def give_back(self, lease: Lease) -> None:
        """Let others have these cameras at once."""
        self._run(_GIVE_BACK, lease.token, *lease.cameras)

    def leave(self) -> None:
        """This worker ends."""
        with queue_errors():
            self._redis.hdel(self._keys[1], self._holder)

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()

    def _run(self, script: str, *words: str | int) -> Any:
        with queue_errors():
            return self._redis.eval(script, len(self._keys), *self._keys, *words)
