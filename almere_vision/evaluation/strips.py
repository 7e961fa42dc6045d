"""Strips of small pictures, so that a person sees why an event was missed or an alarm was false.

People are made unrecognisable wherever the network saw them. A person that it overlooked stays visible,
so a strip is for the eyes of those who may see the recording.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.geometry import Box, Polygon
from almere_vision.sources.address import read_address
from almere_vision.sources.opening import open_file, video_stream

Image = NDArray[np.uint8]
"""(height, width, 3) BGR."""

PICTURES: Final = 5
_THUMB_PX: Final = (256, 144)
_GAP_PX: Final = 4
_LEAST_VIEW: Final = 0.4
"""A strip shows at least this share of the picture's width, so that a street can be recognised."""
_MOSAIC: Final = 5
_PERSON: Final = CLASSES.index(ObjectClass.PERSON)
_ZONE_BGR: Final = (235, 206, 60)
_BOX_BGR: Final = (40, 170, 255)


@dataclass(frozen=True, slots=True)
class StripOrder:
    """What to show: from when to when (media seconds), around which box, with which zone outlined."""

    from_s: float
    to_s: float
    box: Box | None
    polygon: Polygon

    def times_s(self) -> list[float]:
        return [float(t) for t in np.linspace(self.from_s, max(self.from_s, self.to_s), PICTURES)]


class StripMaker:
    """Makes strips of one clip, and keeps them in a folder for the next run."""

    def __init__(self, clip: Path, clip_sha256: str, detections: Sequence[Detections], folder: Path) -> None:
        self._clip = clip
        self._sha256 = clip_sha256
        self._detections = detections
        self._folder = folder

    def make(self, order: StripOrder) -> bytes:
        """A strip as JPEG."""
        persons = [self._persons_at(time_s) for time_s in order.times_s()]
        path = self._folder / f"{self._digest(order, persons)}.jpg"
        if path.is_file():
            return path.read_bytes()
        thumbs = [
            _thumb(picture, people, order)
            for picture, people in zip(self._pictures(order.times_s()), persons, strict=False)
        ]
        jpeg = _jpeg(_beside(thumbs))
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_bytes(jpeg)
        draft.replace(path)
        return jpeg

    def _digest(self, order: StripOrder, persons: list[NDArray[np.float32]]) -> str:
        content = repr((self._sha256, order.times_s(), order.box, order.polygon, _THUMB_PX))
        blurred = b"".join(boxes.tobytes() for boxes in persons)
        return hashlib.sha256(content.encode() + blurred).hexdigest()[:32]

    def _persons_at(self, time_s: float) -> NDArray[np.float32]:
        """Boxes of persons in the two pictures around a moment, (N, 4)."""
        near = sorted(self._detections, key=lambda d: abs(d.moment.media_time_s - time_s))[:2]
        boxes = [d.boxes[d.classes == _PERSON] for d in near]
        return np.concatenate(boxes) if boxes else np.zeros((0, 4), np.float32)

    def _pictures(self, times_s: Sequence[float]) -> Iterator[Image]:
        """The picture shown at each of some rising times; media time 0 is the first picture."""
        with open_file(read_address(str(self._clip))) as container:
            stream = video_stream(container)
            first = next(container.decode(stream))
            zero_s = first.time or 0.0
            tick_s = float(stream.time_base or 1)
            container.seek(round((zero_s + times_s[0]) / tick_s), stream=stream, backward=True)
            frames = container.decode(stream)
            shown = first
            for time_s in times_s:
                while (shown.time or 0.0) - zero_s < time_s - 1e-3 or shown is first:
                    following = next(frames, None)
                    if following is None:
                        break
                    shown = following
                yield _bgr(shown)


def _bgr(frame: VideoFrame) -> Image:
    return frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)


def _thumb(image: Image, persons: NDArray[np.float32], order: StripOrder) -> Image:
    height_px, width_px = image.shape[:2]
    size = np.array([width_px, height_px], np.float64)
    picture = image.copy()
    for x1, y1, x2, y2 in persons.tolist():
        _mosaic(picture, (x1, y1, x2, y2))
    outline = (np.array(order.polygon) * size).astype(np.int32)
    cv2.polylines(picture, [outline], True, _ZONE_BGR, max(1, width_px // 400))
    if order.box is not None:
        top_left, bottom_right = (np.array(order.box).reshape(2, 2) * size).astype(int).tolist()
        cv2.rectangle(picture, top_left, bottom_right, _BOX_BGR, max(1, width_px // 300))
    left, top, right, bottom = _view(order.box, width_px / height_px)
    part = picture[
        round(top * height_px) : round(bottom * height_px), round(left * width_px) : round(right * width_px)
    ]
    return np.asarray(cv2.resize(part, _THUMB_PX, interpolation=cv2.INTER_AREA), np.uint8)


def _view(box: Box | None, aspect: float) -> Box:
    """The part of the picture to show, with the shape of a thumbnail; aspect is width by height."""
    ratio = aspect * _THUMB_PX[1] / _THUMB_PX[0]
    width = 1.0 if box is None else max(_LEAST_VIEW, 2.5 * (box[2] - box[0]), 2.5 * (box[3] - box[1]) / ratio)
    width = min(width, 1.0, 1 / ratio)
    height = width * ratio
    x, y = (0.5, 0.5) if box is None else ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    left, top = min(max(0.0, x - width / 2), 1 - width), min(max(0.0, y - height / 2), 1 - height)
    return left, top, left + width, top + height


def _mosaic(picture: Image, box: Box) -> None:
    """Leave a person some squares wide, so that nobody is recognised; changes `picture`."""
    height_px, width_px = picture.shape[:2]
    margin = 0.1 * (box[2] - box[0])
    left, right = round((box[0] - margin) * width_px), round((box[2] + margin) * width_px)
    top, bottom = round((box[1] - margin) * height_px), round((box[3] + margin) * height_px)
    part = picture[max(0, top) : bottom, max(0, left) : right]
    if part.size:
        rows = max(1, round(_MOSAIC * part.shape[0] / part.shape[1]))
        small = cv2.resize(part, (_MOSAIC, rows), interpolation=cv2.INTER_AREA)
        part[:] = cv2.resize(small, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_NEAREST)


def _beside(thumbs: Sequence[Image]) -> Image:
    gap = np.full((_THUMB_PX[1], _GAP_PX, 3), 255, np.uint8)
    parts = [part for thumb in thumbs for part in (thumb, gap)][:-1]
    return np.hstack(parts) if parts else np.full((_THUMB_PX[1], _THUMB_PX[0], 3), 127, np.uint8)


def _jpeg(image: Image) -> bytes:
    ok, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 75])
    if not ok:
        raise ValueError(f"a strip of shape {image.shape} cannot be written as JPEG")
    return bytes(data.tobytes())
