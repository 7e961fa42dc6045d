"""Between the queue and the people: the alert budget, and the thresholds that supervisors approved.

A budget counts what was shown in the last hour, of any priority, against what the observers who are signed
on can look at in an hour. Only priorities that the protocol names are held, and P1 never is. What is held is
kept like everything else, counted for all to see, and let through in the order of the queue: the most urgent
first, the newest first among equals.

A threshold holds back what scores under it, again in sight of all and never P1. Of these a share is drawn
by the hash of the id and shown all the same, marked: else nobody would know what a threshold costs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Final

from almere_vision.domain.incident import Held, Incident
from almere_vision.domain.priority import Priority
from almere_vision.domain.protocol import AlertBudget
from almere_vision.domain.suggestion import Suggestion
from almere_vision.domain.threshold import Place, Thresholds
from almere_vision.review.ports import Hold, Holding, IncidentStore

WINDOW: Final = timedelta(hours=1)

SAMPLE_SHARE: Final = 0.02
"""Of what lies under a threshold, so much is shown for review."""

_NO_THRESHOLDS: Final[Thresholds] = MappingProxyType({})

SignedOn = Callable[[datetime], int]
"""How many observers are signed on at an aware moment."""


def is_holdable(budget: AlertBudget | None, suggestion: Suggestion) -> bool:
    """Whether a suggestion may be held back at all; one without a priority counts as P3."""
    return budget is not None and (suggestion.priority or Priority.P3) in budget.holds


def allowance(budget: AlertBudget, observers: int) -> int:
    """How many suggestions may be shown within any hour to so many observers.

    >>> allowance(AlertBudget(6), 2)
    12
    """
    return budget.per_observer_hour * observers


def is_sample(suggestion_id: str, share: float) -> bool:
    """Whether one under a threshold is shown for review: always the same for the same id.

    >>> sum(is_sample(f"plaza-1-{number}", 0.02) for number in range(10_000))
    203
    """
    drawn = hashlib.sha256(f"sample {suggestion_id}".encode()).digest()[:8]
    return int.from_bytes(drawn) < share * 2**64


def holding(
    suggestion: Suggestion, budget: AlertBudget | None, thresholds: Thresholds, share: float
) -> Holding:
    """What becomes of a suggestion when it comes; the budget lets through what it holds a moment later."""
    why = Held.BUDGET if is_holdable(budget, suggestion) else None
    threshold = thresholds.get(Place.of(suggestion), 0.0)
    if suggestion.score >= threshold or suggestion.priority is Priority.P1:
        return Holding(why)
    if is_sample(suggestion.id, share):
        return Holding(why, below=threshold, sample_share=share)
    return Holding(Held.THRESHOLD, below=threshold)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a budget stands.

    Attributes:
        budget: that of the protocol, or None.
        observers: who are signed on.
        shown: suggestions put before people within the last hour.
        allowed: above how many the budget holds back now; None without one.
    """

    budget: AlertBudget | None
    observers: int
    shown: int
    allowed: int | None


class Gate:
    """Between the queue and the people. Safe to run in several processes at once.

    Args:
        store: where incidents are kept.
        budget: of the protocol; None holds nothing back.
        signed_on: counts the observers who are there.
        thresholds: gives those that are in force; may raise `StoreUnavailable`.
        sample_share: of what lies under one, the share that is shown for review.
    """

    def __init__(
        self,
        store: IncidentStore,
        budget: AlertBudget | None,
        signed_on: SignedOn,
        thresholds: Callable[[], Thresholds] = lambda: _NO_THRESHOLDS,
        sample_share: float = SAMPLE_SHARE,
    ) -> None:
        self._thresholds = thresholds
        self._sample_share = sample_share
        self._known: Thresholds | None = None
        self._store = store
        self._budget = budget
        self._signed_on = signed_on

    def take(self, budget: AlertBudget | None) -> None:
        """Another budget holds from now on; what it does not hold back comes through a moment later."""
        self._budget = budget

    def standing(self, at: datetime) -> Standing:
        """How the budget stands now. Raises `StoreUnavailable`."""
        observers = self._signed_on(at)
        return Standing(
            budget=self._budget,
            observers=observers,
            shown=self._store.count_shown(at - WINDOW),
            allowed=None if self._budget is None else allowance(self._budget, observers),
        )

    def receive_all(self, suggestions: Sequence[Suggestion], at: datetime) -> tuple[Incident, ...]:
        """As `IncidentStore.receive_all`; then lets through what there is room for. What has changed."""
        hold = self._hold(self._thresholds())
        changed = {one.suggestion.id: one for one in self._store.receive_all(suggestions, at, hold)}
        changed |= {one.suggestion.id: one for one in self.let_through(at)}
        return tuple(changed.values())

    def _hold(self, thresholds: Thresholds) -> Hold:
        return partial(holding, budget=self._budget, thresholds=thresholds, share=self._sample_share)

    def let_through(self, at: datetime) -> tuple[Incident, ...]:
        """Show what there is room for now; gives what was let through. Raises `StoreUnavailable`.

        Without a budget everything that an earlier protocol held comes through. When a threshold was lowered
        or taken back, what it holds no more comes too.
        """
        freed = self._freed(at)
        if not self._store.has_held(Held.BUDGET):
            return freed
        most = None if self._budget is None else allowance(self._budget, self._signed_on(at))
        through = self._store.let_through(at, at - WINDOW, most)
        now_shown = {one.suggestion.id for one in through}
        return (*(one for one in freed if one.suggestion.id not in now_shown), *through)

    def _freed(self, at: datetime) -> tuple[Incident, ...]:
        """Asked only when thresholds are others than at the last look, by whatever process."""
        thresholds = dict(self._thresholds())
        if thresholds == self._known:
            return ()
        freed: tuple[Incident, ...] = ()
        if self._store.has_held(Held.THRESHOLD):
            freed = self._store.reconsider(at, self._hold(thresholds))
        self._known = thresholds
        return freed
