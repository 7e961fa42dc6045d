"""Made tracks of people who meet: five pictures a second of a picture of 16:9, boxes in body heights."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.frame import Moment
from almere_vision.domain.geometry import Box
from almere_vision.domain.look import Answer, Look
from almere_vision.domain.scene import FightSettings, SceneView, Zone
from almere_vision.domain.suggestion import RuleHit
from almere_vision.domain.tracks import Track, Tracks
from almere_vision.rules import FightRule

FPS = 5.0
ASPECT = 16 / 9
HEIGHT = 0.25
"""Of a person, as a fraction of the picture."""

SQUARE = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.99), (0.1, 0.99))
VIEW = SceneView("plaza", "home", (Zone("square", SQUARE, (FightSettings(),)),), "cafe0123")
BLIND = SceneView("plaza", None, (), "cafe0123")


@dataclass(frozen=True)
class Body:
    """Feet in body heights right of and below the middle of the picture; size in body heights."""

    x: float
    y: float = 0.0
    width: float = 0.35
    height: float = 1.0
    name: str = ""

    def box(self) -> Box:
        middle, foot = 0.5 + self.x * HEIGHT / ASPECT, 0.7 + self.y * HEIGHT
        half = self.width * HEIGHT / ASPECT / 2
        return middle - half, foot - self.height * HEIGHT, middle + half, foot


Scene = Callable[[float], Sequence[Body]]
"""Who is where at a time."""


def approach(clock_s: float) -> list[Body]:
    """Two walk up to each other from five metres, stop at an arm's length, and talk."""
    apart = max(0.45, 3.0 - 0.8 * clock_s)
    return [Body(-apart / 2, name="a"), Body(apart / 2, name="b")]


def embrace(clock_s: float) -> list[Body]:
    """The same, and then they hold each other: their boxes overlap and hardly change."""
    apart = max(0.15, 3.0 - 0.8 * clock_s)
    return [Body(-apart / 2, width=0.45, name="a"), Body(apart / 2, width=0.45, name="b")]


def pass_by(clock_s: float) -> list[Body]:
    """Two walk past each other at walking pace, a step apart."""
    way = 4.0 - 0.8 * clock_s
    return [Body(-way, name="a"), Body(way, 0.2, name="b")]


def fall(clock_s: float) -> list[Body]:
    """Somebody who stands by himself falls after two seconds, and lies."""
    down = min(1.0, max(0.0, (clock_s - 2.0) / 0.6))
    return [Body(0.0, width=0.35 + 0.6 * down, height=1.0 - 0.65 * down, name="a")]


def brawl(clock_s: float) -> list[Body]:
    """Two push and hit each other: arms out and back, a step to and fro, twice a second."""
    swing, sway = math.sin(4 * math.pi * clock_s + 0.4), math.sin(3 * math.pi * clock_s)
    return [
        Body(-0.3 + 0.15 * sway, width=0.45 + 0.2 * swing, height=1.0 - 0.08 * sway, name="a"),
        Body(0.3 + 0.15 * sway, width=0.45 - 0.2 * swing, height=1.0 + 0.05 * swing, name="b"),
    ]


def picture(bodies: Sequence[Body], clock_s: float, noise: np.random.Generator | None = None) -> Tracks:
    moment = Moment("plaza", "home", clock_s, clock_s, None, 1600, 900)
    tracks = []
    for body in bodies:
        box = np.array(body.box())
        if noise is not None:
            box = box + noise.normal(0, 0.01 * HEIGHT, 4)
        x1, y1, x2, y2 = box.tolist()
        tracks.append(Track(body.name, ObjectClass.PERSON, (x1, y1, x2, y2), 0.8))
    return Tracks(moment, tuple(tracks), "net@00000000")


@dataclass
class Watched:
    """What a rule made of a scene."""

    looks: list[Look]
    hits: list[RuleHit]


def watch(
    rule: FightRule,
    scene: Scene,
    seconds: float,
    *,
    start_s: float = 0.0,
    score: Callable[[Look], float | None] = lambda _: None,
    view: SceneView = VIEW,
) -> Watched:
    """Show a scene to a rule; `score` answers its looks on the spot."""
    noise = np.random.default_rng(1)
    found = Watched([], [])
    for number in range(round(seconds * FPS)):
        clock_s = start_s + number / FPS
        found.hits += rule.update(picture(scene(number / FPS), clock_s, noise), view)
        for look in rule.looks():
            found.looks.append(look)
            found.hits += rule.hear(Answer(look, score(look), None, "fight@0"))
    return found
