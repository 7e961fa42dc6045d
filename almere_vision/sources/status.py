"""How it stands with a camera, for those who watch over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from almere_vision.domain.errors import AlmereError
from almere_vision.domain.reason import Reason


class State(StrEnum):
    """How it stands with a camera."""

    STARTING = "starting"
    ONLINE = "online"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Status:
    """How it stands.

    Attributes:
        state: of the camera.
        since: when (UTC).
        reason: what is wrong, for people; without address.
        fault: the same as an error, with the address but no login (`CameraRefused`: no use asking again).
    """

    state: State
    since: datetime
    reason: Reason | None = None
    fault: AlmereError | None = None
