"""A small street to try the parking rule on: things with a route, a size, and bad eyesight on our side."""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from almere_vision.domain.clock import TimeWindow
from almere_vision.domain.detections import MOTOR_VEHICLES, ObjectClass
from almere_vision.domain.frame import Moment
from almere_vision.domain.geometry import Box
from almere_vision.domain.scene import ParkingSettings, SceneView, Zone
from almere_vision.domain.suggestion import Phase, RuleHit
from almere_vision.domain.tracks import Track, Tracks
from almere_vision.rules import ParkingRule, Rule

FPS = 4
"""Pictures are a quarter of a second apart, which floating point holds exactly."""

CAR = (0.16, 0.12)
PERSON = (0.05, 0.18)
SQUARE = ((0.2, 0.3), (0.9, 0.3), (0.9, 1.0), (0.2, 1.0))


@dataclass(frozen=True)
class Thing:
    """Something on the street.

    Attributes:
        name: its track id, until `ids` says otherwise.
        route: (second, x, y) of its ground point, straight lines between; it exists from first to last.
        size: width and height of its box.
        kind: class, until `kinds` says otherwise.
        unseen: (from, to) seconds in which the detector misses it.
        ids: (second, track id) from then on.
        kinds: (second, class) from then on.
        seen_share: share of the pictures on which the detector finds it.
        score: of its detections.
        light: (second, growth of its box, score) from then on: clouds, headlights, lamps that go on.
    """

    name: str
    route: Sequence[tuple[float, float, float]]
    size: tuple[float, float] = CAR
    kind: ObjectClass = ObjectClass.CAR
    unseen: Sequence[tuple[float, float]] = ()
    ids: Sequence[tuple[float, str]] = ()
    kinds: Sequence[tuple[float, ObjectClass]] = ()
    seen_share: float = 1.0
    score: float = 0.8
    light: Sequence[tuple[float, float, float]] = ()

    def track(self, second: float, noise: random.Random) -> Track | None:
        """Its track in the picture of that second."""
        place = self.place(second)
        lucky = noise.random() < self.seen_share
        if place is None or not lucky or any(begin <= second < end for begin, end in self.unseen):
            return None
        _, growth, score = [(0, 1.0, self.score), *(light for light in self.light if light[0] <= second)][-1]
        (x, y), (width, height) = place, (growth * edge for edge in self.size)
        edges = (x - width / 2, y - height, x + width / 2, y)
        x1, y1, x2, y2 = (min(1.0, max(0.0, edge + noise.gauss(0, 0.01 * height))) for edge in edges)
        name = [self.name, *(name for since, name in self.ids if since <= second)][-1]
        kind = [self.kind, *(kind for since, kind in self.kinds if since <= second)][-1]
        return Track(name, kind, (x1, y1, x2, y2), score)

    def place(self, second: float) -> tuple[float, float] | None:
        for (t0, x0, y0), (t1, x1, y1) in zip(self.route, self.route[1:], strict=False):
            if t0 <= second <= t1:
                part = (second - t0) / (t1 - t0)
                return x0 + part * (x1 - x0), y0 + part * (y1 - y0)
        return None


def parks(name: str, arrives: float, leaves: float, x: float = 0.5, y: float = 0.6, **more: object) -> Thing:
    """A car that drives in from the left, stands, and drives off to the right."""
    route = [(arrives - 4, 0.0, y), (arrives, x, y), (leaves, x, y), (leaves + 4, 1.0, y)]
    return Thing(name, route, **more)  # type: ignore[arg-type]


def stands(name: str, until: float, x: float = 0.5, y: float = 0.6, **more: object) -> Thing:
    """A car that stands there from the first picture on."""
    return Thing(name, [(0, x, y), (until, x, y)], **more)  # type: ignore[arg-type]


def passes(name: str, at: float, x: float = 0.5, y: float = 0.66, takes: float = 4, **more: object) -> Thing:
    """Something that crosses the picture from left to right and is at `x` at that second."""
    speed = 1.0 / takes
    return Thing(name, [(at - x / speed, 0.0, y), (at + (1 - x) / speed, 1.0, y)], **more)  # type: ignore[arg-type]


