"""Who could be told of an incident."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field

from almere_vision.domain.incident import Recipient
from almere_vision.review.routing import Option
from api.schemas.fields import Moment


class RecipientOption(BaseModel):
    """A recipient to choose from."""

    recipient: Recipient
    on_duty: bool = Field(description="Somebody is there now.")
    on_duty_from: Moment | None = Field(description="When somebody comes, if nobody is there now.")
    routed: bool = Field(description="The protocol of the site names it for this incident.")

    @classmethod
    def of(cls, option: Option) -> Self:
        return cls(
            recipient=option.recipient,
            on_duty=option.on_duty,
            on_duty_from=option.on_duty_from,
            routed=option.routed,
        )


class RecipientList(BaseModel):
    """The best first: the one that gets it when nobody is named."""

    items: list[RecipientOption]
