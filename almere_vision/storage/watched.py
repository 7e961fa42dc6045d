"""How long rules were watched, kept in the database, so that it outlives workers, Redis and restarts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from almere_vision.domain.errors import StorageError
from almere_vision.domain.watching import HourSum, WatchedTime
from almere_vision.storage.database import reading, writing
from almere_vision.storage.tables import WATCHED
from almere_vision.storage.watched_feed import WatchedFeed

KEPT: Final = timedelta(days=400)
"""A year and a month, so that a month can be held against the same one a year before."""

_EVERY_S: Final = 10.0
_TABLE: Final = WATCHED.c

log = structlog.get_logger()


class Watched:
    """Sums by hour. Every method may raise `StoreUnavailable`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, times: Sequence[WatchedTime]) -> None:
        """Take over sums; one that is there already only grows."""
        if not times:
            return
        make: Any = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        fresh = make(WATCHED)
        larger = func.max if self._engine.dialect.name == "sqlite" else func.greatest
        statement = fresh.on_conflict_do_update(
            index_elements=list(WATCHED.primary_key.columns),
            set_={"seconds": larger(_TABLE.seconds, fresh.excluded.seconds)},
        )
        rows = [
            {
                "camera": one.camera,
                "preset": one.preset,
                "rule": one.rule,
                "what": one.what,
                "hour": one.hour,
                "run": one.run,
                "seconds": one.seconds,
            }
            for one in times
        ]
        with writing(self._engine) as connection:
            connection.execute(statement, rows)

    def sums(self, begin: datetime, end: datetime, camera: str | None = None) -> tuple[HourSum, ...]:
        """Of the hours that begin within a period, of one camera or of all."""
        names = (_TABLE.camera, _TABLE.preset, _TABLE.rule, _TABLE.what, _TABLE.hour)
        asked = select(*names, func.sum(_TABLE.seconds)).where(_TABLE.hour >= begin, _TABLE.hour < end)
        if camera is not None:
            asked = asked.where(_TABLE.camera == camera)
        with reading(self._engine) as connection:
            rows = connection.execute(asked.group_by(*names).order_by(*names)).all()
        return tuple(HourSum(*row) for row in rows)

    def forget(self, before: datetime) -> None:
        """Remove what is older."""
        with writing(self._engine) as connection:
            connection.execute(delete(WATCHED).where(_TABLE.hour < before))


class Bookkeeper:
    """Brings what workers tell into the database; several processes may, and nothing counts twice."""

    def __init__(self, feed: WatchedFeed, watched: Watched, clock: Callable[[], datetime]) -> None:
        self._feed = feed
        self._watched = watched
        self._clock = clock
        self._kept: dict[WatchedTime, None] = {}
        self._forgotten_at: datetime | None = None

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; blocking, run it in a thread."""
        while not stop.wait(_EVERY_S):
            try:
                self.look()
            except StorageError as error:
                log.warning("watched time is not kept now", reason=str(error))
            except Exception:
                log.exception("keeping watched time failed by a fault of ours")

    def look(self) -> None:
        """Take over what changed. Raises `StorageError`."""
        told = dict.fromkeys(self._feed.told())
        self._watched.keep([one for one in told if one not in self._kept])
        self._kept = told
        now = self._clock()
        if self._forgotten_at is None or now - self._forgotten_at > timedelta(hours=1):
            self._watched.forget(now - KEPT)
            self._forgotten_at = now
