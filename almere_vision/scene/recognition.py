"""Where does the camera look? The picture and the camera itself are asked, and both must agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.offset import Offset
from almere_vision.domain.ptz import Heading, Position
from almere_vision.domain.whereabouts import Sight, Whereabouts
from almere_vision.scene.reference import Eye, Look, Match, Picture, Reference, thinned


@dataclass(frozen=True, slots=True)
class RecognitionSettings:
    """When a view is believed. One setting for all cameras.

    Attributes:
        every_s: how often the picture is compared.
        again_s: and so soon when it was just found, to see that it stays.
        still: an offset that moves by less than this between two comparisons stands still.
        largest: offsets up to this fraction of the picture are corrected; larger ones are refused.
        largest_zoom: and so much larger or smaller.
        agreement: share of the cells whose edges must run alike.
        likeness: that all edges must have.
        compared: presets that are compared with one picture.
        ahead: by so much the best preset must be more alike than the next.
        apart: of pan, tilt and zoom; a camera that says to be further from its preset is not at it.
        stirred: a shift of the whole picture by this fraction between two comparisons asks for one at once.
        lasting: offsets from this fraction on are told ...
        lasting_s: ... when they stay for so long.
    """

    every_s: float = 1.0
    again_s: float = 0.4
    still: float = 0.01
    largest: float = 0.02
    largest_zoom: float = 0.03
    agreement: float = 0.45
    likeness: float = 0.3
    compared: int = 2
    ahead: float = 0.1
    apart: float = 0.05
    stirred: float = 0.012
    lasting: float = 0.006
    lasting_s: float = 600.0

    def believes(self, match: Match) -> bool:
        """Whether a picture shows the view of the reference picture at all, however far off."""
        return match.agreement >= self.agreement and match.likeness >= self.likeness


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of a preset: its reference pictures by variant, and the position it was learnt at.

    A position of None means that the camera has no honest status: then the picture decides alone.
    """

    references: Mapping[str, Reference]
    position: Position | None = None


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
        self._window = cv2.createHanningWindow(_TINY, cv2.CV_32F)
        self._tiny: NDArray[np.float32] | None = None
        self._due_s = float("-inf")
        self._candidate: tuple[str, Offset] | None = None
        self._found = Whereabouts(Sight.UNKNOWN, reason="not looked yet")
        self._off_since_s: float | None = None

    def update(self, image: Picture, heading: Heading | None, clock_s: float) -> Whereabouts:
        """Look at the next picture.

        Args:
            image: (height_px, width_px, 3) uint8, BGR.
            heading: what the camera says now; None if it does not answer.
            clock_s: when the picture was taken; never goes back.
        """
        tiny = _tiny(image)
        if clock_s >= self._due_s or self._is_stirred(tiny):
            self._check(image, clock_s)
            self._tiny = tiny
        return self._join(heading, clock_s)

    def _is_stirred(self, tiny: NDArray[np.float32]) -> bool:
        if self._tiny is None or self._candidate is None:
            return False
        (x_px, y_px), _ = cv2.phaseCorrelate(self._tiny, tiny, self._window)
        return max(abs(x_px) / _TINY[0], abs(y_px) / _TINY[1]) > self.settings.stirred

    def _check(self, image: Picture, clock_s: float) -> None:
        """What the picture alone says."""
        self.checks += 1
        before, self._candidate = self._candidate, None
        self._due_s = clock_s + self.settings.every_s
        near, far = self._matches(image)
        if not near:
            reason = "the picture fits no preset"
            if far:
                preset, match = far[0]
                reason = f"the picture is {self._too_far(match.offset)} off preset {preset}"
            self._found = Whereabouts(Sight.UNKNOWN, reason=reason)
            return
        preset, match = near[0]
        if len(near) > 1 and near[1][1].likeness > match.likeness - self.settings.ahead:
            self._found = Whereabouts(Sight.UNKNOWN, reason=f"the picture fits {preset} and {near[1][0]}")
            return
        self._candidate = preset, match.offset
        if before is None or before[0] != preset or _between(before[1], match.offset) > self.settings.still:
            self._due_s = clock_s + self.settings.again_s
            self._found = Whereabouts(Sight.MOVING, reason="the picture moves, or has just come to rest")
            return
        # The mean of two comparisons, since each errs by a few thousandths.
        offset = Offset.of((before[1].matrix + match.offset.matrix) / 2)
        confidence = match.agreement * min(1.0, match.likeness / (2 * self.settings.likeness))
        self._found = Whereabouts(Sight.AT_PRESET, preset, offset, round(confidence, 3))

    def _matches(self, image: Picture) -> tuple[list[tuple[str, Match]], list[tuple[str, Match]]]:
        """Presets that the picture fits, and those that it shows from too far off; best first.

        A preset that was just found is asked first: while the picture fits it, the others need no asking.
        Else the presets that look most like it at a glance are compared.
        """
        look = self._eye.look(image)
        expected = self._found.preset
        if expected is not None:
            match = self._match(expected, look)
            if match is not None and self._too_far(match.offset) is None:
                return [(expected, match)], []
        names = sorted(self._presets, key=lambda name: -self._glance(name, look))[: self.settings.compared]
        found = [(name, m) for name in names if (m := self._match(name, look)) is not None]
        found.sort(key=lambda one: -one[1].likeness)
        near = [one for one in found if self._too_far(one[1].offset) is None]
        return near, [one for one in found if one not in near]

    def _glance(self, preset: str, look: Look) -> float:
        references = self._presets[preset].references.values()
        return max((reference.glance(look) for reference in references), default=-1.0)

    def _match(self, preset: str, look: Look) -> Match | None:
        """How the picture fits a preset, by the variant that looks most like it."""
        references = self._presets[preset].references.values()
        for reference in sorted(references, key=lambda reference: -reference.glance(look)):
            match = self._eye.compare(reference, look)
            if match is not None and self._believed(match):
                return match
        return None

    def _believed(self, match: Match) -> bool:
        return self.settings.believes(match)

    def _too_far(self, offset: Offset) -> str | None:
        if offset.size > self.settings.largest:
            return f"{100 * offset.size:.1f} %"
        if abs(offset.zoom - 1) > self.settings.largest_zoom:
            return f"{100 * abs(offset.zoom - 1):.1f} % of zoom"
        return None

    def _join(self, heading: Heading | None, clock_s: float) -> Whereabouts:
        """The picture, unless the camera says otherwise."""
        found = self._found
        if found.sight is Sight.AT_PRESET and found.preset is not None:
            found = self._held_against(found, heading, self._presets[found.preset].position)
        elif heading is not None and heading.moving:
            found = Whereabouts(Sight.MOVING, reason="the camera says that it moves")
        return self._with_advice(found, clock_s)

    def _held_against(
        self, found: Whereabouts, heading: Heading | None, learnt: Position | None
    ) -> Whereabouts:
        if heading is not None and heading.moving:
            return Whereabouts(Sight.MOVING, reason="the camera says that it moves")
        if learnt is None:
            return found
        if heading is None or heading.position is None:
            return Whereabouts(Sight.UNKNOWN, reason="the camera does not say where it looks")
        if heading.position.distance(learnt) > self.settings.apart:
            says = f"the picture shows preset {found.preset}, and the camera says that it looks elsewhere"
            return Whereabouts(Sight.UNKNOWN, reason=says)
        return found

    def _with_advice(self, found: Whereabouts, clock_s: float) -> Whereabouts:
        """A lasting offset asks for the preset to be saved again."""
        size = found.offset.size
        if found.sight is not Sight.AT_PRESET or size < self.settings.lasting:
            self._off_since_s = None
            return found
        if self._off_since_s is None:
            self._off_since_s = clock_s
        if clock_s - self._off_since_s < self.settings.lasting_s:
            return found
        advice = f"{100 * size:.1f} % off preset {found.preset} for a while: save the preset again"
        return Whereabouts(found.sight, found.preset, found.offset, found.confidence, advice)


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


def _between(one: Offset, other: Offset) -> float:
    return Offset.of(other.matrix @ np.linalg.inv(one.matrix)).size


def _tiny(image: Picture) -> NDArray[np.float32]:
    small = cv2.resize(thinned(image, _TINY[0]), _TINY, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    return grey.astype(np.float32)
