"""Poses -> named numbers on how limbs move, and how they reach for others. Lengths are in person heights."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from almere_vision.action.measures import Numbers
from almere_vision.action.pose import Poses

_SURE: Final = 0.2
"""Joints of a lower score are not believed."""

_SHOULDERS, _HIPS, _WRISTS = (5, 6), (11, 12), (9, 10)
_PARTS: Final = {"wrist": _WRISTS, "elbow": (7, 8), "knee": (13, 14), "ankle": (15, 16), "nose": (0,)}

_UNKNOWN: Final[Numbers] = {"reach": 1.5, "reach_min": 1.5}
"""What is said when joints of no two people are known: nobody reaches for anybody."""


def limb_numbers(poses: Poses) -> Numbers:
    """Numbers on poses; all 0 (but for reach) where no joint is sure."""
    heights = poses.boxes[..., 3] - poses.boxes[..., 1]
    known = heights[np.isfinite(heights)]
    tall_px = float(np.median(known)) if len(known) else 1.0
    scores = np.nan_to_num(poses.joints[..., 2])
    places = poses.joints[..., :2].astype(np.float64) / max(tall_px, 1.0)
    places[scores < _SURE] = np.nan
    trunk = _middle(places, (*_SHOULDERS, *_HIPS))
    inner = places - trunk[:, :, None]
    steps_s = np.maximum(np.diff(poses.times_s), 1e-3)
    found: Numbers = {"joint_score": float(scores[scores > 0].mean()) if (scores > 0).any() else 0.0}
    speeds = np.linalg.norm(np.diff(inner, axis=1), axis=-1) / steps_s[:, None]
    for name, joints in _PARTS.items():
        _summary(found, f"{name}_speed", speeds[:, :, joints])
    _summary(found, "joint_speed", speeds)
    _summary(found, "trunk_speed", np.linalg.norm(np.diff(trunk, axis=1), axis=-1) / steps_s)
    if speeds.shape[1] > 1:
        _summary(found, "joint_jerk", np.abs(np.diff(speeds, axis=1)) / steps_s[1:, None])
    _posture(found, places, steps_s)
    _reach(found, places, trunk, speeds)
    return found


def _middle(places: NDArray[np.float64], joints: tuple[int, ...]) -> NDArray[np.float64]:
    """(P, M, 2) mean of the joints that are known, NaN where none is."""
    chosen = places[:, :, joints]
    count = np.isfinite(chosen[..., 0]).sum(axis=2)
    total = np.nansum(chosen, axis=2)
    middle: NDArray[np.float64] = total / np.where(count > 0, count, np.nan)[..., None]
    return middle


def _posture(found: Numbers, places: NDArray[np.float64], steps_s: NDArray[np.float64]) -> None:
    shoulders, hips = _middle(places, _SHOULDERS), _middle(places, _HIPS)
    spine = shoulders - hips
    lean = np.arctan2(np.abs(spine[..., 0]), -spine[..., 1])  # 0 upright, pi upside down
    _summary(found, "lean", lean)
    _summary(found, "lean_speed", np.abs(np.diff(lean, axis=1)) / steps_s)
    arms = np.stack([places[:, :, w] - places[:, :, s] for w, s in zip(_WRISTS, _SHOULDERS, strict=True)])
    _summary(found, "arm", np.linalg.norm(arms, axis=-1))
    raised = arms[..., 1][np.isfinite(arms[..., 1])] < 0
    found["arm_raised"] = float(raised.mean()) if len(raised) else 0.0


def _reach(
    found: Numbers,
    places: NDArray[np.float64],
    trunk: NDArray[np.float64],
    speeds: NDArray[np.float64],
) -> None:
    """How near wrists come to the heads and trunks of others, and how fast they are there."""
    targets = np.stack([_middle(places, (0, 1, 2, 3, 4)), trunk], axis=2)
    near, fast = [], []
    for one in range(len(places)):
        for other in range(len(places)):
            if one == other:
                continue
            wrists = places[one][:, _WRISTS, None] - targets[other][:, None]
            gaps = np.linalg.norm(wrists, axis=-1)
            gaps = np.where(np.isfinite(gaps), gaps, np.inf).min(axis=2)
            near.append(gaps.min(axis=1))
            fast.append(np.where(gaps[1:] < 0.4, np.nan_to_num(speeds[one][:, _WRISTS]), 0.0).max(axis=1))
    nearest = np.concatenate(near) if near else np.empty(0)
    nearest = nearest[np.isfinite(nearest)]
    found |= _UNKNOWN
    if len(nearest):
        found["reach"], found["reach_min"] = float(nearest.mean()), float(nearest.min())
    moving = np.concatenate(fast) if fast else np.empty(0)
    found["reach_speed"] = float(moving.mean()) if len(moving) else 0.0
    found["reach_speed_max"] = float(moving.max()) if len(moving) else 0.0


def _summary(found: Numbers, name: str, values: NDArray[np.float64]) -> None:
    known = values[np.isfinite(values)]
    found[name] = float(known.mean()) if len(known) else 0.0
    found[f"{name}_p90"] = float(np.percentile(known, 90)) if len(known) else 0.0
    found[f"{name}_max"] = float(known.max()) if len(known) else 0.0
