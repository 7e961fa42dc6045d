"""Rates against those of the weeks before."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest  # type: ignore[import-untyped]

from almere_vision.review.rates import compare_rates


@pytest.mark.parametrize(("now", "before"), [(30, 60), (3, 60), (0, 40), (25, 0), (12, 120)])
def test_without_clusters_it_is_the_exact_binomial_test(now: int, before: int) -> None:
    found = compare_rates(now, 50.0, [(before // 4, 150.0)] * 4)
    exact = binomtest(now, now + before, 50 / 650)
    sides = (binomtest(now, now + before, 50 / 650, side).pvalue for side in ("less", "greater"))
    assert found.clustering == 1
    assert found.p_value == pytest.approx(min(1, 2 * min(sides)))
    limits = exact.proportion_ci(0.95, "exact")
    assert found.low == pytest.approx(limits.low / (1 - limits.low) * 12)
    if found.high is not None:
        assert found.high == pytest.approx(limits.high / (1 - limits.high) * 12)
    assert (found.ratio is None) == (before == 0)


def test_equal_rates_are_seldom_called_different_with_clusters_or_without() -> None:
    """Counts of chance alone, and counts in clusters of five that share one cause."""
    generator = np.random.default_rng(7)
    for cluster in (1, 5):
        called = 0
        for _ in range(600):
            weeks = generator.poisson(20 / cluster, 12) * cluster
            now = int(sum(generator.poisson(20 / cluster, 2)) * cluster)
            called += compare_rates(now, 2.0, [(int(week), 1.0) for week in weeks]).p_value <= 0.05
        assert called <= 0.08 * 600, cluster


def test_weeks_that_differ_much_make_a_rise_less_sure() -> None:
    even = compare_rates(40, 2.0, [(10, 1.0)] * 12)
    wild = compare_rates(40, 2.0, [(0, 1.0), (20, 1.0)] * 6)
    assert even.p_value < 0.005 < 0.05 < wild.p_value
    assert wild.clustering > 5
    assert wild.low < 1 < even.low
