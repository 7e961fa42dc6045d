"""Tells pictures on which nothing has moved, so that nobody need look at them again."""

from __future__ import annotations

from typing import Final

import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

_CELL_PX: Final = 8
_WIDE_PX: Final = 640
"""Of a wider picture every second (third, ...) pixel is taken: a cell is about as much of a street."""

CHANGED_GREY: Final = 6.0
"""A cell whose mean grey (0..255) changed by more has changed. Noise of a sensor at night (8 grey levels a
pixel) moves the mean of a cell by 1."""


class Gate:
    """Compares each picture with the last one that was looked at, cell by cell.

    The first picture, one of another size, and one after `keep_alive_s` always count as changed: what
    stands still for long is looked at again, and a miss of the detector does not last.
    """

    def __init__(self, keep_alive_s: float) -> None:
        self._keep_alive_s = keep_alive_s
        self._seen: NDArray[np.float32] | None = None
        self._seen_s = 0.0

    def unchanged(self, frame: VideoFrame, media_time_s: float) -> bool:
        """Whether nothing moved since the last picture for which this was False."""
        cells = grey_cells(frame)
        if cells is None:
            return False
        before = self._seen
        if (
            before is not None
            and before.shape == cells.shape
            and 0 <= media_time_s - self._seen_s < self._keep_alive_s
            and float(np.abs(cells - before).max()) <= CHANGED_GREY
        ):
            return True
        self._seen, self._seen_s = cells, media_time_s
        return False


def grey_cells(frame: VideoFrame) -> NDArray[np.float32] | None:
    """Mean grey of cells of about 8x8 pixels, as (rows, columns) float32.

    None for pictures whose first plane is not brightness in bytes, and for ones smaller than a cell.
    """
    planar = frame.format.name.startswith(("yuv4", "yuvj4", "nv12", "nv21", "gray"))
    if not planar or frame.format.components[0].bits != 8:
        return None
    plane = frame.planes[0]
    luma = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return cells_of(luma[: frame.height, : frame.width])


def cells_of(luma: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """Mean grey of the cells of one plane (height_px, width_px); None for one that is smaller than a cell."""
    step = max(1, round(luma.shape[1] / _WIDE_PX))
    luma = luma[::step, ::step]
    rows, columns = luma.shape[0] // _CELL_PX, luma.shape[1] // _CELL_PX
    if not rows or not columns:
        return None
    luma = luma[: rows * _CELL_PX, : columns * _CELL_PX]
    # Adding up rows first runs along memory; the sum of 8 bytes fits into 16 bits.
    sums = luma.reshape(rows, _CELL_PX, -1).sum(axis=1, dtype=np.uint16)
    cells = sums.reshape(rows, columns, _CELL_PX).sum(axis=2, dtype=np.uint16)
    grey: NDArray[np.float32] = cells.astype(np.float32) / np.float32(_CELL_PX**2)
    return grey
