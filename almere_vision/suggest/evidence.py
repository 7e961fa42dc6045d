"""Snapshots: the clean picture, and the same picture with what the rule saw drawn on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.frame import Frame
from almere_vision.domain.geometry import Box, Point
from almere_vision.domain.suggestion import RuleHit

_JPEG_QUALITY: Final = 88
_ZONE_BGR: Final = (235, 206, 60)
_BOX_BGR: Final = (40, 170, 255)


def snapshot_jpeg(frame: Frame) -> bytes:
    """The picture as it was, as JPEG."""
    return _jpeg(frame.image)


def annotated_jpeg(frame: Frame, hit: RuleHit, polygon: Sequence[Point]) -> bytes:
    """The picture with the zone outlined and the object boxed (each member of a group), as JPEG.

    Nothing is written in the picture: the console words the reason in the reader's language.
    """
    height_px, width_px = frame.image.shape[:2]
    picture = frame.image.copy()
    line_px = max(2, round(height_px / 300))
    corners = [np.array([(x * width_px, y * height_px) for x, y in polygon], np.int32)]
    tint = picture.copy()
    cv2.fillPoly(tint, corners, _ZONE_BGR)
    cv2.addWeighted(tint, 0.12, picture, 0.88, 0, dst=picture)
    cv2.polylines(picture, corners, isClosed=True, color=_ZONE_BGR, thickness=line_px)
    for box in hit.members or (hit.box,):
        top_left, bottom_right = _pixels(box, width_px, height_px)
        cv2.rectangle(picture, top_left, bottom_right, _BOX_BGR, line_px + 1)
    return _jpeg(picture)


def _pixels(box: Box, width_px: int, height_px: int) -> tuple[tuple[int, int], tuple[int, int]]:
    x1, y1, x2, y2 = box
    return (round(x1 * width_px), round(y1 * height_px)), (round(x2 * width_px), round(y2 * height_px))


def _jpeg(image: NDArray[np.uint8]) -> bytes:
    ok, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not ok:
        raise ValueError(f"a picture of shape {image.shape} cannot be written as JPEG")
    return data.tobytes()
