"""Figures: hand-made tables, closed forms and properties."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.intervals import (
    bootstrap,
    mcnemar,
    paired_bootstrap,
    poisson_at_most,
    poisson_interval,
    wilson_interval,
)
from almere_vision.evaluation.metrics import (
    Counts,
    JudgedClip,
    columns,
    count,
    figures,
    judge,
    latency,
    rate,
    shares,
)
from almere_vision.evaluation.suite import EventsSettings

SETTINGS = EventsSettings(clips="", labels="", zones="", replicates=200)

counts = st.builds(Counts, st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.just(10.0))


@pytest.fixture(scope="module")
def three_clips(make_clip, make_label, make_alarm) -> list[JudgedClip]:
    """Two cameras, 2.5 hours: 3 of 4 events found (2, 4 and 9 s late), 2 false alarms, one a duplicate."""
    first = make_clip(
        [make_label(0, 500), make_label(1000, 1500)], "a.mp4", group="plaza", conditions=("night", "wet")
    )
    second = make_clip([make_label(0, 500)], "b.mp4", group="street", conditions=("night",))
    third = make_clip([make_label(0, 500)], "c.mp4", group="street", duration_s=1800)
    return [
        judge(first, [make_alarm(62, score=0.9), make_alarm(1069, score=0.5)], SETTINGS),
        judge(second, [make_alarm(64, score=0.8), make_alarm(65, score=0.3)], SETTINGS),
        judge(third, [make_alarm(600, score=0.7)], SETTINGS),
    ]


def test_the_table_by_hand(three_clips):
    found = figures(three_clips, None, SETTINGS, seed=1)
    assert (found.events, found.found, found.missed) == (4, 3, 1)
    assert (found.alarms, found.false, found.duplicates, found.ignored) == (5, 2, 1, 0)
    assert found.camera_hours == pytest.approx(2.5)
    assert found.precision.value == pytest.approx(3 / 5)
    assert found.recall.value == pytest.approx(3 / 4)
    assert found.f_alpha["1"].value == pytest.approx(2 / 3)
    assert found.false_per_camera_hour.value == pytest.approx(2 / 2.5)
    # 5 alarms in 2.5 camera hours are 2 an hour; 87 cameras before 2 observers are 87 alerts each
    assert found.alerts_per_observer_hour.value == pytest.approx(87)
    assert found.latency.delays_s == (2.0, 4.0, 9.0)
    assert found.latency.median_s == 4.0
    assert found.latency.p90_s is None
    assert found.latency.found_mean_s == pytest.approx(5)


def test_each_condition_and_camera_has_its_own_line(three_clips):
    found = figures(three_clips, None, SETTINGS, seed=1)
    lines = {part.name: (part.clips, part.events, part.found, part.false) for part in found.conditions}
    assert lines == {"night": (2, 3, 3, 1), "wet": (1, 2, 2, 0)}
    plaza, street = found.groups
    assert (plaza.name, plaza.clips, plaza.events, plaza.found, plaza.false) == ("plaza", 1, 2, 2, 0)
    assert plaza.precision_without == pytest.approx(1 / 3)
    assert plaza.recall_without == pytest.approx(1 / 2)
    assert street.f1_without == pytest.approx(1)


def test_the_curve_shows_every_working_point(three_clips):
    curve = figures(three_clips, None, SETTINGS, seed=1).curve
    assert [(point.score, point.true, point.false) for point in curve] == [
        (0.9, 1, 0),
        (0.8, 2, 0),
        (0.7, 2, 1),
        (0.5, 3, 1),
        (0.3, 3, 2),
    ]
    assert curve[1].miss_rate == pytest.approx(0.5)
    assert curve[4].false_per_hour == pytest.approx(0.8)


def test_a_kind_sees_only_its_own(make_clip, make_label, make_alarm):
    clip = make_clip([make_label(0, 500), make_label(0, 500, Kind.LOITERING)])
    judged = [judge(clip, [make_alarm(60), make_alarm(900, Kind.LOITERING)], SETTINGS)]
    assert figures(judged, Kind.PARKING, SETTINGS, 1).precision.value == 1
    assert figures(judged, Kind.LOITERING, SETTINGS, 1).recall.value == 0


def test_what_cannot_be_known_is_none(make_clip):
    found = figures([judge(make_clip(), [], SETTINGS)], None, SETTINGS, 1)
    assert found.precision.value is None
    assert found.recall.value is None
    assert found.f_alpha["1"].value is None
    assert found.latency.median_s is None
    assert found.false_per_camera_hour.value == 0


@settings(max_examples=40, deadline=None)
@given(counts, st.floats(0.01, 100))
def test_f_alpha_is_its_closed_form(sums: Counts, alpha: float):
    value = sums.f_alpha(alpha)
    precision, recall = sums.precision, sums.recall
    if not precision or not recall:
        assert not value
        return
    assert value == pytest.approx((1 + alpha) * recall * precision / (recall + alpha * precision))
    assert min(precision, recall) - 1e-9 <= value <= max(precision, recall) + 1e-9


@settings(max_examples=40, deadline=None)
@given(counts)
def test_f_alpha_leans_to_precision_below_one_and_to_recall_above(sums: Counts):
    if sums.precision and sums.recall:
        assert sums.f_alpha(1e-9) == pytest.approx(sums.precision, abs=1e-6)
        assert sums.f_alpha(1e9) == pytest.approx(sums.recall, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(counts, min_size=1, max_size=5))
def test_shares_of_arrays_are_those_of_counts(several: list[Counts]):
    for row, one in zip(shares(columns(several), (0.5, 1.0)), several, strict=True):
        wanted = [one.precision, one.recall, one.f_alpha(0.5), one.f_alpha(1.0)]
        assert [None if math.isnan(v) else pytest.approx(v) for v in row] == wanted


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 200), st.floats(0.1, 1000))
def test_poisson_limits_leave_the_tails_that_they_promise(number: int, hours: float):
    low, high = poisson_interval(number, hours)
    assert poisson.cdf(number, high * hours) == pytest.approx(0.025, rel=1e-6)
    assert low == 0 if number == 0 else poisson.sf(number - 1, low * hours) == pytest.approx(0.025, rel=1e-6)
    assert poisson.cdf(number, poisson_at_most(number, hours) * hours) == pytest.approx(0.05, rel=1e-6)


def test_no_false_alarm_in_100_hours_claims_at_most_three_in_100():
    assert poisson_at_most(0, 100) == pytest.approx(-math.log(0.05) / 100)
    assert rate(0, 100).at_most == pytest.approx(0.03, abs=0.0001)


def test_wilson_is_its_closed_form():
    z, n, share = 1.959963985, 40, 0.75
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    assert wilson_interval(30, 40) == pytest.approx((centre - half, centre + half))


def test_mcnemar_is_a_coin():
    assert mcnemar(0, 0) == 1
    assert mcnemar(5, 0) == pytest.approx(2 * 0.5**5)
    assert mcnemar(8, 2) == pytest.approx(mcnemar(2, 8))
    assert mcnemar(8, 2) == pytest.approx(2 * sum(math.comb(10, k) for k in range(3)) / 2**10)


def test_the_bootstrap_of_a_mean_is_near_its_normal_interval():
    values = np.random.default_rng(3).normal(10, 2, 400)
    table = np.column_stack([values, np.ones(400)])
    low, high = bootstrap(table, lambda sums: (sums[:, 0] / sums[:, 1])[:, None], 4000, seed=5)
    half = 1.96 * values.std(ddof=1) / math.sqrt(400)
    assert low[0] == pytest.approx(values.mean() - half, abs=0.03)
    assert high[0] == pytest.approx(values.mean() + half, abs=0.03)


def test_one_camera_gives_no_interval_by_camera():
    low, high = bootstrap(columns([Counts(5, 1, 1, 3.0)]), lambda s: shares(s, (1.0,)), 200, seed=1)
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_two_equal_systems_differ_by_nothing():
    table = columns([Counts(3, 1, 2, 1.0), Counts(1, 4, 0, 1.0), Counts(2, 2, 2, 2.0)])
    low, high = paired_bootstrap(table, table, lambda s: shares(s, (1.0,)), 500, seed=1)
    assert low == pytest.approx(np.zeros(3))
    assert high == pytest.approx(np.zeros(3))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-2, 10), max_size=20), st.integers(0, 20))
def test_misses_are_infinitely_late(delays_s: list[float], missed: int):
    found = latency(delays_s, missed)
    everything = sorted([*delays_s, *[math.inf] * missed])
    if not everything:
        assert found.median_s is None
        return
    median = everything[math.ceil(len(everything) / 2) - 1]
    assert found.median_s == (None if math.isinf(median) else median)


alarm_times = st.lists(st.integers(0, 300).map(float), max_size=6)


@settings(max_examples=40, deadline=None)
@given(
    starts=st.lists(st.integers(0, 200).map(float), max_size=4), alarms=alarm_times, extra=st.integers(0, 300)
)
def test_more_alarms_never_lower_recall_and_false_ones_never_raise_precision(
    make_clip, make_label, make_alarm, starts, alarms, extra
):
    clip = make_clip([make_label(start, start + 500) for start in starts])

    def total(raised: list[Any]) -> Counts:
        return _total([judge(clip, raised, SETTINGS)])

    raised = [make_alarm(alarm) for alarm in alarms]
    before, with_extra = total(raised), total([*raised, make_alarm(float(extra))])
    with_false = total([*raised, make_alarm(3000.0)])
    assert with_extra.found >= before.found
    assert with_false.found == before.found
    assert with_false.false == before.false + 1
    assert (with_false.precision or 0) <= (before.precision or 0)


@settings(max_examples=40, deadline=None)
@given(order=st.permutations(range(3)))
def test_the_order_of_the_clips_changes_nothing(three_clips, order):
    straight = figures(three_clips, None, SETTINGS, seed=1)
    assert figures([three_clips[index] for index in order], None, SETTINGS, seed=1) == straight


def _total(clips: list[JudgedClip]) -> Counts:
    return sum((count(judged) for judged in clips), Counts())
