"""Which row of the table decides, and what an update may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almere_vision.domain.assessment import BandLimits, PriorityRow, PriorityTable
from almere_vision.domain.clock import EVERY_DAY, TimeWindow
from almere_vision.domain.frame import Moment
from almere_vision.domain.priority import BANDS, Band, Priority, higher, urgency
from almere_vision.domain.suggestion import Kind, Phase, RuleHit
from almere_vision.suggest import assessor
from almere_vision.suggest.priority import priority_of

NOON = datetime(2026, 1, 5, 11, 0, tzinfo=UTC)  # Monday 12:00 in the city
P1, P2, P3 = Priority
MORNING = TimeWindow(EVERY_DAY, time(8), time(9))


def hit(kind: Kind = Kind.PARKING, after_s: float = 60.0, ended_s: float | None = None) -> RuleHit:
    """A stay in the square since noon, at `after_s` seconds."""
    moment = Moment("plaza-1", "home", 1000.0 + after_s, 0.0, NOON + timedelta(seconds=after_s), 64, 48)
    return RuleHit(
        moment=moment,
        phase=Phase.RAISED,
        kind=kind,
        zone="square",
        rule="parking@1",
        stay="a" * 32,
        onset_s=1000.0,
        alarm_s=1060.0,
        ended_s=None if ended_s is None else 1000.0 + ended_s,
        at_least=False,
        score=0.7,
        box=(0.2, 0.2, 0.5, 0.6),
        people=0,
        tracks=(),
    )


def decided(row: PriorityRow, one: RuleHit, band: Band | None = None) -> bool:
    """Whether the row decides; it must have a priority that is nobody's default."""
    assert row.priority is P1
    return priority_of(one, band, PriorityTable((row,))) is P1


@pytest.mark.parametrize(("kind", "priority"), [(Kind.FIGHT, P2), (Kind.PARKING, P3), (Kind.LOITERING, P3)])
def test_without_a_table_the_kind_decides(kind: Kind, priority: Priority) -> None:
    assessment = assessor(PriorityTable(), None)(hit(kind))
    assert assessment.priority is priority
    assert (assessment.likelihood, assessment.band, assessment.calibration) == (None, None, None)
    assert assessment.priorities == "default"


def test_the_first_row_that_matches_wins() -> None:
    rows = (
        PriorityRow(P2, kinds=frozenset({Kind.FIGHT})),
        PriorityRow(P1, zones=frozenset({"square"})),
        PriorityRow(P3),
    )
    table = PriorityTable(rows, version="feed0123")
    assert priority_of(hit(), None, table) is P1
    assert priority_of(hit(Kind.FIGHT), None, table) is P2
    assert priority_of(replace(hit(), zone="street"), None, table) is P3
    assert assessor(table, None)(hit()).priorities == "feed0123"


@pytest.mark.parametrize(
    ("row", "matches"),
    [
        (PriorityRow(P1), True),
        (PriorityRow(P1, kinds=frozenset({Kind.PARKING, Kind.FIGHT})), True),
        (PriorityRow(P1, kinds=frozenset({Kind.FIGHT})), False),
        (PriorityRow(P1, cameras=frozenset({"plaza-1"})), True),
        (PriorityRow(P1, cameras=frozenset({"plaza"})), False),
        (PriorityRow(P1, zones=frozenset({"square"})), True),
        (PriorityRow(P1, zones=frozenset({"squar"})), False),
        (PriorityRow(P1, dwell_at_least_s=60.0), True),
        (PriorityRow(P1, dwell_at_least_s=60.1), False),
        (PriorityRow(P1, when=(TimeWindow(EVERY_DAY, time(12), time(13)),)), True),
        (PriorityRow(P1, when=(TimeWindow(frozenset({1}), time(12), time(13)),)), False),
        (PriorityRow(P1, when=(MORNING, TimeWindow(EVERY_DAY, time(12), time(13)))), True),
        (PriorityRow(P1, cameras=frozenset({"plaza-1"}), zones=frozenset({"street"})), False),
    ],
)  # fmt: skip
def test_a_row_matches_when_all_that_it_says_is_so(row: PriorityRow, matches: bool) -> None:
    assert decided(row, hit()) is matches


def test_a_hit_of_unknown_date_lies_in_no_window() -> None:
    undated = replace(hit(), moment=replace(hit().moment, captured_at=None))
    assert not decided(PriorityRow(P1, when=(TimeWindow(EVERY_DAY, time(0), time(0)),)), undated)


@pytest.mark.parametrize(("band", "least"), list(product([None, *BANDS], BANDS)))
def test_a_row_can_ask_for_a_band_and_an_unknown_one_is_below_all(band: Band | None, least: Band) -> None:
    expected = band is not None and BANDS.index(band) >= BANDS.index(least)
    assert decided(PriorityRow(P1, band_at_least=least), hit(), band) is expected


def test_priority_rises_with_time_and_counts_to_the_end_of_the_stay() -> None:
    table = PriorityTable((PriorityRow(P2, dwell_at_least_s=900.0),))
    assert priority_of(hit(after_s=899.0), None, table) is P3
    assert priority_of(hit(after_s=900.0), None, table) is P2
    assert priority_of(hit(after_s=1000.0, ended_s=899.0), None, table) is P3


def test_a_higher_priority_is_never_given_up() -> None:
    assert [urgency(one) for one in (P1, P2, P3, None)] == [3, 2, 1, 0]
    for one, other in product([*Priority, None], repeat=2):
        kept = higher(one, other)
        assert kept in (one, other)
        assert urgency(kept) == max(urgency(one), urgency(other))


@given(st.lists(st.floats(0, 1), min_size=2))
def test_bands_rise_with_the_likelihood(likelihoods: list[float]) -> None:
    limits = BandLimits(0.2, 0.4, 0.9)
    ranks = [BANDS.index(limits.band(one)) for one in sorted(likelihoods)]
    assert ranks == sorted(ranks)


def test_a_limit_belongs_to_the_upper_band() -> None:
    limits = BandLimits()
    told = [limits.band(one) for one in (0, 0.2499, 0.25, 0.4999, 0.5, 0.7499, 0.75, 1)]
    assert told == [band for band in BANDS for _ in range(2)]
