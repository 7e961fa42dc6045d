"""Memory of vehicles that are in the picture, moving or not, each one visitor for as long as it is around.

A visitor is followed by the id of its track. Where ids break it is found again by where it would be by
now; where a passing vehicle took its id along, by the place where it stood.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.geometry import Box, area, iou, overlap
from almere_vision.domain.tracks import Track, Tracks
from almere_vision.rules.likeness import Likeness, same_vehicle
from almere_vision.rules.stillness import shift

_IDS_KEPT: Final = 8
_BORDER: Final = 0.01


@dataclass(frozen=True, slots=True)
class VisitorSettings:
    """When two boxes are one vehicle, and when it has gone. One setting for all cameras.

    Attributes:
        still_shift: shift of the box (in sizes) that still is standing.
        still_s: seconds that it must keep its place to be standing.
        fit_iou: overlap with its place that a box of a standing vehicle has.
        place_s: seconds for which the place is remembered of one that seems to have driven off. A passing
            vehicle that took the id along is found out when the vehicle is seen there again.
        reach: distance (in sizes) from where it would be by now at which a box with a new id can be it.
        reach_per_s: growth of `reach` for each second that it was not seen.
        foresee_s: seconds for which a vehicle is taken to go on as it did.
        alike: ratio of the sizes of two boxes of one vehicle at most.
        likeness: when two boxes in one picture are one vehicle.
        cover: share of the last box that other things must hide for a miss to say nothing.
        gone_s: seconds unseen after which a moving vehicle has gone.
        stood_gone_s: seconds unseen after which a standing vehicle has gone; detectors lose those for long.
        hidden_s: seconds hidden after which a standing vehicle has gone.
        step_s: what one picture may add at most to the times above.
        blind_after_s: seconds without a picture from which on nobody looked; what moved then has gone.
    """

    still_shift: float = 0.25
    still_s: float = 2.0
    fit_iou: float = 0.5
    place_s: float = 5.0
    reach: float = 1.0
    reach_per_s: float = 0.5
    foresee_s: float = 3.0
    alike: float = 2.0
    likeness: Likeness = field(default_factory=Likeness)
    cover: float = 0.3
    gone_s: float = 5.0
    stood_gone_s: float = 20.0
    hidden_s: float = 1800.0
    step_s: float = 2.0
    blind_after_s: float = 5.0


@dataclass(slots=True, eq=False)
class Visitor:
    """One vehicle.

    Attributes:
        number: unique in this memory.
        tracks: ids that it had, the latest last.
        box: where it was seen last.
        last_s: clock of that.
        speed: of its ground point, as fractions of the picture a second.
        anchor: box since which it kept its place.
        anchor_s: clock of the first sighting there.
        place: box where it stood last.
        place_s: clock of the last sighting there.
        votes: sum of scores per class.
        score: of the detection in the present picture, or the last one.
        seen: it is in the present picture.
        covered: it is not, and something hides its place.
        unseen_s: seconds since it was seen, hidden ones left out.
        covered_s: seconds since it was seen in which it was hidden.
        unwatched: nobody looked just before the present picture, so what it did then is unknown.
    """

    number: int
    tracks: list[str]
    box: Box
    last_s: float
    unwatched: bool
    speed: tuple[float, float] = (0.0, 0.0)
    anchor: Box = (0.0, 0.0, 0.0, 0.0)
    anchor_s: float = 0.0
    place: Box | None = None
    place_s: float = 0.0
    votes: dict[str, float] = field(default_factory=dict)
    score: float = 0.0
    seen: bool = False
    covered: bool = False
    unseen_s: float = 0.0
    covered_s: float = 0.0

    @property
    def track(self) -> str:
        return self.tracks[-1]

    @property
    def kind(self) -> ObjectClass:
        """The class that its detections say most, weighed by score."""
        return ObjectClass(max(self.votes, key=lambda name: self.votes[name]))

    @property
    def stands(self) -> bool:
        return self.place is not None and self.place_s == self.last_s

    def see(self, track: Track, clock_s: float, aspect: float, settings: VisitorSettings) -> None:
        """Note a sighting."""
        if track.id != self.track:
            self.tracks = [*(t for t in self.tracks if t != track.id), track.id][-_IDS_KEPT:]
        passed_s = clock_s - self.last_s
        if self.votes and passed_s > 0:
            (x1, y1), (x2, y2) = _foot(self.box), _foot(track.box)
            latest = (x2 - x1) / passed_s, (y2 - y1) / passed_s
            before = latest if self.speed == (0.0, 0.0) else self.speed
            self.speed = (before[0] + latest[0]) / 2, (before[1] + latest[1]) / 2
        if not self.votes or shift(self.anchor, track.box, aspect) > settings.still_shift:
            self.anchor, self.anchor_s = track.box, clock_s
        self.box, self.last_s = track.box, clock_s
        if clock_s - self.anchor_s >= settings.still_s:
            self.place, self.place_s = self.anchor, clock_s
            self.speed = (0.0, 0.0)
        self.votes[track.kind] = self.votes.get(track.kind, 0.0) + track.score
        self.score, self.seen, self.covered = track.score, True, False
        self.unseen_s = self.covered_s = 0.0

    def foreseen(self, clock_s: float, settings: VisitorSettings) -> Box:
        """Where it would be by now, had it gone on as it did."""
        if self.stands:
            return self.box
        ahead_s = min(clock_s - self.last_s, settings.foresee_s)
        dx, dy = self.speed[0] * ahead_s, self.speed[1] * ahead_s
        x1, y1, x2, y2 = self.box
        return x1 + dx, y1 + dy, x2 + dx, y2 + dy

    @classmethod
    def load(cls, state: Mapping[str, Any], shift_s: float) -> Visitor:
        values = dict(state)
        for name in ("box", "anchor", "place", "speed"):
            values[name] = None if state[name] is None else tuple(state[name])
        for name in ("last_s", "anchor_s", "place_s"):
            values[name] = state[name] + shift_s
        return cls(**values)


class VisitorMemory:
    """All vehicles that are around on one preset of one camera."""

    def __init__(self, settings: VisitorSettings | None = None) -> None:
        self.settings = settings or VisitorSettings()
        self.visitors: list[Visitor] = []
        self._last_s: float | None = None
        self._numbers = 0
        self._aspect = 1.0

    def update(self, tracks: Tracks, kinds: frozenset[ObjectClass]) -> list[Visitor]:
        """Take in the next picture; gives those who have gone."""
        clock_s = tracks.moment.clock_s
        self._aspect = tracks.moment.width_px / tracks.moment.height_px
        step_s = math.inf if self._last_s is None else max(0.0, clock_s - self._last_s)
        blind = step_s > self.settings.blind_after_s
        self._last_s = clock_s
        gone = [v for v in self.visitors if blind and not v.stands]
        self.visitors = [v for v in self.visitors if v not in gone]
        for visitor in self.visitors:
            visitor.seen = False
            visitor.unwatched = blind
        free = {t.id: t for t in tracks.tracks if t.kind in kinds and area(t.box) > 0}
        self._by_place(free, clock_s)
        self._by_id(free, clock_s)
        self._by_foresight(free, clock_s)
        self._newcomers(free.values(), clock_s, blind)
        for visitor in self.visitors:
            if not visitor.seen:
                self._miss(visitor, tracks.tracks, min(step_s, self.settings.step_s))
        gone += (left := [v for v in self.visitors if self._has_gone(v)])
        self.visitors = [v for v in self.visitors if v not in left]
        return gone

    def _take(self, visitor: Visitor, free: dict[str, Track], track: Track, clock_s: float) -> None:
        del free[track.id]
        visitor.see(track, clock_s, self._aspect, self.settings)

    def _by_place(self, free: dict[str, Track], clock_s: float) -> None:
        """A new id at the place of one whose own id is elsewhere or lost: that id was taken along."""
        owned = {visitor.track for visitor in self.visitors}
        fresh = [track for track in free.values() if track.id not in owned]
        for visitor in self.visitors if fresh else ():
            place = visitor.place
            if place is None or not (visitor.stands or clock_s - visitor.place_s <= self.settings.place_s):
                continue
            own = free.get(visitor.track)
            if own is not None and iou(place, own.box) >= self.settings.fit_iou:
                continue
            best = max(fresh, key=lambda track: iou(place, track.box))
            if best.id in free and iou(place, best.box) >= self.settings.fit_iou:
                visitor.box, visitor.last_s = place, visitor.place_s
                visitor.anchor, visitor.anchor_s = place, visitor.place_s - self.settings.still_s
                self._take(visitor, free, best, clock_s)

    def _by_id(self, free: dict[str, Track], clock_s: float) -> None:
        for visitor in self.visitors:
            if not visitor.seen and visitor.track in free:
                self._take(visitor, free, free[visitor.track], clock_s)

    def _by_foresight(self, free: dict[str, Track], clock_s: float) -> None:
        """Those whose id broke, nearest first."""
        lost = [visitor for visitor in self.visitors if not visitor.seen]
        pairs = [
            (far, visitor, track)
            for visitor in lost
            for track in free.values()
            if (far := self._distance(visitor, track.box, clock_s)) is not None
        ]
        for _, visitor, track in sorted(pairs, key=lambda pair: pair[0]):
            if not visitor.seen and track.id in free:
                self._take(visitor, free, track, clock_s)

    def _distance(self, visitor: Visitor, box: Box, clock_s: float) -> float | None:
        """From where a lost visitor would be by now to a box, in sizes; None if the box cannot be it."""
        settings = self.settings
        ratio = area(visitor.box) / area(box)
        if not 1 / settings.alike**2 <= ratio <= settings.alike**2:
            return None
        expected = visitor.foreseen(clock_s, settings)
        (x1, y1), (x2, y2) = _foot(expected), _foot(box)
        size = math.sqrt(area(visitor.box) * self._aspect)
        far = math.hypot((x2 - x1) * self._aspect, y2 - y1) / size
        if visitor.stands:
            return far if iou(expected, box) >= settings.fit_iou else None
        return far if far <= settings.reach + settings.reach_per_s * visitor.unseen_s else None

    def _newcomers(self, free: Iterable[Track], clock_s: float, blind: bool) -> None:
        for track in sorted(free, key=lambda track: -area(track.box)):
            if any(v.seen and same_vehicle(v.box, track.box, self.settings.likeness) for v in self.visitors):
                continue  # a second box of a vehicle that is seen already
            self._numbers += 1
            visitor = Visitor(self._numbers, [track.id], track.box, clock_s, unwatched=blind)
            visitor.see(track, clock_s, self._aspect, self.settings)
            self.visitors.append(visitor)

    def _miss(self, visitor: Visitor, tracks: Sequence[Track], step_s: float) -> None:
        hidden = sum(overlap(visitor.box, track.box) for track in tracks)
        visitor.covered = hidden >= self.settings.cover * area(visitor.box)
        if visitor.covered:
            visitor.covered_s += step_s
        else:
            visitor.unseen_s += step_s

    def _has_gone(self, visitor: Visitor) -> bool:
        settings = self.settings
        if visitor.seen:
            return False
        if visitor.stands:
            return visitor.unseen_s >= settings.stood_gone_s or visitor.covered_s >= settings.hidden_s
        x1, _, x2, y2 = visitor.foreseen(visitor.last_s + visitor.unseen_s, settings)
        out = x2 < _BORDER or x1 > 1 - _BORDER or y2 < _BORDER
        return out or visitor.unseen_s + visitor.covered_s >= settings.gone_s

    def dump(self) -> dict[str, Any]:
        return {
            "last_s": self._last_s,
            "numbers": self._numbers,
            "visitors": [asdict(visitor) for visitor in self.visitors],
        }

    def load(self, state: Mapping[str, Any], clock_s: float) -> float:
        """Take over a memory; gives the seconds that it was moved, where the clock went back."""
        last_s = state["last_s"]
        moved_s = min(0.0, clock_s - last_s) if last_s is not None else 0.0
        self._last_s = None if last_s is None else last_s + moved_s
        self._numbers = state["numbers"]
        self.visitors = [Visitor.load(visitor, moved_s) for visitor in state["visitors"]]
        return moved_s


def _foot(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, box[3]
