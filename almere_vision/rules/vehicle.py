"""What is remembered of one vehicle."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.geometry import Box
from almere_vision.domain.tracks import Track
from almere_vision.rules.stillness import Sighting, Standstill

_IDS_KEPT: Final = 8
_BY_CHANCE: Final = 0.05


@dataclass(slots=True, eq=False)
class Vehicle:
    """One vehicle, moving (`place` is None) or standing.

    Attributes:
        number: unique in this memory.
        tracks: ids that it had, the latest last.
        trail: last sightings.
        origin: box of its first sighting.
        travelled: it was seen to leave `origin`, so it came from elsewhere.
        votes: sum of scores per class.
        place: where it stands, or None.
        anchor: `place` when it came to stand; `place` may follow a drifting camera, but not far.
        since_s: clock at which it came to stand.
        arrived: it was seen moving before that.
        last_s: clock of the last sighting.
        seen_by: id of the track that showed it in the present picture, or None.
        owner_sightings: sightings of the latest id at the place.
        looks: pictures since `since_s` on which its place was not hidden.
        sightings: pictures since `since_s` on which it was seen.
        score_sum: sum of the detection scores of these.
        away_s: seconds that its id was seen elsewhere, and nothing at the place.
        empty_s: seconds that the place is seen empty.
        empty_looks: pictures that showed so.
        hidden_s: seconds that the place is hidden.
        blind_s: seconds, while it stood, in which nobody looked.
        paused_s: seconds of these that do not count as standing.
        looked_again_s: clock at which somebody looked again after that, until it is seen; else None.
    """

    number: int
    tracks: list[str]
    trail: deque[Sighting]
    origin: Box
    last_s: float
    travelled: bool = False
    votes: dict[str, float] = field(default_factory=dict)
    place: Box | None = None
    anchor: Box | None = None
    since_s: float = 0.0
    arrived: bool = False
    seen_by: str | None = None
    owner_sightings: int = 0
    looks: int = 0
    sightings: int = 0
    score_sum: float = 0.0
    away_s: float = 0.0
    empty_s: float = 0.0
    empty_looks: int = 0
    hidden_s: float = 0.0
    blind_s: float = 0.0
    paused_s: float = 0.0
    looked_again_s: float | None = None

    @property
    def track(self) -> str:
        return self.tracks[-1]

    @property
    def kind(self) -> ObjectClass:
        """The class that its detections say most, weighed by score."""
        return ObjectClass(max(self.votes, key=lambda name: self.votes[name]))

    @property
    def seen_share(self) -> float:
        """Share of the pictures of its unhidden place on which it was detected, 0..1."""
        return self.sightings / max(self.looks, 1)

    @property
    def score(self) -> float:
        """Mean detection score times `seen_share`, 0..1."""
        return self.score_sum / max(self.sightings, 1) * self.seen_share

    @property
    def stood_s(self) -> float:
        """Seconds that it is known to have stood, until it was last seen."""
        return self.stood_until_s(self.last_s)

    def stood_until_s(self, clock_s: float) -> float:
        """Seconds that it has stood if it still stands at `clock_s`."""
        return max(0.0, clock_s - self.since_s - self.paused_s)

    def is_taken_to_stand(self, clock_s: float, hidden_s: float) -> bool:
        """Whether there is reason to take it to stand there in the present picture, seen or not.

        There is while something hides it, for up to `hidden_s`; and while a detector that sees it as often as
        it did (rule of succession, for few pictures) would miss it so many times in a row by chance. There
        is none once its id is elsewhere and its place empty.
        """
        if self.seen_by is not None:
            return True
        if clock_s - self.last_s > hidden_s or (self.away_s > 0 and self.empty_looks > 0):
            return False
        miss = (self.looks - self.sightings + 1) / (self.looks + 2)
        return miss**self.empty_looks >= _BY_CHANCE

    @property
    def at_least(self) -> bool:
        """It may have stood for longer than `stood_s`."""
        return not self.arrived or self.blind_s > 0

    @property
    def ended_within_s(self) -> float:
        """If it is gone: seconds after its last sighting within which it left; 0 if it was watched."""
        return 0.0 if self.looked_again_s is None else self.looked_again_s - self.last_s

    def stand(self, rest: Standstill) -> None:
        """It came to rest; what is counted about it begins there."""
        score = self.score_sum / self.sightings
        self.place = self.anchor = rest.place
        self.since_s, self.arrived = rest.since_s, rest.arrived
        self.looks = self.sightings = sum(clock_s >= rest.since_s for clock_s, _ in self.trail)
        self.score_sum = score * self.sightings

    def see(self, track: Track, clock_s: float, keep_s: float) -> None:
        """Note a sighting."""
        self.trail.append((clock_s, track.box))
        while clock_s - self.trail[0][0] > keep_s:
            self.trail.popleft()
        self.votes[track.kind] = self.votes.get(track.kind, 0.0) + track.score
        self.last_s, self.seen_by = clock_s, track.id
        self.looked_again_s = None
        self.sightings += 1
        self.score_sum += track.score
        self.owner_sightings += track.id == self.track
        self.away_s = self.empty_s = self.hidden_s = 0.0
        self.empty_looks = 0

    def own(self, track_id: str) -> None:
        """From now on its track is another one."""
        if track_id != self.track:
            self.tracks = [*(t for t in self.tracks if t != track_id), track_id][-_IDS_KEPT:]
            self.owner_sightings = 0

    def dump(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__slots__}
        return values | {"trail": [[clock_s, *box] for clock_s, box in self.trail]}

    @classmethod
    def load(cls, state: Mapping[str, Any], shift_s: float) -> Vehicle:
        values = dict(state)
        values["trail"] = deque((clock_s + shift_s, tuple(box)) for clock_s, *box in state["trail"])
        for name in ("origin", "place", "anchor"):
            values[name] = None if state[name] is None else tuple(state[name])
        for name in ("last_s", "since_s", "looked_again_s"):
            values[name] = None if state.get(name) is None else state[name] + shift_s
        return cls(**values)
