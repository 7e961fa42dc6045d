"""What decisions say about the threshold of a place: a pure function of them.

A threshold `t` holds back what scores under `t`; a score of `t` itself is shown. Let `F(t)` be the rejected
and `C(t)` the confirmed among the decided suggestions that score under `t`. The proposal is the smallest `t`
that holds back as many of the rejected as can be without holding back more than `MOST_LOST` of the confirmed:

    max F(t)  subject to  C(t) <= MOST_LOST * C(1)

What lies under the threshold in force was shown as a sample only, so each decision on it stands for
`1 / share` (Horvitz and Thompson, 1952). What a person picked from those held back was not drawn by chance,
and is left out. Rejections that no score can prevent (exempt, outside the zone, a duplicate) are neither
false nor confirmed here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Final

from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.incident import RejectReason
from almere_vision.domain.threshold import Decision

WINDOW: Final = timedelta(days=90)
"""Older decisions say nothing about the street of today."""

LEAST_DECISIONS: Final = 100
"""Confirmed and false together; nothing is proposed from fewer."""

LEAST_CONFIRMED: Final = 10
"""Among these; else nobody knows where those lie that must not be lost."""

LEAST_FEWER_FALSE: Final = 10
"""A proposal that saves less is not worth the time of a supervisor."""

LEAST_NEWER: Final = 50
"""Decisions since a supervisor last decided about this threshold, before it is brought up again."""

LEAST_SAMPLES: Final = 20
"""Decided samples under the threshold in force, before a lower one is proposed."""

MOST_LOST: Final = 0.02
"""Share of the confirmed that a threshold may hold back."""

LOST_SHOWN: Final = 20

FALSE_BY_SCORE: Final = frozenset(
    {
        RejectReason.NOT_PRESENT,
        RejectReason.WRONG_OBJECT,
        RejectReason.IN_MOTION,
        RejectReason.POOR_PICTURE,
        RejectReason.OTHER,
    }
)
"""Reasons that a surer detector would have spared people."""

_GRID: Final = tuple(step / 100 for step in range(100))


class DayPart(StrEnum):
    """Six hours of the local day, by the moment at which a suggestion was raised."""

    NIGHT = "night"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class NoProposal(StrEnum):
    """Why nothing is proposed."""

    TOO_FEW_DECISIONS = "too_few_decisions"
    TOO_FEW_CONFIRMED = "too_few_confirmed"
    TOO_SOON = "too_soon"
    """Too few decisions since a supervisor last decided about it."""
    NOTHING_GAINED = "nothing_gained"


@dataclass(frozen=True, slots=True)
class Figures:
    """What was decided at one place. Counts of decisions, not weighed.

    Attributes:
        decisions: `confirmed` and `false`.
        false: rejected for a reason that a score can tell.
        rejected: all rejections, by reason.
        rejected_in: all rejections, by part of the day.
        samples: of `decisions`, those shown as a sample under a threshold ...
        samples_confirmed: ... and confirmed.
        picked: left out, because a person picked them from what a threshold held back.
    """

    decisions: int
    confirmed: int
    false: int
    rejected: Mapping[RejectReason, int]
    rejected_in: Mapping[DayPart, int]
    samples: int
    samples_confirmed: int
    picked: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Another threshold, and what it would have done to these decisions.

    Attributes:
        threshold: proposed, 0..0.99 in steps of 0.01; 0 is none.
        present: in force; 0 is none.
        fewer_false: rejected that would not have been shown; negative when lowered.
        confirmed_lost: confirmed that would not have been shown: those that score under the proposed
            threshold and not under the one in force. Negative when lowered.
        decisions: from how many.
        estimated: samples stand for more than themselves in `fewer_false` or `confirmed_lost`.
        precision_now, precision_then: share of confirmed in what is shown, 0..1.
        lost: ids of the confirmed that would be lost, newest first, at most 20.
    """

    threshold: float
    present: float
    fewer_false: int
    confirmed_lost: int
    decisions: int
    estimated: bool
    precision_now: float
    precision_then: float
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Figures of a place, and either a proposal or why there is none."""

    figures: Figures
    proposal: Proposal | None
    why_not: NoProposal | None


def learn(decisions: Sequence[Decision], present: float, changed_at: datetime | None) -> Lesson:
    """What the decisions of one place say.

    Decisions on the score of another network or rule than the newest one are left out: another scale.

    Args:
        decisions: of one place, in any order.
        present: the threshold in force, 0..0.99; 0 is none.
        changed_at: when a supervisor last decided about it.
    """
    newest = max(decisions, key=lambda one: one.decided_at, default=None)
    same = [one for one in decisions if newest is not None and one.source == newest.source]
    drawn = [one for one in same if _weight(one) is not None]
    telling = [one for one in drawn if one.confirmed or one.reason in FALSE_BY_SCORE]
    figures = _figures(telling, drawn, picked=len(same) - len(drawn))
    newer = sum(1 for one in telling if changed_at is None or one.decided_at > changed_at)
    if figures.decisions < LEAST_DECISIONS:
        return Lesson(figures, None, NoProposal.TOO_FEW_DECISIONS)
    if figures.confirmed < LEAST_CONFIRMED:
        return Lesson(figures, None, NoProposal.TOO_FEW_CONFIRMED)
    if newer < LEAST_NEWER:
        return Lesson(figures, None, NoProposal.TOO_SOON)
    proposal = _propose(telling, figures, present)
    return Lesson(figures, proposal, None if proposal else NoProposal.NOTHING_GAINED)


def _weight(decision: Decision) -> float | None:
    """How many suggestions a decision stands for; None where it was not drawn by chance."""
    if decision.below is None:
        return 1.0
    return None if decision.sample_share is None else 1.0 / decision.sample_share


def _figures(telling: Sequence[Decision], drawn: Sequence[Decision], picked: int) -> Figures:
    confirmed = sum(one.confirmed for one in telling)
    rejected = [one for one in drawn if one.reason is not None]
    samples = [one for one in telling if one.below is not None]
    return Figures(
        decisions=len(telling),
        confirmed=confirmed,
        false=len(telling) - confirmed,
        rejected=dict(Counter(one.reason for one in rejected if one.reason is not None)),
        rejected_in=dict(Counter(_part(one.raised_at) for one in rejected)),
        samples=len(samples),
        samples_confirmed=sum(one.confirmed for one in samples),
        picked=picked,
    )


def _part(at: datetime) -> DayPart:
    return list(DayPart)[at.astimezone(CITY_TIME).hour // 6]


def _propose(telling: Sequence[Decision], figures: Figures, present: float) -> Proposal | None:
    false_under = _under([one for one in telling if not one.confirmed])
    lost_under = _under([one for one in telling if one.confirmed])
    confirmed = sum(_weight(one) or 0.0 for one in telling if one.confirmed)
    most_lost = MOST_LOST * confirmed + 1e-9
    now, best = round(present * 100), max(step for step in range(100) if lost_under[step] <= most_lost)
    best = next(step for step in range(100) if false_under[step] == false_under[best])
    if best > now:
        worth = false_under[best] - false_under[now] >= LEAST_FEWER_FALSE
    else:
        worth = best < now and lost_under[now] > most_lost and figures.samples >= LEAST_SAMPLES
    if not worth:
        return None
    low, high = sorted((_GRID[now], _GRID[best]))
    between = [one for one in telling if low <= one.score < high]
    lost = sorted((one for one in between if one.confirmed), key=lambda one: one.decided_at, reverse=True)
    shown = sum(_weight(one) or 0.0 for one in telling)
    return Proposal(
        threshold=_GRID[best],
        present=present,
        fewer_false=round(false_under[best] - false_under[now]),
        confirmed_lost=round(lost_under[best] - lost_under[now]),
        decisions=figures.decisions,
        estimated=any(one.below is not None for one in between),
        precision_now=_precision(shown, confirmed, false_under[now], lost_under[now]),
        precision_then=_precision(shown, confirmed, false_under[best], lost_under[best]),
        lost=tuple(one.incident for one in lost[:LOST_SHOWN]) if best > now else (),
    )


def _under(decisions: Sequence[Decision]) -> list[float]:
    """Weight of the decisions that score under each step of 0.01."""
    added = [0.0] * (len(_GRID) + 1)
    for one in decisions:
        added[bisect_right(_GRID, one.score)] += _weight(one) or 0.0
    return list(accumulate(added[: len(_GRID)]))


def _precision(all_shown: float, confirmed: float, false_held: float, confirmed_held: float) -> float:
    shown = all_shown - false_held - confirmed_held
    return (confirmed - confirmed_held) / shown if shown > 0 else 0.0
