"""Messages to recipients outside: send one again that was given up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Path

from almere_vision.domain.errors import DeliveryMissing, IncidentMissing
from api.access import GuardedRoute, Person
from api.deps import Parts, now
from api.schemas.delivery import Delivery

router = APIRouter(prefix="/deliveries", tags=["incidents"], route_class=GuardedRoute)

IdInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Id of the delivery.")]


@router.post("/{delivery_id}/retry", operation_id="retryDelivery")
def retry_delivery(delivery_id: IdInPath, parts: Parts, person: Person, later: BackgroundTasks) -> Delivery:
    """Send it once more under the same id, so that a recipient who has it after all can tell."""
    try:
        incident = parts.desk.show(parts.outbox.get(delivery_id).message.incident, person.actor)
    except IncidentMissing:
        raise DeliveryMissing(f"there is no delivery {delivery_id!r}") from None
    again = parts.outbox.retry(delivery_id, now())
    later.add_task(parts.announce, [incident])
    return Delivery.of(again)
