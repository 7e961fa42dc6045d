"""Short notices between processes (Redis pub/sub), and what the worker last said of cameras and rules.

Notices are not kept: who was away fetches everything again. What must not be lost goes over the stream.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import quote

import structlog
from redis.exceptions import RedisError

from almere_vision.domain.incident import Incident, Recipient, State
from almere_vision.domain.lease import Lease
from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.domain.suggestion import Kind
from almere_vision.review.sight import Standing
from almere_vision.storage.fence import Command, write
from almere_vision.storage.reasons import heard, told
from almere_vision.storage.redis_client import connect, connect_async, queue_errors

CHANNEL: Final = "almere:notices"
CAMERAS: Final = "almere:cameras"
SILENT_AFTER: Final = timedelta(seconds=30)

_RULE_STATE_KEPT_S: Final = 7 * 24 * 3600
_ONCE_STATE_KEPT_S: Final = 30 * 24 * 3600
_POLL_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 5.0

_log = structlog.get_logger()

CameraState = Literal["online", "offline", "starting"]


@dataclass(frozen=True, slots=True)
class IncidentNotice:
    """An incident is new or changed; fetch it to see how.

    `now` tells who may see it; `before` who could until this change, and so should hear that it is gone.
    """

    id: str
    version: int
    now: Standing
    before: Standing | None = None

    @classmethod
    def of(cls, incident: Incident, before: Incident | None = None) -> IncidentNotice:
        """About an incident as it is now, and as it was."""
        was = None if before is None else Standing.of(before)
        return cls(incident.suggestion.id, incident.version, Standing.of(incident), was)


@dataclass(frozen=True, slots=True)
class CameraNotice:
    """The status of a camera changed."""

    camera: str


@dataclass(frozen=True, slots=True)
class Gap:
    """The connection was lost for a while: notices may be missing, so fetch everything again."""


@dataclass(frozen=True, slots=True)
class ScreensNotice:
    """The screens of the control room show other cameras."""


Notice = IncidentNotice | CameraNotice | ScreensNotice | Gap


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """How a camera is doing, and since when (UTC); `reason` is what is wrong with it, or None.

    `preset` is the one that its rules watch now, `not_watching` why they do not; both None when unknown.
    """

    id: str
    name: str
    state: CameraState
    since: datetime
    reason: Reason | None
    preset: str | None = None
    not_watching: Reason | None = None


class Notices:
    """Every method may raise `QueueUnavailable`, but `listen` waits and connects again.

    What a worker says of a camera it says by its lease, and then it may raise `LeaseLost`.

    Raises:
        SettingsError: the address of Redis cannot be used.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._redis: Any = connect(url)

    def send(self, notices: Sequence[IncidentNotice]) -> None:
        """Tell all processes that incidents are new or changed."""
        with queue_errors(), self._redis.pipeline(transaction=False) as pipe:
            for notice in notices:
                pipe.publish(CHANNEL, json.dumps({"what": "incident", **asdict(notice)}))
            pipe.execute()

    def tell_screens(self) -> None:
        """Tell all processes that the screens of the control room show other cameras."""
        with queue_errors():
            self._redis.publish(CHANNEL, json.dumps({"what": "screens"}))

    def set_camera_status(self, status: CameraStatus, lease: Lease | None = None) -> None:
        """Keep it, and send a notice if it differs from before.

        Say it again at least every 10 s: a camera of which nothing is heard for 30 s is shown as offline.
        """
        message = {
            "name": status.name,
            "state": status.state,
            "since": status.since.astimezone(UTC).isoformat(),
            "preset": status.preset,
            "told_at": datetime.now(UTC).isoformat(),
            **told("reason", status.reason),
            **told("not_watching", status.not_watching),
        }
        with queue_errors():
            before = self._redis.hget(CAMERAS, status.id)
        commands: list[Command] = [("HSET", CAMERAS, status.id, json.dumps(message))]
        if before is None or _shown(status.id, before) != status:
            commands.append(("PUBLISH", CHANNEL, _camera_notice(status.id)))
        write(self._redis, lease, status.id, commands)

    def forget_camera(self, camera: str) -> None:
        """A camera that is not part of the site any more."""
        with queue_errors():
            if self._redis.hdel(CAMERAS, camera):
                self._redis.publish(CHANNEL, _camera_notice(camera))

    def cameras(self) -> tuple[CameraStatus, ...]:
        """All cameras, by id."""
        with queue_errors():
            rows = self._redis.hgetall(CAMERAS)
        return tuple(sorted((_shown(key.decode(), row) for key, row in rows.items()), key=lambda c: c.id))

    def set_rule_state(
        self, camera: str, preset: str | None, state: bytes, lease: Lease | None = None
    ) -> None:
        """Keep what rules know of a camera, so that a new worker goes on with it; kept for a week."""
        command = "SET", _rules_key(camera, preset), state, "EX", _RULE_STATE_KEPT_S
        write(self._redis, lease, camera, [command])

    def rule_state(self, camera: str, preset: str | None) -> bytes | None:
        """What was kept last, or None."""
        with queue_errors():
            state: bytes | None = self._redis.get(_rules_key(camera, preset))
        return state

    def set_once_state(self, group: str, state: bytes, lease: Lease | None = None) -> None:
        """Keep which stays of cameras that go together are one suggestion; for a month: a stay may be long.

        `group` is the name of their lease.
        """
        command = "SET", _once_key(group), state, "EX", _ONCE_STATE_KEPT_S
        write(self._redis, lease, group, [command])

    def once_state(self, group: str) -> bytes | None:
        """What was kept last, or None."""
        with queue_errors():
            state: bytes | None = self._redis.get(_once_key(group))
        return state

    async def listen(self) -> AsyncGenerator[Notice]:
        """All notices from now on. The first value is a `Gap`, as is the first after every reconnect.

        Close it (`aclose`) when done, so that its connection is given back.
        """
        pause_s = 0.1
        while True:
            client = connect_async(self._url)
            try:
                async with client.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    pause_s = 0.1
                    yield Gap()
                    while True:
                        message = await channel.get_message(ignore_subscribe_messages=True, timeout=_POLL_S)
                        notice = None if message is None else _notice(message["data"])
                        if notice is not None:
                            yield notice
            except (RedisError, OSError) as error:
                _log.warning("notices are cut off", reason=str(error).partition("\n")[0])
            finally:
                await client.aclose()
            await asyncio.sleep(pause_s)
            pause_s = min(_LONGEST_PAUSE_S, pause_s * 2)

    def close(self) -> None:
        """Give the connection back; it opens again at the next call."""
        self._redis.close()


