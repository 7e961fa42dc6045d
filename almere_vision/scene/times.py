"""Times as people write them in a zone file: local wall time of the city."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from almere_vision.domain.clock import CITY_TIME, EVERY_DAY, TimeWindow
from almere_vision.scene.form import Strict, named


class Day(StrEnum):
    """Weekdays in the order of `datetime.weekday()`."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


_DAYS: Final = list(Day)


def _is_date(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError(
            "no_date", "'{text}' is not in the calendar: correct the date", {"text": text}
        ) from None
    return text


def _is_wall_time(text: str) -> str:
    """A wall time that the clocks of the city show at least once."""
    _is_date(text[:10])
    if in_utc(text).astimezone(CITY_TIME).replace(tzinfo=None) != datetime.fromisoformat(text):
        raise PydanticCustomError(
            "skipped_time",
            "'{text}' does not exist, the clock is put forward then: write the hour before or after",
            {"text": text},
        )
    return text


ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
EndTime = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
Date = Annotated[str, Field(pattern=r"^20\d\d-\d\d-\d\d$"), AfterValidator(_is_date)]
Dates = Annotated[list[Date], Field(min_length=1, max_length=1000)]
WallTime = Annotated[
    str, Field(pattern=r"^20\d\d-\d\d-\d\d ([01]\d|2[0-3]):[0-5]\d$"), AfterValidator(_is_wall_time)
]


def in_utc(text: str, last: bool = False) -> datetime:
    """A wall time as `WallTime` writes it, in UTC; of an hour that comes twice the first, or the `last`."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY_TIME, fold=int(last)).astimezone(UTC)


class Window(Strict):
    """Local wall time; an end at or before the start lies on the next day."""

    days: Annotated[list[Annotated[Day, named(Day)]], Field(min_length=1)] | None = Field(
        None, description="Weekdays on which the window begins; every day when left out."
    )
    dates: Dates | None = Field(
        None, description="Dates on which the window begins, as YYYY-MM-DD, instead of weekdays."
    )
    except_: Dates | None = Field(
        None, alias="except", description="Dates on which the window does not begin, as YYYY-MM-DD."
    )
    from_: ClockTime = Field(alias="from", description="First minute inside, as HH:MM.")
    to: EndTime = Field(description="First minute outside, as HH:MM; 24:00 is midnight.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.dates is not None and self.days is not None:
            raise PydanticCustomError(
                "days_and_dates", "`days` and `dates` exclude each other: make two windows of it"
            )
        if self.dates is not None and self.except_ is not None:
            raise PydanticCustomError(
                "dates_and_except", "`except` goes with weekdays: leave those days out of `dates`"
            )
        for text in self.except_ or ():
            day = _DAYS[date.fromisoformat(text).weekday()]
            if self.days is not None and day not in self.days:
                raise PydanticCustomError(
                    "idle_exception",
                    "`except`: {text} is a {day}, on which the window does not begin: correct the date",
                    {"text": text, "day": day.value},
                )
        return self

    def time_window(self) -> TimeWindow:
        if self.dates is not None:
            days: frozenset[int] = frozenset()
        else:
            days = EVERY_DAY if self.days is None else frozenset(_DAYS.index(day) for day in self.days)
        return TimeWindow(
            days,
            time.fromisoformat(self.from_),
            time.fromisoformat("00:00" if self.to == "24:00" else self.to),
            frozenset(date.fromisoformat(text) for text in self.dates or ()),
            frozenset(date.fromisoformat(text) for text in self.except_ or ()),
        )


class Period(Strict):
    """From one wall time to another, once."""

    from_: WallTime = Field(alias="from", description="First minute inside, as YYYY-MM-DD HH:MM.")
    to: WallTime = Field(description="First minute outside, as YYYY-MM-DD HH:MM.")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.start >= self.end:
            raise PydanticCustomError("backward", "`to` must be later than `from`: correct one of them")
        return self

    @property
    def start(self) -> datetime:
        return in_utc(self.from_)

    @property
    def end(self) -> datetime:
        return in_utc(self.to, last=True)
