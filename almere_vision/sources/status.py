"""How it stands with a camera, for those who watch over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from almere_vision.domain.errors import AlmereError


class State(StrEnum):
    """How it stands with a camera."""

    STARTING = "starting"
    ONLINE = "online"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Status:
    """State of a camera, since when (UTC), and what is wrong (`CameraRefused`: no use asking again)."""

    state: State
    since: datetime
    fault: AlmereError | None = None

    @property
    def reason(self) -> str | None:
        """One line for people, without login."""
        return None if self.fault is None else str(self.fault)
