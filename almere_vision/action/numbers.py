"""Tubes -> the numbers that classifiers judge. Training and judging measure here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from almere_vision.action.limbs import limb_numbers
from almere_vision.action.measures import Numbers, change_numbers, flow_numbers, kinematic_numbers
from almere_vision.action.motion import measure_motion
from almere_vision.action.pose import PoseNet, find_poses
from almere_vision.domain.tube import Tube

POSED_PEOPLE: Final = 2
POSE_STEP: Final = 8
"""Joints of this many people are looked for in three pictures, so many apart: more tells no more."""

MOST_TUBES: Final = 3
"""Of the groups that are in a picture together, so many are judged: those with the fastest motion."""

_LIMIT: Final = 50.0
"""No number is larger; a box that jumps through the picture gives absurd speeds."""


def measure(tube: Tube, pose_net: PoseNet) -> Numbers | None:
    """All numbers of a tube by name; None when nobody in it can be measured."""
    numbers = _motion_numbers(tube)
    return None if numbers is None else numbers | _pose_numbers(tube, pose_net)


def measure_some(tubes: Sequence[Tube], pose_net: PoseNet) -> list[tuple[Tube, Numbers]]:
    """All numbers of the tubes that move the most, of some that were cut at the same time."""
    measured = [(tube, numbers) for tube in tubes if (numbers := _motion_numbers(tube)) is not None]
    measured.sort(key=lambda pair: -pair[1]["flow_p90"])
    return [(tube, numbers | _pose_numbers(tube, pose_net)) for tube, numbers in measured[:MOST_TUBES]]


def as_row(numbers: Numbers, names: tuple[str, ...]) -> NDArray[np.float32]:
    """(len(names),) float32, finite and bounded; 0 for what was not measured."""
    row = np.array([numbers.get(name, 0.0) for name in names], np.float64)
    bounded: NDArray[np.float32] = np.nan_to_num(row).clip(-_LIMIT, _LIMIT).astype(np.float32)
    return bounded


def _motion_numbers(tube: Tube) -> Numbers | None:
    motion = measure_motion(tube)
    if motion is None:
        return None
    return flow_numbers(motion) | change_numbers(motion) | kinematic_numbers(tube)


def _pose_numbers(tube: Tube, pose_net: PoseNet) -> Numbers:
    return limb_numbers(find_poses(tube, pose_net, POSED_PEOPLE, POSE_STEP))
