"""What decisions made by hand propose, and when they propose nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almere_vision.domain.incident import RejectReason
from almere_vision.domain.suggestion import Kind
from almere_vision.domain.threshold import Decision, Place
from almere_vision.review.learning import (
    LEAST_CONFIRMED,
    LEAST_DECISIONS,
    LEAST_NEWER,
    LEAST_SAMPLES,
    MOST_LOST,
    DayPart,
    NoProposal,
    Proposal,
    learn,
)

NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)  # noon in the city
SQUARE = Place("plaza-1", "square", Kind.PARKING)
WRONG = RejectReason.WRONG_OBJECT


def decided(count: int, score: float, reason: RejectReason | None = None, **more: object) -> list[Decision]:
    one = Decision(f"s-{score}", SQUARE, score, "net@12345678 parking@1", reason, NOON, NOON)
    return [replace(one, incident=f"s-{score}-{number}", **more) for number in range(count)]  # type: ignore[arg-type]


def proposed(decisions: Sequence[Decision], present: float = 0.0) -> Proposal:
    proposal = learn(decisions, present, None).proposal
    assert proposal is not None
    return proposal


RAISE = [*decided(41, 0.615, WRONG), *decided(79, 0.8, WRONG), *decided(1, 0.5), *decided(99, 0.62)]
"""220 decisions: 120 false of which 41 score under 0.62, 100 confirmed of which 1 does."""


def test_it_says_what_a_higher_threshold_saves_and_what_it_costs() -> None:
    proposal = proposed(RAISE)
    assert (proposal.threshold, proposal.fewer_false, proposal.confirmed_lost) == (0.62, 41, 1)
    assert (proposal.decisions, proposal.estimated, proposal.lost) == (220, False, ("s-0.5-0",))
    assert proposal.precision_now == pytest.approx(100 / 220)
    assert proposal.precision_then == pytest.approx(99 / 178)


def test_a_score_of_the_threshold_itself_is_shown() -> None:
    # One hundredth more would hold back the 99 that score 0.62 exactly, and these are not lost.
    assert proposed(RAISE).threshold == 0.62
    assert proposed([*RAISE, *decided(30, 0.62, WRONG)]).fewer_false == 41


def test_of_thresholds_that_save_the_same_the_lowest_is_proposed() -> None:
    assert proposed([*decided(90, 0.2, WRONG), *decided(20, 0.9)]).threshold == 0.21


def test_nothing_is_proposed_from_under_the_stated_number_of_decisions() -> None:
    false, confirmed = decided(LEAST_DECISIONS - 20, 0.3, WRONG), decided(20, 0.9)
    assert learn([*false, *confirmed], 0.0, None).proposal is not None
    lesson = learn([*false[1:], *confirmed], 0.0, None)
    assert (lesson.proposal, lesson.why_not) == (None, NoProposal.TOO_FEW_DECISIONS)
    assert learn([], 0.0, None).why_not is NoProposal.TOO_FEW_DECISIONS


def test_nor_without_confirmed_that_could_be_lost() -> None:
    false = decided(300, 0.3, WRONG)
    assert (
        learn([*false, *decided(LEAST_CONFIRMED - 1, 0.9)], 0.0, None).why_not is NoProposal.TOO_FEW_CONFIRMED
    )
    assert learn([*false, *decided(LEAST_CONFIRMED, 0.9)], 0.0, None).proposal is not None


def test_nor_where_it_would_lose_too_much_or_save_too_little() -> None:
    mixed = [*decided(60, 0.5, WRONG), *decided(60, 0.5)]
    assert learn(mixed, 0.0, None).why_not is NoProposal.NOTHING_GAINED
    few = [*decided(9, 0.3, WRONG), *decided(100, 0.9, WRONG), *decided(50, 0.9)]
    assert learn(few, 0.0, None).why_not is NoProposal.NOTHING_GAINED
    assert proposed([*few, *decided(1, 0.3, WRONG)]).fewer_false == 10


def test_rejections_that_no_score_prevents_count_as_neither() -> None:
    others = [
        *decided(50, 0.3, RejectReason.EXEMPT),
        *decided(30, 0.3, RejectReason.OUTSIDE_ZONE),
        *decided(20, 0.3, RejectReason.DUPLICATE),
    ]
    assert learn([*others, *decided(50, 0.9)], 0.0, None).why_not is NoProposal.TOO_FEW_DECISIONS
    lesson = learn([*RAISE, *others], 0.0, None)
    assert lesson.proposal == proposed(RAISE)
    assert (lesson.figures.false, lesson.figures.rejected[RejectReason.EXEMPT]) == (120, 50)


def test_scores_of_another_network_are_another_scale() -> None:
    old = decided(500, 0.99, None, source="net@00000000 parking@1", decided_at=NOON - timedelta(days=1))
    assert learn([*old, *RAISE], 0.0, None) == learn(RAISE, 0.0, None)


def test_what_a_supervisor_decided_about_is_not_brought_up_before_there_is_news() -> None:
    assert learn(RAISE, 0.0, NOON).why_not is NoProposal.TOO_SOON
    newer = decided(LEAST_NEWER, 0.3, WRONG, decided_at=NOON + timedelta(hours=1))
    assert learn([*RAISE, *newer[1:]], 0.0, NOON).why_not is NoProposal.TOO_SOON
    assert learn([*RAISE, *newer], 0.0, NOON).proposal is not None


def samples(false: int, confirmed: int) -> list[Decision]:
    drawn = {"below": 0.5, "sample_share": 0.02}
    return [*decided(false, 0.3, WRONG, **drawn), *decided(confirmed, 0.45, None, **drawn)]


ABOVE = [*decided(60, 0.9, WRONG), *decided(100, 0.8)]


def test_samples_under_a_threshold_stand_for_those_that_were_not_shown() -> None:
    proposal = proposed([*ABOVE, *samples(LEAST_SAMPLES - 1, 1)], present=0.5)
    # One sample of fifty was right: about 50 of the 150 confirmed are held back.
    assert (proposal.threshold, proposal.fewer_false, proposal.confirmed_lost) == (0.31, 0, -50)
    assert proposal.estimated
    assert proposal.precision_now == pytest.approx(100 / 160)
    assert proposal.precision_then == pytest.approx(150 / 210)


def test_from_few_samples_a_threshold_is_not_lowered() -> None:
    lesson = learn([*ABOVE, *samples(LEAST_SAMPLES - 2, 1)], 0.5, None)
    assert lesson.why_not is NoProposal.NOTHING_GAINED
    assert (lesson.figures.samples, lesson.figures.samples_confirmed) == (19, 1)


def test_what_a_person_picked_from_the_held_ones_is_left_out() -> None:
    picked = decided(40, 0.45, None, below=0.5)
    lesson = learn([*ABOVE, *picked], 0.5, None)
    assert (lesson.figures.picked, lesson.figures.decisions) == (40, 160)
    assert lesson.why_not is NoProposal.NOTHING_GAINED


def test_rejections_are_counted_by_hours_of_the_city() -> None:
    late = decided(3, 0.3, WRONG, raised_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))  # 00:30 there
    winter = decided(2, 0.4, WRONG, raised_at=datetime(2026, 12, 1, 17, 30, tzinfo=UTC))  # 18:30 there
    figures = learn([*late, *winter, *decided(4, 0.9, WRONG)], 0.0, None).figures
    assert figures.rejected_in == {DayPart.NIGHT: 3, DayPart.EVENING: 2, DayPart.AFTERNOON: 4}


SCORES = st.integers(0, 100).map(lambda hundredths: hundredths / 100)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(SCORES, st.booleans()), min_size=LEAST_DECISIONS, max_size=200),
    st.sampled_from([0.0, 0.2, 0.5]),
)
def test_the_figures_are_those_of_a_count(judged: list[tuple[float, bool]], present: float) -> None:
    decisions = [
        one for score, right in judged for one in decided(1, score, None if right else RejectReason.OTHER)
    ]
    proposal = learn(decisions, present, None).proposal
    if proposal is None:
        return
    confirmed = [score for score, right in judged if right]
    lost = sum(present <= score < proposal.threshold for score in confirmed)
    fewer = sum(present <= score < proposal.threshold for score, right in judged if not right)
    assert proposal.threshold > present  # nothing is lowered without samples
    assert (proposal.confirmed_lost, proposal.fewer_false) == (lost, fewer)
    assert sum(score < proposal.threshold for score in confirmed) <= MOST_LOST * len(confirmed)
