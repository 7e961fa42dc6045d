"""The desk at which supervisors decide about thresholds: approve a proposal, decline it, take it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from almere_vision.domain.errors import InputError, NotAllowed, TransitionRefused, VersionConflict
from almere_vision.domain.incident import Actor, Role
from almere_vision.domain.threshold import Decision, Did, Place, Thresholds, ThresholdVersion
from almere_vision.review.decide import check_note
from almere_vision.review.learning import WINDOW, Lesson, Proposal, learn

_WHO: Final = {
    Did.APPROVE: frozenset({Role.SUPERVISOR}),
    Did.DECLINE: frozenset({Role.SUPERVISOR}),
    # Who has a shell on the server may take an approval back, which shows more, but never hold back more.
    Did.UNDO: frozenset({Role.SUPERVISOR, Role.SYSTEM}),
}


class ThresholdStore(Protocol):
    """Where thresholds are kept. Every method may raise `StoreUnavailable`."""

    def in_force(self) -> Thresholds: ...

    def versions(self) -> Sequence[ThresholdVersion]:
        """All of them, oldest first at each place."""
        ...

    def decisions(self, since: datetime) -> Sequence[Decision]:
        """On suggestions that a threshold can hold back, decided at or after a moment."""
        ...

    def append(self, version: ThresholdVersion) -> None:
        """Keep a version and its line in the audit log, in one transaction.

        Raises `VersionConflict` when there is a version of this number already.
        """
        ...


@dataclass(frozen=True, slots=True)
class Tuned:
    """How the threshold of one place stands; `version` is 0 before the first. `history` is oldest first."""

    place: Place
    threshold: float
    version: int
    lesson: Lesson
    history: tuple[ThresholdVersion, ...]

    @property
    def can_undo(self) -> bool:
        """Whether an approval is in force."""
        return len(_approved(self.history)) > 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decides about a place, and what they were looking at.

    `threshold` is the proposed one that they saw; None to undo.
    """

    place: Place
    version: int
    threshold: float | None = None
    note: str = ""


class Tuning:
    """Every method may raise `StoreUnavailable`.

    Args:
        store: where thresholds are kept.
        now: gives the aware moment of now.
    """

    def __init__(self, store: ThresholdStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def places(self, actor: Actor) -> tuple[Tuned, ...]:
        """All places of this person where something was decided; those with a proposal first."""
        decided: dict[Place, list[Decision]] = defaultdict(list)
        for decision in self._store.decisions(self._now() - WINDOW):
            decided[decision.place].append(decision)
        versions: dict[Place, list[ThresholdVersion]] = defaultdict(list)
        for version in self._store.versions():
            versions[version.place].append(version)
        known = [place for place in {*decided, *versions} if _covers(actor, place)]
        tuned = [_tuned(place, decided[place], versions[place]) for place in known]
        return tuple(sorted(tuned, key=_rank))

    def approve(self, choice: Choice, actor: Actor) -> Tuned:
        """Put the proposal in force.

        Raises:
            NotAllowed: not the role of this person.
            InputError: no such place, or a note that cannot be kept.
            VersionConflict: another version, or another proposal by now; look again.
        """
        tuned, proposal = self._proposal(choice, actor, Did.APPROVE)
        return self._append(tuned, Did.APPROVE, proposal.threshold, proposal, choice, actor)

    def decline(self, choice: Choice, actor: Actor) -> Tuned:
        """Leave it as it is; it is not brought up again before there are enough newer decisions.

        Raises: as `approve`.
        """
        tuned, proposal = self._proposal(choice, actor, Did.DECLINE)
        return self._append(tuned, Did.DECLINE, tuned.threshold, proposal, choice, actor)

    def undo(self, choice: Choice, actor: Actor) -> Tuned:
        """Take the last approval that is in force back: what was before it holds again.

        Raises:
            TransitionRefused: no approval is in force.
            NotAllowed, InputError, VersionConflict: as `approve`.
        """
        tuned = self._seen(choice, actor, Did.UNDO)
        approved = _approved(tuned.history)
        if not approved:
            raise TransitionRefused("there is no approval to take back here")
        before = approved[-2].threshold if len(approved) > 1 else 0.0
        return self._append(tuned, Did.UNDO, before, None, choice, actor)

    def _seen(self, choice: Choice, actor: Actor, did: Did) -> Tuned:
        if actor.role not in _WHO[did]:
            raise NotAllowed(f"the role {actor.role} may not {did} a threshold")
        check_note(choice.note)
        tuned = next((one for one in self.places(actor) if one.place == choice.place), None)
        if tuned is None:
            raise InputError("nothing was decided at this camera, zone and kind")
        if tuned.version != choice.version:
            raise VersionConflict(
                f"somebody else decided about this threshold: it is at version {tuned.version}, "
                f"not {choice.version}; look at it again"
            )
        return tuned

    def _proposal(self, choice: Choice, actor: Actor, did: Did) -> tuple[Tuned, Proposal]:
        tuned = self._seen(choice, actor, did)
        proposal = tuned.lesson.proposal
        if proposal is None or proposal.threshold != choice.threshold:
            raise VersionConflict("newer decisions say something else by now; look at the proposal again")
        return tuned, proposal

    def _append(
        self,
        tuned: Tuned,
        did: Did,
        threshold: float,
        proposal: Proposal | None,
        choice: Choice,
        actor: Actor,
    ) -> Tuned:
        version = ThresholdVersion(
            place=tuned.place,
            version=tuned.version + 1,
            did=did,
            threshold=threshold,
            proposed=None if proposal is None else proposal.threshold,
            at=self._now(),
            by=actor.name,
            role=actor.role,
            note=choice.note,
            figures={} if proposal is None else _told(proposal),
        )
        self._store.append(version)
        return next(one for one in self.places(actor) if one.place == tuned.place)


def _covers(actor: Actor, place: Place) -> bool:
    cameras, kinds = actor.scope.cameras, actor.scope.kinds
    return (cameras is None or place.camera in cameras) and (kinds is None or place.kind in kinds)


def _tuned(place: Place, decided: Sequence[Decision], versions: Sequence[ThresholdVersion]) -> Tuned:
    last = versions[-1] if versions else None
    threshold = 0.0 if last is None else last.threshold
    lesson = learn(decided, threshold, None if last is None else last.at)
    return Tuned(place, threshold, 0 if last is None else last.version, lesson, tuple(versions))


def _rank(tuned: Tuned) -> tuple[bool, int, str, str, str]:
    proposal = tuned.lesson.proposal
    gain = 0 if proposal is None else abs(proposal.fewer_false)
    place = tuned.place
    return (proposal is None, -gain, place.camera, place.zone, place.kind)


def _approved(history: Sequence[ThresholdVersion]) -> list[ThresholdVersion]:
    """Approvals that were not taken back, oldest first."""
    stack: list[ThresholdVersion] = []
    for version in history:
        if version.did is Did.APPROVE:
            stack.append(version)
        elif version.did is Did.UNDO and stack:
            stack.pop()
    return stack


def _told(proposal: Proposal) -> dict[str, int]:
    return {
        "fewer_false": proposal.fewer_false,
        "confirmed_lost": proposal.confirmed_lost,
        "decisions": proposal.decisions,
    }
