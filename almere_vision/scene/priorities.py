"""The table of priorities of a site, as supervisors write it: rows in order, the first match wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Final, Self

from pydantic import Field, ModelWrapValidatorHandler, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from almere_vision.domain.assessment import BandLimits, PriorityRow, PriorityTable
from almere_vision.domain.clock import CITY_TIME, TimeWindow
from almere_vision.domain.priority import BANDS, Band, Priority
from almere_vision.domain.suggestion import DETECTED
from almere_vision.scene.choices import Chosen, choice
from almere_vision.scene.form import Strict
from almere_vision.scene.models import also
from almere_vision.scene.times import Window

_A_MONDAY: Final = datetime(2026, 1, 5, tzinfo=CITY_TIME)
"""Begins a week that changes no clock."""
_WEEK_MIN: Final = 7 * 24 * 60
_WHOLE_WEEK: Final = (1 << _WEEK_MIN) - 1


class Bands(Strict):
    """Least likelihood of the three upper bands, 0..1; below `possible` it is unlikely."""

    possible: float = Field(BandLimits().possible, gt=0, lt=1)
    likely: float = Field(BandLimits().likely, gt=0, lt=1)
    very_likely: float = Field(BandLimits().very_likely, gt=0, lt=1)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.possible < self.likely < self.very_likely:
            raise PydanticCustomError(
                "bands_order",
                "the bands do not rise: write possible < likely < very_likely, as 0.25, 0.5, 0.75",
            )
        return self

    def limits(self) -> BandLimits:
        return BandLimits(self.possible, self.likely, self.very_likely)


class Row(Chosen):
    """What a suggestion must be like, and the priority that it gets then."""

    when: Annotated[list[Window], Field(min_length=1)] | None = Field(
        None, description="Local time windows; always when left out."
    )
    dwell_at_least_s: float = Field(
        0.0, ge=0, le=7 * 86400, description="It goes on for at least so many seconds."
    )
    band_at_least: Annotated[Band, choice("band", Band)] | None = Field(
        None, description="It is at least so likely; needs a calibrated network."
    )
    priority: Annotated[Priority, choice("priority", Priority)]

    def row(self) -> PriorityRow:
        return PriorityRow(
            priority=self.priority,
            kinds=frozenset(self.kind),
            cameras=frozenset(self.camera),
            zones=frozenset(self.zone),
            when=tuple(window.time_window() for window in self.when or ()),
            dwell_at_least_s=self.dwell_at_least_s,
            band_at_least=self.band_at_least,
        )


class PrioritiesFile(Strict):
    """The priorities of one site."""

    bands: Bands = Field(default_factory=Bands, description="Where the bands of likelihood begin.")
    rows: Annotated[list[Row], Field(max_length=500)] = Field(
        description="In order: the first row that matches decides. Without one a fight is P2, the rest P3."
    )

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """A row that can never be reached is a mistake of the same weight as a misspelt one."""
        found = handler(data)
        checked: Self = also(cls, data, lambda _: found, _unreachable(found.rows))
        return checked

    def table(self, version: str) -> PriorityTable:
        return PriorityTable(tuple(row.row() for row in self.rows), self.bands.limits(), version)


def _unreachable(rows: list[Row]) -> Iterator[InitErrorDetails]:
    for index, row in enumerate(rows):
        first = next((n for n, earlier in enumerate(rows[:index]) if _covers(earlier, row)), None)
        if first is not None:
            error = PydanticCustomError(
                "unreachable",
                "this row is never reached, because row {first} above matches all that it does: "
                "put it higher, or leave it out",
                {"first": first + 1},
            )
            yield {"type": error, "loc": ("rows", index), "input": row}


def _covers(earlier: Row, later: Row) -> bool:
    """Whether all that the later row matches is matched by the earlier one."""
    return (
        _includes(earlier.kind or DETECTED, later.kind or DETECTED)
        and (not earlier.camera or (bool(later.camera) and _includes(earlier.camera, later.camera)))
        and (not earlier.zone or (bool(later.zone) and _includes(earlier.zone, later.zone)))
        and earlier.dwell_at_least_s <= later.dwell_at_least_s
        and _rank(earlier.band_at_least) <= _rank(later.band_at_least)
        and (earlier.when is None or _windows_cover(earlier.when, later.when))
    )


def _includes(all_of: Iterable[str], these: Iterable[str]) -> bool:
    return set(these) <= set(all_of)


def _rank(band: Band | None) -> int:
    return -1 if band is None else BANDS.index(band)


def _windows_cover(earlier: list[Window], later: list[Window] | None) -> bool:
    """Windows with more than weekdays and times are only compared whole: in doubt a row is reachable."""
    covered = 0
    for window in earlier:
        covered |= _minutes(window.time_window()) if _is_weekly(window) else 0
    if later is None or covered == _WHOLE_WEEK:
        return covered == _WHOLE_WEEK
    return all(
        window in earlier or (_is_weekly(window) and not _minutes(window.time_window()) & ~covered)
        for window in later
    )


def _is_weekly(window: Window) -> bool:
    return window.model_fields_set <= {"days", "from_", "to"}


@lru_cache(maxsize=1000)
def _minutes(window: TimeWindow) -> int:
    """The minutes of a week that a weekly window covers, one bit each, Monday 00:00 first."""
    covered = (minute for minute in range(_WEEK_MIN) if window.covers(_A_MONDAY + timedelta(minutes=minute)))
    return sum(1 << minute for minute in covered)
