"""The change of shifts: what is open, and what one shift leaves to the next."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, BackgroundTasks, Path, Query, Response
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from almere_vision.delivery.day_report import draw_day_report
from almere_vision.domain.incident import Actor
from almere_vision.review.decide import check_note
from api.access import Caller, GuardedRoute, Person
from api.day_report import gathered
from api.deps import Parts, Services, now
from api.problems import Problem
from api.schemas.fields import MAX_VERSION
from api.schemas.shift import Colleague, Handover, HandoverList, LaneList, NewHandover

router = APIRouter(tags=["shift"], route_class=GuardedRoute)


@router.get("/lanes", operation_id="getLanes")
def get_lanes(parts: Parts, person: Person) -> LaneList:
    """How much is open of each suggested priority, and when the newest came."""
    return LaneList.of(dict(parts.desk.lanes(person.actor)))


@router.get(
    "/day-report",
    operation_id="getDayReport",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}},
)
def get_day_report(
    parts: Parts,
    person: Person,
    language: Annotated[Literal["nl", "en"], Query(description="Of the words.")] = "nl",
) -> Response:
    """What a shift that begins should know, as PDF: faults, blind time, what is open, notes, and figures."""
    at = now()
    pdf = draw_day_report(gathered(parts, person, at, language), at, language)
    return Response(
        pdf,
        media_type="application/pdf",
        headers={"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="day-report.pdf"'},
    )


@router.get("/handovers", operation_id="listHandovers")
def list_handovers(parts: Parts, person: Person) -> HandoverList:
    """What colleagues left to you and others, and to whom you can leave something."""
    at = now()
    return HandoverList(
        items=[Handover.of(one) for one in parts.handovers.recent(person.actor, at)],
        colleagues=[
            Colleague(name=one.actor.name, role=one.actor.role, there=one.there)
            for one in parts.handovers.colleagues(person.actor, at)
        ],
    )


@router.post("/handovers", operation_id="handOver", status_code=HTTP_201_CREATED)
def hand_over(body: NewHandover, parts: Parts, person: Person, later: BackgroundTasks) -> Handover:
    """Give all of your claims to a colleague or back to the queue, and leave a note.

    A colleague who may not see one of them does not get it: that one goes back to the queue.
    """
    check_note(body.note)
    colleague = None if body.to is None else _colleague(body.to, parts, person)
    moved = parts.desk.hand_over(person.actor, colleague)
    for before, after in moved:
        later.add_task(parts.announce, [after], before)
    if not moved and not body.note.strip():
        raise Problem("invalid", "note: you have no claims, so say at least something")
    handed = sum(after.claimed_by is not None for _, after in moved)
    counted = (handed, len(moved) - handed)
    return Handover.of(parts.handovers.add(person.actor, colleague, body.note, counted, now()))


@router.post("/handovers/{handover_id}/read", operation_id="readHandover", status_code=HTTP_204_NO_CONTENT)
def read_handover(
    handover_id: Annotated[int, Path(ge=1, le=MAX_VERSION, description="Number of the hand-over.")],
    parts: Parts,
    person: Person,
) -> None:
    """Say that you have read it: it is not put before you again."""
    parts.handovers.read(handover_id, person.actor, now())


def _colleague(name: str, parts: Services, person: Caller) -> Actor:
    for one in parts.handovers.colleagues(person.actor, now()):
        if one.actor.name == name:
            return one.actor
    raise Problem("invalid", "to: no colleague of this name can take over; see listHandovers")
