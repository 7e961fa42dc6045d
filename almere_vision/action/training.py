"""Training the classifier of tubes on clips that are known to show a fight or not.

A clip has several tubes, and of a fight only some show it; its score is that of a moment with these tubes.
Every source counts the same, fights and others alike, so that nothing is gained by knowing the source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]

from almere_vision.action.moments import moment_odds

Floats = NDArray[np.float64]

BAGS: Final = 5
"""Forests that are averaged, each grown from another seed."""

HARD_SHARE: Final = 0.5
"""Share of the tubes of normal footage that is kept for the second round."""

_FOREST: Final = {
    "n_estimators": 150,
    "learning_rate": 0.05,
    "max_depth": 3,
    "min_samples_leaf": 20,
    "subsample": 0.6,
    "max_features": 0.2,
}


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Tubes of clips, measured.

    Attributes:
        rows: (N, numbers) float32.
        names: of the numbers.
        clip: (N,) index of the clip of each tube.
        fight: (C,) whether a clip shows a fight.
        source: (C,) collection that it is from.
        group: (C,) video or camera that it is from.
        counted: (C,) whether figures are taken on it; the others only teach.
    """

    rows: NDArray[np.float32]
    names: tuple[str, ...]
    clip: NDArray[np.int64]
    fight: NDArray[np.bool_]
    source: NDArray[np.str_]
    group: NDArray[np.str_]
    counted: NDArray[np.bool_]

    def tubes_of(self, clips: NDArray[np.int64]) -> NDArray[np.int64]:
        """Indices of the tubes of some clips."""
        return np.flatnonzero(np.isin(self.clip, clips))

    def only(self, wanted: Sequence[str]) -> Samples:
        """The same with some of the numbers."""
        columns = [self.names.index(name) for name in wanted]
        return replace(self, rows=self.rows[:, columns], names=tuple(wanted))

    def counted_only(self) -> Samples:
        """The same without the tubes of what only teaches."""
        kept = self.counted[self.clip]
        return replace(self, rows=self.rows[kept], clip=self.clip[kept])


class Judge(Protocol):
    """Rows -> log odds of a fight."""

    def __call__(self, rows: NDArray[np.float32]) -> Floats: ...


Learn = Callable[[NDArray[np.float32], NDArray[np.bool_], Floats, int], Judge]
"""Rows, labels, weights, seed -> what was learned."""


@dataclass(frozen=True, slots=True, eq=False)
class Forests:
    """Gradient boosted trees (Friedman, 2001), averaged over seeds."""

    parts: tuple[GradientBoostingClassifier, ...]

    def __call__(self, rows: NDArray[np.float32]) -> Floats:
        odds: Floats = np.mean([part.decision_function(rows) for part in self.parts], axis=0)
        return odds


def grow_forests(rows: NDArray[np.float32], labels: NDArray[np.bool_], weights: Floats, seed: int) -> Forests:
    """Train the forests."""
    parts = []
    for bag in range(BAGS):
        part = GradientBoostingClassifier(**_FOREST, random_state=seed + bag)
        parts.append(part.fit(rows, labels, sample_weight=weights))
    return Forests(tuple(parts))


def weights_of(samples: Samples, tubes: NDArray[np.int64]) -> Floats:
    """Every clip counts the same whatever its tubes, and so does every label in every source; mean 1."""
    clip = samples.clip[tubes]
    weights = 1 / np.bincount(clip, minlength=len(samples.fight))[clip]
    for source in np.unique(samples.source[clip]):
        for label in (False, True):
            cell = (samples.source[clip] == source) & (samples.fight[clip] == label)
            if cell.any():
                weights[cell] /= weights[cell].sum()
    return np.asarray(weights * len(weights) / weights.sum(), np.float64)


def train(samples: Samples, clips: NDArray[np.int64], learn: Learn, seed: int) -> Judge:
    """Learn from some clips, twice: the second time, of footage that only teaches, from what was hard.

    Ordinary streets are mostly easy. After the first round only the `HARD_SHARE` of their tubes that looked
    most like fights are kept, with the weight of all.
    """
    tubes = samples.tubes_of(clips)
    judge = _learn(samples, tubes, learn, seed)
    street = tubes[~samples.counted[samples.clip[tubes]]]
    if not len(street):
        return judge
    odds = judge(samples.rows[street])
    easy = street[odds < np.quantile(odds, 1 - HARD_SHARE)]
    return _learn(samples, np.setdiff1d(tubes, easy), learn, seed)


def _learn(samples: Samples, tubes: NDArray[np.int64], learn: Learn, seed: int) -> Judge:
    labels = samples.fight[samples.clip[tubes]]
    return learn(samples.rows[tubes], labels, weights_of(samples, tubes), seed)


def folds(samples: Samples, count: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Clips to learn from, and clips of other groups to judge; every clip is judged once."""
    return iter(GroupKFold(count).split(samples.fight, groups=samples.group))


def cross_validated(samples: Samples, learn: Learn, count: int, seed: int) -> Floats:
    """Log odds (N,) of each tube by a classifier that never saw its group."""
    odds = np.full(len(samples.clip), np.nan)
    for learned, judged in folds(samples, count):
        tubes = samples.tubes_of(judged)
        if len(tubes):
            odds[tubes] = train(samples, learned, learn, seed)(samples.rows[tubes])
    return odds


def clip_odds(samples: Samples, tube_odds: Floats) -> Floats:
    """Log odds (C,) of each clip as of one moment (`moment_odds`), minus infinity without tubes."""
    odds = np.full(len(samples.fight), -np.inf)
    for clip in np.unique(samples.clip):
        odds[clip] = moment_odds(tube_odds[samples.clip == clip])
    return odds


def highest_odds(samples: Samples, tube_odds: Floats) -> Floats:
    """Log odds (C,) of the most fight-like tube of each clip, minus infinity without tubes."""
    odds = np.full(len(samples.fight), -np.inf)
    np.maximum.at(odds, samples.clip, tube_odds)
    return odds


def calibrate(samples: Samples, odds: Floats) -> tuple[float, float]:
    """Scale and offset (Platt, 1999) of log odds, honest where sources and labels weigh the same.

    Tubes are calibrated by the highest of each clip (`highest_odds`), since a stream is judged tube by tube.

    Args:
        samples: the clips; footage that only teaches is left out.
        odds: (C,) of clips, by classifiers that never saw them.
    """
    known = np.flatnonzero(np.isfinite(odds) & samples.counted)
    weights = np.ones(len(known))
    for source in np.unique(samples.source[known]):
        for label in (False, True):
            cell = (samples.source[known] == source) & (samples.fight[known] == label)
            weights[cell] /= max(int(cell.sum()), 1)
    fitted = LogisticRegression(C=1e3).fit(odds[known, None], samples.fight[known], sample_weight=weights)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
