"""How well clips are told apart, pooled over folds, with intervals by drawing whole groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from almere_vision.action.training import Floats, Samples

REPLICATES: Final = 1000

Masks = Mapping[str, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A value and its 95 % interval; NaN where there is nothing to compare."""

    value: float
    low: float
    high: float

    def rounded(self) -> list[float]:
        """`[value, low, high]` to three digits."""
        return [round(float(part), 3) for part in (self.value, self.low, self.high)]


def auc(fight: NDArray[np.bool_], odds: Floats, group: NDArray[np.str_], seed: int) -> Figure:
    """Area under the ROC curve of clips, and its percentile interval by a bootstrap over groups."""
    ranks = _ranks(odds)
    if len(set(fight.tolist())) < 2:
        return Figure(np.nan, np.nan, np.nan)
    _, number = np.unique(group, return_inverse=True)
    groups = int(number.max()) + 1
    draws = np.random.default_rng(seed).multinomial(groups, np.full(groups, 1 / groups), REPLICATES)
    found = [
        roc_auc_score(fight, ranks, sample_weight=times)
        for times in draws[:, number]
        if times[fight].any() and times[~fight].any()
    ]
    low, high = np.percentile(found, [2.5, 97.5])
    return Figure(float(roc_auc_score(fight, ranks)), float(low), float(high))


def aucs(samples: Samples, odds: Floats, masks: Masks, seed: int) -> dict[str, Figure]:
    """`auc` of the clips of each mask."""
    return {
        name: auc(samples.fight[mask], odds[mask], samples.group[mask], seed) for name, mask in masks.items()
    }


def _ranks(odds: Floats) -> Floats:
    """Ranks instead of odds: minus infinity, for clips without people, is a rank like any other."""
    _, ranks = np.unique(odds, return_inverse=True)
    return ranks.astype(np.float64)
