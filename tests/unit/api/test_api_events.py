"""The hub of event streams (fault 10)."""

from __future__ import annotations

import asyncio

from almere_vision.domain.incident import Actor, Role
from api.events import QUEUE_EVENTS, Event, EventStream, Hub

ANNA = Actor("anna", Role.OBSERVER)
EVENT = Event("incident", "{}", lambda actor: True)


def test_fault_10_only_the_slow_subscriber_is_cut_off() -> None:
    hub, cut = Hub(), []
    with (
        hub.subscribe("a", ANNA, lambda: cut.append("slow")) as slow,
        hub.subscribe("b", ANNA, lambda: cut.append("fast")) as fast,
    ):
        for _ in range(QUEUE_EVENTS):
            hub.publish(EVENT)
            assert fast.waiting.get_nowait() == EVENT
        assert cut == []
        hub.publish(EVENT)
        assert cut == ["slow"]
        hub.publish(EVENT)
        assert cut == ["slow"]
        assert [fast.waiting.get_nowait() for _ in range(2)] == [EVENT, EVENT]
        assert slow.waiting.qsize() == QUEUE_EVENTS


def test_the_end_of_a_session_ends_its_streams_and_no_other() -> None:
    hub = Hub()
    with (
        hub.subscribe("a", ANNA, lambda: None) as first,
        hub.subscribe("a", ANNA, lambda: None) as second,
        hub.subscribe("b", ANNA, lambda: None) as other,
    ):
        hub.end_session("a")
        hub.publish(EVENT)
        assert (first.waiting.get_nowait(), second.waiting.get_nowait()) == (None, None)
        assert other.waiting.get_nowait() == EVENT


def test_fault_20_only_those_who_may_see_it_are_told() -> None:
    hub, bob = Hub(), Actor("bob", Role.OBSERVER)
    with (
        hub.subscribe("a", ANNA, lambda: None) as hers,
        hub.subscribe("b", bob, lambda: None) as his,
    ):
        hub.publish(Event("incident", "{}", lambda actor: actor == bob))
        assert (hers.waiting.qsize(), his.waiting.qsize()) == (0, 1)
        hub.end_person("anna")
        assert hers.waiting.get_nowait() is None
        assert his.waiting.qsize() == 1


def test_the_end_cuts_a_stream_that_is_full() -> None:
    hub, cut = Hub(), []
    with hub.subscribe("a", ANNA, lambda: cut.append(True)):
        for _ in range(QUEUE_EVENTS):
            hub.publish(EVENT)
        hub.end_all()
        assert cut == [True]


def run_stream(stream: EventStream, meanwhile: list[Event], hub: Hub) -> bytes:
    """What a client gets that reads until the stream ends."""

    async def run() -> bytes:
        sent = bytearray()
        forever = asyncio.Event()

        async def receive() -> dict[str, str]:
            await forever.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, bytes]) -> None:
            if sent == b"":
                for event in meanwhile:
                    hub.publish(event)
            sent.extend(message.get("body", b""))

        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        await asyncio.wait_for(stream(scope, receive, send), 10)  # type: ignore[arg-type]
        return bytes(sent)

    return asyncio.run(run())


async def still_there() -> bool:
    return True


async def gone() -> bool:
    return False


def test_a_stream_says_what_is_published_and_ends_with_its_session() -> None:
    hub = Hub()
    text = run_stream(
        EventStream(hub, "a", ANNA, 0.3, still_there),
        [Event("incident", '{"id":"x"}', lambda actor: True)],
        hub,
    ).decode()
    assert 'event: incident\r\ndata: {"id":"x"}\r\n\r\n' in text


def test_a_stream_ends_when_the_session_was_ended_elsewhere(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("api.events.SESSION_CHECK_S", 0.05)
    hub = Hub()
    assert run_stream(EventStream(hub, "a", ANNA, 3600, gone), [], hub).startswith(b": connected")
