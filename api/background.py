"""What runs beside the requests: the queue into the store, and notices to the open event streams."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool

from almere_vision.domain.errors import IncidentMissing, QueueUnavailable, StorageError, StoreUnavailable
from almere_vision.domain.incident import Actor, Incident
from almere_vision.review.desk import Desk
from almere_vision.review.gate import Gate
from almere_vision.review.ports import IncidentStore, Query
from almere_vision.review.sight import may_see_standing
from almere_vision.review.transitions import LOOKERS
from almere_vision.storage.ingest import run_ingest
from almere_vision.storage.notices import CameraNotice, Gap, IncidentNotice, Notices, ScreensNotice
from almere_vision.storage.stream import SuggestionStream
from api.events import Event, Hub
from api.schemas.camera import Camera
from api.schemas.events import IncidentChanged

CAMERAS_EVERY_S: Final = 5.0
"""Cameras are looked at so often, also without a notice: a worker that died gives none."""

DEADLINES_EVERY_S: Final = 2.0

RESTART_S: Final = 2.0
STOP_S: Final = 1.5
"""The thread gets so long to end; it looks every second. Cut short it loses nothing: the queue gives its
message again.
"""

log = structlog.get_logger("api")


class Background:
    """Threads and tasks of one process of the API.

    Args:
        store: where suggestions of the queue go.
        desk: lets go of what nobody looked at in time.
        stream: the queue.
        notices: what processes tell each other.
        hub: the open event streams.
        threads: by name, what else runs in a thread of its own until it is told to stop.
        gate: through which suggestions of the queue go into the store.
    """

    def __init__(
        self,
        store: IncidentStore,
        desk: Desk,
        stream: SuggestionStream,
        notices: Notices,
        hub: Hub,
        threads: Mapping[str, Callable[[threading.Event], None]],
        *,
        gate: Gate,
    ) -> None:
        self._gate = gate
        self._threads = threads
        self._store, self._desk, self._stream = store, desk, stream
        self._notices, self._hub = notices, hub
        self._stop = threading.Event()
        self._look_at_cameras = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ingest: threading.Thread | None = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everything runs inside this block."""
        self._loop = asyncio.get_running_loop()
        self._ingest = threading.Thread(target=self._keep_ingesting, name="ingest", daemon=True)
        self._ingest.start()
        for name, work in self._threads.items():
            threading.Thread(target=work, args=(self._stop,), name=name, daemon=True).start()
        works = (self._pass_on_notices, self._watch_cameras, self._watch_deadlines)
        tasks = [asyncio.create_task(_keep(work)) for work in works]
        try:
            yield
        finally:
            self.end()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(self._ingest.join, STOP_S)

    def end(self) -> None:
        """Tell everything to end, open event streams too; from the thread of the event loop."""
        self._stop.set()
        self._hub.end_all()

    def missing(self) -> list[str]:
        """Names of the parts that do not answer now: database, queue, ingest."""
        gone = []
        for name, ask in (("database", self._ask_store), ("queue", self._stream.ping)):
            try:
                ask()
            except StorageError:
                gone.append(name)
        if self._ingest is None or not self._ingest.is_alive():
            gone.append("ingest")
        return gone

    def _ask_store(self) -> None:
        self._store.page(Query(limit=1))

    def announce(self, incidents: Sequence[Incident], before: Incident | None = None) -> None:
        """Tell all consoles, here and at other processes, that incidents changed; from any thread.

        With `before`, of the only one, those who could see it until now hear of it too.
        """
        notices = [IncidentNotice.of(incident, before) for incident in incidents]
        try:
            self._notices.send(notices)
        except QueueUnavailable:
            # Others cannot hear it now, but those who watch through this process can.
            for notice in notices:
                if self._loop is not None and not self._loop.is_closed():
                    self._loop.call_soon_threadsafe(self._hub.publish, _event_of(notice))

    def announce_by_id(self, incident_id: str) -> None:
        """As `announce`, of an incident that something else changed; from any thread."""
        try:
            self.announce([self._store.get(incident_id)])
        except (StorageError, IncidentMissing) as error:
            log.warning("consoles could not be told", incident=incident_id, reason=str(error))

    def _keep_ingesting(self) -> None:
        while not self._stop.is_set():
            try:
                run_ingest(self._gate, self._stream, self.announce, self._stop)
            except Exception:
                log.exception("reading the queue broke off; starting again", after_s=RESTART_S)
                self._stop.wait(RESTART_S)

    async def _watch_deadlines(self) -> None:
        while True:
            with contextlib.suppress(StoreUnavailable):
                if expired := await run_in_threadpool(self._desk.expire):
                    await run_in_threadpool(self.announce, expired)
                if shown := await run_in_threadpool(self._gate.let_through, datetime.now(UTC)):
                    await run_in_threadpool(self.announce, shown)
            await asyncio.sleep(DEADLINES_EVERY_S)

    async def _pass_on_notices(self) -> None:
        async with contextlib.aclosing(self._notices.listen()) as notices:
            async for notice in notices:
                match notice:
                    case IncidentNotice():
                        self._hub.publish(_event_of(notice))
                        await asyncio.sleep(0)  # in a burst, let the streams take theirs before the next
                    case CameraNotice():
                        self._look_at_cameras.set()
                    case ScreensNotice():
                        self._hub.publish(Event("screens", "{}", _looks))
                    case Gap():
                        self._look_at_cameras.set()
                        self._hub.end_all()

    async def _watch_cameras(self) -> None:
        known: dict[str, Camera] = {}
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look_at_cameras.wait(), CAMERAS_EVERY_S)
            self._look_at_cameras.clear()
            try:
                seen = await run_in_threadpool(self._notices.cameras)
            except QueueUnavailable:
                continue
            for camera in map(Camera.of, seen):
                if known.get(camera.id) != camera:
                    self._hub.publish(Event("camera", camera.model_dump_json(), partial(_watches, camera.id)))
            known = {camera.id: camera for camera in map(Camera.of, seen)}


async def _keep(work: Callable[[], Coroutine[None, None, None]]) -> None:
    while True:
        try:
            await work()
        except Exception:
            log.exception("notices broke off; starting again", after_s=RESTART_S)
        await asyncio.sleep(RESTART_S)


def _event_of(notice: IncidentNotice) -> Event:
    changed = IncidentChanged(id=notice.id, version=notice.version, state=notice.now.state)
    return Event("incident", changed.model_dump_json(), partial(_may_hear, notice))


def _may_hear(notice: IncidentNotice, actor: Actor) -> bool:
    return any(
        standing is not None and may_see_standing(standing, actor) for standing in (notice.now, notice.before)
    )


def _looks(actor: Actor) -> bool:
    return actor.role in LOOKERS


def _watches(camera: str, actor: Actor) -> bool:
    return actor.scope.cameras is None or camera in actor.scope.cameras
