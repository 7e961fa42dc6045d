"""Short notices between processes (Redis pub/sub), and what the worker last said of cameras and rules."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from almere_vision.domain.incident import Incident, State

CameraState = Literal["online", "offline", "starting"]


@dataclass(frozen=True, slots=True)
class IncidentNotice:
    """An incident is new or changed; fetch it to see how."""

    id: str
    version: int
    state: State


@dataclass(frozen=True, slots=True)
class CameraNotice:
    """The status of a camera changed."""

    camera: str


@dataclass(frozen=True, slots=True)
class Gap:
    """The connection was lost for a while: notices may be missing, so fetch everything again."""


Notice = IncidentNotice | CameraNotice | Gap


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """How a camera is doing, and since when (UTC); `reason` is a line for people or None."""

    id: str
    name: str
    state: CameraState
    since: datetime
    reason: str | None


class Notices:
    """Every method may raise `QueueUnavailable`, but `listen` waits and connects again."""

    def __init__(self, url: str) -> None:
        raise NotImplementedError

    def incident_changed(self, incident: Incident) -> None:
        raise NotImplementedError

    def set_camera_status(self, status: CameraStatus) -> None:
        """Keep it, and send a notice if it differs from before.

        Say it again at least every 10 s: a camera of which nothing is heard for 30 s is shown as offline.
        """
        raise NotImplementedError

    def forget_camera(self, camera: str) -> None:
        raise NotImplementedError

    def cameras(self) -> tuple[CameraStatus, ...]:
        """All cameras, by id."""
        raise NotImplementedError

    def set_rule_state(self, camera: str, preset: str | None, state: bytes) -> None:
        raise NotImplementedError

    def rule_state(self, camera: str, preset: str | None) -> bytes | None:
        raise NotImplementedError

    def listen(self) -> AsyncGenerator[Notice]:
        """All notices from now on. The first value is a `Gap`, as is the first after every reconnect."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError
