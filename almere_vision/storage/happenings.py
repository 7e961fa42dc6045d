"""Real incidents of a period, without their evidence, for counts."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Engine, select

from almere_vision.domain.happening import REAL, Happening
from almere_vision.domain.incident import Scope
from almere_vision.domain.suggestion import Kind
from almere_vision.review.ports import Query
from almere_vision.storage.conditions import conditions
from almere_vision.storage.database import reading
from almere_vision.storage.tables import INCIDENTS

_TABLE: Final = INCIDENTS.c


class Happenings:
    """Every method may raise `StoreUnavailable`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def between(self, begin: datetime, end: datetime, scope: Scope) -> tuple[Happening, ...]:
        """All that were raised from `begin` until `end` (aware) within a scope, in order of time."""
        query = Query(states=tuple(sorted(REAL)), since=begin, until=end, scope=scope)
        asked = select(_TABLE.kind, _TABLE.camera, _TABLE.zone, _TABLE.raised_at, _TABLE.type)
        with reading(self._engine) as connection:
            rows = connection.execute(asked.where(*conditions(query)).order_by(_TABLE.raised_at)).all()
        return tuple(Happening(Kind(row[0]), *row[1:]) for row in rows)
