"""Scores of tubes -> the score of a clip: its most fight-like five seconds."""

from __future__ import annotations

import numpy as np
import pytest

from almere_vision.action.moments import clip_score, moment_odds


def odds(score: float) -> float:
    return float(np.log(score / (1 - score)))


def test_a_moment_is_half_its_highest_tube_and_half_all_of_them() -> None:
    assert moment_odds(np.array([3.0])) == 3.0
    assert moment_odds(np.array([3.0, -1.0, 1.0])) == 2.0


def test_a_clip_with_one_tube_scores_as_that_tube_and_one_without_scores_nothing() -> None:
    assert clip_score([(0.0, [0.8])]) == pytest.approx(0.8)
    assert clip_score([]) == 0.0
    assert clip_score([(0.0, []), (1.25, [])]) == 0.0


def test_tubes_that_agree_score_above_one_that_stands_alone() -> None:
    alone = clip_score([(0.0, [0.9, 0.1]), (1.25, [0.1])])
    assert 0.1 < alone < 0.9
    assert clip_score([(0.0, [0.9, 0.8]), (1.25, [0.8])]) > alone


def test_all_of_a_clip_of_five_seconds_is_one_moment() -> None:
    mean = (odds(0.9) + odds(0.2) + odds(0.4)) / 3
    expected = (odds(0.9) + mean) / 2
    found = clip_score([(0.0, [0.9]), (1.25, [0.2]), (2.53, [0.4])])
    assert odds(found) == pytest.approx(expected)


def test_a_long_recording_scores_as_its_most_fight_like_moment_wherever_that_is() -> None:
    calm = [(1.25 * number, [0.05, 0.02]) for number in range(40)]
    fight = [(50.0, [0.95]), (51.25, [0.9]), (52.5, [0.92])]
    after = [(1.25 * number + 53.75, [0.05]) for number in range(40)]
    assert clip_score([*calm, *fight, *after]) == pytest.approx(clip_score(fight))


def test_scores_at_the_ends_of_the_scale_are_borne() -> None:
    assert clip_score([(0.0, [1.0, 1.0])]) == pytest.approx(1.0, abs=1e-4)
    assert clip_score([(0.0, [0.0])]) == pytest.approx(0.0, abs=1e-4)


def test_a_clip_is_calibrated_by_scale_and_offset() -> None:
    assert odds(clip_score([(0.0, [0.8])], 2.0, -1.0)) == pytest.approx(2 * odds(0.8) - 1)
