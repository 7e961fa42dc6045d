"""The commands that people give, with what each needs."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from almere_vision.domain.incident import Command, Order, Recipient, RejectReason, Result
from almere_vision.domain.priority import Priority
from api.schemas.fields import MAX_VERSION, Note

Version = Annotated[
    int, Field(ge=0, le=MAX_VERSION, description="The version that the person was looking at.")
]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Version


class Claim(_Input):
    """Take an incident, or take it over when the claim of another has run out."""

    def order(self) -> Order:
        return Order(Command.CLAIM, self.version)


class Release(_Input):
    """Put a claimed incident back in the queue."""

    def order(self) -> Order:
        return Order(Command.RELEASE, self.version)


class Confirm(_Input):
    """Say that it is so."""

    note: Note = ""

    def order(self) -> Order:
        return Order(Command.CONFIRM, self.version, note=self.note)


class Reject(_Input):
    """Say that it is not so, and why."""

    reason: RejectReason
    note: Note = ""

    def order(self) -> Order:
        return Order(Command.REJECT, self.version, reason=self.reason, note=self.note)


class Escalate(_Input):
    """Tell somebody else."""

    recipient: Recipient | None = Field(
        None, description="By the protocol of the site, to who is on duty, when left out."
    )
    priority: Priority
    note: Note = ""

    def order(self) -> Order:
        return Order(
            Command.ESCALATE,
            self.version,
            recipient=self.recipient,
            priority=self.priority,
            note=self.note,
        )


class Undo(_Input):
    """Take the last decision back."""

    def order(self) -> Order:
        return Order(Command.UNDO, self.version)


class Acknowledge(_Input):
    """The recipient has it."""

    note: Note = ""

    def order(self) -> Order:
        return Order(Command.ACKNOWLEDGE, self.version, note=self.note)


class Arrive(_Input):
    """Somebody is on the scene."""

    note: Note = ""

    def order(self) -> Order:
        return Order(Command.ARRIVE, self.version, note=self.note)


class Resolve(_Input):
    """The recipient is done; what came of it."""

    result: Result
    note: Note = ""

    def order(self) -> Order:
        return Order(Command.RESOLVE, self.version, result=self.result, note=self.note)


class Decline(_Input):
    """The recipient has nobody to send."""

    note: Note = ""

    def order(self) -> Order:
        return Order(Command.DECLINE, self.version, note=self.note)
