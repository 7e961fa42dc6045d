"""Made pictures and tracks: textured people on a textured street, who move as told."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from almere_vision.action import cut_tube
from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.geometry import Box
from almere_vision.domain.tracks import Track, Tracks
from almere_vision.domain.tube import Tube

WIDTH_PX, HEIGHT_PX = 320, 240
FPS = 10.0


def moment(time_s: float) -> Moment:
    return Moment("made", None, time_s, time_s, None, WIDTH_PX, HEIGHT_PX)


def texture(seed: int, height: int, width: int) -> NDArray[np.uint8]:
    noise = np.random.default_rng(seed).integers(40, 180, (height, width), np.uint8)
    return cv2.cvtColor(cv2.GaussianBlur(noise, (0, 0), 2.5), cv2.COLOR_GRAY2BGR)


def tracked(time_s: float, boxes: dict[str, Box]) -> Tracks:
    people = tuple(Track(name, ObjectClass.PERSON, box, 0.8) for name, box in boxes.items())
    return Tracks(moment(time_s), people, "made@00000000")


def scene(paths: dict[str, list[Box]], shake_px: int = 0) -> tuple[list[Frame], list[Tracks]]:
    """Pictures at 10 a second in which each box is a piece of cloth; `shake_px` moves the camera."""
    count = len(next(iter(paths.values())))
    street = texture(0, HEIGHT_PX + 80, WIDTH_PX + 80)
    cloth = {name: texture(number + 1, HEIGHT_PX, WIDTH_PX) for number, name in enumerate(paths)}
    frames, tracks = [], []
    for number in range(count):
        shift = round(shake_px * np.sin(number)) + 40
        image = street[40 : 40 + HEIGHT_PX, shift : shift + WIDTH_PX].copy()
        boxes = {}
        for name, path in paths.items():
            x1, y1, x2, y2 = path[number]
            left, right = round(x1 * WIDTH_PX), round(x2 * WIDTH_PX)
            top, bottom = round(y1 * HEIGHT_PX), round(y2 * HEIGHT_PX)
            offset = shift - 40
            image[top:bottom, left - offset : right - offset] = cloth[name][: bottom - top, : right - left]
            boxes[name] = (x1 - offset / WIDTH_PX, y1, x2 - offset / WIDTH_PX, y2)
        frames.append(Frame(moment(number / FPS), image))
        tracks.append(tracked(number / FPS, boxes))
    return frames, tracks


def pair(count: int = 16, swing: float = 0.0, shake_px: int = 0) -> Tube:
    """Two people beside each other; `swing` is how far they are thrown to and fro, in picture widths."""
    sway = [swing * np.sin(2.2 * number) for number in range(count)]
    paths = {
        "a": [(0.40 + s, 0.4, 0.48 + s, 0.8) for s in sway],
        "b": [(0.52 - s, 0.4, 0.60 - s, 0.8) for s in sway],
    }
    frames, tracks = scene(paths, shake_px)
    return cut_tube(frames, tracks, ["a", "b"])


def mirrored(tube: Tube) -> Tube:
    people = tube.people[..., [2, 1, 0, 3]].copy()
    people[..., [0, 2]] = 1 - people[..., [0, 2]]
    x1, y1, x2, y2 = tube.box
    return Tube(
        tube.camera,
        tube.times_s,
        (1 - x2, y1, 1 - x1, y2),
        tube.pictures[:, :, ::-1].copy(),
        people,
        tube.ids,
        tube.picture_px,
    )


def brighter(tube: Tube, gain: float, offset: float) -> Tube:
    pictures = np.clip(tube.pictures * gain + offset, 0, 255).round().astype(np.uint8)
    return Tube(tube.camera, tube.times_s, tube.box, pictures, tube.people, tube.ids, tube.picture_px)
