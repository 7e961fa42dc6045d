"""A day of the city is as long as its clocks make it, and does not reach into the future."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import cast

import pytest

from almere_vision.storage.watched import Watched
from api.blind import Blind

NEW_YEAR = datetime(2027, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 6, 1), 24), (date(2026, 10, 25), 25)]
)
def test_a_day_has_as_many_hours_as_its_clocks_say(day: date, hours: int) -> None:
    begin, end = Blind(cast(Watched, None), lambda: NEW_YEAR).period(day)
    assert (end.astimezone(UTC) - begin.astimezone(UTC)).total_seconds() == 3600 * hours


def test_today_ends_now_and_tomorrow_has_not_begun() -> None:
    blind = Blind(cast(Watched, None), lambda: NEW_YEAR)
    assert blind.period(date(2027, 1, 1))[1] == NEW_YEAR
    begin, end = blind.period(date(2027, 1, 2))
    assert begin == end
