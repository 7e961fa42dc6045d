"""How a tube moves: optical flow without the camera's own motion, and frame differences.

Nothing here depends on how bright, how contrasted or how large the pictures are: tubes are scaled to one
height of people, and grey values are divided by their own spread.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.tube import Tube

HEIGHT_PX: Final = 80
"""People are brought to this height before motion is measured."""

CELL_PX: Final = 4
"""Motion is kept as means over squares of this side."""

_LONG_SIDE_PX: Final = 224
_LEAST_SIDE_PX: Final = 32
_GREY_STEPS: Final = 40.0
"""Grey steps for one standard deviation."""


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Motion between neighbouring pictures of a tube, on a grid of cells.

    Attributes:
        times_s: (T-1,) middle of each step.
        steps_s: (T-1,) length of each step.
        flow: (T-1, h, w, 2) x and y in person heights a second, without the motion of the background.
        change: (T-1, h, w) mean absolute change of grey, in standard deviations of the tube.
        people: (P, T-1, 4) boxes of the people in cells, NaN where not seen.
        cell: side of a cell in person heights.
    """

    times_s: NDArray[np.float64]
    steps_s: NDArray[np.float64]
    flow: NDArray[np.float32]
    change: NDArray[np.float32]
    people: NDArray[np.float32]
    cell: float

    def inside(self) -> NDArray[np.float32]:
        """(T-1, h, w): in how many boxes of people each cell lies."""
        height, width = self.change.shape[1:]
        x, y = np.arange(width) + 0.5, np.arange(height) + 0.5
        x1, y1, x2, y2 = np.moveaxis(self.people[..., None], 2, 0)
        across = (x >= x1) & (x <= x2)
        down = (y >= y1) & (y <= y2)
        counts: NDArray[np.float32] = np.einsum(
            "pth,ptw->thw", down.astype(np.float32), across.astype(np.float32)
        )
        return counts


def measure_motion(tube: Tube) -> Motion | None:
    """Motion in a tube; None when it has fewer than three pictures, or nobody of a size that can be told."""
    boxes = tube.people_px()
    with np.errstate(invalid="ignore"):
        heights = boxes[..., 3] - boxes[..., 1]
    if len(tube.times_s) < 3 or not np.isfinite(heights).any():
        return None
    tall_px = float(np.nanmax([np.nanmedian(row) for row in heights if np.isfinite(row).any()]))
    if tall_px < 1:
        return None
    size, scale = _working_size(tube.size_px, tall_px)
    grey = _even_grey(tube.pictures, size)
    dense = _flow(grey)
    cells = (max(1, size[0] // CELL_PX), max(1, size[1] // CELL_PX))
    flow = np.stack([_shrink(step, cells) for step in dense])
    change = np.stack(
        [
            _shrink(cv2.absdiff(after, before).astype(np.float32), cells)
            for before, after in itertools.pairwise(grey)
        ]
    )
    steps_s = np.maximum(np.diff(tube.times_s), 1e-3)
    per_cell = np.array([cells[0] / tube.size_px[0], cells[1] / tube.size_px[1]] * 2, np.float32)
    people = _between(boxes) * per_cell
    motion = Motion(
        times_s=(tube.times_s[1:] + tube.times_s[:-1]) / 2,
        steps_s=steps_s,
        flow=flow,
        change=change / np.float32(_GREY_STEPS),
        people=people,
        cell=size[0] / cells[0] / (tall_px * scale),
    )
    _steady(motion)
    motion.flow[...] /= np.float32(tall_px * scale) * steps_s[:, None, None, None].astype(np.float32)
    return motion


def _working_size(size_px: tuple[int, int], tall_px: float) -> tuple[tuple[int, int], float]:
    scale = min(HEIGHT_PX / tall_px, _LONG_SIDE_PX / max(size_px))
    scale = max(scale, _LEAST_SIDE_PX / min(size_px))
    return (round(size_px[0] * scale), round(size_px[1] * scale)), scale


def _even_grey(pictures: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """(T, h, w) uint8 whose mean and spread are the same for every tube."""
    how = cv2.INTER_AREA if size[0] < pictures.shape[2] else cv2.INTER_LINEAR
    grey = np.empty((len(pictures), size[1], size[0]), np.float32)
    for shown, picture in zip(grey, pictures, strict=True):
        shown[...] = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), size, interpolation=how)
    spread = max(float(grey.std()), 1.0)
    # each picture by its own mean: automatic exposure and flicker of lamps are no motion
    grey -= grey.mean(axis=(1, 2), keepdims=True)
    grey *= _GREY_STEPS / spread
    grey += 128
    even: NDArray[np.uint8] = np.clip(grey, 0, 255, out=grey).astype(np.uint8)
    return even


def _flow(grey: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    """Dense inverse search (Kroeger et al., ECCV 2016): (h, w, 2) pixels for each step."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    # at half size, where the preset stops at a quarter; without its refinement that costs little (ADR 33)
    search.setFinestScale(1)
    search.setGradientDescentIterations(12)
    search.setVariationalRefinementIterations(0)
    return [
        np.asarray(search.calc(before, after, None), np.float32)  # type: ignore[call-overload]
        for before, after in itertools.pairwise(grey)
    ]


def _shrink(values: NDArray[np.float32], cells: tuple[int, int]) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(values, cells, interpolation=cv2.INTER_AREA), np.float32)


def _between(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Boxes (P, T, 4) -> (P, T-1, 4) in the middle of each step; seen at one end is enough."""
    both = (boxes[:, 1:] + boxes[:, :-1]) * np.float32(0.5)
    one = np.where(np.isnan(boxes[:, 1:]), boxes[:, :-1], boxes[:, 1:])
    between: NDArray[np.float32] = np.where(np.isnan(both), one, both)
    return between


def _steady(motion: Motion) -> None:
    """Take the motion of the background, its median over the cells in no box, off the flow of each step."""
    outside = motion.inside() == 0
    for flow, free in zip(motion.flow, outside, strict=True):
        cells = flow[free] if free.sum() >= 8 else flow.reshape(-1, 2)
        flow -= np.median(cells, axis=0)
