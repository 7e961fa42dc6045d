"""Which of the presets of a camera a picture shows, and from how far off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from almere_vision.domain.offset import Offset
from almere_vision.domain.ptz import Position
from almere_vision.scene.reference import Corners, Eye, Look, Match, Reference


@dataclass(frozen=True, slots=True)
class TooFar:
    """How far a picture is off, as "6.4 %": of its size, or of its zoom."""

    much: str
    of_zoom: bool = False


@dataclass(frozen=True, slots=True)
class RecognitionSettings:
    """When a view is believed. One setting for all cameras.

    Attributes:
        every_s: how often the picture is compared.
        again_s: and so soon when it was just found, to see that it stays, or while the picture is restless.
        restless_s: for so long after the picture moved, or was lost.
        still: an offset that moves by less than this between two comparisons stands still.
        largest: offsets up to this fraction of the picture are corrected; larger ones are refused.
        largest_zoom: and so much larger or smaller.
        agreement: share of the cells whose edges must run alike.
        likeness: that all edges must have.
        compared: reference pictures that are compared with one picture.
        ahead: by so much the best preset must be more alike than the next.
        apart: of pan, tilt and zoom; a camera that says to be further from its preset is not at it.
        stirred: a shift of the whole picture by this fraction between two comparisons asks for one at once.
        strange: so does, where no preset is seen, a picture that is less like the last one than this, -1..1.
        lapse_s: after so long without a comparison it may have moved without our seeing it.
        lasting: offsets from this fraction on are told ...
        lasting_s: ... when they stay for so long.
    """

    every_s: float = 1.0
    again_s: float = 0.4
    restless_s: float = 3.0
    still: float = 0.01
    largest: float = 0.02
    largest_zoom: float = 0.03
    agreement: float = 0.45
    likeness: float = 0.3
    compared: int = 4
    ahead: float = 0.1
    apart: float = 0.05
    stirred: float = 0.012
    strange: float = 0.5
    lapse_s: float = 3.0
    lasting: float = 0.006
    lasting_s: float = 600.0

    def believes(self, match: Match) -> bool:
        """Whether a picture shows the view of the reference picture at all, however far off."""
        return match.agreement >= self.agreement and match.likeness >= self.likeness

    def too_far(self, offset: Offset) -> TooFar | None:
        """By how much, if that is more than is corrected."""
        if offset.size > self.largest:
            return TooFar(f"{100 * offset.size:.1f} %")
        if abs(offset.zoom - 1) > self.largest_zoom:
            return TooFar(f"{100 * abs(offset.zoom - 1):.1f} %", of_zoom=True)
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of a preset: its reference pictures by variant, and the position it was learnt at.

    A position of None means that the camera has no honest status: then the picture decides alone.
    """

    references: Mapping[str, Reference]
    position: Position | None = None


Pair = tuple[str, Reference]
"""A preset, and one of its reference pictures."""


class Search:
    """Compares pictures with the references of one camera."""

    def __init__(self, presets: Mapping[str, Known], settings: RecognitionSettings, eye: Eye) -> None:
        self._presets = presets
        self._settings = settings
        self._eye = eye
        self._turn = 0

    def still_there(self, look: Look, before: tuple[str, Match]) -> list[tuple[str, Match]]:
        """The preset that was just found, if its edges run as they ran: then nothing else need be asked.

        Edges that repeat (windows of a facade) may fit at a wrong place too, but then others do not.
        """
        preset, last = before
        for reference in self._presets[preset].references.values():
            match = self._eye.lay(reference, look)
            if match is not None and self._settings.too_far(match.offset) is None:
                as_before = between(last, match) <= self._settings.still
                if as_before and match.likeness > last.likeness - self._settings.ahead:
                    return [(preset, match)]
        return []

    def presets_in(
        self, look: Look, expected: str | None, most: int
    ) -> tuple[list[tuple[str, Match]], list[tuple[str, Match]]]:
        """Presets that the picture fits, and those that it shows from too far off; best first.

        The references that look most like the picture are laid over it, and corners must not tell of a better
        place for the best of them. Where edges find nothing, corners are compared with some, and in the next
        check with the next.

        Args:
            look: at the picture.
            expected: the preset that was just found; it is asked first.
            most: references whose corners are compared where edges find nothing.
        """
        asked = self._most_alike(look, expected)
        found: dict[str, Match] = {}
        for preset, reference in asked:
            if (match := self._eye.lay(reference, look)) is not None:
                _keep_best(found, preset, match)
        first = 0 if expected is not None else self._turn
        turn = [asked[(first + number) % len(asked)] for number in range(min(most, len(asked)))]
        self._turn += 0 if found else len(turn)
        if found:  # they must not tell of a better place
            best = max(found, key=lambda preset: found[preset].likeness)
            turn = [next(pair for pair in asked if pair[0] == best)]
        if turn:
            self._ask_corners(look, asked, turn, found)
        order = sorted(found.items(), key=lambda one: -one[1].likeness)
        near = [one for one in order if self._settings.too_far(one[1].offset) is None]
        return near, [one for one in order if one not in near]

    def _most_alike(self, look: Look, expected: str | None) -> list[Pair]:
        """Those that look most like it at a glance; those of the expected preset before all."""
        every = [(name, one) for name, known in self._presets.items() for one in known.references.values()]
        every.sort(key=lambda pair: (pair[0] != expected, -pair[1].glance(look)))
        return every[: self._settings.compared]

    def _ask_corners(
        self, look: Look, asked: Sequence[Pair], turn: Sequence[Pair], found: dict[str, Match]
    ) -> None:
        """Compare corners with those whose turn it is, until one fits."""
        corners = self._eye.corners(look)
        for pair in turn:
            match = self._fitted(pair, look, corners, found)
            if match is not None and self._settings.too_far(match.offset) is None:
                # Before it is believed, others that look alike are asked too.
                least = pair[1].glance(look) - self._settings.ahead
                for other in asked:
                    if other[0] != pair[0] and other[1].glance(look) > least:
                        self._fitted(other, look, corners, found)
                return

    def _fitted(self, pair: Pair, look: Look, corners: Corners, found: dict[str, Match]) -> Match | None:
        match = self._eye.fit(pair[1], look, corners)
        if match is None or not self._settings.believes(match):
            return None
        _keep_best(found, pair[0], match)
        return match


def _keep_best(found: dict[str, Match], preset: str, match: Match) -> None:
    if preset not in found or match.likeness > found[preset].likeness:
        found[preset] = match


def between(one: Match, other: Match) -> float:
    """How far two offsets lie apart, as a fraction of the picture."""
    return Offset.of(other.offset.matrix @ np.linalg.inv(one.offset.matrix)).size
