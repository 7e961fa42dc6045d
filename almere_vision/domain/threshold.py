"""The score under which suggestions of a place are held back, and the decisions that it is learned from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self

from almere_vision.domain.incident import RejectReason
from almere_vision.domain.suggestion import Kind, Suggestion


@dataclass(frozen=True, slots=True)
class Place:
    """What has a threshold of its own: one kind, in one zone of one camera."""

    camera: str
    zone: str
    kind: Kind

    @classmethod
    def of(cls, suggestion: Suggestion) -> Self:
        """Where a suggestion was raised first."""
        return cls(suggestion.camera, suggestion.zone, suggestion.kind)


Thresholds = Mapping[Place, float]
"""Score (0..1) under which suggestions are held back; a place that is not in it has none."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person made of one suggestion.

    Attributes:
        incident: its id.
        score: the highest of its revisions, 0..1.
        source: network and rule whose score it is, as `name@sha8 rule@1`.
        reason: why it was rejected; None if it was confirmed.
        raised_at, decided_at: aware moments.
        below: the threshold under which it lay when it came; None if it lay under none.
        sample_share: with which probability it was drawn to be shown all the same; None if it was not drawn.
    """

    incident: str
    place: Place
    score: float
    source: str
    reason: RejectReason | None
    raised_at: datetime
    decided_at: datetime
    below: float | None = None
    sample_share: float | None = None

    @property
    def confirmed(self) -> bool:
        return self.reason is None


class Did(StrEnum):
    """What a person did to a threshold."""

    APPROVE = "approve"
    DECLINE = "decline"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class ThresholdVersion:
    """One step in the life of the threshold of a place.

    Attributes:
        version: counts from 1 at each place, without gaps.
        threshold: in force from here on; 0 is none.
        proposed: what was approved or declined; None when undone.
        by: name of the account.
        figures: of the proposal, as they were told to who decided.
    """

    place: Place
    version: int
    did: Did
    threshold: float
    proposed: float | None
    at: datetime
    by: str
    role: str
    note: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)
