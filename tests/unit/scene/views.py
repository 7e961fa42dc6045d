"""Views of a made street: walls, windows, kerbs; turning the camera shows another part of it."""

from __future__ import annotations

import cv2
import numpy as np

from almere_vision.scene.reference import Eye, Picture
from almere_vision.scene.search import Known

SIZE = (640, 360)


def street(seed: int = 4) -> Picture:
    """(1200, 2400, 3) uint8 BGR."""
    chance = np.random.default_rng(seed)
    image = np.full((1200, 2400, 3), 120, np.uint8)
    for _ in range(900):
        x, y = int(chance.integers(0, 2350)), int(chance.integers(0, 1150))
        wide, high = (int(value) for value in chance.integers(15, 110, 2))
        colour = tuple(int(value) for value in chance.integers(30, 230, 3))
        cv2.rectangle(image, (x, y), (x + wide, y + high), colour, -1 if chance.random() < 0.7 else 3)
    return cv2.GaussianBlur(image, (0, 0), 1.2).astype(np.uint8, copy=False)


def view(image: Picture, x: float, y: float, zoom: float = 1.0) -> Picture:
    """The part whose middle is at fractions x, y of the street; a quarter of its width at zoom 1."""
    width_px, height_px = 600 / zoom, 337.5 / zoom
    matrix = np.array(
        [
            [width_px / SIZE[0], 0, x * 2400 - width_px / 2],
            [0, height_px / SIZE[1], y * 1200 - height_px / 2],
        ]
    )
    made = cv2.warpAffine(image, matrix, SIZE, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    noise = np.random.default_rng(int(1e6 * x)).normal(0, 3, made.shape)
    return (made + noise).clip(0, 255).astype(np.uint8)


def shifted(x: float, share: float) -> float:
    """The middle of a view that lies a share of its width further to the right."""
    return x + share * 600 / 2400


def learnt(*pictures: Picture) -> dict[str, Known]:
    """Presets p0, p1, ... without a position."""
    eye = Eye()
    return {f"p{number}": Known({"day": eye.reference(one)}) for number, one in enumerate(pictures)}
