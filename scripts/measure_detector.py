#!/usr/bin/env python3
"""Measure a network: speed, average precision on PETS2009, agreement with another one on street footage.

    python scripts/measure_detector.py --footage FOLDER --reference yolo.onnx [--size 640x384 512x288]

FOLDER holds video clips in folders, and `pets09_s2l1/gt.txt` (one line a box: frame from 1, id, left, top,
width and height in pixels); the clip of that scene has `pets09` in its name. The figures, as YAML on the
standard output, go to models/<name>/accuracy.yaml.

Agreement takes what the reference network sees at 640x640 with a score of 0.5 or more for the truth. It is no
truth: it tells where two networks differ, on footage that nobody has drawn boxes on. `unbacked` counts boxes
that the reference does not see even at a score of 0.2. Only things of at least 24 pixels high in the
reference's input count.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import yaml
from numpy.typing import NDArray

from almere_vision.config import Settings
from almere_vision.detection import Detector, load_detector
from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.geometry import Box, iou

PEOPLE = frozenset({ObjectClass.PERSON})
VEHICLES = frozenset({ObjectClass.CAR, ObjectClass.TRUCK, ObjectClass.BUS})
SAME_IOU = 0.5
REFERENCE_SCORE = 0.5
REFERENCE_PX = (640, 640)
SMALLEST_PX = 24
PETS_EVERY = 5
FRAMES_PER_CLIP = 12
LATENCY_ROUNDS = 100


def frames(path: Path, every: int = 1) -> Iterator[tuple[int, Frame]]:
    """Every n-th picture of a clip, with its number from 0."""
    with av.open(str(path)) as container:
        for number, decoded in enumerate(container.decode(video=0)):
            if number % every == 0:
                image = np.asarray(decoded.to_ndarray(format="bgr24"), np.uint8)
                at_s = float(decoded.time or 0.0)
                moment = Moment(path.stem, None, at_s, at_s, None, image.shape[1], image.shape[0])
                yield number, Frame(moment, image)


def boxes_of(found: Detections, kinds: frozenset[ObjectClass], min_score: float) -> list[tuple[float, Box]]:
    """Score and box of the detections of some classes, best first."""
    chosen = [
        (float(score), (float(box[0]), float(box[1]), float(box[2]), float(box[3])))
        for box, score, kind in zip(found.boxes, found.scores, found.classes, strict=True)
        if CLASSES[kind] in kinds and score >= min_score
    ]
    return sorted(chosen, reverse=True)


def match(found: list[tuple[float, Box]], truth: list[Box]) -> list[bool]:
    """Whether each box found, best first, is a true one that no better box has taken."""
    left = list(truth)
    hits = []
    for _, box in found:
        best = max(left, key=lambda other: iou(box, other), default=None)
        hit = best is not None and iou(box, best) >= SAME_IOU
        hits.append(hit)
        if hit and best is not None:
            left.remove(best)
    return hits


def average_precision(scored: list[tuple[float, bool]], n_truth: int) -> float:
    """Area under the precision-recall curve, precision made monotone (PASCAL VOC 2010, all points)."""
    hits: NDArray[np.float64] = np.array([hit for _, hit in sorted(scored, reverse=True)], np.float64)
    precision = hits.cumsum() / np.arange(1, len(hits) + 1)
    monotone = np.maximum.accumulate(precision[::-1])[::-1]
    return float((monotone * hits).sum() / n_truth)


def measure_pets(detector: Detector, min_score: float, clip: Path, truth_file: Path) -> dict[str, float]:
    """Average precision of people at IoU 0.5, and recall and precision at the default score."""
    truth: dict[int, list[tuple[float, ...]]] = {}
    for line in truth_file.read_text().splitlines():
        number, _, left, top, width, height, *_ = map(float, line.split(","))
        truth.setdefault(int(number) - 1, []).append((left, top, left + width, top + height))
    scored: list[tuple[float, bool]] = []
    n_truth = n_frames = 0
    for number, frame in frames(clip, PETS_EVERY):
        size = (frame.moment.width_px, frame.moment.height_px) * 2
        # people partly outside the picture are drawn whole: cut their boxes at its edge
        here: list[Box] = []
        for box in truth.get(number, []):
            x1, y1, x2, y2 = (min(max(value / side, 0.0), 1.0) for value, side in zip(box, size, strict=True))
            here.append((x1, y1, x2, y2))
        found = boxes_of(detector.detect(frame), PEOPLE, 0.0)
        scored += [(score, hit) for (score, _), hit in zip(found, match(found, here), strict=True)]
        n_truth += len(here)
        n_frames += 1
    kept = [hit for score, hit in scored if score >= min_score]
    return {
        "frames": n_frames,
        "people": n_truth,
        "ap50": round(average_precision(scored, n_truth), 3),
        "recall": round(sum(kept) / n_truth, 3),
        "precision": round(sum(kept) / len(kept), 3),
    }


def measure_agreement(
    detectors: dict[str, Detector], min_score: float, reference: Detector, clips: list[Path]
) -> dict[str, dict[str, float]]:
    """For each detector: how much of what the reference sees it finds, and how much it finds besides."""
    counts = {(name, what): np.zeros(3, np.int64) for name in detectors for what in ("people", "vehicles")}
    for clip in clips:
        total = sum(1 for _ in frames(clip))
        for _, frame in frames(clip, max(1, total // FRAMES_PER_CLIP)):
            seen = reference.detect(frame)
            sights = {name: detector.detect(frame) for name, detector in detectors.items()}
            for what, kinds in (("people", PEOPLE), ("vehicles", VEHICLES)):
                sure = large(boxes_of(seen, kinds, REFERENCE_SCORE), frame)
                likely = large(boxes_of(seen, kinds, 0.2), frame)
                for name, sight in sights.items():
                    found = large(boxes_of(sight, kinds, min_score), frame)
                    hits = sum(match(found, [box for _, box in sure]))
                    backed = sum(match(found, [box for _, box in likely]))
                    counts[name, what] += (hits, len(sure), len(found) - backed)
    return {
        f"{name} {what}": {
            "reference": int(count[1]),
            "recall": round(float(count[0]) / max(int(count[1]), 1), 3),
            "unbacked": int(count[2]),
        }
        for (name, what), count in counts.items()
    }


def large(found: list[tuple[float, Box]], frame: Frame) -> list[tuple[float, Box]]:
    """Those at least SMALLEST_PX high in the reference's input."""
    scale = min(REFERENCE_PX[0] / frame.moment.width_px, REFERENCE_PX[1] / frame.moment.height_px)
    return [
        (score, box)
        for score, box in found
        if (box[3] - box[1]) * frame.moment.height_px * scale >= SMALLEST_PX
    ]


