"""What a dry run of zones is told, and what it tells; light, because the API has it too. See `replay`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from almere_vision.domain.geometry import Box
from almere_vision.domain.suggestion import Kind


class Confirmed(BaseModel):
    """A suggestion that people confirmed."""

    id: str
    kind: Kind
    onset: datetime
    raised: datetime
    box: Box


class DryRunJob(BaseModel):
    """What to replay: two zone files of one camera, over the detections in a folder.

    Attributes:
        limit_s: begin no other hour after so long.
    """

    folder: Path
    camera: str
    now: str
    changed: str
    since: datetime
    until: datetime
    confirmed: list[Confirmed] = []
    same_place: list[list[tuple[str, str]]] = []
    limit_s: float = 60.0


class DryRunCount(BaseModel):
    """Suggestions of one kind in one zone."""

    zone: str
    kind: Kind
    now: int
    changed: int


class DryRun(BaseModel):
    """What came of a replay so far.

    Attributes:
        hours: hours of which detections were kept, and of them
        replayed: those for which the time was enough.
        since, until: moments of the first and the last picture that was replayed; None without any.
        fps: pictures a second that were kept; 0 without any.
        needed_fps: what the changed zones would be watched with.
        fights: whether one of the two watches for fights, which cannot be replayed.
        confirmed: what people confirmed in these hours, and of that
        found: what the zones that hold suggest again,
        lost: ids of what they suggest and the changed ones do not,
        gained: ids of the opposite.
    """

    hours: int = 0
    replayed: int = 0
    since: datetime | None = None
    until: datetime | None = None
    fps: float = 0.0
    needed_fps: float = 0.0
    fights: bool = False
    now: int = 0
    changed: int = 0
    counts: list[DryRunCount] = []
    confirmed: int = 0
    found: int = 0
    lost: list[str] = []
    gained: list[str] = []
