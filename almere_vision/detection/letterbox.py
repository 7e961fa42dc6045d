"""From a picture to the input of a network, and from its boxes back to fractions of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from almere_vision.detection.manifest import ModelInput

_GREYS = np.arange(256, dtype=np.float32)
PADDING_GREY = 114  # what YOLO networks saw around letterboxed pictures in training; NanoDet does not mind


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a picture lies in the input of a network, in pixels of that input."""

    left_px: int
    top_px: int
    width_px: int
    height_px: int

    def to_fractions(self, boxes_px: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes (N, 4) x1 y1 x2 y2, pixels of the input -> fractions of the picture, cut off at its edges."""
        offset = np.array([self.left_px, self.top_px] * 2, np.float32)
        size = np.array([self.width_px, self.height_px] * 2, np.float32)
        fractions: NDArray[np.float32] = ((boxes_px - offset) / size).clip(0.0, 1.0)
        return fractions


def place(picture_px: tuple[int, int], input_px: tuple[int, int], letterbox: bool) -> Placement:
    """Fit a picture into an input, centred, with its proportions kept (`letterbox`) or stretched.

    Args:
        picture_px: width and height of the picture.
        input_px: width and height of the input.
    """
    width, height = input_px
    if letterbox:
        scale = min(input_px[0] / picture_px[0], input_px[1] / picture_px[1])
        width = max(1, round(picture_px[0] * scale))
        height = max(1, round(picture_px[1] * scale))
    return Placement((input_px[0] - width) // 2, (input_px[1] - height) // 2, width, height)


def fit(image: NDArray[np.uint8], canvas: NDArray[np.uint8], *, letterbox: bool) -> Placement:
    """Resize and pad a picture.

    Args:
        image: (height, width, 3) uint8.
        canvas: (height, width, 3) uint8, what the network sees; it is filled.
        letterbox: whether proportions are kept.

    Returns:
        Where the picture lies in it.
    """
    height_px, width_px = image.shape[:2]
    placement = place((width_px, height_px), (canvas.shape[1], canvas.shape[0]), letterbox)
    size_px = placement.width_px, placement.height_px
    if size_px != (width_px, height_px):
        # averaging over the area keeps small far-away people, linear is smooth when enlarging
        how = cv2.INTER_AREA if placement.width_px < width_px else cv2.INTER_LINEAR
        image = np.asarray(cv2.resize(image, size_px, interpolation=how), np.uint8)
    right_px, bottom_px = placement.left_px + placement.width_px, placement.top_px + placement.height_px
    canvas[: placement.top_px] = canvas[bottom_px:] = PADDING_GREY
    canvas[:, : placement.left_px] = canvas[:, right_px:] = PADDING_GREY
    canvas[placement.top_px : bottom_px, placement.left_px : right_px] = image
    return placement


def to_floats(canvases: NDArray[np.uint8], spec: ModelInput) -> NDArray[np.float32]:
    """(N, H, W, 3) uint8 BGR -> (N, 3, H, W) float32 in the colour order and scale of the network."""
    floats = np.empty((len(canvases), 3, *canvases.shape[1:3]), np.float32)
    for canvas, planes in zip(canvases, floats, strict=True):
        split = cv2.split(canvas)
        ordered = split[::-1] if spec.colour == "rgb" else split
        for plane, seen, mean, factor in zip(ordered, planes, spec.mean, spec.factors, strict=True):
            cv2.LUT(plane, (_GREYS - np.float32(mean)) * np.float32(factor), dst=seen)
    return floats
