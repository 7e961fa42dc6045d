"""Times as people write them in a zone file: local wall time of the city."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from almere_vision.domain.clock import EVERY_DAY, TimeWindow
from almere_vision.scene.form import Strict, named

ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
EndTime = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


class Day(StrEnum):
    """Weekdays in the order of `datetime.weekday()`."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Window(Strict):
    """Local wall time; an end at or before the start lies on the next day."""

    days: Annotated[list[Annotated[Day, named(Day)]], Field(min_length=1)] | None = Field(
        None, description="Weekdays on which the window begins; every day when left out."
    )
    from_: ClockTime = Field(alias="from", description="First minute inside, as HH:MM.")
    to: EndTime = Field(description="First minute outside, as HH:MM; 24:00 is midnight.")

    def time_window(self) -> TimeWindow:
        order = list(Day)
        days = EVERY_DAY if self.days is None else frozenset(order.index(day) for day in self.days)
        end = "00:00" if self.to == "24:00" else self.to
        return TimeWindow(days, time.fromisoformat(self.from_), time.fromisoformat(end))
