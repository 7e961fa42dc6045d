"""Tube -> named numbers on motion and on how people stand to each other.

All lengths are in person heights and all times in seconds; a picture and its mirror image give the same.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from almere_vision.action.motion import Motion
from almere_vision.domain.tube import Tube

Numbers = dict[str, float]

_SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Bounds of speed, person heights a second: standing, gestures, walking, running, blows."""


def flow_numbers(motion: Motion) -> Numbers:
    """Numbers on the flow in the boxes of the people."""
    weight = np.minimum(motion.inside(), 1.0)
    total = np.maximum(weight.sum(axis=(1, 2)), 1e-6)
    speed = np.linalg.norm(motion.flow, axis=-1)
    found: Numbers = {}
    mean = (speed * weight).sum(axis=(1, 2)) / total
    _add_series(found, "flow_mean", mean)
    high, top = _percentiles(speed, weight, (90, 98))
    _add_series(found, "flow_p90", high)
    _add_series(found, "flow_p98", top)
    found["flow_jump"] = float(np.abs(np.diff(mean)).mean())
    found["flow_burst"] = float(mean.max() / max(float(mean.mean()), 1e-3))
    outside = 1.0 - weight
    calm = (speed * outside).sum() / max(float(outside.sum()), 1e-6)
    found["flow_contrast"] = float(mean.mean() - calm)
    energy = speed * weight
    all_energy = max(float(energy.sum()), 1e-6)
    for low, bound in zip((0.0, *_SPEEDS), (*_SPEEDS, np.inf), strict=True):
        share = weight[(speed >= low) & (speed < bound)].sum() / max(float(weight.sum()), 1e-6)
        found[f"flow_share_{low:g}"] = float(share)
    found |= _directions(motion.flow, speed, weight, all_energy)
    found |= _accelerations(motion, weight)
    found |= _where(motion, energy, all_energy)
    return found


def _directions(
    flow: NDArray[np.float32], speed: NDArray[np.float32], weight: NDArray[np.float32], all_energy: float
) -> Numbers:
    """How mixed directions are, in a picture, in a place over time, and from cell to cell."""
    weighted = flow * weight[..., None]
    in_picture = np.linalg.norm(weighted.sum(axis=(1, 2)), axis=-1).sum()
    in_place = np.linalg.norm(weighted.sum(axis=0), axis=-1).sum()
    found = {
        "mixed_in_picture": float(1 - in_picture / all_energy),
        "mixed_in_place": float(1 - in_place / all_energy),
    }
    angle = np.arctan2(-flow[..., 1], np.abs(flow[..., 0]))  # up is positive, left and right are one
    energy = speed * weight
    bounds = np.linspace(-np.pi / 2, np.pi / 2 + 1e-6, 6)
    for number in range(5):
        chosen = (angle >= bounds[number]) & (angle < bounds[number + 1])
        found[f"direction_{number}"] = float(energy[chosen].sum() / all_energy)
    if flow.shape[1] > 1 and flow.shape[2] > 1:
        dx_y, dx_x = np.gradient(flow[..., 0], axis=(1, 2))
        dy_y, dy_x = np.gradient(flow[..., 1], axis=(1, 2))
        mean_weight = max(float(weight.sum()), 1e-6)
        found["divergence"] = float((np.abs(dx_x + dy_y) * weight).sum() / mean_weight)
        found["curl"] = float((np.abs(dy_x - dx_y) * weight).sum() / mean_weight)
        found["shear"] = float((np.hypot(dx_x - dy_y, dx_y + dy_x) * weight).sum() / mean_weight)
    return found


def _accelerations(motion: Motion, weight: NDArray[np.float32]) -> Numbers:
    between_s = np.maximum(np.diff(motion.times_s), 1e-3)[:, None, None]
    change = np.linalg.norm(np.diff(motion.flow, axis=0), axis=-1) / between_s
    shared = np.maximum(weight[1:], weight[:-1])
    mean = (change * shared).sum(axis=(1, 2)) / np.maximum(shared.sum(axis=(1, 2)), 1e-6)
    found: Numbers = {}
    _add_series(found, "acceleration_mean", mean)
    (high,) = _percentiles(change.astype(np.float32), shared, (95,))
    _add_series(found, "acceleration_p95", high)
    return found


