"""How far messages to recipients outside got."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field

from almere_vision.domain import delivery as domain
from almere_vision.domain.delivery import ChannelKind, DeliveryState, MessageEvent
from almere_vision.domain.incident import Recipient
from api.schemas.fields import Moment


class Delivery(BaseModel):
    """One message on its way over one channel."""

    id: str
    event: MessageEvent
    version: int = Field(description="Of the incident, after the decision that is told.")
    recipient: Recipient | None
    channel: str
    kind: ChannelKind
    state: DeliveryState
    attempts: int
    last_error: str | None
    created_at: Moment
    next_at: Moment | None = Field(description="When it is tried again; null when it is not.")
    delivered_at: Moment | None

    @classmethod
    def of(cls, delivery: domain.Delivery) -> Self:
        waiting = delivery.state in (DeliveryState.PENDING, DeliveryState.FAILED)
        return cls(
            id=delivery.id,
            event=delivery.message.event,
            version=delivery.message.version,
            recipient=delivery.message.recipient,
            channel=delivery.channel,
            kind=delivery.kind,
            state=delivery.state,
            attempts=delivery.attempts,
            last_error=delivery.last_error,
            created_at=delivery.created_at,
            next_at=delivery.next_at if waiting else None,
            delivered_at=delivery.delivered_at,
        )
