"""People who are close to each other, and how restless they are: whether a closer look is worth its cost.

Close means within about a body height. Restless is who changes in shape or speed: who walks or stands has an
even box. Lengths are in body heights of the people themselves (the tallest that they were seen lately, so
that one who falls keeps his size); one setting fits all cameras.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.geometry import Box
from almere_vision.domain.tracks import Tracks

_LEAST_STEP_S = 0.05

_HALVES_S = 10.0
"""The height of somebody who lies, or walks away, is half forgotten after so long."""


@dataclass(frozen=True, slots=True)
class ContactSettings:
    """When people are close. One setting for all cameras; chosen for recall.

    Attributes:
        beside: gap between two boxes across, in body heights.
        behind: difference of their lower edges, in body heights.
        like: ratio of heights that is possible for two people side by side.
        hold_s: seconds that somebody who is not seen any more is taken to be where he was.
        trail_s: seconds over which restlessness is measured.
        most: people in a circle; of a crowd the most restless one and those nearest to him.
    """

    beside: float = 0.5
    behind: float = 0.5
    like: float = 2.0
    hold_s: float = 0.6
    trail_s: float = 1.5
    most: int = 6


@dataclass(slots=True, eq=False)
class Body:
    """One person as remembered.

    Attributes:
        track: id of the track.
        box: where he was last, as fractions.
        last_s: when.
        height: of the box when he was upright, as a fraction of the picture.
        pace: how his middle moved in the last step, in body heights a second.
        steps: clock of the last steps, and how size and speed changed in each.
        restless: mean of these changes, in body heights a second.
    """

    track: str
    box: Box
    last_s: float
    height: float
    pace: tuple[float, float] | None = None
    steps: deque[tuple[float, float]] = field(default_factory=deque)
    restless: float = 0.0

    def see(self, box: Box, clock_s: float, aspect: float, keep_s: float) -> None:
        """Note where he is now."""
        step_s, before = clock_s - self.last_s, self.box
        self.box, self.last_s = box, clock_s
        fade = 0.5 ** (step_s / _HALVES_S)
        self.height = max(box[3] - box[1], fade * self.height, 1e-6)
        if step_s < _LEAST_STEP_S:
            return
        scale = 1.0 / (self.height * step_s)
        left, right = (box[0] - before[0]) * aspect * scale, (box[2] - before[2]) * aspect * scale
        top, bottom = (box[1] - before[1]) * scale, (box[3] - before[3]) * scale
        pace = (left + right) / 2, (top + bottom) / 2
        jerk = 0.0 if self.pace is None else math.dist(pace, self.pace)
        self.pace = pace
        self.steps.append((clock_s, abs(right - left) + abs(bottom - top) + jerk))
        while clock_s - self.steps[0][0] > keep_s:
            self.steps.popleft()
        self.restless = sum([change for _, change in self.steps]) / len(self.steps)


class Contacts:
    """Who is close to whom, on one preset of one camera."""

    def __init__(self, settings: ContactSettings | None = None) -> None:
        self.settings = settings or ContactSettings()
        self._bodies: dict[str, Body] = {}

    def update(self, tracks: Tracks) -> tuple[list[tuple[Body, ...]], list[Body]]:
        """Take in the next picture; gives the circles of people who are close, and who is by himself."""
        moment, keep_s = tracks.moment, self.settings.trail_s
        clock_s, aspect = moment.clock_s, moment.width_px / moment.height_px
        for track in tracks.tracks:
            if track.kind is not ObjectClass.PERSON:
                continue
            body = self._bodies.get(track.id)
            if body is None:
                height = max(track.box[3] - track.box[1], 1e-6)
                self._bodies[track.id] = Body(track.id, track.box, clock_s, height)
            else:
                body.see(track.box, clock_s, aspect, keep_s)
        hold_s = self.settings.hold_s
        self._bodies = {n: b for n, b in self._bodies.items() if clock_s - b.last_s <= hold_s}
        bodies = list(self._bodies.values())
        if len(bodies) < 2:
            return [], bodies
        circles = _circles(bodies, _close(bodies, aspect, self.settings))
        pairs = [self._nearest(circle, aspect) for circle in circles if len(circle) > 1]
        return pairs, [circle[0] for circle in circles if len(circle) == 1]

    def forget(self) -> None:
        """Nobody looked for a while: where people were then tells nothing."""
        self._bodies.clear()

    def _nearest(self, circle: list[Body], aspect: float) -> tuple[Body, ...]:
        if len(circle) <= self.settings.most:
            return tuple(circle)
        x, y = _middle(max(circle, key=lambda body: body.restless).box)
        near = sorted(
            circle,
            key=lambda b: math.hypot((_middle(b.box)[0] - x) * aspect, _middle(b.box)[1] - y),
        )
        return tuple(near[: self.settings.most])


def _close(bodies: Sequence[Body], aspect: float, settings: ContactSettings) -> NDArray[np.bool_]:
    """(N, N): who is close to whom."""
    boxes = np.array([body.box for body in bodies])
    height = np.array([body.height for body in bodies])
    left, right = boxes[:, 0] * aspect, boxes[:, 2] * aspect
    gap = np.maximum(left[:, None], left) - np.minimum(right[:, None], right)
    taller = np.maximum(height[:, None], height)
    behind = np.abs(boxes[:, 3, None] - boxes[:, 3])
    close: NDArray[np.bool_] = (
        (gap <= settings.beside * taller)
        & (behind <= settings.behind * taller)
        & (taller <= settings.like * np.minimum(height[:, None], height))
    )
    return close


def _circles(bodies: Sequence[Body], close: NDArray[np.bool_]) -> list[list[Body]]:
    """Bodies that are joined by steps from one to a close one."""
    circles, left = [], set(range(len(bodies)))
    neighbours: list[list[int]] = [[] for _ in bodies]
    for one, other in np.argwhere(close).tolist():
        neighbours[one].append(other)
    while left:
        circle = [left.pop()]
        for one in circle:  # grows while it is walked
            fresh = [other for other in neighbours[one] if other in left]
            left.difference_update(fresh)
            circle += fresh
        circles.append([bodies[index] for index in circle])
    return circles


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
