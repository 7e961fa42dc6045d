"""Memory of people who stay: who stands or mills about, since when, through broken ids and short misses."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.geometry import Box
from almere_vision.domain.tracks import Track, Tracks
from almere_vision.rules.distance import Ruler
from almere_vision.rules.stillness import Sighting


@dataclass(frozen=True, slots=True)
class PeopleSettings:
    """When a person stays. One setting for all cameras.

    Attributes:
        settle_s: seconds over which speed is measured.
        settled_share: share of `settle_s` that must be seen before anything is said.
        slow_mps: a person who is slower than this stays; people walk at 1.2-1.5 m/s.
        fast_mps: a person who stays goes on staying until he is faster than this.
        roam_m: metres that a person who stays may get away from where he came to stay; further, and his
            stay begins anew there. So a slow walk through a zone is not a stay.
        hold_s: seconds that a person who stays counts without being seen.
        inherit_s: seconds within which a new id near a lost one is the same person.
        inherit_m: how near that is.
        like: ratio of heights that one person can have in two sightings.
        forget_s: seconds after which a person who is not seen is forgotten.
        blind_after_s: seconds without a picture from which on nobody looked; this time does not count as
            being away.
    """

    settle_s: float = 2.0
    settled_share: float = 0.6
    slow_mps: float = 0.5
    fast_mps: float = 0.8
    roam_m: float = 2.0
    hold_s: float = 2.0
    inherit_s: float = 4.0
    inherit_m: float = 1.2
    like: float = 1.6
    forget_s: float = 6.0
    blind_after_s: float = 5.0


@dataclass(slots=True, eq=False)
class Person:
    """One person in the picture.

    Attributes:
        number: unique in this memory.
        track: id of the latest track.
        trail: last sightings.
        first_s: clock of the first sighting.
        last_s: clock of the last sighting.
        stays_since_s: since when the person stays, or None.
        anchor: where the person came to stay.
        score: score of the last detection.
    """

    number: int
    track: str
    trail: deque[Sighting]
    first_s: float
    last_s: float
    stays_since_s: float | None = None
    anchor: Box | None = None
    score: float = 0.0

    @property
    def box(self) -> Box:
        return self.trail[-1][1]

    def see(self, track: Track, clock_s: float, keep_s: float) -> None:
        """Note a sighting."""
        self.track, self.last_s, self.score = track.id, clock_s, track.score
        self.trail.append((clock_s, track.box))
        while clock_s - self.trail[0][0] > keep_s:
            self.trail.popleft()

    def judge(self, ruler: Ruler, settings: PeopleSettings) -> None:
        """Decide from the trail whether the person stays."""
        first_s, last_s = self.trail[0][0], self.trail[-1][0]
        if len(self.trail) < 3 or last_s - first_s < settings.settled_share * settings.settle_s:
            return
        begin, end = _mean(self.trail, 0), _mean(self.trail, len(self.trail) - 2)
        speed_mps = ruler.moved_m(begin[1], end[1]) / (end[0] - begin[0])
        staying = self.stays_since_s is not None
        if speed_mps > (settings.fast_mps if staying else settings.slow_mps):
            self.stays_since_s = self.anchor = None
        elif not staying or self.anchor is None or ruler.moved_m(self.anchor, end[1]) > settings.roam_m:
            self.stays_since_s, self.anchor = first_s, end[1]

    def dump(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__slots__}
        return values | {"trail": [[clock_s, *box] for clock_s, box in self.trail]}

    @classmethod
    def load(cls, state: Mapping[str, Any], shift_s: float) -> Person:
        values = dict(state)
        values["trail"] = deque((clock_s + shift_s, tuple(box)) for clock_s, *box in state["trail"])
        values["anchor"] = None if state["anchor"] is None else tuple(state["anchor"])
        for name in ("first_s", "last_s", "stays_since_s"):
            values[name] = None if state[name] is None else state[name] + shift_s
        return cls(**values)


def _mean(trail: deque[Sighting], index: int) -> Sighting:
    """Mean of two neighbouring sightings, against trembling boxes."""
    (s1, (a1, b1, c1, d1)), (s2, (a2, b2, c2, d2)) = trail[index], trail[index + 1]
    return (s1 + s2) / 2, ((a1 + a2) / 2, (b1 + b2) / 2, (c1 + c2) / 2, (d1 + d2) / 2)


class PeopleMemory:
    """All people that one camera sees on one preset.

    Attributes:
        began_s: clock of the first picture; None before it.
    """

    def __init__(self, settings: PeopleSettings | None = None) -> None:
        self.settings = settings or PeopleSettings()
        self.began_s: float | None = None
        self._people: list[Person] = []
        self._last_s: float | None = None
        self._numbers = 0

    def update(self, tracks: Tracks, ruler: Ruler) -> list[Person]:
        """Take in the next picture; gives those who stay, also if they are just not seen."""
        settings, clock_s = self.settings, tracks.moment.clock_s
        step_s = 0.0 if self._last_s is None else clock_s - self._last_s
        self._last_s = clock_s
        self.began_s = clock_s if self.began_s is None else self.began_s
        if step_s > settings.blind_after_s:
            self._skip(step_s)
        by_track = {person.track: person for person in self._people}
        fresh = []
        for track in tracks.tracks:
            if track.kind is not ObjectClass.PERSON:
                continue
            person = by_track.get(track.id)
            if person is None:
                fresh.append(track)
            else:
                person.see(track, clock_s, settings.settle_s)
        for track in fresh:
            person = self._lost_near(track, clock_s, ruler)
            if person is None:
                self._numbers += 1
                person = Person(self._numbers, track.id, deque(), clock_s, clock_s)
                self._people.append(person)
            person.see(track, clock_s, settings.settle_s)
        for person in self._people:
            if person.last_s == clock_s:
                person.judge(ruler, settings)
        self._people = [p for p in self._people if clock_s - p.last_s <= settings.forget_s]
        return [p for p in self._people if p.anchor is not None and clock_s - p.last_s <= settings.hold_s]

    def _lost_near(self, track: Track, clock_s: float, ruler: Ruler) -> Person | None:
        """The lost person nearest to a new id, if it can be the same."""
        height, best, best_m = track.box[3] - track.box[1], None, self.settings.inherit_m
        for person in self._people:
            if person.last_s >= clock_s or clock_s - person.last_s > self.settings.inherit_s:
                continue
            ratio = height / max(person.box[3] - person.box[1], 1e-6)
            if not 1 / self.settings.like <= ratio <= self.settings.like:
                continue
            apart_m = ruler.moved_m(person.box, track.box)
            if apart_m < best_m:
                best, best_m = person, apart_m
        return best

    def _skip(self, gap_s: float) -> None:
        """Nobody looked: nobody was missed."""
        for person in self._people:
            person.last_s += gap_s
            person.trail = deque((clock_s + gap_s, box) for clock_s, box in person.trail)

    def dump(self) -> dict[str, Any]:
        return {
            "began_s": self.began_s,
            "last_s": self._last_s,
            "numbers": self._numbers,
            "people": [person.dump() for person in self._people],
        }

    def load(self, state: Mapping[str, Any], clock_s: float) -> float:
        """Take over a memory; gives the seconds that it was moved, where the clock went back."""
        last_s = state["last_s"]
        moved_s = min(0.0, clock_s - last_s) if last_s is not None else 0.0
        self._last_s = None if last_s is None else last_s + moved_s
        self.began_s = None if state["began_s"] is None else state["began_s"] + moved_s
        self._numbers = state["numbers"]
        self._people = [Person.load(person, moved_s) for person in state["people"]]
        return moved_s
