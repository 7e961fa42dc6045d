"""Boxes that a decoder proposes, and the choice among them: one box for one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from almere_vision.detection.classes import MERGED
from almere_vision.domain.detections import CLASSES

Arrays = tuple[NDArray[np.float32], ...]

# Group of each class: those in MERGED share one, so a car that is also called a truck stays one vehicle.
_GROUP_OF_CLASS = np.array(
    [CLASSES.index(MERGED[0]) if kind in MERGED else index for index, kind in enumerate(CLASSES)], np.int64
)
_MOST_CANDIDATES = 2000  # a picture in which every cell fires must not make suppression quadratic


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Proposals of a network, before boxes of the same thing are brought together.

    Attributes:
        boxes_px: (N, 4) float32, x1 y1 x2 y2 in pixels of the network's input.
        scores: (N, 6) float32, 0..1, one column for each of `CLASSES`.
    """

    boxes_px: NDArray[np.float32]
    scores: NDArray[np.float32]


class Decoder(Protocol):
    """Reads the raw outputs of one picture.

    `columns` is (network classes,) with the index into `CLASSES` or -1; candidates whose scores all lie below
    `min_score` are left out. Raises ModelError when the outputs do not have the decoder's form.
    """

    def __call__(
        self, outputs: Arrays, input_px: tuple[int, int], columns: NDArray[np.int64], min_score: float, /
    ) -> Candidates: ...


def fold_scores(scores: NDArray[np.float32], columns: NDArray[np.int64]) -> NDArray[np.float32]:
    """Scores of a network's classes (N, C) -> scores of ours (N, 6): the best of those that mean the same."""
    folded = np.zeros((len(scores), len(CLASSES)), np.float32)
    for column in np.flatnonzero(columns >= 0):
        ours = columns[column]
        np.maximum(folded[:, ours], scores[:, column], out=folded[:, ours])
    return folded


def choose(
    candidates: Candidates, min_score: float, max_iou: float
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
    """Keep one box for each thing: greedy non-maximum suppression within each group of classes.

    Car, truck and bus are one group; the box that stays gets the label that scores best in it.

    Args:
        candidates: proposals.
        min_score: lowest score that counts, 0..1.
        max_iou: boxes of one group that overlap more than this are the same thing, 0..1.

    Returns:
        boxes (N, 4) in pixels of the input, scores (N,), classes (N,) as indices into `CLASSES`; best first.
    """
    rows, scores, classes = _best_of_each_group(candidates.scores, min_score)
    order = np.argsort(-scores, kind="stable")[:_MOST_CANDIDATES]
    rows, scores, classes = rows[order], scores[order], classes[order]
    boxes = candidates.boxes_px[rows]
    if len(boxes) > 0:
        corner_and_size = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
        groups = _GROUP_OF_CLASS[classes]
        kept = cv2.dnn.NMSBoxesBatched(
            corner_and_size.tolist(), scores.tolist(), groups.tolist(), min_score, max_iou
        )
        chosen = np.sort(np.asarray(kept, np.int64).reshape(-1))
        boxes, scores, classes = boxes[chosen], scores[chosen], classes[chosen]
    return boxes, scores, classes


def _best_of_each_group(
    scores: NDArray[np.float32], min_score: float
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
    """For each candidate and group whose best class reaches `min_score`: row, that score, that class."""
    rows, best, classes = [], [], []
    for group in np.unique(_GROUP_OF_CLASS):
        members = np.flatnonzero(group == _GROUP_OF_CLASS)
        of_group = scores[:, members]
        winner = of_group.argmax(axis=1)
        top = of_group[np.arange(len(scores)), winner]
        reached = np.flatnonzero(top >= min_score)
        rows.append(reached)
        best.append(top[reached])
        classes.append(members[winner[reached]])
    return np.concatenate(rows), np.concatenate(best), np.concatenate(classes)
