"""Entering an incident by hand: the types to choose from, the form, and a picture to go with it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind
from almere_vision.review.entry import Sighting
from almere_vision.review.types import IncidentType
from api.schemas.fields import Moment, Name, Note

IdempotencyKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
SnapshotId = Annotated[str, StringConstraints(pattern=r"^[0-9]{8}-[0-9a-f]{32}$")]
TypeId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,64}$")]
ZoneOrNone = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,128}$")]


class Words(BaseModel):
    """One name in the languages of the console."""

    nl: str
    en: str


class TypeOfIncident(BaseModel):
    """One type of the catalogue."""

    id: str
    category: str
    name: Words
    category_name: Words = Field(description="Of the main category.")
    kind: Kind = Field(description="What a detector would call it; `other` where none looks for it.")
    priority: Priority = Field(description="What a form should propose.")
    also: list[str] = Field(description="Further words that it is found by.")

    @classmethod
    def of(cls, one: IncidentType) -> Self:
        return cls(
            id=one.id,
            category=one.category,
            name=Words.model_validate(dict(one.names)),
            category_name=Words.model_validate(dict(one.category_names)),
            kind=one.kind,
            priority=one.priority,
            also=list(one.also),
        )


class TypeList(BaseModel):
    """The best match first."""

    items: list[TypeOfIncident]


class ZoneList(BaseModel):
    """Ids of the zones of a camera, in the order of its file."""

    items: list[str]


class NewIncident(BaseModel):
    """What a person saw, or was told."""

    model_config = ConfigDict(extra="forbid")

    type: TypeId = Field(description="Id of the catalogue.")
    camera: Name
    zone: ZoneOrNone = Field("", description="Of that camera; empty where it lies in none.")
    priority: Priority
    note: Note = ""
    snapshot: SnapshotId | None = Field(None, description="A picture taken for it, of the same camera.")

    def sighting(self, key: str, blob: str | None) -> Sighting:
        return Sighting(key, self.type, self.camera, self.zone, self.priority, self.note, blob)


class CameraSnapshot(BaseModel):
    """A picture that was just taken of a camera."""

    id: SnapshotId
    camera: str
    taken_at: Moment
