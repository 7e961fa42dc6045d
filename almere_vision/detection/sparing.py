"""Looks only at pictures on which something moved; on others is what was there before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from almere_vision.domain.detections import Detections
from almere_vision.domain.frame import Frame


def sparing(see: Callable[[Frame], Detections]) -> Callable[[Frame], Detections]:
    """`see` for the frames of one camera; unchanged ones get the detections of the last one that was seen."""
    last: Detections | None = None

    def see_or_repeat(frame: Frame) -> Detections:
        nonlocal last
        if frame.unchanged and last is not None:
            return replace(last, moment=frame.moment)
        last = see(frame)
        return last

    return see_or_repeat
