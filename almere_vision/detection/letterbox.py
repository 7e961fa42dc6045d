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


def fill_input(image: NDArray[np.uint8], spec: ModelInput, blob: NDArray[np.float32]) -> Placement:
    """Resize, pad and normalise a picture.

    Args:
        image: (height, width, 3) uint8, BGR.
        spec: colour order, normalisation, and whether proportions are kept.
        blob: (3, height, width) float32, what the network sees; it is filled.

    Returns:
        Where the picture lies in it.
    """
    height_px, width_px = image.shape[:2]
    input_px = blob.shape[2], blob.shape[1]
    placement = place((width_px, height_px), input_px, spec.letterbox)
    canvas = np.full((input_px[1], input_px[0], 3), PADDING_GREY, np.uint8)
    rows = slice(placement.top_px, placement.top_px + placement.height_px)
    columns = slice(placement.left_px, placement.left_px + placement.width_px)
    smaller = placement.width_px < width_px
    # averaging over the area keeps small far-away people, linear is smooth when enlarging
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    canvas[rows, columns] = cv2.resize(image, (placement.width_px, placement.height_px), interpolation=how)
    _normalise(canvas, spec, blob)
    return placement


def _normalise(canvas: NDArray[np.uint8], spec: ModelInput, blob: NDArray[np.float32]) -> None:
    """(H, W, 3) uint8 BGR -> (3, H, W) float32 in the colour order and scale of the network."""
    planes = cv2.split(canvas)
    if spec.colour == "rgb":
        planes = planes[::-1]
    for channel, (plane, mean, factor) in enumerate(zip(planes, spec.mean, spec.factors, strict=True)):
        value_of = (_GREYS - np.float32(mean)) * np.float32(factor)
        cv2.LUT(plane, value_of, dst=blob[channel])