def measure_latency(detector: Detector) -> dict[str, float]:
    """Milliseconds for one 720p picture of noise, preparation and decoding included."""
    image = np.random.default_rng(0).integers(0, 256, (720, 1280, 3), np.uint8)
    frame = Frame(Moment("noise", None, 0.0, 0.0, None, 1280, 720), image)
    times_ms = []
    for _ in range(LATENCY_ROUNDS):
        start = time.perf_counter()
        detector.detect(frame)
        times_ms.append((time.perf_counter() - start) * 1000)
    warm = np.array(times_ms[10:])
    return {"median_ms": round(float(np.median(warm)), 1), "best_ms": round(float(warm.min()), 1)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--footage", type=Path, required=True)
    parser.add_argument("--reference", required=True)
    parser.add_argument("--model", default="nanodet-416")
    parser.add_argument("--size", nargs="+", default=["640x384"])
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    models_dir = Settings().models_dir
    sizes = {text: (int(text.split("x")[0]), int(text.split("x")[1])) for text in args.size}
    clips = sorted(path for path in args.footage.glob("*/*") if path.suffix in (".mp4", ".avi"))
    (pets,) = (path for path in clips if "pets09" in path.name)
    street = [path for path in clips if "fight" not in path.parent.name]
    default = load_detector(args.model, models_dir, threads=args.threads)
    figures: dict[str, object] = {"model": default.identity, "machine": platform.processor() or "unknown"}
    for backend in ("openvino", "onnxruntime"):
        figures[f"latency_{backend}"] = {
            text: measure_latency(load_detector(args.model, models_dir, backend, size, args.threads))
            for text, size in sizes.items()
        }
    figures["pets09"] = {
        text: measure_pets(
            load_detector(args.model, models_dir, input_size=size, threads=args.threads, min_score=0.05),
            default.min_score,
            pets,
            args.footage / "pets09_s2l1" / "gt.txt",
        )
        for text, size in sizes.items()
    }
    reference = load_detector(
        args.reference, models_dir, input_size=REFERENCE_PX, threads=args.threads, min_score=0.05
    )
    figures["pets09_reference"] = measure_pets(
        reference, default.min_score, pets, args.footage / "pets09_s2l1" / "gt.txt"
    )
    detectors = {
        text: load_detector(args.model, models_dir, input_size=size, threads=args.threads)
        for text, size in sizes.items()
    }
    figures["reference"] = reference.identity
    figures["agreement"] = measure_agreement(detectors, default.min_score, reference, street)
    print(yaml.safe_dump(figures, sort_keys=False))


if __name__ == "__main__":
    main()
