"""Dry runs of changed zones, each in a process of its own that ends with the request."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from almere_vision.domain.incident import Incident, State
from almere_vision.evaluation.dry_run import Confirmed, DryRun, DryRunJob
from almere_vision.review.ports import IncidentStore, Query
from almere_vision.scene import Site
from api.schemas.zones import DryRunStep

CONFIRMED: Final = (
    State.CONFIRMED,
    State.ESCALATED,
    State.ACKNOWLEDGED,
    State.ON_SCENE,
    State.RESOLVED,
    State.NO_CAPACITY,
)
"""What a person found true, and what became of it."""

_MOST: Final = 2_000
_PAGE: Final = 200
_COMMAND: Final = (sys.executable, "-m", "almere_vision.evaluation.replay")

log = structlog.get_logger("api")


class DryRuns:
    """One at a time, because it takes a processor.

    Args:
        store: knows what people confirmed.
        folder: of kept detections.
    """

    def __init__(self, store: IncidentStore, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._busy = False

    def job(
        self,
        site: Site,
        camera: str,
        contents: tuple[bytes, bytes],
        period: tuple[datetime, datetime],
        limit_s: float,
    ) -> DryRunJob:
        """What to replay: the zones that hold and the changed ones. Raises `StoreUnavailable`."""
        since, until = period
        return DryRunJob(
            folder=self._folder.resolve(),
            camera=camera,
            now=contents[0].decode(),
            changed=contents[1].decode(),
            since=since,
            until=until,
            confirmed=self._confirmed(camera, since, until),
            same_place=[sorted(place.views) for place in site.same_place],
            limit_s=limit_s,
        )

    def _confirmed(self, camera: str, since: datetime, until: datetime) -> list[Confirmed]:
        found: list[Incident] = []
        after: str | None = None
        while len(found) < _MOST:
            page = self._store.page(
                Query(states=CONFIRMED, cameras=(camera,), since=since, until=until, after=after, limit=_PAGE)
            )
            found += page.incidents
            after = page.after
            if after is None:
                break
        return [_confirmed(one) for one in found if one.entered_by is None]

    async def run(self, job: DryRunJob) -> AsyncIterator[str]:
        """Lines of JSON, each how it stands; the process is ended when nobody reads them any more."""
        if self._busy:
            yield _line("busy", None)
            return
        self._busy, last = True, None
        child = await asyncio.create_subprocess_exec(
            *_COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        try:
            assert child.stdin is not None, "it is a pipe"
            assert child.stdout is not None, "it is a pipe"
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                child.stdin.write(job.model_dump_json().encode())
                await child.stdin.drain()
            child.stdin.close()
            async for line in child.stdout:
                last = DryRun.model_validate_json(line)
                yield _line("running", last)
            if code := await child.wait():
                log.error("a dry run failed", camera=job.camera, exit_code=code)
            yield _line("failed" if code else "done", last)
        finally:
            self._busy = False
            with contextlib.suppress(ProcessLookupError):
                child.kill()


def _line(state: str, result: DryRun | None) -> str:
    return DryRunStep.model_validate({"state": state, "result": result}).model_dump_json() + "\n"


def _confirmed(incident: Incident) -> Confirmed:
    suggestion = incident.suggestion
    return Confirmed(
        id=suggestion.id,
        kind=suggestion.kind,
        onset=suggestion.started_at,
        raised=suggestion.raised_at,
        box=suggestion.box,
    )
