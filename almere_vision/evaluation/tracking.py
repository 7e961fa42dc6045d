"""How well persons are found and followed: HOTA, IDF1, MOTA and AP, at several rates of pictures.

The figures come from libraries: `trackers.eval` for tracking (a port of TrackEval, the reference of HOTA,
Luiten et al., IJCV 2021; our tests hold it against TrackEval itself) and `supervision` for AP.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from trackers.eval import box_iou, compute_clear_metrics, compute_hota_metrics, compute_identity_metrics

from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.errors import LabelFileError
from almere_vision.domain.tracks import Tracks
from almere_vision.evaluation.report import TrackingFigures

_PERSON = CLASSES.index(ObjectClass.PERSON)


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Objects in one picture: ids (N,) int64, and boxes (N, 4) float64 as x1 y1 x2 y2 in pixels."""

    ids: NDArray[np.int64]
    boxes: NDArray[np.float64]


NOTHING = Boxes(np.zeros(0, np.int64), np.zeros((0, 4)))


def read_truth(path: Path) -> dict[int, Boxes]:
    """Read boxes in MOTChallenge form; the picture number in the file counts from 1, ours from 0.

    Lines are frame, id, left, top, width, height, and perhaps more; a seventh field of 0 means "leave out".

    Raises:
        LabelFileError: a line is not that; with its number.
    """
    pictures: dict[int, list[tuple[float, ...]]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LabelFileError(f"{path}: cannot be read ({error})") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            frame, identity, left, top, width, height, *rest = (float(field) for field in line.split(","))
        except ValueError:
            raise LabelFileError(f"{path}:{number}: is not frame,id,left,top,width,height") from None
        if frame < 1 or width <= 0 or height <= 0:
            raise LabelFileError(f"{path}:{number}: frames count from 1, and a box has an area")
        if not rest or rest[0] != 0:
            box = (identity, left, top, left + width, top + height)
            pictures.setdefault(int(frame) - 1, []).append(box)
    if not pictures:
        raise LabelFileError(f"{path}: holds no boxes")
    return {picture: _boxes(rows) for picture, rows in pictures.items()}


def person_boxes(pictures: Mapping[int, Tracks]) -> dict[int, Boxes]:
    """Tracks of persons in pixels, by number of the picture; ids are numbered in order of appearance."""
    numbers: dict[str, int] = {}
    found = {}
    for picture, tracks in sorted(pictures.items()):
        moment = tracks.moment
        rows = [
            (
                float(numbers.setdefault(track.id, len(numbers))),
                track.box[0] * moment.width_px,
                track.box[1] * moment.height_px,
                track.box[2] * moment.width_px,
                track.box[3] * moment.height_px,
            )
            for track in tracks.tracks
            if track.kind is ObjectClass.PERSON
        ]
        found[picture] = _boxes(rows)
    return found


def tracking_figures(
    truth: Mapping[int, Boxes], tracks: Mapping[int, Boxes], rate_fps: float, iou_min: float
) -> TrackingFigures:
    """Compare tracks with the truth on the pictures that the tracker was shown (the keys of `tracks`)."""
    pictures = sorted(tracks)
    truth_ids, truth_boxes = _columns([truth.get(picture, NOTHING) for picture in pictures])
    track_ids, track_boxes = _columns([tracks[picture] for picture in pictures])
    similarity = [
        box_iou(a, b, box_format="xyxy") if len(a) and len(b) else np.zeros((len(a), len(b)))
        for a, b in zip(truth_boxes, track_boxes, strict=True)
    ]
    hota = compute_hota_metrics(truth_ids, track_ids, similarity)
    identity = compute_identity_metrics(truth_ids, track_ids, similarity, threshold=iou_min)
    clear = compute_clear_metrics(truth_ids, track_ids, similarity, threshold=iou_min)
    return TrackingFigures(
        rate_fps=rate_fps,
        pictures=len(pictures),
        hota=float(hota["HOTA"]),
        deta=float(hota["DetA"]),
        assa=float(hota["AssA"]),
        idf1=float(identity["IDF1"]),
        mota=float(clear["MOTA"]),
        id_switches=int(clear["IDSW"]),
    )


def detection_ap(truth: Mapping[int, Boxes], detections: Mapping[int, Detections]) -> tuple[float, float]:
    """AP of persons at IoU 0.50, and its mean over IoU 0.50 to 0.95 (COCO)."""
    import supervision as sv  # slow to import, and only this level needs it
    from supervision.metrics import MeanAveragePrecision

    predicted, wanted = [], []
    for picture, found in sorted(detections.items()):
        moment = found.moment
        persons = found.classes == _PERSON
        size = np.array([moment.width_px, moment.height_px] * 2, np.float64)
        boxes = found.boxes[persons].astype(np.float64) * size
        true_boxes = truth.get(picture, NOTHING).boxes
        predicted.append(
            sv.Detections(boxes, confidence=found.scores[persons], class_id=np.zeros(len(boxes), int))
        )
        wanted.append(sv.Detections(true_boxes, class_id=np.zeros(len(true_boxes), int)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of empty size classes, which we do not read
        result = MeanAveragePrecision().update(predicted, wanted).compute()
    return float(result.map50), float(result.map50_95)


def every(detections: Mapping[int, Detections], full_fps: float, rate_fps: float) -> dict[int, Detections]:
    """The pictures that a camera would give at a lower rate: the first, and then each that is due."""
    step_s, due_s, kept = 1 / rate_fps, 0.0, {}
    for picture, found in sorted(detections.items()):
        if picture / full_fps >= due_s - 1e-6:
            kept[picture] = found
            due_s += step_s
    return kept


def _boxes(rows: Iterable[Sequence[float]]) -> Boxes:
    table = np.array(list(rows), np.float64).reshape(-1, 5)
    return Boxes(table[:, 0].astype(np.int64), table[:, 1:])


def _columns(pictures: Sequence[Boxes]) -> tuple[list[NDArray[np.int64]], list[NDArray[np.float64]]]:
    return [picture.ids for picture in pictures], [picture.boxes for picture in pictures]
