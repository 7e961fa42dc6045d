"""Where does the camera look? The picture and the camera itself are asked, and both must agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.offset import Offset
from almere_vision.domain.ptz import Heading
from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.domain.whereabouts import Sight, Whereabouts
from almere_vision.scene.reference import Eye, Match, Picture, thinned
from almere_vision.scene.search import Known, RecognitionSettings, Search, between

_TINY: Final = (64, 36)
_ALIKE: Final = 0.04
"""Presets whose views differ by less than this are hard to tell apart."""


class Recogniser:
    """Where one camera looks; ask it with every picture."""

    def __init__(self, presets: Mapping[str, Known], settings: RecognitionSettings | None = None) -> None:
        self.settings = settings or RecognitionSettings()
        self.checks = 0
        self._presets = presets
        self._eye = Eye()
        self._search = Search(presets, self.settings, self._eye)
        self._window = cv2.createHanningWindow(_TINY, cv2.CV_32F)
        self._tiny: NDArray[np.float32] | None = None
        self._due_s = self._checked_s = self._restless_until_s = float("-inf")
        self._candidate: tuple[str, Match] | None = None
        self._found = Whereabouts(Sight.UNKNOWN, reason=Reason(ReasonCode.NOT_LOOKED_YET))
        self._off_since_s: float | None = None

    def update(self, image: Picture, heading: Heading | None, clock_s: float) -> Whereabouts:
        """Look at the next picture.

        Args:
            image: (height_px, width_px, 3) uint8, BGR.
            heading: what the camera says now; None if it does not answer.
            clock_s: when the picture was taken; never goes back.
        """
        tiny = _tiny(image)
        stirred = self._is_stirred(tiny, clock_s)
        if stirred or self._tiny is None:
            self._restless_until_s = clock_s + self.settings.restless_s
        if stirred or clock_s >= self._due_s:
            self._check(image, clock_s)
            self._tiny, self._checked_s = tiny, clock_s
        return self._join(heading, clock_s)

    def _is_stirred(self, tiny: NDArray[np.float32], clock_s: float) -> bool:
        """Whether the whole picture moved since the last check, or is another one."""
        if self._tiny is None:
            return False
        if self._candidate is None:
            rested = clock_s >= self._restless_until_s + self.settings.restless_s
            return rested and _correlation(self._tiny, tiny) < self.settings.strange
        (x_px, y_px), _ = cv2.phaseCorrelate(self._tiny, tiny, self._window)
        return max(abs(x_px) / _TINY[0], abs(y_px) / _TINY[1]) > self.settings.stirred

    def _check(self, image: Picture, clock_s: float) -> None:
        """What the picture alone says."""
        self.checks += 1
        look = self._eye.look(image)
        before, self._candidate = self._candidate, None
        near: list[tuple[str, Match]] = []
        far: list[tuple[str, Match]] = []
        if before is not None and clock_s - self._checked_s <= self.settings.lapse_s:
            near = self._search.still_there(look, before)
        if not near:
            expected = None if before is None else before[0]
            near, far = self._search.presets_in(look, expected, self._corners_asked(before, clock_s))
        if before is not None and not near:  # perhaps something passes
            self._restless_until_s = max(self._restless_until_s, clock_s + self.settings.restless_s)
        restless = clock_s < self._restless_until_s
        self._due_s = clock_s + (self.settings.again_s if restless else self.settings.every_s)
        if not near:
            self._found = Whereabouts(Sight.UNKNOWN, reason=self._fits_none(far))
            return
        preset, match = near[0]
        if len(near) > 1 and near[1][1].likeness > match.likeness - self.settings.ahead:
            both = Reason(ReasonCode.FITS_BOTH, {"first": preset, "second": near[1][0]})
            self._found = Whereabouts(Sight.UNKNOWN, reason=both)
            return
        self._candidate = preset, match
        if before is None or before[0] != preset or between(before[1], match) > self.settings.still:
            self._due_s = clock_s + self.settings.again_s
            self._found = Whereabouts(Sight.MOVING, reason=Reason(ReasonCode.PICTURE_MOVES))
            return
        self._due_s = clock_s + self.settings.every_s
        # The mean of two comparisons, since each errs by a few thousandths.
        offset = Offset.of((before[1].offset.matrix + match.offset.matrix) / 2)
        confidence = match.agreement * min(1.0, match.likeness / (2 * self.settings.likeness))
        self._found = Whereabouts(Sight.AT_PRESET, preset, offset, round(confidence, 3))

    def _fits_none(self, far: Sequence[tuple[str, Match]]) -> Reason:
        if not far or (too_far := self.settings.too_far(far[0][1].offset)) is None:
            return Reason(ReasonCode.FITS_NONE)
        code = ReasonCode.OFF_PRESET_ZOOM if too_far.of_zoom else ReasonCode.OFF_PRESET
        return Reason(code, {"much": too_far.much, "preset": far[0][0]})

    def _corners_asked(self, before: tuple[str, Match] | None, clock_s: float) -> int:
        """Of how many references; they cost most, so of a camera that is lost and still only now and then."""
        if clock_s < self._restless_until_s:
            return 2
        return 1 if before is not None else self.checks % 2

    def _join(self, heading: Heading | None, clock_s: float) -> Whereabouts:
        """The picture, unless the camera says otherwise."""
        found = self._found
        if found.sight is Sight.AT_PRESET and found.preset is not None:
            found = self._held_against(found, found.preset, heading)
        elif heading is not None and heading.moving:
            found = Whereabouts(Sight.MOVING, reason=Reason(ReasonCode.CAMERA_MOVES))
        return self._with_advice(found, clock_s)

    def _held_against(self, found: Whereabouts, preset: str, heading: Heading | None) -> Whereabouts:
        if heading is not None and heading.moving:
            return Whereabouts(Sight.MOVING, reason=Reason(ReasonCode.CAMERA_MOVES))
        learnt = self._presets[preset].position
        if learnt is None:
            return found
        if heading is None or heading.position is None:
            return Whereabouts(Sight.UNKNOWN, reason=Reason(ReasonCode.HEADING_UNKNOWN))
        if heading.position.distance(learnt) > self.settings.apart:
            elsewhere = Reason(ReasonCode.HEADING_ELSEWHERE, {"preset": preset})
            return Whereabouts(Sight.UNKNOWN, reason=elsewhere)
        return found

    def _with_advice(self, found: Whereabouts, clock_s: float) -> Whereabouts:
        """A lasting offset asks for the preset to be saved again."""
        size = found.offset.size
        if found.preset is None or size < self.settings.lasting:
            self._off_since_s = None
            return found
        if self._off_since_s is None:
            self._off_since_s = clock_s
        if clock_s - self._off_since_s < self.settings.lasting_s:
            return found
        values = {"much": f"{100 * size:.1f} %", "preset": found.preset}
        return replace(found, reason=Reason(ReasonCode.STAYS_OFF_PRESET, values))


def alike(
    presets: Mapping[str, Known], settings: RecognitionSettings | None = None
) -> Sequence[tuple[str, str]]:
    """Pairs of presets of one camera that would be taken for each other by their pictures."""
    settings, eye = settings or RecognitionSettings(), Eye()
    names = list(presets)
    pairs = []
    for index, one in enumerate(names):
        for other in names[index + 1 :]:
            matches = (
                eye.compare(mine, theirs.look)
                for mine in presets[one].references.values()
                for theirs in presets[other].references.values()
            )
            if any(m and m.agreement >= settings.agreement and m.offset.size <= _ALIKE for m in matches):
                pairs.append((one, other))
    return pairs


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    mine, theirs = one - one.mean(), other - other.mean()
    return float((mine * theirs).sum() / max(1e-6, float(np.sqrt((mine**2).sum() * (theirs**2).sum()))))


def _tiny(image: Picture) -> NDArray[np.float32]:
    small = cv2.resize(thinned(image, _TINY[0]), _TINY, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    return grey.astype(np.float32)
