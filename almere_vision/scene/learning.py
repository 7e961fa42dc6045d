"""From pictures of a preset to a reference picture, and whether it will be recognised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from almere_vision.domain.geometry import Box
from almere_vision.scene.reference import Eye, Picture, Reference
from almere_vision.scene.search import RecognitionSettings

_FEWEST_CORNERS: Final = 150
_FEWEST_CELLS: Final = 10
_LARGEST_SIDE: Final = 1.15
_SELF: Final = 0.01
"""A picture of the preset itself must not be found further off than this."""


def still_picture(pictures: Sequence[Picture]) -> Picture:
    """What stands still in several pictures of one view: the median of each pixel.

    Args:
        pictures: at least one, all (height_px, width_px, 3) uint8.
    """
    if len(pictures) == 1:
        return pictures[0]
    middle: Picture = np.median(np.stack(pictures), axis=0).astype(np.uint8)
    return middle


def without_people(picture: Picture, people: Sequence[Box]) -> Picture:
    """The picture with the people blurred beyond recognition; boxes are fractions of it."""
    made = picture.copy()
    height_px, width_px = made.shape[:2]
    for x1, y1, x2, y2 in people:
        wide, high = (x2 - x1) * (_LARGEST_SIDE - 1), (y2 - y1) * (_LARGEST_SIDE - 1)
        left, right = int(max(0.0, x1 - wide) * width_px), int(min(1.0, x2 + wide) * width_px) + 1
        top, bottom = int(max(0.0, y1 - high) * height_px), int(min(1.0, y2 + high) * height_px) + 1
        part = made[top:bottom, left:right]
        if part.size:
            small = cv2.resize(part, (4, 6), interpolation=cv2.INTER_AREA)
            size = part.shape[1], part.shape[0]
            made[top:bottom, left:right] = cv2.resize(small, size, interpolation=cv2.INTER_LINEAR)
    return made


def objection(reference: Reference, pictures: Sequence[Picture] = ()) -> str | None:
    """Why a reference picture is too plain or too restless to be recognised, or None.

    Args:
        reference: made of the pictures.
        pictures: that it must be recognised in.
    """
    corners, cells = len(reference.corners.points), reference.edges.cells
    if corners < _FEWEST_CORNERS:
        return f"only {corners} corners of {_FEWEST_CORNERS} that are needed: choose a richer view"
    if cells < _FEWEST_CELLS:
        return (
            f"edges in only {cells} of 24 parts of the picture, and {_FEWEST_CELLS} are needed: "
            "choose a richer view"
        )
    eye, settings = Eye(), RecognitionSettings()
    matches = (eye.compare(reference, eye.look(picture)) for picture in pictures)
    known = sum(m is not None and settings.believes(m) and m.offset.size <= _SELF for m in matches)
    if known < len(pictures):
        return f"recognised in {known} of {len(pictures)} pictures of itself only: choose a calmer view"
    return None
