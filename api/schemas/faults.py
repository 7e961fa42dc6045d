"""Faults of cameras: reported, given a ticket, ended."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from almere_vision.storage import faults as domain
from api.schemas.fields import MAX_VERSION, Moment, Name

Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
Ticket = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")
]


class NewFault(BaseModel):
    """Something that is wrong with a camera."""

    model_config = ConfigDict(extra="forbid")

    camera: Name
    what: Words = Field(description="What is wrong, in one line.")
    ticket: Ticket = Field("", description="Number at the helpdesk, where there is one already.")


class FaultChange(BaseModel):
    """A ticket, or how it ended. A result ends the fault; it cannot be changed after that."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, le=MAX_VERSION, description="That you have seen.")
    ticket: Ticket = Field("", description="As it shall be from now on.")
    result: Words | None = Field(None, description="What was done about it.")


class CameraFault(BaseModel):
    """A reported fault of a camera."""

    id: int
    camera: str
    at: Moment
    reported_by: str
    what: str
    ticket: str = Field(description="Number at the helpdesk; empty while there is none.")
    result: str | None = Field(description="What was done about it; null while it is open.")
    ended_at: Moment | None
    ended_by: str | None
    version: int

    @classmethod
    def of(cls, one: domain.Fault) -> Self:
        return cls(
            id=one.id,
            camera=one.camera,
            at=one.at,
            reported_by=one.reported_by,
            what=one.what,
            ticket=one.ticket,
            result=one.result,
            ended_at=one.ended_at,
            ended_by=one.ended_by,
            version=one.version,
        )


class CameraFaultList(BaseModel):
    """Open ones first, then those that ended in the last 30 days; each part newest first."""

    items: list[CameraFault]
