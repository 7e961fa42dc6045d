"""Windows through changes of the clock, permits and sizes: what the parking rule makes of them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almere_vision.domain.clock import CITY_TIME, EVERY_DAY, TimeWindow
from almere_vision.domain.detections import MOTOR_VEHICLES, ObjectClass
from almere_vision.domain.scene import ParkingSettings, Permit, SceneView, Zone
from almere_vision.domain.suggestion import Phase
from almere_vision.rules.parking import allowed_s
from tests.unit.domain.wall_clock import NOTABLE, open_minutes, wall
from tests.unit.rules.parking_scenario import SQUARE, Watch, film, parks, view

NINE = datetime(2026, 3, 12, 8, tzinfo=UTC)  # 09:00 in Almere


def with_settings(**settings: object) -> SceneView:
    parking = ParkingSettings(60, MOTOR_VEHICLES, **settings)  # type: ignore[arg-type]
    return view(Zone("square", SQUARE, (parking,)))


def permit(what: str, minutes_from: float, minutes_to: float, *vehicles: ObjectClass) -> Permit:
    begin, end = (NINE + timedelta(minutes=minutes) for minutes in (minutes_from, minutes_to))
    return Permit(what, begin, end, frozenset(vehicles))


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_the_seconds_in_which_standing_was_allowed_are_those_that_a_table_gives(data: st.DataObject) -> None:
    day = data.draw(st.sampled_from(NOTABLE))
    weekdays = data.draw(st.frozensets(st.integers(0, 6)))
    others = st.frozensets(st.integers(-1, 1).map(lambda days: day + timedelta(days=days)), max_size=2)
    dates, exceptions = data.draw(others), data.draw(others)
    # times near the changes of the clock, which are at 02:00 and 03:00
    start, end = (
        time(data.draw(st.sampled_from([0, 1, 2, 3, 22])), data.draw(st.sampled_from([0, 30]))) for _ in "ab"
    )
    window = TimeWindow(weekdays, start, end, dates, exceptions)
    until = datetime.combine(day, time(0), UTC) + timedelta(seconds=data.draw(st.integers(-3600, 3 * 3600)))
    length_s = data.draw(st.integers(1, 5000))

    listed = open_minutes(day, weekdays, dates, exceptions, start, end)
    begun = [wall(until - timedelta(seconds=second)) for second in range(1, length_s + 1)]
    expected = sum(moment.replace(second=0) in listed for moment in begun)

    assert allowed_s([window], until, length_s) == pytest.approx(expected)
    assert allowed_s([window], until.astimezone(CITY_TIME), length_s) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("begins", "window", "counted_s"),
    [
        # 01:30 winter time; 02:00-03:00 comes twice, so 2 of the 3 hours of standing are allowed
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), (time(2), time(3)), 3 * 3600 - 7200),
        # the same hours are skipped in spring, so nothing is allowed
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), (time(2), time(3)), 3 * 3600),
        # a night over the change in spring is an hour shorter than its numbers say
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), (time(22), time(4)), 3 * 3600 - 5400),
    ],
)
def test_the_clock_counts_right_through_a_change_of_the_wall_clock(
    begins: datetime, window: tuple[time, time], counted_s: float
) -> None:
    allowed = (TimeWindow(EVERY_DAY, *window),)
    watch = Watch(with_settings(allowed=allowed))

    watch.see(film(parks("a", 10, 10 + 3 * 3600), seconds=3 * 3600 + 40, begins=begins, fps=1))

    (raised,), (ended,) = watch.raised, watch.ended
    assert ended.stay == raised.stay
    assert ended.facts["dwell_s"] == pytest.approx(3 * 3600, abs=3)
    assert ended.facts["counted_s"] == pytest.approx(counted_s, abs=15)


def test_on_a_dated_exception_the_window_does_not_rest_the_clock() -> None:
    weekly = TimeWindow(EVERY_DAY, time(7), time(11))
    but = TimeWindow(EVERY_DAY, time(7), time(11), exceptions=frozenset({date(2026, 3, 12)}))
    pictures = film(parks("a", 10, 100), seconds=120, begins=NINE)

    assert Watch(with_settings(allowed=(weekly,))).see(pictures).hits == []
    assert len(Watch(with_settings(allowed=(but,))).see(pictures).raised) == 1


def test_a_suggestion_tells_that_it_is_outside_the_hours_only_where_there_are_hours() -> None:
    weekly = TimeWindow(EVERY_DAY, time(18), time(20))
    pictures = film(parks("a", 10, 100), seconds=120, begins=NINE)

    (there,) = Watch(with_settings(allowed=(weekly,))).see(pictures).raised
    assert there.facts["outside_hours"] is True
    (nowhere,) = Watch(with_settings()).see(pictures).raised
    assert "outside_hours" not in nowhere.facts


class TestPermits:
    VAN = ObjectClass.TRUCK

    def test_a_permit_is_told_with_the_suggestion_and_hides_nothing(self) -> None:
        watch = Watch(with_settings(permits=(permit("removal van", -60, 180),)))

        watch.see(film(parks("a", 10, 100), seconds=130, begins=NINE))

        (raised,), (ended,) = watch.raised, watch.ended
        assert watch.alarms == [pytest.approx(70, abs=1)]
        assert raised.facts["permit"] == "removal van"
        assert raised.facts["permit_until"] == "2026-03-12T11:00:00+00:00"
        assert ended.facts["permit"] == "removal van"

    @pytest.mark.parametrize(
        "other",
        [
            permit("for cars", -60, 180, ObjectClass.CAR),
            permit("over before", -60, 0),
            permit("not yet", 2, 180),
        ],
        ids=lambda other: other.what,
    )
    def test_a_permit_for_others_or_at_another_time_is_not_told(self, other: Permit) -> None:
        watch = Watch(with_settings(permits=(other,)))

        watch.see(film(parks("a", 10, 100, kind=self.VAN), seconds=110, begins=NINE))

        assert len(watch.raised) == 1
        assert "permit" not in watch.raised[0].facts

    def test_of_two_permits_the_one_that_ends_last_is_told(self) -> None:
        both = (permit("late", -5, 30), permit("early", -5, 10))

        watch = Watch(with_settings(permits=both)).see(film(parks("a", 10, 100), seconds=110, begins=NINE))

        assert watch.raised[0].facts["permit"] == "late"

    def test_when_a_permit_runs_out_and_the_vehicle_stays_the_suggestion_is_told_again(self) -> None:
        watch = Watch(with_settings(permits=(permit("removal van", -60, 1.5),)))  # until second 90
        pictures = film(parks("a", 10, 120), seconds=150, begins=NINE)
        watch.see(p for p in pictures if p.moment.media_time_s < 80)
        other = Watch(watch.view)
        other.rule.load(json.loads(json.dumps(watch.rule.dump())), pictures[0].moment.clock_s + 80)

        other.see(p for p in pictures if p.moment.media_time_s >= 80)

        told = [(hit.phase, hit.moment.media_time_s) for hit in other.hits]
        assert told[0] == (Phase.UPDATED, 90)
        assert [phase for phase, _ in told] == [Phase.UPDATED, Phase.ENDED]
        assert other.hits[0].stay == watch.raised[0].stay
        assert other.hits[0].facts["permit_until"] == "2026-03-12T08:01:30+00:00"

    def test_a_permit_that_is_taken_out_of_the_file_is_no_longer_told(self) -> None:
        pictures = film(parks("a", 10, 120), seconds=150, begins=NINE)
        watch = Watch(with_settings(permits=(permit("by mistake", -60, 180),)))
        watch.see(p for p in pictures if p.moment.media_time_s < 80)
        watch.view = with_settings()

        watch.see(p for p in pictures if p.moment.media_time_s >= 80)

        assert watch.raised[0].facts["permit"] == "by mistake"
        assert "permit" not in watch.ended[0].facts

    def test_a_film_of_unknown_date_has_no_permits(self) -> None:
        watch = Watch(with_settings(permits=(permit("any", -9e5, 9e5),)))

        watch.see(film(parks("a", 10, 100), seconds=110))

        assert "permit" not in watch.raised[0].facts


class TestSize:
    """Cars of 0.12 and 0.24 of the picture's height stand side by side."""

    PICTURES = film(parks("a", 10, 100, x=0.4), parks("b", 10, 100, x=0.7, size=(0.32, 0.24)), seconds=120)

    @pytest.mark.parametrize(
        ("limits", "heights"),
        [
            ({}, [0.12, 0.24]),
            ({"min_size": 0.2}, [0.24]),
            ({"max_size": 0.2}, [0.12]),
            ({"min_size": 0.14, "max_size": 0.2}, []),
        ],
    )  # fmt: skip
    def test_vehicles_of_another_height_are_not_suggested(
        self, limits: dict[str, float], heights: list[float]
    ) -> None:
        raised = Watch(with_settings(**limits)).see(self.PICTURES).raised

        assert sorted(hit.box[3] - hit.box[1] for hit in raised) == pytest.approx(heights, abs=0.01)
