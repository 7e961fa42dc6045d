"""Cameras as the console sees them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, Field

from almere_vision.storage.notices import CameraStatus
from api.schemas.fields import Moment


class Camera(BaseModel):
    """A camera, since when it is in its state, and why when that is known."""

    id: str
    name: str
    state: Literal["online", "offline", "starting"]
    since: Moment
    reason: str | None = Field(description="A line for people.")
    preset: str | None = Field(description="The preset that its rules watch now.")
    not_watching: str | None = Field(description="Why its rules do not look although pictures come.")

    @classmethod
    def of(cls, status: CameraStatus) -> Self:
        return cls(
            id=status.id,
            name=status.name,
            state=status.state,
            since=status.since,
            reason=status.reason,
            preset=status.preset,
            not_watching=status.not_watching,
        )


class CameraList(BaseModel):
    """All cameras that a worker has told about, by id."""

    items: list[Camera]
