"""Tells pictures that show nothing true: frozen, black, covered, or out of focus.

A camera that sends pictures is not yet one that sees. What is found here stops the rules of the camera, so it
is only told when it is plain, and from when on it was so.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.frame import Frame
from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.sources.gate import cells_of

Cells = NDArray[np.float32]


class Trouble(StrEnum):
    """What is wrong with the pictures of a camera."""

    FROZEN = "frozen"
    BLACK = "black"
    COVERED = "covered"
    BLURRED = "out of focus"
    MOVED = "moved view"
    """Of a camera that does not turn; found by comparing views, not here (`almere_vision.scene.steady`)."""


_CODES: Final = {
    Trouble.FROZEN: ReasonCode.FROZEN,
    Trouble.BLACK: ReasonCode.BLACK,
    Trouble.COVERED: ReasonCode.COVERED,
    Trouble.BLURRED: ReasonCode.BLURRED,
}

_SAMPLE_EVERY_S: Final = 3.0
_FROZEN_S: Final = 40.0
_FROZEN_SAMPLES: Final = 8
_FROZEN_GREY: Final = 0.25
"""A cell of a sensor that sees varies by 1 grey level and more in that time, by its noise alone."""
_FROZEN_SHARE: Final = 0.97
"""The rest may be a clock that the camera writes into its pictures."""

_BLACK_GREY: Final = 40.0
"""The brightest hundredth of a black picture; a street at night has lamps and windows."""
_EVEN_GREY: Final = 4.0
"""Standard deviation of the cells of a cover, a wall or a bag before the lens."""
_PERSISTS_S: Final = 10.0

_BLURRED: Final = 0.3
"""Share of the usual sharpness that is left."""
_BLURRED_S: Final = 20.0
_USUAL_SAMPLES: Final = 20
_USUAL_KEPT: Final = 200
"""Ten minutes: dusk and weather become usual, what happens at once does not."""


@dataclass(frozen=True, slots=True)
class _Sample:
    clock_s: float
    cells: Cells


class Health:
    """The health of the pictures of one camera."""

    def __init__(self) -> None:
        self.trouble: Trouble | None = None
        self.since_s = 0.0
        self._samples: deque[_Sample] = deque()
        self._sharpness: deque[float] = deque(maxlen=_USUAL_KEPT)
        self._begun_s: dict[Trouble, float] = {}

    def check(self, frame: Frame) -> Trouble | None:
        """What is wrong with the pictures up to this one, if anything. Costs a millisecond every 3 s."""
        if frame.unchanged:
            return self.trouble  # It is the same picture, not another that looks the same.
        now_s = frame.moment.clock_s
        if self._samples and 0 <= now_s - self._samples[-1].clock_s < _SAMPLE_EVERY_S and not self.trouble:
            return None
        grey = np.asarray(cv2.extractChannel(frame.image, 1), np.uint8)  # Green is most of brightness.
        cells = cells_of(grey)
        if cells is None:
            return None
        self._remember(_Sample(now_s, cells))
        self.trouble, self.since_s = self._judge(now_s, cells, _sharpness(grey, cells))
        return self.trouble

    @property
    def reason(self) -> Reason | None:
        """The trouble for people, and since when."""
        if self.trouble is None:
            return None
        since = datetime.fromtimestamp(self.since_s, CITY_TIME).strftime("%H:%M:%S")
        return Reason(_CODES[self.trouble], {"since": since})

    def _remember(self, sample: _Sample) -> None:
        before = self._samples[-1] if self._samples else None
        if before and (before.cells.shape != sample.cells.shape or sample.clock_s < before.clock_s):
            self._samples.clear()
        self._samples.append(sample)
        while sample.clock_s - self._samples[1 if len(self._samples) > 1 else 0].clock_s >= _FROZEN_S:
            self._samples.popleft()

    def _judge(self, now_s: float, cells: Cells, sharpness: float) -> tuple[Trouble | None, float]:
        """The trouble that has lasted for long enough, and since when."""
        if self._frozen(now_s):
            return Trouble.FROZEN, self.since_s if self.trouble is Trouble.FROZEN else self._samples[
                0
            ].clock_s
        black = bool(np.quantile(cells, 0.99) < _BLACK_GREY)
        even = not black and float(cells.std()) < _EVEN_GREY
        blurred = not (black or even) and self._is_blurred(sharpness)
        found = None
        for trouble, there, lasts_s in (
            (Trouble.BLACK, black, _PERSISTS_S),
            (Trouble.COVERED, even, _PERSISTS_S),
            (Trouble.BLURRED, blurred, _BLURRED_S),
        ):
            if not there:
                self._begun_s.pop(trouble, None)
            elif now_s - self._begun_s.setdefault(trouble, now_s) >= lasts_s:
                found = trouble
        return (None, 0.0) if found is None else (found, self._begun_s[found])

    def _frozen(self, now_s: float) -> bool:
        if len(self._samples) < _FROZEN_SAMPLES or now_s - self._samples[0].clock_s < _FROZEN_S:
            return False
        seen = np.stack([sample.cells for sample in self._samples])
        return bool((np.ptp(seen, axis=0) <= _FROZEN_GREY).mean() >= _FROZEN_SHARE)

    def _is_blurred(self, sharpness: float) -> bool:
        usual = float(np.median(self._sharpness)) if len(self._sharpness) >= _USUAL_SAMPLES else None
        if usual is not None and sharpness < _BLURRED * usual:
            return True  # and it does not become the usual
        self._sharpness.append(sharpness)
        return False


def _sharpness(grey: NDArray[np.uint8], cells: Cells) -> float:
    """Mean difference of neighbouring pixels, in shares of the contrast of the whole picture."""
    step = max(1, round(grey.shape[1] / 1280))
    fine = np.ascontiguousarray(grey[::step, ::step])
    across = float(cv2.absdiff(fine[:, 1:], fine[:, :-1]).mean())
    down = float(cv2.absdiff(fine[1:], fine[:-1]).mean())
    return (across + down) / (float(cells.std()) + 5.0)
