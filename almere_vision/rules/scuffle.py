"""What is remembered of one group of people that may be fighting."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from almere_vision.domain.geometry import Box, union
from almere_vision.rules.contact import Body

_SUREST: Final = 4.0
"""Log odds of one look count up to here, 0.982, and down to its opposite: no look outweighs all others."""


@dataclass(slots=True, eq=False)
class Scuffle:
    """People who are close, and what closer looks at them said.

    Attributes:
        id: the same for ever, also after a restart.
        zone: id of the zone.
        since_s: clock at which they came close.
        at_least: they may have been close before we looked.
        close_s: clock at which they were close last.
        kept_s: clock at which there was anybody of them last.
        box: around them.
        boxes: of the people.
        tracks: clock at which each track was part of it last.
        people_max: the most that were seen at once.
        restless: of the most restless, in body heights a second.
        scores: clock and score of the last looks.
        looks: how many there were.
        asked_s: clock of the last look that was asked for.
        peak: highest score of all.
        model: who gave the scores.
        alarm_s: clock at which it was raised.
        onset_s: clock at which the fight began, by the looks.
        fought_s: clock of the last look that said so.
        repeat_s: seconds from the onset at which it is told again.
    """

    id: str
    zone: str
    since_s: float
    at_least: bool
    close_s: float
    kept_s: float
    box: Box
    boxes: list[Box] = field(default_factory=list)
    tracks: dict[str, float] = field(default_factory=dict)
    people_max: int = 0
    restless: float = 0.0
    scores: list[tuple[float, float]] = field(default_factory=list)
    looks: int = 0
    asked_s: float | None = None
    peak: float = 0.0
    model: str = ""
    alarm_s: float | None = None
    onset_s: float = 0.0
    fought_s: float = 0.0
    repeat_s: float = 0.0

    def meet(self, circle: Sequence[Body], clock_s: float, keep_s: float) -> None:
        """Note who is close now."""
        self.close_s = clock_s
        self.keep(circle, clock_s, keep_s)
        self.people_max = max(self.people_max, len(circle))
        self.restless = max(body.restless for body in circle)

    def keep(self, bodies: Sequence[Body], clock_s: float, keep_s: float) -> None:
        """Note who of them is there, close or not."""
        self.kept_s = clock_s
        self.boxes = [body.box for body in bodies]
        self.box = union(self.boxes)
        self.tracks = {name: seen_s for name, seen_s in self.tracks.items() if clock_s - seen_s <= keep_s}
        self.tracks.update((body.track, clock_s) for body in bodies if body.last_s == clock_s)

    def note(self, clock_s: float, score: float, most: int) -> None:
        """Take in what a look said."""
        self.looks += 1
        self.peak = max(self.peak, score)
        self.scores = [*self.scores, (clock_s, score)][-most:]

    @property
    def surest(self) -> float:
        """Highest score of the last looks; 0 without any."""
        return max((score for _, score in self.scores), default=0.0)

    def together(self, least: int) -> float:
        """Score whose log odds are the mean of those of the last looks; 0 while there are fewer than `least`.

        So one look that is sure is believed at once, and one that is not wants others beside it.
        """
        if len(self.scores) < least:
            return 0.0
        odds = [_log_odds(score) for _, score in self.scores]
        return 1 / (1 + math.exp(-sum(odds) / len(odds)))

    def move(self, shift_s: float) -> None:
        """Move all clocks, since nobody looked for a while or the clock went back."""
        self.since_s += shift_s
        self.close_s += shift_s
        self.kept_s += shift_s
        self.onset_s += shift_s
        self.fought_s += shift_s
        self.tracks = {name: clock_s + shift_s for name, clock_s in self.tracks.items()}
        self.scores = [(clock_s + shift_s, score) for clock_s, score in self.scores]
        self.asked_s = None if self.asked_s is None else self.asked_s + shift_s
        self.alarm_s = None if self.alarm_s is None else self.alarm_s + shift_s

    def dump(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def load(cls, state: Mapping[str, Any]) -> Scuffle:
        scuffle = cls(**state)
        scuffle.box = _box(state["box"])
        scuffle.boxes = [_box(box) for box in state["boxes"]]
        scuffle.scores = [(clock_s, score) for clock_s, score in state["scores"]]
        return scuffle


def _log_odds(score: float) -> float:
    held = min(max(score, 1e-6), 1 - 1e-6)
    return min(max(math.log(held / (1 - held)), -_SUREST), _SUREST)


def _box(values: Sequence[float]) -> Box:
    x1, y1, x2, y2 = values
    return x1, y1, x2, y2
