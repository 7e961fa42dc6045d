"""A short clip around a group of people: what is judged to be a fight or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.geometry import Box


@dataclass(frozen=True, slots=True, eq=False)
class Tube:
    """T pictures of one camera, cut to the same box, and where P people are in them.

    Attributes:
        camera: id of the camera.
        times_s: (T,) float64, media time of each picture, rising.
        box: the cut as fractions of the whole picture.
        pictures: (T, height, width, 3) uint8 BGR, the cut at the proportions of the original, never enlarged.
        people: (P, T, 4) float32, x1 y1 x2 y2 as fractions of the whole picture; NaN where not seen.
        ids: the track of each person.
        picture_px: width and height of the whole original picture.
    """

    camera: str
    times_s: NDArray[np.float64]
    box: Box
    pictures: NDArray[np.uint8]
    people: NDArray[np.float32]
    ids: tuple[str, ...]
    picture_px: tuple[int, int]

    def __post_init__(self) -> None:
        count = len(self.times_s)
        fits = (
            self.times_s.shape == (count,)
            and self.pictures.ndim == 4
            and self.pictures.shape[0] == count
            and self.pictures.shape[3] == 3
            and self.people.shape == (len(self.ids), count, 4)
        )
        if not fits or count == 0:
            raise ValueError(
                f"times {self.times_s.shape}, pictures {self.pictures.shape}, people {self.people.shape} "
                f"and {len(self.ids)} ids do not describe one tube"
            )

    @property
    def duration_s(self) -> float:
        """Time from the first picture to the last."""
        return float(self.times_s[-1] - self.times_s[0])

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the cut pictures."""
        return self.pictures.shape[2], self.pictures.shape[1]

    def people_px(self) -> NDArray[np.float32]:
        """Boxes of the people in pixels of the cut pictures: (P, T, 4), NaN where not seen."""
        x1, y1, x2, y2 = self.box
        width, height = self.size_px
        origin = np.array([x1, y1, x1, y1], np.float32)
        scale = np.array([width / (x2 - x1), height / (y2 - y1)] * 2, np.float32)
        boxes: NDArray[np.float32] = (self.people - origin) * scale
        return boxes
