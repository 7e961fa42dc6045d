"""Whether a camera that does not turn still looks where its zones were drawn (ADR 60).

A fixed camera is trusted until its picture says otherwise: pushed by a storm, a ladder or a hand it shows the
street a little further on, and zones lie beside what they were drawn around. The same comparison that
recognises presets tells that, every half minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.offset import STRAIGHT, Offset
from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.scene.reference import Eye, Look, Match, Picture, Reference
from almere_vision.scene.search import RecognitionSettings

_NOISE: Final = 0.006
"""An offset between two pictures, half a minute apart, below which nothing moved."""

_OTHERWISE: Final = 0.01
"""What was told of how far it moved is told anew when it is off by more than this."""

_Odd = tuple[ReasonCode, dict[str, str]]
"""What is odd, with its values but since when."""


@dataclass(frozen=True, slots=True)
class SteadySettings:
    """How often is looked, and when it is believed.

    Attributes:
        every_s: between two comparisons.
        again_s: and so soon where the last one was odd.
        times: comparisons one after the other that find it moved, until it is believed.
        times_strange: and so many that find another place; a bus that stands before the lens is none.
        renew_s: the last good picture is remembered anew so often, since light changes.
        strange: agreement with the reference, 0..1, below which a picture may be of another place.
        views: when two pictures show the same view, and what is too far off.
    """

    every_s: float = 30.0
    again_s: float = 5.0
    times: int = 3
    times_strange: int = 12
    renew_s: float = 120.0
    strange: float = 0.2
    views: RecognitionSettings = field(default_factory=RecognitionSettings)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A picture to compare with, and how far it lies from the view of the zones."""

    reference: Reference
    offset: Offset = STRAIGHT


class Steady:
    """The view of one fixed camera; ask it with every healthy picture."""

    def __init__(self, learnt: Sequence[Reference] = (), settings: SteadySettings | None = None) -> None:
        """
        Args:
            learnt: reference pictures of the zones; without any, the first view that stays is taken for it.
        """
        self.settings = settings or SteadySettings()
        self.checks = 0
        self.reason: Reason | None = None
        """Why the zones do not hold now; None while they do."""
        self._eye = Eye()
        self._home = [_Seen(reference) for reference in learnt]
        self._last: _Seen | None = None
        self._first: Reference | None = None
        self._other: Reference | None = None
        self._due_s = self._renew_s = float("-inf")
        self._odd = 0
        self._since_s = 0.0
        self._size = self._told_size = 0.0

    def update(self, image: Picture, clock_s: float) -> Reason | None:
        """Look at the next picture; gives `reason`. Costs some milliseconds where it compares.

        Args:
            image: (height_px, width_px, 3) uint8, BGR.
            clock_s: when it was taken, UTC epoch seconds; never goes back.
        """
        if clock_s < self._due_s:
            return self.reason
        self.checks += 1
        if self._home:
            odd = self._oddness(image, clock_s)
        else:
            self._settle(image)
            odd = None
        self._count(odd, clock_s)
        soon = self._odd > 0 or not self._home
        self._due_s = clock_s + (self.settings.again_s if soon else self.settings.every_s)
        return self.reason

    def _settle(self, image: Picture) -> None:
        """The first view that is there twice is the one that the zones were drawn on."""
        seen = self._eye.reference(image)
        if self._first is not None:
            match = self._compare(self._first, seen.look)
            if match is not None and match.offset.size < _NOISE:
                self._home = [_Seen(self._first)]
        self._first = seen

    def _oddness(self, image: Picture, clock_s: float) -> _Odd | None:
        """What is odd about a picture; None for nothing, or where it cannot be told."""
        look = self._eye.look(image)
        offset = self._offset(look)
        if offset is not None:
            self._other = None
            too_far, self._size = self.settings.views.too_far(offset), offset.size
            if too_far is None:
                if clock_s >= self._renew_s:
                    self._last = _Seen(self._eye.reference(image), offset)
                    self._renew_s = clock_s + self.settings.renew_s
                return None
            code = ReasonCode.MOVED_ZOOM if too_far.of_zoom else ReasonCode.MOVED
            return code, {"much": too_far.much}
        return self._of_another_place(image, look)

    def _offset(self, look: Look) -> Offset | None:
        """How far the picture lies from the view of the zones; None if it cannot be told.

        Light and seasons change what a place looks like, so the last good picture is asked as well.
        """
        for seen in self._references():  # edges that run as they ran are enough, and cost little
            laid = self._eye.lay(seen.reference, look)
            if laid is not None and self.settings.views.too_far(laid.offset) is None:
                return _from_home(laid, seen)
        found = [
            (match, seen) for seen in self._references() if (match := self._compare(seen.reference, look))
        ]
        return _from_home(*max(found, key=lambda one: one[0].likeness)) if found else None

    def _of_another_place(self, image: Picture, look: Look) -> _Odd | None:
        """It fits nothing that was seen here, and stays as it is: not fog, and nothing that passes."""
        before, self._other = self._other, self._eye.reference(image)
        if any(
            self._eye.straight(seen.reference, look).agreement >= self.settings.strange
            for seen in self._references()
        ):
            return None
        match = None if before is None else self._compare(before, look)
        stays = match is not None and match.offset.size < _NOISE
        return (ReasonCode.ANOTHER_PLACE, {}) if stays or before is None else None

    def _references(self) -> list[_Seen]:
        return self._home if self._last is None else [*self._home, self._last]

    def _compare(self, reference: Reference, look: Look) -> Match | None:
        match = self._eye.compare(reference, look)
        return match if match is not None and self.settings.views.believes(match) else None

    def _count(self, odd: _Odd | None, clock_s: float) -> None:
        if odd is None:
            self._odd, self.reason = 0, None
            return
        self._odd += 1
        if self._odd == 1:
            self._since_s = clock_s
        code, values = odd
        strange = code is ReasonCode.ANOTHER_PLACE
        if self._odd >= (self.settings.times_strange if strange else self.settings.times):
            if self.reason is not None and abs(self._size - self._told_size) < _OTHERWISE:
                return
            self._told_size = self._size
            since = datetime.fromtimestamp(self._since_s, CITY_TIME).strftime("%H:%M:%S")
            self.reason = Reason(code, values | {"since": since})


def _from_home(match: Match, seen: _Seen) -> Offset:
    """How far a picture lies from the view of the zones, by way of one that was compared with."""
    if match.offset.size < _NOISE:
        return seen.offset  # else the errors of each comparison would add up
    return Offset.of(match.offset.matrix @ seen.offset.matrix)