def _rules_key(camera: str, preset: str | None) -> str:
    parts = (camera,) if preset is None else (camera, preset)
    return ":".join(("almere:rules", *(quote(part, safe="") for part in parts)))


def _once_key(group: str) -> str:
    return f"almere:once:{quote(group, safe='')}"


def _camera_notice(camera: str) -> str:
    return json.dumps({"what": "camera", "camera": camera})


def _shown(camera: str, row: bytes) -> CameraStatus:
    """The status as told, or offline if whoever told it went silent."""
    message = json.loads(row)
    status = CameraStatus(
        camera,
        message["name"],
        message["state"],
        datetime.fromisoformat(message["since"]),
        heard(message, "reason"),
        message.get("preset"),
        heard(message, "not_watching"),
    )
    told_at = datetime.fromisoformat(message["told_at"])
    if datetime.now(UTC) - told_at <= SILENT_AFTER or status.state == "offline":
        return status
    silent = Reason(ReasonCode.WORKER_SILENT)
    return replace(status, state="offline", since=told_at, reason=silent, preset=None)


def _notice(data: bytes) -> Notice | None:
    """What is not a notice of ours (a newer release may send more) is left out."""
    try:
        told = json.loads(data)
        if told["what"] == "incident":
            before = told.get("before")
            return IncidentNotice(
                str(told["id"]),
                int(told["version"]),
                _standing(told["now"]),
                None if before is None else _standing(before),
            )
        if told["what"] == "camera":
            return CameraNotice(str(told["camera"]))
        if told["what"] == "screens":
            return ScreensNotice()
    except (ValueError, KeyError, TypeError):
        _log.warning("not a notice", size_bytes=len(data))
    return None


def _standing(told: dict[str, Any]) -> Standing:
    recipient = told["recipient"]
    return Standing(
        str(told["camera"]),
        Kind(told["kind"]),
        State(told["state"]),
        None if recipient is None else Recipient(recipient),
    )
