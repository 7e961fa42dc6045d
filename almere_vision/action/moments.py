"""Scores of tubes -> the score of a moment, and of a clip: that of its most fight-like moment.

A fight shows in its tubes again and again, and in more than one group of a brawl; a wave or a jump shows
once. So a moment (5 s) is judged by its most fight-like tube and by all of its tubes, half and half
(docs/adr/0062).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from almere_vision.action.cut import TUBE_S

MOMENT_S: Final = 5.0
"""Length of a moment, the last of its tubes included; labelled clips are no longer."""

_LEAST: Final = 1e-6
"""Scores are kept so far from 0 and 1."""


def moment_odds(odds: NDArray[np.float64]) -> float:
    """Log odds of a moment: half the highest and half the mean of those of its tubes, (N,) with N >= 1."""
    return float(odds.max() + odds.mean()) / 2


def clip_score(
    windows: Sequence[tuple[float, Sequence[float]]], scale: float = 1.0, offset: float = 0.0
) -> float:
    """Score of a clip, 0..1: that of its most fight-like moment; 0 without tubes.

    Args:
        windows: of each stretch that was judged, in the order of time: media seconds at which its tubes
            begin, and their scores, 0..1.
        scale, offset: calibrate the log odds of the moment, so that a clip is as likely as not at 0.5.
    """
    moments = []
    begin_s = [first_s for first_s, _ in windows]
    for number, first_s in enumerate(begin_s):
        last_s = first_s + MOMENT_S - TUBE_S + 0.1  # pictures are a tenth of a second apart
        end = bisect_right(begin_s, last_s)
        if scores := [score for _, found in windows[number:end] for score in found]:
            held = np.clip(np.array(scores, np.float64), _LEAST, 1 - _LEAST)
            moments.append(moment_odds(np.log(held / (1 - held))))
    return float(1 / (1 + np.exp(-scale * max(moments) - offset))) if moments else 0.0
