"""What changes, as it changes."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from almere_vision.domain.errors import StoreUnavailable
from api.access import GuardedRoute, Person
from api.deps import Parts, now
from api.events import EventStream

router = APIRouter(tags=["events"], route_class=GuardedRoute)


@router.get(
    "/events",
    operation_id="streamEvents",
    response_class=Response,
    responses={
        200: {
            "description": "Event `incident` with the data `IncidentChanged`, event `camera` with the data "
            "`Camera`, event `screens` when the control room is shown other cameras, and a comment every "
            "15 s. After every (re)connect, fetch what is shown.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def stream_events(parts: Parts, person: Person) -> Response:
    """Server-sent events; only that something changed, so fetch it to see how."""

    async def still_signed_in() -> bool:
        try:
            look = partial(parts.people.session, person.token, touch=False)  # to listen is not to be there
            return await run_in_threadpool(look) is not None
        except StoreUnavailable:
            return True  # nobody can look now; the session still runs out in time

    lasts_s = (person.expires_at - now()).total_seconds()
    return EventStream(parts.hub, person.token, person.actor, lasts_s, still_signed_in)
