"""Thresholds: what decisions propose, and what supervisors decide about it."""

from __future__ import annotations

from fastapi import APIRouter

from almere_vision.review.learning import LEAST_CONFIRMED, LEAST_DECISIONS, LEAST_NEWER
from api.access import GuardedRoute, Person
from api.deps import Parts
from api.schemas.thresholds import Approval, ThresholdList, ThresholdPlace, Withdrawal

router = APIRouter(prefix="/thresholds", tags=["thresholds"], route_class=GuardedRoute)


@router.get("", operation_id="listThresholds")
def list_thresholds(parts: Parts, person: Person) -> ThresholdList:
    """How each threshold stands, and what the decisions of the last 90 days propose."""
    return ThresholdList(
        items=[ThresholdPlace.of(tuned) for tuned in parts.tuning.places(person.actor)],
        least_decisions=LEAST_DECISIONS,
        least_confirmed=LEAST_CONFIRMED,
        least_newer=LEAST_NEWER,
        sample_share=parts.settings.sample_share,
    )


@router.post("/approve", operation_id="approveThreshold")
def approve(body: Approval, parts: Parts, person: Person) -> ThresholdPlace:
    """Put the proposal in force. What is before people already stays there."""
    return ThresholdPlace.of(parts.tuning.approve(body.choice(), person.actor))


@router.post("/decline", operation_id="declineThreshold")
def decline(body: Approval, parts: Parts, person: Person) -> ThresholdPlace:
    """Leave it as it is; it is brought up again after enough newer decisions."""
    return ThresholdPlace.of(parts.tuning.decline(body.choice(), person.actor))


@router.post("/undo", operation_id="undoThreshold")
def undo(body: Withdrawal, parts: Parts, person: Person) -> ThresholdPlace:
    """Take the last approval back; what it alone held back comes before people within seconds."""
    return ThresholdPlace.of(parts.tuning.undo(body.choice(), person.actor))
