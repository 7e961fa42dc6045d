"""Reads the outputs of YOLO networks as Ultralytics exports them (v8 and 11; 26 end to end)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from almere_vision.detection.candidates import Arrays, Candidates, fold_scores
from almere_vision.domain.detections import CLASSES
from almere_vision.domain.errors import ModelError


def decode_yolo(
    outputs: Arrays, _input_px: tuple[int, int], columns: NDArray[np.int64], min_score: float
) -> Candidates:
    """YOLOv8 and YOLO11: one output (1, 4 + classes, N) -> candidates.

    Rows are centre x, centre y, width, height in pixels of the input, then class scores between 0 and 1.

    Args:
        outputs: the outputs; only the first is read.
        _input_px: width and height of the input; not needed, the boxes are in pixels already.
        columns: (classes,) index into our classes, or -1.
        min_score: boxes whose scores all lie below it are left out.

    Raises:
        ModelError: the output does not have this form.
    """
    shape = outputs[0].shape
    if len(shape) != 3 or shape[1] != 4 + len(columns):
        raise ModelError(
            f"output {shape} is not (1, {4 + len(columns)}, N) of a YOLO with {len(columns)} classes; "
            "correct decoder or classes"
        )
    rows = outputs[0][0]
    folded = fold_scores(rows[4:].T, columns)
    chosen = np.flatnonzero(folded.max(axis=1) >= min_score)
    centre, half = rows[:2, chosen].T, rows[2:4, chosen].T / 2
    return Candidates(np.concatenate([centre - half, centre + half], axis=1), folded[chosen])


def decode_yolo_end2end(
    outputs: Arrays, _input_px: tuple[int, int], columns: NDArray[np.int64], min_score: float
) -> Candidates:
    """YOLO26 end to end: one output (1, N, 6) -> candidates.

    Columns are x1, y1, x2, y2 in pixels of the input, score, and class number. The network has chosen one box
    for each thing and class already, but a car may still come back as a truck as well.

    Args:
        outputs: the outputs; only the first is read.
        _input_px: width and height of the input; not needed, the boxes are in pixels already.
        columns: (classes,) index into our classes, or -1.
        min_score: boxes that score below it are left out.

    Raises:
        ModelError: the output does not have this form, or names a class that does not exist.
    """
    shape = outputs[0].shape
    if len(shape) != 3 or shape[2] != 6:
        raise ModelError(f"output {shape} is not (1, N, 6) of an end-to-end YOLO; correct the decoder")
    rows = outputs[0][0]
    rows = rows[rows[:, 4] >= min_score]
    numbers = rows[:, 5].astype(np.int64)
    if len(numbers) and not 0 <= numbers.min() <= numbers.max() < len(columns):
        raise ModelError(
            f"class numbers go up to {numbers.max()}, but there are {len(columns)} classes; correct classes"
        )
    ours = columns[numbers]
    rows, ours = rows[ours >= 0], ours[ours >= 0]
    scores = np.zeros((len(rows), len(CLASSES)), np.float32)
    scores[np.arange(len(rows)), ours] = rows[:, 4]
    return Candidates(rows[:, :4], scores)
