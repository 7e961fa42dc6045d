"""Events for consoles: each one hears that something changed, and asks for it again.

A subscriber has a bounded queue. One that does not keep up is cut off: it reconnects when it can and
fetches everything again. The others notice nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import anyio
import structlog
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Receive, Scope, Send

from almere_vision.domain.incident import Actor

QUEUE_EVENTS: Final = 256
"""Events that may wait for one subscriber."""

SESSION_CHECK_S: Final = 15.0
"""How soon a stream ends whose session was ended elsewhere."""

PING_S: Final = 15

log = structlog.get_logger("api.events")


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its name, its JSON, and who may hear it."""

    name: str
    data: str
    heard_by: Callable[[Actor], bool]


@dataclass(eq=False, slots=True)
class Subscriber:
    """One open stream: events that wait for its client, and None for the end.

    `cut` ends it at once, even while it waits for its client to read.
    """

    session: bytes
    actor: Actor
    cut: Callable[[], None]
    waiting: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(QUEUE_EVENTS))

    def tell(self, event: Event | None) -> bool:
        """Whether there was room for it."""
        try:
            self.waiting.put_nowait(event)
        except asyncio.QueueFull:
            return False
        return True


class Hub:
    """All open streams of this process. To be used from the thread of the event loop."""

    def __init__(self) -> None:
        self._subscribers: set[Subscriber] = set()

    @contextmanager
    def subscribe(self, token: str, actor: Actor, cut: Callable[[], None]) -> Iterator[Subscriber]:
        """Be told what is published inside this block and meant for this person."""
        subscriber = Subscriber(_digest(token), actor, cut)
        self._subscribers.add(subscriber)
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)

    def publish(self, event: Event) -> None:
        """Tell all who may hear it; who does not keep up is cut off."""
        for subscriber in tuple(self._subscribers):
            if event.heard_by(subscriber.actor) and not subscriber.tell(event):
                log.warning("event stream cut off: its client does not read", waiting=QUEUE_EVENTS)
                self._subscribers.discard(subscriber)
                subscriber.cut()

    def end_session(self, token: str) -> None:
        """End the streams of a session that is over."""
        session = _digest(token)
        self._end({one for one in self._subscribers if one.session == session})

    def end_person(self, name: str, but: str | None = None) -> None:
        """End the streams of a person whose sessions are over, all but that of the token `but`."""
        kept = None if but is None else _digest(but)
        self._end({one for one in self._subscribers if one.actor.name == name and one.session != kept})

    def end_all(self) -> None:
        """End all streams, so that every client connects and fetches again."""
        self._end(set(self._subscribers))

    def _end(self, subscribers: set[Subscriber]) -> None:
        self._subscribers -= subscribers
        for subscriber in subscribers:
            if not subscriber.tell(None):
                subscriber.cut()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


class EventStream(EventSourceResponse):
    """The stream of one subscriber; ends with its session, when it is cut off, and at shutdown.

    Args:
        hub: what to listen to.
        token: of the session.
        actor: the person; hears only of what that person may see.
        lasts_s: seconds until the session runs out.
        still_signed_in: asks whether the session is there still.
    """

    def __init__(
        self,
        hub: Hub,
        token: str,
        actor: Actor,
        lasts_s: float,
        still_signed_in: Callable[[], Awaitable[bool]],
    ) -> None:
        super().__init__(
            _nothing(), ping=PING_S, ping_message_factory=lambda: ServerSentEvent(comment="ping")
        )
        self._hub, self._token, self._actor, self._lasts_s = hub, token, actor, lasts_s
        self._still_signed_in = still_signed_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with (
            anyio.CancelScope() as life,
            self._hub.subscribe(self._token, self._actor, life.cancel) as subscriber,
        ):
            self.body_iterator = self._events(subscriber)
            await super().__call__(scope, receive, send)

    async def _events(self, subscriber: Subscriber) -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(comment="connected")
        began = checked = time.monotonic()
        while True:
            now = time.monotonic()
            left_s = began + self._lasts_s - now
            if left_s <= 0:
                return
            if now - checked >= SESSION_CHECK_S:
                if not await self._still_signed_in():
                    return
                checked = now
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left_s, checked + SESSION_CHECK_S - now)):
                    event = await subscriber.waiting.get()
                if event is None:
                    return
                yield ServerSentEvent(event.data, event=event.name)


async def _nothing() -> AsyncIterator[ServerSentEvent]:
    return
    yield
