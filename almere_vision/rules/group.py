"""What is remembered of one group of people in one zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from almere_vision.domain.geometry import Box
from almere_vision.rules.people import Person

_SPELLS_KEPT: Final = 32
_COUNTS_KEPT: Final = 48


@dataclass(slots=True)
class Spell:
    """A time with enough people, and the time without that follows. Seconds in which nobody judged
    (outside the active hours) are in neither."""

    start_s: float
    here_s: float = 0.0
    away_s: float = 0.0

    @property
    def fresh(self) -> bool:
        """Its clock has not run yet."""
        return self.here_s == self.away_s == 0


@dataclass(slots=True, eq=False)
class Group:
    """People who stay together in a zone.

    Attributes:
        id: the same for ever, also after a restart.
        zone: id of the zone.
        at_least: it may have been there before we looked, or we looked away.
        spells: the clock; its first spell begins when the group formed.
        members: people who stay here now, also if they are just not seen.
        enough: so many of them are near each other as the zone needs.
        numbers: numbers of the members, now or when there were some last.
        boxes: their boxes.
        tracks: ids of their tracks.
        people_max: the most that were there at once.
        score: mean detection score of the members.
        empty_s: seconds without any member.
        last_s: clock at which there was a member last.
        unseen_s: `last_s` when nobody looked any more, until a member is seen again; else None.
        looked_again_s: clock at which somebody looked again after `unseen_s`.
        alarm_s: clock at which it was raised.
        repeat_s: `counted_s` at which it is told again.
        counts: how many people there were, at even times from the start on.
        count_s: seconds between two of `counts`.
        counting_s: seconds since the last of `counts`.
        people: how many the zone needs.
        within_m: how near each other.
        limit_s: how long.
    """

    id: str
    zone: str
    at_least: bool
    spells: list[Spell]
    members: list[Person] = field(default_factory=list)
    enough: bool = False
    numbers: set[int] = field(default_factory=set)
    boxes: list[Box] = field(default_factory=list)
    tracks: tuple[str, ...] = ()
    people_max: int = 0
    score: float = 0.0
    empty_s: float = 0.0
    last_s: float = 0.0
    unseen_s: float | None = None
    looked_again_s: float = 0.0
    alarm_s: float | None = None
    repeat_s: float = 0.0
    counts: list[int] = field(default_factory=list)
    count_s: float = 1.0
    counting_s: float = 0.0
    people: int = 1
    within_m: float = 0.0
    limit_s: float = 0.0

    @property
    def since_s(self) -> float:
        """Clock at which the group formed."""
        return self.spells[0].start_s

    @property
    def here_s(self) -> float:
        """Seconds with enough people."""
        return sum(spell.here_s for spell in self.spells)

    @property
    def counted_s(self) -> float:
        """Seconds on the clock: with enough people, and the short times without in between."""
        return sum(spell.here_s + spell.away_s for spell in self.spells)

    @property
    def seen_until_s(self) -> float:
        """Clock at which a member is known to have been there last."""
        return self.last_s if self.unseen_s is None else self.unseen_s

    @property
    def ended_within_s(self) -> float:
        """If it is gone: seconds after `seen_until_s` within which it went; 0 if it was watched."""
        return 0.0 if self.unseen_s is None else self.looked_again_s - self.unseen_s

    def meet(self, circles: Sequence[Sequence[Person]], people: int, clock_s: float) -> None:
        """Note who is there now; `circles` are those of its people who are near each other."""
        self.members = [person for circle in circles for person in circle]
        self.enough = any(len(circle) >= people for circle in circles)
        if not self.members:
            return
        self.numbers = {person.number for person in self.members}
        self.boxes = [person.box for person in self.members]
        self.tracks = tuple(person.track for person in self.members)
        self.score = sum(person.score for person in self.members) / len(self.members)
        self.people_max = max(self.people_max, len(self.members))
        self.last_s = clock_s
        # Later than the first picture: in that one people of before are still taken for granted.
        if any(person.last_s > self.looked_again_s for person in self.members):
            self.unseen_s = None

    def run(self, step_s: float, clock_s: float, share: float) -> None:
        """Let the clock run by a step; before the alarm it begins later when too much of it is away."""
        last = self.spells[-1]
        if self.enough and last.away_s > 0:
            self.spells.append(last := Spell(clock_s - step_s))
        if self.enough:
            last.here_s += clock_s - last.start_s if last.fresh else step_s
        else:
            last.away_s += step_s
        while self.alarm_s is None and len(self.spells) > 1 and self.here_s < share * self.counted_s:
            del self.spells[0]
        if len(self.spells) > _SPELLS_KEPT:
            first, second = self.spells[:2]
            first.here_s += second.here_s
            first.away_s += second.away_s
            del self.spells[1]
        self._count(step_s)

    def _count(self, step_s: float) -> None:
        self.counting_s += step_s
        while self.counting_s >= self.count_s:
            self.counting_s -= self.count_s
            self.counts.append(len(self.members))
        if len(self.counts) > _COUNTS_KEPT:
            pairs = zip(self.counts[::2], [*self.counts[1::2], 0], strict=False)
            self.counts = [max(pair) for pair in pairs]
            self.count_s *= 2

    def rest(self, step_s: float, clock_s: float) -> None:
        """A step outside the active hours: it is on no clock."""
        if self.spells[-1].fresh:
            self.spells[-1].start_s = clock_s
        self._count(step_s)

    def skip(self, gap_s: float, clock_s: float, *, counts: bool) -> None:
        """Nobody looked for a while: the clock goes on as it was (`counts`), or pauses."""
        self.at_least = True
        self.unseen_s, self.looked_again_s = self.seen_until_s, clock_s
        if counts and self.enough:
            self.spells[-1].here_s += gap_s

    def due(self, old_share: float, clock_s: float) -> bool:
        """Whether to raise it: they are seen, the limit is reached, and some have kept their place."""
        if not self.enough or self.unseen_s is not None or self.counted_s < self.limit_s:
            return False
        half_s = self.limit_s / 2
        old = sum(
            person.stays_since_s is not None and clock_s - person.stays_since_s >= half_s
            for person in self.members
        )
        return old >= max(1, round(old_share * self.people))

    def dump(self) -> dict[str, Any]:
        """All but the members: these are found again in the next picture by their numbers."""
        values = {name: getattr(self, name) for name in self.__slots__ if name not in ("members", "spells")}
        return values | {"numbers": sorted(self.numbers), "spells": [asdict(spell) for spell in self.spells]}

    @classmethod
    def load(cls, state: Mapping[str, Any], shift_s: float) -> Group:
        group = cls(**{**state, "spells": [Spell(**spell) for spell in state["spells"]]})
        group.numbers = set(state["numbers"])
        group.boxes = [(x1, y1, x2, y2) for x1, y1, x2, y2 in state["boxes"]]
        group.tracks = tuple(state["tracks"])
        for spell in group.spells:
            spell.start_s += shift_s
        group.last_s += shift_s
        group.looked_again_s += shift_s
        if group.unseen_s is not None:
            group.unseen_s += shift_s
        if group.alarm_s is not None:
            group.alarm_s += shift_s
        return group
