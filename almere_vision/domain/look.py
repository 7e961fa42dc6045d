"""A closer look: what a rule asks for when boxes alone do not decide, and the answer to it."""

from __future__ import annotations

from dataclasses import dataclass

from almere_vision.domain.frame import Moment
from almere_vision.domain.tracks import Tracks
from almere_vision.domain.tube import Tube


@dataclass(frozen=True, slots=True)
class Look:
    """A rule wants to know what a group of people does, by moving pictures.

    Attributes:
        id: unique for ever.
        stay: id of what it is about, as in `RuleHit`; a newer look at the same replaces an older one.
        moment: the picture at which it was asked for.
        start_s: begin of the stretch that is to be looked at, media seconds; it ends at `moment`.
        group: ids of the tracks of the people.
        seen: what was tracked in that stretch, oldest first.
    """

    id: str
    stay: str
    moment: Moment
    start_s: float
    group: tuple[str, ...]
    seen: tuple[Tracks, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a look.

    Attributes:
        look: the look.
        score: how much it looks like it, 0..1; None when the pictures could not be had.
        tube: what was looked at; None without a score.
        model: who says so, as `name@sha8`; empty without a score.
    """

    look: Look
    score: float | None = None
    tube: Tube | None = None
    model: str = ""
