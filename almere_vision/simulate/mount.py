"""The motors of the virtual camera: it goes to places at a finite speed, and keeps presets."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from almere_vision.domain.ptz import Position, StoredPreset

HOME: Final = Position(0.0, 0.0, 0.0)
_REMEMBERED_S: Final = 10.0


class UnknownPreset(LookupError):
    """The camera keeps no preset of this token."""


class Mount:
    """Position over time; all methods may be called from any thread."""

    def __init__(self, speed: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        """`speed` in units of the generic spaces a second, for each axis; `clock` in seconds."""
        self._clock = clock
        self._speed = speed
        self._turn = threading.Lock()
        self._at = self._target = HOME
        self._velocity: tuple[float, float, float] | None = None
        self._until_s = math.inf
        self._slip = (0.0, 0.0, 0.0)
        self._now_s = clock()
        self._trail: deque[tuple[float, Position, bool]] = deque()
        self._presets: dict[str, StoredPreset] = {"home": StoredPreset("home", "home", HOME)}
        self._numbers = 0

    def look(self) -> Position:
        """Where it really looks now."""
        with self._turn:
            return _moved(self._advance()[0], self._slip)

    def tell(self) -> tuple[Position, bool]:
        """Where its motors are now, and whether they run."""
        with self._turn:
            return self._advance()

    def told(self, ago_s: float) -> tuple[Position, bool]:
        """Where its motors were so long ago, as far as it was asked around then."""
        with self._turn:
            self._advance()
            then_s = self._now_s - ago_s
            before = [(at, moving) for seen_s, at, moving in self._trail if seen_s <= then_s]
            return before[-1] if before else self._trail[0][1:]

    def go(self, target: Position) -> None:
        """Begin to move to a place."""
        with self._turn:
            self._advance()
            self._target, self._velocity = _bounded(target), None

    def jump(self, target: Position) -> None:
        """Be at a place at once, as after a long time."""
        with self._turn:
            self._advance()
            self._at = self._target = _bounded(target)
            self._velocity = None

    def nudge(self, pan: float, tilt: float, zoom: float) -> None:
        """Somebody pushes it: it looks elsewhere at once, and no motor knows."""
        with self._turn:
            self._slip = self._slip[0] + pan, self._slip[1] + tilt, self._slip[2] + zoom

    def drive(self, pan: float, tilt: float, zoom: float, for_s: float = math.inf) -> None:
        """Move on at a share (-1 to 1) of the full speed, until it is stopped, at its end, or for so long."""
        with self._turn:
            self._advance()
            self._velocity, self._until_s = (pan, tilt, zoom), self._now_s + for_s

    def stop(self) -> None:
        with self._turn:
            self._target, self._velocity = self._advance()[0], None

    @property
    def presets(self) -> Mapping[str, StoredPreset]:
        """By token."""
        with self._turn:
            return dict(self._presets)

    def save(self, name: str, token: str | None = None) -> str:
        """Keep where its motors are as a new preset, or in the place of an old one; gives the token."""
        with self._turn:
            at, _ = self._advance()
            if token is None:
                self._numbers += 1
                token = str(self._numbers)
            elif token not in self._presets:
                raise UnknownPreset(token)
            name = name or (self._presets[token].name if token in self._presets else token)
            self._presets[token] = StoredPreset(token, name, at)
            return token

    def recall(self, token: str) -> None:
        """Begin to move to a preset. Raises `UnknownPreset`."""
        preset = self.presets.get(token)
        if preset is None or preset.position is None:
            raise UnknownPreset(token)
        self.go(preset.position)

    def shift_presets(self, pan: float, tilt: float, zoom: float) -> None:
        """Somebody saved all presets again a little further."""
        with self._turn:
            for token, preset in self._presets.items():
                if (at := preset.position) is not None:
                    self._presets[token] = replace(preset, position=_moved(at, (pan, tilt, zoom)))

    def forget_presets(self) -> None:
        """As after a reset: only home is left."""
        with self._turn:
            self._presets = {"home": StoredPreset("home", "home", HOME)}

    def _advance(self) -> tuple[Position, bool]:
        now_s = self._clock()
        passed_s = max(0.0, now_s - self._now_s)
        step, before = passed_s * self._speed, self._at
        if self._velocity is not None:
            step = min(passed_s, max(0.0, self._until_s - self._now_s)) * self._speed
            pan, tilt, zoom = (share * step for share in self._velocity)
            self._at = _moved(before, (pan, tilt, zoom))
            self._target = self._at
            moving = self._at != before or (passed_s == 0.0 and any(self._velocity))
            if now_s >= self._until_s:
                self._velocity, moving = None, False
        else:
            goal = self._target
            self._at = Position(
                _towards(before.pan, goal.pan, step),
                _towards(before.tilt, goal.tilt, step),
                _towards(before.zoom, goal.zoom, step),
            )
            moving = self._at != goal
        self._now_s = now_s
        self._trail.append((now_s, self._at, moving))
        while now_s - self._trail[0][0] > _REMEMBERED_S:
            self._trail.popleft()
        return self._at, moving


def _towards(value: float, goal: float, step: float) -> float:
    return goal if abs(goal - value) <= step else value + (step if goal > value else -step)


def _moved(at: Position, by: tuple[float, float, float]) -> Position:
    return _bounded(Position(at.pan + by[0], at.tilt + by[1], at.zoom + by[2]))


def _bounded(at: Position) -> Position:
    return Position(min(1.0, max(-1.0, at.pan)), min(1.0, max(-1.0, at.tilt)), min(1.0, max(0.0, at.zoom)))