def zone(
    limit_s: float = 60,
    name: str = "square",
    polygon: Sequence[tuple[float, float]] = SQUARE,
    vehicles: Iterable[ObjectClass] = MOTOR_VEHICLES,
    allowed: Sequence[TimeWindow] = (),
) -> Zone:
    return Zone(name, tuple(polygon), (ParkingSettings(limit_s, frozenset(vehicles), tuple(allowed)),))


def view(*zones: Zone, version: str = "v1") -> SceneView:
    return SceneView("plaza-1", "home", zones or (zone(),), version)


def film(
    *things: Thing,
    seconds: float,
    start_s: float = 1000.0,
    begins: datetime | None = None,
    seed: int = 1,
    fps: float = FPS,
) -> list[Tracks]:
    """What the tracker gives of these things, picture by picture."""
    noise = random.Random(seed)
    pictures = []
    for index in range(int(seconds * fps) + 1):
        second = index / fps
        seen = tuple(t for t in (thing.track(second, noise) for thing in things) if t is not None)
        at = None if begins is None else begins + timedelta(seconds=second)
        moment = Moment("plaza-1", "home", start_s + second, second, at, 1280, 720)
        pictures.append(Tracks(moment, seen, "test@00000000"))
    return pictures


def crowded_street(count: int) -> list[Tracks]:
    """24 s at 5 pictures a second of that many vehicles: two in three stand, the others cross."""
    crossing = count // 3
    size = (0.07, 0.08)
    parked = [
        stands(f"s{i}", 60, x=0.07 + 0.095 * (i % 10), y=0.5 + 0.2 * (i // 10), size=size)
        for i in range(count - crossing)
    ]
    driving = [passes(f"m{i}", 20.0 + i, y=0.4 + 0.05 * i, takes=30, size=size) for i in range(crossing)]
    pictures = film(*parked, *driving, seconds=24, fps=5)
    assert len(pictures[100].tracks) == count
    return pictures


def calls_per_picture(rule: Rule, pictures: Sequence[Tracks], scene: SceneView) -> float:
    """Function calls of a rule for a picture, the median after five seconds: work without a clock."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    counts = []
    for picture in pictures:
        calls = 0
        profiler = sys.getprofile()
        sys.setprofile(count)
        try:
            rule.update(picture, scene)
        finally:
            sys.setprofile(profiler)
        counts.append(calls)
    return statistics.median(counts[25:])


def without(pictures: Sequence[Tracks], begin: float, end: float) -> list[Tracks]:
    """The same with a hole: nobody looked from `begin` to `end`."""
    return [p for p in pictures if not begin <= p.moment.media_time_s < end]


def moved(pictures: Sequence[Tracks], by_s: float) -> list[Tracks]:
    """The same on a clock that shows another time."""
    return [replace(p, moment=replace(p.moment, clock_s=p.moment.clock_s + by_s)) for p in pictures]


@dataclass
class Watch:
    """Feeds pictures to a rule and keeps what it says, in seconds since the film began."""

    view: SceneView = field(default_factory=view)
    rule: Rule = field(default_factory=ParkingRule)
    start_s: float = 1000.0
    hits: list[RuleHit] = field(default_factory=list)

    def see(self, pictures: Iterable[Tracks]) -> Watch:
        for picture in pictures:
            self.hits += self.rule.update(picture, self.view)
        return self

    def of(self, phase: Phase) -> list[RuleHit]:
        return [hit for hit in self.hits if hit.phase is phase]

    @property
    def raised(self) -> list[RuleHit]:
        return self.of(Phase.RAISED)

    @property
    def ended(self) -> list[RuleHit]:
        return self.of(Phase.ENDED)

    @property
    def alarms(self) -> list[float]:
        return [hit.alarm_s - self.start_s for hit in self.raised]

    def onset(self, hit: RuleHit) -> float:
        return hit.onset_s - self.start_s


def box_of(x: float, y: float, size: tuple[float, float] = CAR) -> Box:
    return x - size[0] / 2, y - size[1], x + size[0] / 2, y
