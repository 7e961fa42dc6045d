"""How well clips are told apart, pooled over folds, with intervals by drawing whole groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

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
    """Area under the ROC curve of clips, and its percentile interval by a bootstrap over groups.

    Args:
        fight: (C,) labels.
        odds: (C,) the higher, the more like a fight; minus infinity for clips without people.
        group: (C,) video or camera of each clip; whole groups are drawn.
        seed: of the draws.
    """
    if len(set(fight.tolist())) < 2:
        return Figure(np.nan, np.nan, np.nan)
    _, number = np.unique(group, return_inverse=True)
    groups = int(number.max()) + 1
    draws = np.random.default_rng(seed).multinomial(groups, np.full(groups, 1 / groups), REPLICATES)
    found = _areas(fight, odds, draws[:, number].astype(np.float64))
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return Figure(float(_areas(fight, odds, np.ones((1, len(fight))))[0]), float(low), float(high))


def aucs(samples: Samples, odds: Floats, masks: Masks, seed: int) -> dict[str, Figure]:
    """`auc` of the clips of each mask."""
    return {
        name: auc(samples.fight[mask], odds[mask], samples.group[mask], seed) for name, mask in masks.items()
    }


def _areas(fight: NDArray[np.bool_], odds: Floats, weights: Floats) -> Floats:
    """Area under the ROC curve for each row of weights (R, C); NaN where one label weighs nothing.

    It is the chance that a fight stands above another clip, and equals count half (Hanley & McNeil, 1982).
    """
    _, level = np.unique(odds, return_inverse=True)
    is_level = np.eye(int(level.max()) + 1)[level]
    fights, others = (weights * fight) @ is_level, (weights * ~fight) @ is_level
    below = np.cumsum(others, axis=1) - others / 2
    pairs = fights.sum(axis=1) * others.sum(axis=1)
    areas: Floats = (fights * below).sum(axis=1) / np.where(pairs > 0, pairs, np.nan)
    return areas
