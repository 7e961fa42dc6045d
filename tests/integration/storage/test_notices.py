"""Notices, camera status and rule state, on a real Redis that comes and goes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from almere_vision.domain.errors import QueueUnavailable
from almere_vision.domain.incident import Incident, Recipient, State
from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.review.sight import Standing
from almere_vision.storage import notices as module
from almere_vision.storage.notices import (
    CAMERAS,
    CHANNEL,
    CameraNotice,
    CameraStatus,
    Gap,
    IncidentNotice,
    Notice,
    Notices,
)
from tests.integration.storage.conftest import RedisServer, Suggest

LIMIT_S = 20.0


@pytest.fixture
def notices(redis_server: RedisServer) -> Iterator[Notices]:
    notices = Notices(redis_server.url)
    yield notices
    notices.close()


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[Any]:
    with redis_server.client() as client:
        yield client


@pytest.fixture
def plaza(noon: datetime) -> CameraStatus:
    return CameraStatus("plaza-1", "Grote Markt", "online", noon, None)


def listening(
    notices: Notices, scenario: Callable[[Callable[[], Awaitable[Notice]]], Awaitable[None]]
) -> None:
    """Run a scenario that asks for one notice after the other."""

    async def run() -> None:
        heard: AsyncGenerator[Notice] = notices.listen()
        try:
            await asyncio.wait_for(scenario(lambda: asyncio.wait_for(anext(heard), LIMIT_S)), 3 * LIMIT_S)
        finally:
            await heard.aclose()

    asyncio.run(run())


def test_notices_are_heard_in_order(
    notices: Notices, suggest: Suggest, noon: datetime, plaza: CameraStatus
) -> None:
    async def scenario(heard: Callable[[], Awaitable[Notice]]) -> None:
        assert await heard() == Gap()
        now = Standing.of(Incident(suggest(), State.ESCALATED, 2, noon, recipient=Recipient.POLICE))
        before = replace(now, state=State.CLAIMED, recipient=None)
        notices.send([IncidentNotice("plaza-1-17", 2, now, before)])
        notices.set_camera_status(plaza)
        assert await heard() == IncidentNotice("plaza-1-17", 2, now, before)
        assert await heard() == CameraNotice("plaza-1")

    listening(notices, scenario)


def test_only_a_change_of_a_camera_is_told(notices: Notices, plaza: CameraStatus) -> None:
    async def scenario(heard: Callable[[], Awaitable[Notice]]) -> None:
        await heard()
        notices.set_camera_status(plaza)
        notices.set_camera_status(plaza)
        notices.set_camera_status(replace(plaza, id="plaza-2"))
        notices.set_camera_status(replace(plaza, state="offline", reason=Reason(ReasonCode.NO_ANSWER)))
        notices.forget_camera("plaza-2")
        notices.forget_camera("plaza-2")
        notices.set_camera_status(replace(plaza, id="plaza-3"))
        cameras = [notice.camera for _ in range(5) if isinstance(notice := await heard(), CameraNotice)]
        assert cameras == ["plaza-1", "plaza-2", "plaza-1", "plaza-2", "plaza-3"]

    listening(notices, scenario)


def test_what_is_no_notice_is_left_out(notices: Notices, redis: Any, plaza: CameraStatus) -> None:
    async def scenario(heard: Callable[[], Awaitable[Notice]]) -> None:
        await heard()
        for rubbish in (b"\xff", b"[]", b'{"what":"weather"}', b'{"what":"incident","id":"x"}', b"7"):
            redis.publish(CHANNEL, rubbish)
        notices.set_camera_status(plaza)
        assert await heard() == CameraNotice("plaza-1")

    listening(notices, scenario)


def test_fault_8_a_listener_comes_back_and_says_that_it_was_away(
    notices: Notices, redis_server: RedisServer, plaza: CameraStatus
) -> None:
    async def scenario(heard: Callable[[], Awaitable[Notice]]) -> None:
        assert await heard() == Gap()
        redis_server.kill()
        redis_server.start()
        assert await heard() == Gap()
        notices.set_camera_status(replace(plaza, state="starting"))
        assert await heard() == CameraNotice("plaza-1")

    listening(notices, scenario)


def test_a_listener_may_start_before_redis(
    notices: Notices, redis_server: RedisServer, plaza: CameraStatus
) -> None:
    redis_server.kill()

    async def scenario(heard: Callable[[], Awaitable[Notice]]) -> None:
        first = asyncio.ensure_future(heard())
        await asyncio.sleep(0)
        redis_server.start()
        assert await first == Gap()

    listening(notices, scenario)


def test_a_listener_that_is_closed_gives_its_connection_back(notices: Notices, redis: Any) -> None:
    async def scenario(heard: Callable[[], Awaitable[Notice]]) -> None:
        await heard()
        assert redis.pubsub_numsub(CHANNEL) == [(CHANNEL.encode(), 1)]

    listening(notices, scenario)
    assert redis.pubsub_numsub(CHANNEL) == [(CHANNEL.encode(), 0)]


def test_cameras_are_shown_as_told(notices: Notices, plaza: CameraStatus, noon: datetime) -> None:
    off = Reason(ReasonCode.OFF_PRESET, {"much": "6.4 %", "preset": "Markt «noord»"})
    other = CameraStatus("markt-2", "Markt «noord»", "offline", noon + timedelta(hours=1), off, None, off)
    for status in (plaza, other, replace(plaza, state="starting"), plaza):
        notices.set_camera_status(status)
    assert notices.cameras() == (other, plaza)
    notices.forget_camera("markt-2")
    assert notices.cameras() == (plaza,)


def test_what_older_releases_tell_and_read_is_a_sentence(
    notices: Notices, redis: Any, plaza: CameraStatus
) -> None:
    notices.set_camera_status(replace(plaza, reason=Reason(ReasonCode.NO_PICTURE_FOR, {"duration": "8 s"})))
    message = json.loads(redis.hget(CAMERAS, "plaza-1"))
    assert (message["reason"], message["not_watching"]) == ("no picture for 8 s", None)
    old = {key: value for key, value in message.items() if key not in ("reason_code", "reason_values")}
    redis.hset(CAMERAS, "plaza-1", json.dumps(old))
    (seen,) = notices.cameras()
    assert seen == replace(plaza, reason=Reason(ReasonCode.OTHER, {"text": "no picture for 8 s"}))


def test_a_camera_whose_worker_is_silent_is_offline(
    notices: Notices, redis: Any, plaza: CameraStatus
) -> None:
    notices.set_camera_status(plaza)
    told = json.loads(redis.hget(CAMERAS, "plaza-1"))
    told_at = datetime.now(UTC) - module.SILENT_AFTER - timedelta(seconds=1)
    redis.hset(CAMERAS, "plaza-1", json.dumps({**told, "told_at": told_at.isoformat()}))
    (silent,) = notices.cameras()
    assert (silent.state, silent.since) == ("offline", told_at)
    assert silent.reason == Reason(ReasonCode.WORKER_SILENT)
    notices.set_camera_status(plaza)
    assert notices.cameras() == (plaza,)


def test_rule_state_is_kept_per_camera_and_preset(notices: Notices, redis: Any) -> None:
    keys = [
        ("plaza-1", "home"),
        ("plaza-1", None),
        ("plaza-1", ""),
        ("plaza-1:home", None),
        ("a:b", "c"),
        ("a", "b:c"),
    ]
    for camera, preset in keys:
        assert notices.rule_state(camera, preset) is None
    for number, (camera, preset) in enumerate(keys):
        notices.set_rule_state(camera, preset, str(number).encode())
    assert [notices.rule_state(*key) for key in keys] == [str(number).encode() for number in range(len(keys))]
    assert 0 < redis.ttl("almere:rules:plaza-1:home") <= 7 * 24 * 3600


def test_fault_8_a_redis_that_is_away_is_told(
    notices: Notices, redis_server: RedisServer, suggest: Suggest, noon: datetime, plaza: CameraStatus
) -> None:
    redis_server.kill()
    standing = Standing.of(Incident(suggest(), State.SUGGESTED, 1, noon))
    for call in (
        lambda: notices.send([IncidentNotice("plaza-1-17", 1, standing)]),
        lambda: notices.set_camera_status(plaza),
        notices.cameras,
        lambda: notices.rule_state("plaza-1", None),
        lambda: notices.set_rule_state("plaza-1", None, b"{}"),
    ):
        with pytest.raises(QueueUnavailable):
            call()
