"""Thresholds of the score, what decisions propose, and what supervisors decide."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from almere_vision.domain import threshold as domain
from almere_vision.domain.incident import RejectReason
from almere_vision.domain.suggestion import Kind
from almere_vision.domain.threshold import Did
from almere_vision.review import learning, tuning
from almere_vision.review.learning import DayPart, NoProposal
from api.schemas.fields import MAX_VERSION, Moment, Name, Note

Score = Annotated[float, Field(ge=0, le=0.99)]
Seen = Annotated[int, Field(ge=0, le=MAX_VERSION, description="`version` that the person was looking at.")]


class _Choice(BaseModel):
    model_config = ConfigDict(extra="forbid")

    camera: Name
    zone: Name
    kind: Kind
    version: Seen
    note: Note = ""

    @property
    def place(self) -> domain.Place:
        return domain.Place(self.camera, self.zone, self.kind)


class Approval(_Choice):
    """Approve or decline what was proposed."""

    threshold: Score = Field(description="The proposed one that the person was looking at.")

    def choice(self) -> tuning.Choice:
        return tuning.Choice(self.place, self.version, self.threshold, self.note)


class Withdrawal(_Choice):
    """Take the last approval back."""

    def choice(self) -> tuning.Choice:
        return tuning.Choice(self.place, self.version, None, self.note)


class ReasonCount(BaseModel):
    """How many were rejected for one reason."""

    reason: RejectReason
    count: int


class PartCount(BaseModel):
    """How many were rejected that were raised in one part of the day: six local hours from 0, 6, 12 or 18."""

    part: DayPart
    count: int


class DecisionFigures(BaseModel):
    """What was decided at one place within 90 days, on scores of the newest network and rule."""

    decisions: int = Field(description="Confirmed and false.")
    confirmed: int
    false: int = Field(description="Rejected for a reason that a surer detector would have spared people.")
    rejected: list[ReasonCount] = Field(description="All rejections, the most frequent first.")
    rejected_in: list[PartCount]
    samples: int = Field(description="Of `decisions`, those shown for review under a threshold.")
    samples_confirmed: int
    picked: int = Field(description="Left out: a person picked them from what a threshold held back.")

    @classmethod
    def of(cls, figures: learning.Figures) -> Self:
        by_count = sorted(figures.rejected.items(), key=lambda item: (-item[1], item[0]))
        return cls(
            decisions=figures.decisions,
            confirmed=figures.confirmed,
            false=figures.false,
            rejected=[ReasonCount(reason=reason, count=count) for reason, count in by_count],
            rejected_in=[PartCount(part=part, count=figures.rejected_in.get(part, 0)) for part in DayPart],
            samples=figures.samples,
            samples_confirmed=figures.samples_confirmed,
            picked=figures.picked,
        )


class ThresholdProposal(BaseModel):
    """Another threshold, and what it would have done to these decisions."""

    threshold: float = Field(description="0 is none.")
    fewer_false: int = Field(description="Rejected that would not have been shown; negative when lowered.")
    confirmed_lost: int = Field(
        description="Confirmed that would not have been shown; negative when lowered."
    )
    decisions: int = Field(description="From how many.")
    estimated: bool = Field(description="Samples stand for more than themselves in these figures.")
    precision_now: float = Field(description="Share of confirmed in what is shown, 0..1.")
    precision_then: float
    lost: list[str] = Field(description="Ids of the confirmed that would be lost, newest first, at most 20.")

    @classmethod
    def of(cls, proposal: learning.Proposal) -> Self:
        return cls(
            threshold=proposal.threshold,
            fewer_false=proposal.fewer_false,
            confirmed_lost=proposal.confirmed_lost,
            decisions=proposal.decisions,
            estimated=proposal.estimated,
            precision_now=proposal.precision_now,
            precision_then=proposal.precision_then,
            lost=list(proposal.lost),
        )


class ThresholdChange(BaseModel):
    """One decision about a threshold."""

    version: int
    did: Did
    threshold: float = Field(description="In force from here on; 0 is none.")
    proposed: float | None = Field(description="What was approved or declined; null when undone.")
    at: Moment
    by: str
    note: str

    @classmethod
    def of(cls, version: domain.ThresholdVersion) -> Self:
        return cls(
            version=version.version,
            did=version.did,
            threshold=version.threshold,
            proposed=version.proposed,
            at=version.at,
            by=version.by,
            note=version.note,
        )


class ThresholdPlace(BaseModel):
    """How the threshold of one kind in one zone of one camera stands."""

    camera: str
    zone: str
    kind: Kind
    threshold: float = Field(description="In force: what scores under it is held back; 0 is none.")
    version: int = Field(description="Of the last decision about it; 0 before the first.")
    proposal: ThresholdProposal | None
    why_not: NoProposal | None = Field(description="Why nothing is proposed.")
    figures: DecisionFigures
    can_undo: bool = Field(description="An approval is in force.")
    history: list[ThresholdChange] = Field(description="Oldest first.")

    @classmethod
    def of(cls, tuned: tuning.Tuned) -> Self:
        proposal = tuned.lesson.proposal
        return cls(
            camera=tuned.place.camera,
            zone=tuned.place.zone,
            kind=tuned.place.kind,
            threshold=tuned.threshold,
            version=tuned.version,
            proposal=None if proposal is None else ThresholdProposal.of(proposal),
            why_not=tuned.lesson.why_not,
            figures=DecisionFigures.of(tuned.lesson.figures),
            can_undo=tuned.can_undo,
            history=[ThresholdChange.of(version) for version in tuned.history],
        )


class ThresholdList(BaseModel):
    """Places where something was decided, those with a proposal first."""

    items: list[ThresholdPlace]
    least_decisions: int = Field(description="Nothing is proposed from fewer.")
    least_confirmed: int
    least_newer: int = Field(description="Newer decisions before the same threshold is brought up again.")
    sample_share: float = Field(description="Of what lies under a threshold, the share shown for review.")
