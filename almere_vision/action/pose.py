"""Tube -> where the joints of its people are, by MoveNet, one person at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.tube import Tube

SIDE_PX: Final = 192
"""Side of the square that MoveNet (lightning) sees."""

JOINTS: Final = 17
"""COCO: nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles; left before right."""

_ROOM: Final = 1.3
"""Side of the square around a person, in sides of the longer side of the box: arms reach out of boxes."""

PoseNet = Callable[[NDArray[np.int32]], NDArray[np.float32]]
"""(1, 192, 192, 3) int32 RGB -> (1, 1, 17, 3): y, x (0..1 of the square), score of each joint."""


@dataclass(frozen=True, slots=True, eq=False)
class Poses:
    """Joints of some people of a tube at some moments.

    Attributes:
        times_s: (M,) media times.
        joints: (P, M, 17, 3) x and y in pixels of the cut pictures, and score 0..1; NaN where not looked at.
        boxes: (P, M, 4) their boxes, in the same pixels.
    """

    times_s: NDArray[np.float64]
    joints: NDArray[np.float32]
    boxes: NDArray[np.float32]


def find_poses(tube: Tube, net: PoseNet, most_people: int, step: int) -> Poses:
    """Look for the joints of the people who matter most, in three pictures of the tube.

    Args:
        tube: what is looked at.
        net: finds the joints of one person.
        most_people: so many at most are looked at.
        step: so many pictures apart, around the middle: the same in tubes of every length (unless they are
            too short for it), so that no number tells how long a clip is, and so from which collection.
    """
    boxes = tube.people_px()
    chosen = _who_matters(boxes, most_people)
    middle = len(tube.times_s) // 2
    step = max(1, min(step, middle, len(tube.times_s) - 1 - middle))
    moments = np.arange(max(0, middle - step), min(middle + step + 1, len(tube.times_s)), step)
    boxes = boxes[np.ix_(chosen, moments)]
    joints = np.full((len(chosen), len(moments), JOINTS, 3), np.nan, np.float32)
    for column, moment in enumerate(moments):
        for row in range(len(chosen)):
            if np.isfinite(boxes[row, column, 0]):
                joints[row, column] = _joints(tube.pictures[moment], boxes[row, column], net)
    return Poses(tube.times_s[moments], joints, boxes)


def _who_matters(boxes: NDArray[np.float32], most: int) -> NDArray[np.int64]:
    """The person with the most people close by, then those who are closest to that one."""
    seen = np.isfinite(boxes[..., 0])
    middles = (boxes[..., :2] + boxes[..., 2:]) / 2
    heights = boxes[..., 3] - boxes[..., 1]
    count = len(boxes)
    apart = np.full((count, count), np.inf)
    for a in range(count):
        for b in range(count):
            both = seen[a] & seen[b]
            if a != b and both.any():
                gap = np.linalg.norm(middles[a, both] - middles[b, both], axis=-1)
                apart[a, b] = float((gap / np.maximum(heights[a, both], heights[b, both])).mean())
    nearness = np.exp(-apart).sum(axis=1) + 1e-3 * seen.mean(axis=1)
    first = int(nearness.argmax())
    apart[first, first] = -1.0
    return np.argsort(apart[first], kind="stable")[:most]


def _joints(picture: NDArray[np.uint8], box: NDArray[np.float32], net: PoseNet) -> NDArray[np.float32]:
    x1, y1, x2, y2 = (float(edge) for edge in box)
    side = max(x2 - x1, y2 - y1, 1.0) * _ROOM
    left, top = (x1 + x2 - side) / 2, (y1 + y2 - side) / 2
    scale = SIDE_PX / side
    place = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]], np.float32)
    square = cv2.warpAffine(picture, place, (SIDE_PX, SIDE_PX), flags=cv2.INTER_LINEAR)
    y, x, score = np.moveaxis(net(square[None, :, :, ::-1].astype(np.int32))[0, 0], -1, 0)
    return np.stack([left + x * side, top + y * side, score], axis=-1).astype(np.float32)
