"""Make a copy of a recording of a fixed camera in which people cannot be recognised.

For pictures in documentation. Whatever differs from the still background, and whatever the detector
takes for a person at a low score, is blurred beyond recognition.

    python scripts/blur_people.py SOURCE TARGET
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from almere_vision.config import load_settings
from almere_vision.detection import load_detector
from almere_vision.domain.detections import CLASSES, ObjectClass
from almere_vision.domain.frame import Frame, Moment

Image = NDArray[np.uint8]

_BACKGROUND_PICTURES: Final = 25
_DIFFERENCE: Final = 22
_MARGIN_PX: Final = 9
_LOW_SCORE: Final = 0.15


def pictures(path: Path) -> Iterator[Image]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="bgr24")


def background(path: Path) -> Image:
    """The median of pictures spread over the recording: what never moves."""
    every = [image for index, image in enumerate(pictures(path)) if index % 20 == 0]
    chosen = every[:: max(1, len(every) // _BACKGROUND_PICTURES)]
    return np.median(np.stack(chosen), axis=0).astype(np.uint8)


def blurred(image: Image, still: Image, boxes: NDArray[np.float32]) -> Image:
    height_px, width_px = image.shape[:2]
    mask = (cv2.absdiff(image, still).max(axis=2) > _DIFFERENCE).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    for x1, y1, x2, y2 in boxes * np.array([width_px, height_px, width_px, height_px], np.float32):
        mask[max(0, int(y1)) : int(y2) + 1, max(0, int(x1)) : int(x2) + 1] = 1
    mask = cv2.dilate(mask, np.ones((2 * _MARGIN_PX + 1, 2 * _MARGIN_PX + 1), np.uint8))
    coarse = cv2.resize(image, (width_px // 16, height_px // 16), interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(coarse, (width_px, height_px), interpolation=cv2.INTER_LINEAR)
    return np.where(mask[..., None] == 1, smooth, image).astype(np.uint8)


def main(source: Path, target: Path) -> None:
    settings = load_settings()
    detector = load_detector(settings.model, settings.models_dir, min_score=_LOW_SCORE)
    still = background(source)
    height_px, width_px = still.shape[:2]
    person = CLASSES.index(ObjectClass.PERSON)
    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"crf": "20", "g": "10"})
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, "yuv420p"
        for index, image in enumerate(pictures(source)):
            moment = Moment("blur", None, index / 10, index / 10, None, width_px, height_px)
            seen = detector.detect(Frame(moment, image))
            result = blurred(image, still, seen.boxes[seen.classes == person])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(result, format="bgr24")))
        container.mux(stream.encode(None))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
