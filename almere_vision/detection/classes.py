"""Names that networks give to things, and the few classes that we keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.detections import CLASSES, ObjectClass

COCO80: Final[tuple[str, ...]] = tuple(
    """person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,
    parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,
    tie,suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,
    tennis racket,bottle,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,
    hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,
    keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,
    hair drier,toothbrush""".replace("\n", "")
    .replace(",    ", ",")
    .split(",")
)
"""The 80 classes of COCO 2017 in the order of nearly every published network (Lin et al. 2014)."""

_OURS: Final[dict[str, ObjectClass]] = {
    **{kind.value: kind for kind in ObjectClass},
    "motorbike": ObjectClass.MOTORCYCLE,
    "moped": ObjectClass.MOTORCYCLE,
    "van": ObjectClass.TRUCK,
    "minibus": ObjectClass.BUS,
}

MERGED: Final = (ObjectClass.CAR, ObjectClass.TRUCK, ObjectClass.BUS)
"""Classes that networks mix up on one and the same vehicle; they compete for one box."""


def our_columns(names: Sequence[str]) -> NDArray[np.int64]:
    """Index into `CLASSES` for each class of a network, -1 for a class that we drop.

    Args:
        names: class names in the order of the network's outputs; case does not matter.

    Returns:
        (len(names),) int64.
    """
    kept = [_OURS.get(name.strip().lower()) for name in names]
    return np.array([-1 if kind is None else CLASSES.index(kind) for kind in kept], np.int64)
