"""How to take in a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Options:
    """How to take in a source.

    Attributes:
        fps: pictures per second of media time, 0 < fps; fewer where the source has fewer.
        keep_alive_s: a picture on which nothing moved comes as `Frame.unchanged`, for so long after one that
            was looked at; None has every picture looked at.
        ring_s: packets of a live camera that are kept for clips, in seconds.
        ring_bytes: and at most so many bytes.
        offline_after_s: a live camera without a picture for so long is offline; at most 10.
        play: show a recorded file as if it were a live camera: at its own pace, over and over.
        started_at: when a recording was begun, in UTC, if known.
    """

    fps: float = 5.0
    keep_alive_s: float | None = None
    ring_s: float = 20.0
    ring_bytes: int = 64 * 2**20
    offline_after_s: float = 8.0
    play: bool = False
    started_at: datetime | None = None

    def __post_init__(self) -> None:
        if not 0 < self.fps <= 1000 or not 0 < self.offline_after_s <= 10 or self.ring_s <= 0:
            raise ValueError(f"options out of range: {self}")
        if self.started_at is not None and self.started_at.tzinfo is None:
            raise ValueError("started_at needs a time zone")
