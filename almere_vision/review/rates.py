"""Whether something happens more or less often than before: one test, and its interval.

Counts `a` in an exposure `t` and `b` in an exposure `u` have equal rates when, given `a + b`, `a` is binomial
with `p = t / (t + u)` (Przyborowski and Wilenski, 1940). Street life comes in clusters, so that counts of
weeks differ more than chance alone makes them: by the factor of Pearson's chi-square over its degrees of
freedom (McCullagh and Nelder, 1989), never less than 1. Both counts are divided by it, which the beta form of
the binomial tails allows; limits are those of Clopper and Pearson (1934).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import scipy  # type: ignore[import-untyped]  # its parts load when they are first used

_TAIL = 0.025


@dataclass(frozen=True, slots=True)
class Compared:
    """How often now against before.

    Attributes:
        ratio: of the rates; None where nothing happened before.
        low, high: its 95 % limits; `high` is None where nothing happened before.
        p_value: two-sided, that the rates are the same.
        clustering: by which counts of weeks vary more than chance alone, 1 or more.
    """

    ratio: float | None
    low: float
    high: float | None
    p_value: float
    clustering: float


def compare_rates(now: int, now_h: float, weeks: Sequence[tuple[int, float]]) -> Compared:
    """Hold a count against those of the weeks before.

    Args:
        now: how many, in `now_h` hours (above 0).
        weeks: how many in how many hours, of each week; the hours of all together are above 0.

    >>> found = compare_rates(30, 100.0, [(10, 100.0), (11, 100.0), (9, 100.0)])
    >>> found.ratio, found.p_value < 0.001
    (3.0, True)
    """
    before, before_h = sum(count for count, _ in weeks), sum(hours for _, hours in weeks)
    clustering = _clustering(weeks)
    a, b, share = now / clustering, before / clustering, now_h / (now_h + before_h)
    more = float(scipy.special.betainc(a, b + 1, share)) if a > 0 else 1.0
    fewer = float(scipy.special.betainc(b, a + 1, 1 - share)) if b > 0 else 1.0
    low = float(scipy.special.betaincinv(a, b + 1, _TAIL)) if a > 0 else 0.0
    high = float(scipy.special.betaincinv(a + 1, b, 1 - _TAIL)) if b > 0 else None
    return Compared(
        ratio=None if before == 0 else (now / now_h) / (before / before_h),
        low=_odds(low) * before_h / now_h,
        high=None if high is None else _odds(high) * before_h / now_h,
        p_value=min(1.0, 2 * min(more, fewer)),
        clustering=clustering,
    )


def _odds(share: float) -> float:
    return share / (1 - share)


def _clustering(weeks: Sequence[tuple[int, float]]) -> float:
    seen = [(count, hours) for count, hours in weeks if hours > 0]
    rate = sum(count for count, _ in seen) / sum(hours for _, hours in seen)
    if rate == 0 or len(seen) < 2:
        return 1.0
    square = sum((count - rate * hours) ** 2 / (rate * hours) for count, hours in seen)
    return max(1.0, square / (len(seen) - 1))
