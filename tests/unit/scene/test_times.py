"""Windows, permits, sizes and the present rule in zone files: what they mean, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almere_vision.domain.detections import MOTOR_VEHICLES, ObjectClass
from almere_vision.domain.scene import LoiteringSettings, ParkingSettings, Permit, PresentSettings
from almere_vision.scene import Scene, check
from almere_vision.scene.times import Period
from tests.unit.domain.wall_clock import NOTABLE, minutes, wall

GOOD = """\
camera: plaza-1
presets:
  - id: home
    zones:
      - id: square
        polygon: [[0.05, 0.30], [0.95, 0.30], [0.95, 0.98], [0.05, 0.98]]
        rules:
          parking:
            limit_s: 60
            min_size: 0.04
            max_size: 0.5
            allowed:
              - {days: [mon, fri], except: [2026-04-27], from: "07:00", to: "11:00"}
              - {dates: ["2026-12-05", "2026-12-06"], from: "18:00", to: "02:00"}
            permits:
              - {what: removal van, from: "2026-03-12 08:00", to: "2026-03-12 12:00", vehicles: [van]}
          present:
            permits:
              - {what: "film crew, 4 cars", from: 2026-07-01 06:00, to: 2026-07-03 22:00}
          loitering:
            {people: 3, limit_s: 300, within_m: 2.0, active: [{dates: [2026-04-26], from: 22:00, to: 06:00}]}
"""


@pytest.fixture
def zone_file(tmp_path: Path) -> Path:
    path = tmp_path / "plaza.yaml"
    path.write_text(GOOD)
    return path


def test_dates_exceptions_permits_and_sizes_become_settings(zone_file: Path) -> None:
    assert check(zone_file) == []

    parking, present, loitering = Scene.load(zone_file).view(None).zones[0].rules

    assert isinstance(parking, ParkingSettings)
    weekly, dated = parking.allowed
    assert (weekly.days, weekly.dates, weekly.exceptions) == ({0, 4}, set(), {date(2026, 4, 27)})
    assert (dated.days, dated.dates) == (set(), {date(2026, 12, 5), date(2026, 12, 6)})
    assert (dated.start, dated.end) == (time(18), time(2))
    assert (parking.min_size, parking.max_size) == (0.04, 0.5)
    assert parking.permits == (
        Permit(
            "removal van",
            datetime(2026, 3, 12, 7, tzinfo=UTC),
            datetime(2026, 3, 12, 11, tzinfo=UTC),
            frozenset({ObjectClass.TRUCK}),
        ),
    )
    assert isinstance(present, PresentSettings)
    assert (present.limit_s, present.vehicles, present.allowed) == (2.0, MOTOR_VEHICLES, ())
    assert (present.permits[0].what, present.permits[0].vehicles) == ("film crew, 4 cars", set())
    assert present.permits[0].start == datetime(2026, 7, 1, 4, tzinfo=UTC)
    assert isinstance(loitering, LoiteringSettings)
    assert loitering.active[0].dates == {date(2026, 4, 26)}


@pytest.mark.parametrize(
    ("old", "new", "line", "advice"),
    [
        ("2026-04-27", "27 april", 13, "'27 april' is not a date: write YYYY-MM-DD"),
        ("2026-04-27", "2026-02-30", 13, "'2026-02-30' is not in the calendar"),
        ("2026-04-27", "2026-04-28", 13, "2026-04-28 is a tue, on which the window does not begin"),
        ("[2026-04-27]", "[]", 13, "`except` is empty"),
        ("dates: [\"2026-12-05\"", "days: [sat], dates: [\"2026-12-05\"", 14, "exclude each other"),
        ("\"2026-12-06\"]", "\"2026-12-06\"], except: [2026-12-05]", 14, "leave those days out of `dates`"),
        ("\"2026-12-06\"", "\"2027-02-29\"", 14, "not in the calendar"),
        ("\"2026-03-12 08:00\"", "\"08:00\"", 16, "'08:00' is not a time: write YYYY-MM-DD HH:MM"),
        ("\"2026-03-12 08:00\"", "\"2026-03-29 02:30\"", 16, "does not exist, the clock is put forward then"),
        ("\"2026-03-12 12:00\"", "\"2026-03-12 08:00\"", 16, "`to` must be later than `from`"),
        ("what: removal van, ", "", 16, "`what` is missing"),
        ("what: removal van", "what: \"\"", 16, "`what` is empty"),
        ("vehicles: [van]", "vehicles: [tram]", 16, "unknown class 'tram'"),
        ("min_size: 0.04", "min_size: 0.5", 8, "no vehicle fits between"),
        ("max_size: 0.5", "max_size: 50", 11, "`max_size`: input should be less than or equal to 1"),
        ("present:\n", "present:\n            limit_s: 0.2\n", 18, "`limit_s`: input should be greater than"),
        ("present:\n", "present:\n            exempt: [bus]\n", 18, "`exempt` is not known here"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_what_to_do(
    zone_file: Path, old: str, new: str, line: int, advice: str
) -> None:
    assert GOOD.count(old) == 1, "the change must change one thing"
    zone_file.write_text(GOOD.replace(old, new))

    found = [(problem.line, problem.message) for problem in check(zone_file)]

    assert any(at == line and advice in message for at, message in found), found


def shown(moment: datetime) -> str:
    return f"{wall(moment):%Y-%m-%d %H:%M}"


@given(
    st.one_of(st.sampled_from(NOTABLE), st.dates(date(2024, 2, 1), date(2028, 11, 30))),
    st.integers(0, 2 * 2 * 1440 - 1),
    st.integers(1, 3000),
)
@settings(max_examples=15, deadline=None)
def test_a_permit_holds_from_the_first_to_the_last_minute_that_the_clock_shows(
    day: date, first: int, length: int
) -> None:
    every = list(minutes(day))
    begin, end = shown(every[first]), shown(every[min(first + length, len(every) - 1)])
    if end <= begin:
        return  # in the hour that comes twice, or cut off at the end of the list
    period = Period.model_validate({"from": begin, "to": end})

    told = [shown(moment) for moment in every]
    from_minute = told.index(begin)
    to_minute = len(told) - 1 - told[::-1].index(end)
    inside = [period.start <= moment < period.end for moment in every]

    assert inside == [from_minute <= index < to_minute for index in range(len(every))]


def test_a_permit_up_to_an_hour_that_comes_twice_holds_until_its_second_coming() -> None:
    period = Period.model_validate({"from": "2026-10-25 02:00", "to": "2026-10-25 02:30"})

    assert period.end - period.start == timedelta(minutes=90)
