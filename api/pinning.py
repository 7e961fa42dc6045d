"""Pins the head of the audit log outside the database: at the start, every few seconds, and at the end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import structlog
from starlette.concurrency import run_in_threadpool

from almere_vision.domain.errors import StorageError
from almere_vision.storage.audit import Audit
from almere_vision.storage.pins import Pins

log = structlog.get_logger("api")


class Pinning:
    """One task; it looks at the newest line of the log every `every_s` seconds."""

    def __init__(self, audit: Audit, pins: Pins, every_s: float) -> None:
        self._audit, self._pins, self._every_s = audit, pins, every_s

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Pins inside this block, and once more at its end."""
        await run_in_threadpool(self._pin)
        task = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await asyncio.to_thread(self._pin)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            await run_in_threadpool(self._pin)

    def _pin(self) -> None:
        try:
            head = self._audit.head()
            if head is not None:
                self._pins.keep(head, datetime.now(UTC))
        except StorageError as error:
            log.error("the audit log is not pinned now", reason=str(error))
