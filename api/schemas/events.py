"""What the event stream says: only that something changed, so that the client asks again."""

from __future__ import annotations

from pydantic import BaseModel

from almere_vision.domain.incident import State


class IncidentChanged(BaseModel):
    """Data of the event `incident`."""

    id: str
    version: int
    state: State
