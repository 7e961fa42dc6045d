"""How sure a figure is: exact Poisson limits, Wilson intervals, a bootstrap over cameras, McNemar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import scipy  # type: ignore[import-untyped]  # its parts load when they are first used
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""Counts (replicates, columns) -> figures (replicates, figures), NaN where a figure is not defined."""

CONFIDENCE: Final = 0.95


def poisson_interval(count: int, exposure: float) -> tuple[float, float]:
    """Exact two-sided 95 % interval of a rate, from a count over an exposure (Garwood, 1936).

    >>> low, high = poisson_interval(0, 100.0)
    >>> low, round(high, 5)
    (0.0, 0.03689)
    """
    tail = (1 - CONFIDENCE) / 2
    low = float(scipy.stats.chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    return low / exposure, float(scipy.stats.chi2.ppf(1 - tail, 2 * (count + 1))) / 2 / exposure


def poisson_at_most(count: int, exposure: float) -> float:
    """Exact one-sided 95 % upper limit of a rate: what may be claimed as "at most".

    >>> round(poisson_at_most(0, 100.0), 5)
    0.02996
    """
    return float(scipy.stats.chi2.ppf(CONFIDENCE, 2 * (count + 1))) / 2 / exposure


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """Two-sided 95 % interval of a share (Wilson, 1927); needs at least one trial."""
    interval = scipy.stats.binomtest(successes, trials).proportion_ci(CONFIDENCE, method="wilson")
    return float(interval.low), float(interval.high)


def bootstrap(counts: Floats, statistic: Statistic, replicates: int, seed: int) -> tuple[Floats, Floats]:
    """Percentile 95 % intervals of figures, by drawing whole cameras with replacement.

    Args:
        counts: (cameras, columns); what each camera adds to the sums.
        statistic: figures from sums.
        replicates: how many draws.
        seed: of the random numbers; the same seed gives the same interval.

    Returns:
        Lower and upper limits, one per figure. NaN when there are fewer than two cameras, or when the
        figure is not defined in most of the draws.
    """
    cameras = len(counts)
    drawn = _draw(cameras, replicates, seed) @ counts if cameras else np.zeros((1, counts.shape[1]))
    figures = statistic(drawn)
    defined = np.mean(~np.isnan(figures), axis=0)
    limits = np.full((2, figures.shape[1]), np.nan)
    tail = (1 - CONFIDENCE) / 2
    for column in np.flatnonzero(defined > 0.5):
        if cameras >= 2:
            limits[:, column] = np.nanquantile(figures[:, column], [tail, 1 - tail])
    return limits[0], limits[1]


def paired_bootstrap(
    before: Floats, after: Floats, statistic: Statistic, replicates: int, seed: int
) -> tuple[Floats, Floats]:
    """Percentile 95 % intervals of the differences `after - before`, both on the same draws of cameras."""
    width = before.shape[1]

    def difference(sums: Floats) -> Floats:
        return statistic(sums[:, width:]) - statistic(sums[:, :width])

    return bootstrap(np.hstack([before, after]), difference, replicates, seed)


def mcnemar(gained: int, lost: int) -> float:
    """Exact two-sided p-value that gains and losses are equally likely (McNemar, 1947); 1 without either.

    >>> mcnemar(5, 0)
    0.0625
    """
    return float(scipy.stats.binomtest(gained, gained + lost, 0.5).pvalue) if gained + lost else 1.0


def _draw(cameras: int, replicates: int, seed: int) -> Floats:
    generator = np.random.default_rng(seed)
    return generator.multinomial(cameras, np.full(cameras, 1 / cameras), replicates).astype(np.float64)