def _where(motion: Motion, energy: NDArray[np.float32], all_energy: float) -> Numbers:
    """In which part of bodies, between whom, and how concentrated the motion is."""
    found: Numbers = {}
    parts, areas = _thirds(motion, energy)
    means = parts / np.maximum(areas, 1.0)
    for name, value in zip(("head", "trunk", "legs"), means, strict=True):
        found[f"part_{name}"] = float(value)
    found["part_upper_share"] = float(parts[:2].sum() / max(parts.sum(), 1e-6))
    count = motion.inside()
    shared = count >= 2
    found["shared_speed"] = float(energy[shared].mean()) if shared.any() else 0.0
    found["shared_area"] = float(shared.sum() / max(float((count >= 1).sum()), 1.0))
    found["shared_energy"] = float(energy[shared].sum() / all_energy)
    by_cell = np.sort(energy.sum(axis=0).ravel())[::-1]
    found["concentrated"] = float(by_cell[: max(1, len(by_cell) // 10)].sum() / all_energy)
    return found


def _thirds(motion: Motion, energy: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Energy, and cells, in the upper, middle and lower third of all boxes: (3,) each."""
    height, width = energy.shape[1:]
    y, x = np.arange(height) + 0.5, np.arange(width) + 0.5
    x1, y1, x2, y2 = np.moveaxis(motion.people[..., None].astype(np.float64), 2, 0)
    across = ((x >= x1) & (x <= x2)).astype(np.float64)
    third = (y - y1) / np.where(y2 > y1, y2 - y1, np.nan) * 3
    parts, areas = np.zeros(3), np.zeros(3)
    for part in range(3):
        down = ((third >= part) & (third < part + 1)).astype(np.float64)
        parts[part] = np.einsum("thw,pth,ptw->", energy, down, across, optimize=True)
        areas[part] = (down.sum(axis=2) * across.sum(axis=2)).sum()
    return parts, areas


def change_numbers(motion: Motion) -> Numbers:
    """Numbers on frame differences in the boxes of the people."""
    weight = np.minimum(motion.inside(), 1.0)
    total = np.maximum(weight.sum(axis=(1, 2)), 1e-6)
    per_s: NDArray[np.float32] = motion.change / motion.steps_s.astype(np.float32)[:, None, None]
    found: Numbers = {}
    mean = (per_s * weight).sum(axis=(1, 2)) / total
    _add_series(found, "change_mean", mean)
    high, top = _percentiles(per_s, weight, (90, 98))
    _add_series(found, "change_p90", high)
    _add_series(found, "change_p98", top)
    outside = 1.0 - weight
    calm = (per_s * outside).sum() / max(float(outside.sum()), 1e-6)
    found["change_outside"] = float(calm)
    found["change_ratio"] = float(np.log((mean.mean() + 0.05) / (calm + 0.05)))
    found["change_jump"] = float(np.abs(np.diff(mean)).mean())
    return found


def kinematic_numbers(tube: Tube) -> Numbers:
    """Numbers on the boxes alone: how near, how fast, how their shapes change."""
    aspect = tube.picture_px[0] / tube.picture_px[1]
    boxes = tube.people.astype(np.float64) * np.array([aspect, 1.0, aspect, 1.0])
    heights = boxes[..., 3] - boxes[..., 1]
    widths = boxes[..., 2] - boxes[..., 0]
    medians = [float(np.median(row[np.isfinite(row)])) for row in heights if np.isfinite(row).any()]
    tall = max([*medians, 1e-6])
    boxes, heights, widths = boxes / tall, heights / tall, widths / tall
    middles = np.stack([(boxes[..., 0] + boxes[..., 2]) / 2, (boxes[..., 1] + boxes[..., 3]) / 2], axis=-1)
    seen = np.isfinite(heights)
    together = seen.sum(axis=0)
    found: Numbers = {
        "people_mean": float(together.mean()),
        "people_max": float(together.max()),
        "broken": len(tube.ids) / max(float(together.max()), 1.0),
        "seen_share": float(seen.any(axis=0).mean()),
        "tube_area": (tube.box[2] - tube.box[0]) * aspect * (tube.box[3] - tube.box[1]) / tall**2,
    }
    found |= _pair_numbers(boxes, middles, seen, tube.times_s)
    speeds = _speeds(middles, tube.times_s)
    found["speed_mean"], found["speed_max"] = _mean_max(speeds)
    found["rise_max"] = _mean_max(_speeds(boxes[..., 1:2], tube.times_s))[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        shape = np.log(np.maximum(widths, 1e-3) / np.maximum(heights, 1e-3))
    found["shape_mean"], found["shape_max"] = _mean_max(shape)
    found["shape_speed"], found["shape_speed_max"] = _mean_max(_speeds(shape[..., None], tube.times_s))
    found["height_speed"] = _mean_max(_speeds(heights[..., None], tube.times_s))[0]
    spans = [np.ptp(row[np.isfinite(row)]) for row in heights if np.isfinite(row).any()]
    found["height_span"] = float(max(spans)) if spans else 0.0
    return found


def _pair_numbers(
    boxes: NDArray[np.float64],
    middles: NDArray[np.float64],
    seen: NDArray[np.bool_],
    times_s: NDArray[np.float64],
) -> Numbers:
    """Numbers on the nearest pair at each moment; far apart and at rest where nobody makes a pair."""
    far, count = 3.0, len(times_s)
    gap, share, closing = np.full(count, far), np.zeros(count), np.zeros(count)
    velocity = np.gradient(middles, times_s, axis=1) if count > 1 else np.zeros_like(middles)
    for first in range(len(boxes)):
        for second in range(first + 1, len(boxes)):
            both = seen[first] & seen[second]
            apart = np.linalg.norm(middles[first] - middles[second], axis=-1)
            nearer = both & (apart < gap)
            gap[nearer] = apart[nearer]
            relative = np.linalg.norm(velocity[first] - velocity[second], axis=-1)
            closing[nearer] = np.nan_to_num(relative[nearer])
            share = np.where(both, np.maximum(share, _overlaps(boxes[first], boxes[second])), share)
    return {
        "gap_min": float(gap.min()),
        "gap_mean": float(gap.mean()),
        "gap_spread": float(gap.std()),
        "near_share": float((gap < 0.6).mean()),
        "overlap_mean": float(share.mean()),
        "overlap_max": float(share.max()),
        "pair_speed_mean": float(closing.mean()),
        "pair_speed_max": float(closing.max()),
    }


def _overlaps(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shared area as a share of the smaller box, (T,), NaN where one is unseen."""
    low, high = np.maximum(a[:, :2], b[:, :2]), np.minimum(a[:, 2:], b[:, 2:])
    shared = np.prod(np.maximum(high - low, 0.0), axis=1)
    smaller = np.minimum(np.prod(a[:, 2:] - a[:, :2], axis=1), np.prod(b[:, 2:] - b[:, :2], axis=1))
    share: NDArray[np.float64] = np.nan_to_num(shared / np.maximum(smaller, 1e-9))
    return share


def _speeds(values: NDArray[np.float64], times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Absolute change a second of (P, T, n) over two steps, which evens out the jitter of boxes."""
    if values.shape[1] < 3:
        return np.full((values.shape[0], 0), np.nan)
    change = np.linalg.norm(values[:, 2:] - values[:, :-2], axis=-1)
    speeds: NDArray[np.float64] = change / np.maximum(times_s[2:] - times_s[:-2], 1e-3)
    return speeds


def _mean_max(values: NDArray[np.float64]) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    return (float(known.mean()), float(known.max())) if len(known) else (0.0, 0.0)


def _add_series(found: Numbers, name: str, values: NDArray[np.float32]) -> None:
    found[name] = float(values.mean())
    found[f"{name}_max"] = float(values.max())
    found[f"{name}_spread"] = float(values.std())


def _percentiles(
    values: NDArray[np.float32], weight: NDArray[np.float32], wanted: tuple[int, ...]
) -> list[NDArray[np.float32]]:
    """Percentiles of each picture over the cells that count, as `np.percentile`; 0 where none does."""
    counts = (weight > 0).reshape(len(weight), -1)
    cells = np.where(counts, values.reshape(len(values), -1), np.float32(np.inf))
    cells.sort(axis=1)  # those that do not count come last
    last = counts.sum(axis=1) - 1
    steps = np.arange(len(cells))
    found = []
    for percent in wanted:
        place = np.maximum(last, 0) * (percent / 100)
        below = np.floor(place).astype(np.int64)
        low, high = cells[steps, below], cells[steps, np.minimum(below + 1, np.maximum(last, 0))]
        with np.errstate(invalid="ignore"):
            found.append(np.where(last >= 0, low + (high - low) * (place - below), 0).astype(np.float32))
    return found
