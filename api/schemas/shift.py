"""What a shift begins with, and what it leaves behind."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from almere_vision.domain.incident import Role
from almere_vision.domain.priority import Priority
from almere_vision.review.ports import Lane as Counted
from almere_vision.storage import handovers as domain
from api.schemas.fields import Moment, Note

PersonName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,64}$")]


class Lane(BaseModel):
    """What is open of one suggested priority, held back ones left out."""

    priority: Priority | None
    open: int
    newest_at: Moment = Field(description="When the newest of them was put before people.")


class LaneList(BaseModel):
    """P1 first, those without a priority last; where nothing is open there is no lane."""

    items: list[Lane]

    @classmethod
    def of(cls, counted: dict[Priority | None, Counted]) -> Self:
        return cls(
            items=[
                Lane(priority=one, open=counted[one].open, newest_at=counted[one].newest_at)
                for one in (*Priority, None)
                if one in counted
            ]
        )


class NewHandover(BaseModel):
    """Give all of your claims away, and say what the next ones should know; a note or a claim is needed."""

    model_config = ConfigDict(extra="forbid")

    to: PersonName | None = Field(
        None,
        description="A colleague, as `listHandovers` names them; null puts the claims back in the queue.",
    )
    note: Note = ""


class Handover(BaseModel):
    """What somebody left to those who come after."""

    id: int
    at: Moment
    author: str
    to: str | None = Field(description="Who got the claims; null where they went back to the queue.")
    note: str
    handed: int = Field(description="Claims that went to the colleague.")
    released: int = Field(description="Claims that went back to the queue.")
    read: bool = Field(description="By the person who asks, or written by them.")

    @classmethod
    def of(cls, one: domain.Handover) -> Self:
        return cls(
            id=one.id,
            at=one.at,
            author=one.author,
            to=one.colleague,
            note=one.note,
            handed=one.handed,
            released=one.released,
            read=one.read,
        )


class Colleague(BaseModel):
    """Somebody who could take over."""

    name: str
    role: Role
    there: bool = Field(description="A session of theirs was heard of within the hour.")


class HandoverList(BaseModel):
    """What was left in the last 24 hours, newest first, and to whom claims can be given."""

    items: list[Handover]
    colleagues: list[Colleague]
