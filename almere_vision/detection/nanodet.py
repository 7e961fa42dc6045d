"""Reads the outputs of NanoDet (RangiLyu 2020) and of other heads of Generalized Focal Loss.

Each side of a box is a distribution over bins, in units of the stride (Li et al., "Generalized Focal Loss",
NeurIPS 2020): its mean is the distance from the centre of the cell to that side.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from almere_vision.detection.candidates import Arrays, Candidates, fold_scores
from almere_vision.domain.errors import ModelError

SIDES = 4


def decode_nanodet(
    outputs: Arrays, input_px: tuple[int, int], columns: NDArray[np.int64], min_score: float
) -> Candidates:
    """Raw outputs of one picture -> candidates.

    Args:
        outputs: for each stride, in any order, class scores (1, cells, classes) between 0 and 1, and bins
            (1, cells, 4 * bins) that are not yet a softmax; cells run row by row.
        input_px: width and height of the input.
        columns: (classes,) index into our classes, or -1.
        min_score: cells whose scores all lie below it are left out.

    Raises:
        ModelError: the outputs do not have this form.
    """
    kept = np.flatnonzero(columns >= 0)
    centres_px, strides_px, bins, scores = [], [], [], []
    for stride_px, grid_width, cell_scores, cell_bins in _levels(outputs, input_px, len(columns)):
        cells = np.flatnonzero(cell_scores[:, kept].max(axis=1) >= min_score)
        row, column = np.divmod(cells, grid_width)
        centres_px.append(np.stack([column + 0.5, row + 0.5], axis=1) * stride_px)
        strides_px.append(np.full(len(cells), stride_px))
        bins.append(cell_bins[cells])
        scores.append(cell_scores[cells])
    distances_px = _distances(np.concatenate(bins)) * np.concatenate(strides_px)[:, None]
    centre_px = np.concatenate(centres_px)
    corners_px = [centre_px - distances_px[:, :2], centre_px + distances_px[:, 2:]]
    boxes_px = np.concatenate(corners_px, axis=1).astype(np.float32)
    return Candidates(boxes_px, fold_scores(np.concatenate(scores), columns))


def _levels(
    outputs: Arrays, input_px: tuple[int, int], n_classes: int
) -> list[tuple[int, int, NDArray[np.float32], NDArray[np.float32]]]:
    """Pair scores with bins by their cells: (stride, cells in a row, scores, bins) of each level."""
    scores = {a.shape[1]: a[0] for a in outputs if a.ndim == 3 and a.shape[2] == n_classes}
    bins = {a.shape[1]: a[0] for a in outputs if a.ndim == 3 and a.shape[2] != n_classes}
    paired = scores.keys() == bins.keys() and len(scores) + len(bins) == len(outputs)
    if not scores or not paired or len({array.shape[1] for array in bins.values()}) > 1:
        shapes = ", ".join(str(a.shape) for a in outputs)
        raise ModelError(
            f"outputs {shapes} are not those of a NanoDet with {n_classes} classes; "
            "correct decoder or classes"
        )
    levels = []
    for cells, level_scores in scores.items():
        stride_px = round((input_px[0] * input_px[1] / cells) ** 0.5)
        grid_width, grid_height = -(-input_px[0] // stride_px), -(-input_px[1] // stride_px)
        if grid_width * grid_height != cells or bins[cells].shape[1] % SIDES != 0:
            raise ModelError(
                f"{cells} cells with {bins[cells].shape[1]} bins do not fit an input of "
                f"{input_px[0]}x{input_px[1]}; correct the input size"
            )
        levels.append((stride_px, grid_width, level_scores, bins[cells]))
    return levels


def _distances(bins: NDArray[np.float32]) -> NDArray[np.float32]:
    """From the centre of a cell to the sides of its box, (N, 4) in strides, by `bins` (N, 4 * bins)."""
    logits = bins.reshape(len(bins), SIDES, bins.shape[1] // SIDES)
    weights = np.exp(logits - logits.max(axis=2, keepdims=True))
    places = np.arange(logits.shape[2], dtype=np.float32)
    distances: NDArray[np.float32] = (weights @ places) / weights.sum(axis=2)
    return distances
