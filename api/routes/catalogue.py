"""The words that the console may offer."""

from __future__ import annotations

from fastapi import APIRouter

from almere_vision.domain.incident import Recipient, RejectReason, Result, State
from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind
from api.access import GuardedRoute
from api.schemas.catalogue import Catalogue

router = APIRouter(tags=["catalogue"], route_class=GuardedRoute)


@router.get("/catalogue", operation_id="getCatalogue")
async def get_catalogue() -> Catalogue:
    """All values of each list."""
    return Catalogue(
        reject_reasons=list(RejectReason),
        recipients=list(Recipient),
        results=list(Result),
        priorities=list(Priority),
        states=list(State),
        kinds=list(Kind),
    )
