"""What a network saw in one picture. A detection has no identity; a track has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.frame import Moment


class ObjectClass(StrEnum):
    """The classes that we keep. `TRUCK` stands for vans and lorries: networks do not tell them apart."""

    PERSON = "person"
    BICYCLE = "bicycle"
    MOTORCYCLE = "motorcycle"
    CAR = "car"
    TRUCK = "truck"
    BUS = "bus"


CLASSES: Final[tuple[ObjectClass, ...]] = tuple(ObjectClass)
"""Order of the class indices in `Detections.classes`."""

MOTOR_VEHICLES: Final = frozenset(
    {ObjectClass.MOTORCYCLE, ObjectClass.CAR, ObjectClass.TRUCK, ObjectClass.BUS}
)

PEOPLE: Final = frozenset({ObjectClass.PERSON})
VEHICLES: Final = frozenset(CLASSES) - PEOPLE


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """N objects in one picture.

    Attributes:
        moment: the picture.
        boxes: (N, 4) float32, x1 y1 x2 y2 as fractions of the picture, 0..1.
        scores: (N,) float32, 0..1.
        classes: (N,) int64, indices into `CLASSES`.
        model: who saw it, as `name@sha8`.
    """

    moment: Moment
    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    classes: NDArray[np.int64]
    model: str

    def __post_init__(self) -> None:
        n = len(self.boxes)
        if self.boxes.shape != (n, 4) or self.scores.shape != (n,) or self.classes.shape != (n,):
            raise ValueError(
                f"boxes {self.boxes.shape}, scores {self.scores.shape} and classes {self.classes.shape} "
                "do not describe the same objects"
            )

    def __len__(self) -> int:
        return len(self.boxes)
