"""How the queue between workers and review is doing."""

from __future__ import annotations

from fastapi import APIRouter

from api.access import GuardedRoute
from api.deps import Parts
from api.schemas.health import Backlog

router = APIRouter(tags=["health"], route_class=GuardedRoute)


@router.get("/queue", operation_id="getQueue")
def get_queue(parts: Parts) -> Backlog:
    """How many suggestions wait to be stored, and how many messages could not be handled."""
    return Backlog(waiting=parts.stream.waiting(), dead_letters=parts.stream.dead_count())
