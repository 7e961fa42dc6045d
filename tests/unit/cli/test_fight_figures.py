"""Areas under the ROC curve, with intervals over groups."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from almere_vision.cli.fight.figures import auc


def test_the_area_is_that_of_scikit_learn_ties_and_clips_without_people_included() -> None:
    noise = np.random.default_rng(0)
    fight = noise.random(80) < 0.5
    odds = np.round(noise.normal(size=80) + fight, 1)
    odds[:7] = -np.inf
    figure = auc(fight, odds, np.arange(80).astype(str), seed=0)
    ranks = np.where(np.isinf(odds), -99.0, odds)
    assert figure.value == pytest.approx(roc_auc_score(fight, ranks))
    assert figure.low < figure.value < figure.high


def test_few_groups_make_a_wide_interval() -> None:
    noise = np.random.default_rng(0)
    fight = np.arange(200) % 2 == 0
    group = np.arange(200) // 20
    odds = noise.normal(size=200) + fight * noise.uniform(0, 2, 10)[group]
    single = auc(fight, odds, np.arange(200).astype(str), seed=0)
    grouped = auc(fight, odds, group.astype(str), seed=0)
    assert grouped.high - grouped.low > single.high - single.low


def test_one_label_alone_has_no_area() -> None:
    figure = auc(np.ones(4, np.bool_), np.arange(4.0), np.arange(4).astype(str), seed=0)
    assert np.isnan(figure.value)
