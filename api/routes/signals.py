"""Signals, for supervisors: the input for the next priorities."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.access import GuardedRoute, Person
from api.deps import Parts
from api.schemas.signals import SignalList

router = APIRouter(tags=["signals"], route_class=GuardedRoute)


@router.get("/signals", operation_id="getSignals")
def get_signals(
    parts: Parts,
    person: Person,
    days: Annotated[Literal["7", "14", "42"], Query(description="How many of the last days.")] = "42",
) -> SignalList:
    """Kinds, places and hours that rose or fell in the last days against the twelve weeks before.

    Only what people confirmed or entered by hand counts.
    """
    return SignalList.of(*parts.signals.find(int(days), person.actor.scope))
