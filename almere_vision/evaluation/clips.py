"""Fight or not: scores of short clips against their labels, by source and by group.

Clips of one group (source video or camera) look alike, so a group never stands on both sides of a split,
and intervals draw whole groups. ROC, AUC and average precision are scikit-learn's.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import (  # type: ignore[import-untyped]
    average_precision_score,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

from almere_vision.domain.errors import LabelFileError
from almere_vision.evaluation.intervals import CONFIDENCE, Floats
from almere_vision.evaluation.metrics import share_figure
from almere_vision.evaluation.report import ClipsReport, Confusion, Figure, ScoredClip
from almere_vision.evaluation.suite import ClipsSettings

_COLUMNS = ("file", "label", "group", "split")


@dataclass(frozen=True, slots=True)
class SplitClip:
    """One line of a split file."""

    file: str
    positive: bool
    group: str
    split: str


def read_splits(path: Path, positive: str) -> list[SplitClip]:
    """Read a CSV with file, label, group and split.

    Raises:
        LabelFileError: a column or value is missing, a clip stands there twice, or a group stands on both
            sides of a split; with file and line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LabelFileError(f"{path}: cannot be read as CSV ({error})") from None
    clips: list[SplitClip] = []
    sides: dict[str, tuple[str, int]] = {}
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        for column in _COLUMNS:
            if not (row.get(column) or "").strip():
                raise LabelFileError(f"{path}:{line}: `{column}` is missing: add it")
        clip = SplitClip(row["file"], row["label"] == positive, row["group"], row["split"])
        if clip.file in seen:
            raise LabelFileError(f"{path}:{line}: {clip.file} stands here twice: keep one")
        seen.add(clip.file)
        split, first_line = sides.setdefault(clip.group, (clip.split, line))
        if split != clip.split:
            raise LabelFileError(
                f"{path}:{line}: group {clip.group!r} is in {clip.split!r} here and in {split!r} on line "
                f"{first_line}: clips of one group look alike, so keep them on one side"
            )
        clips.append(clip)
    if not clips:
        raise LabelFileError(f"{path}: names no clips")
    return clips


def read_scores(path: Path) -> dict[str, float]:
    """Read the output of `almere score`: JSON lines with `clip` and `fight` (0..1).

    Raises:
        LabelFileError: a line is not that; with its number.
    """
    scores: dict[str, float] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LabelFileError(f"{path}: cannot be read ({error})") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            clip, score = str(entry["clip"]), float(entry["fight"])
        except (ValueError, TypeError, KeyError):
            raise LabelFileError(f"{path}:{number}: is not an object with `clip` and `fight`") from None
        if not 0 <= score <= 1:
            raise LabelFileError(f"{path}:{number}: fight is {score:g}, which is not between 0 and 1")
        scores[clip] = score
    return scores


def scored(clips: Sequence[SplitClip], scores: Mapping[str, float], test: Sequence[str]) -> list[ScoredClip]:
    """Join the clips of the test splits with their scores; a score may carry any leading folders.

    Raises:
        LabelFileError: a clip has no score, or no clip is in the test splits.
    """
    by_tail = {"/".join(Path(clip).parts[-2:]): score for clip, score in scores.items()}
    found = []
    for clip in clips:
        if clip.split not in test:
            continue
        score = scores.get(clip.file, by_tail.get("/".join(Path(clip.file).parts[-2:])))
        if score is None:
            raise LabelFileError(f"{clip.file}: has no score: run `almere score` on all clips of the split")
        found.append(ScoredClip(clip=clip.file, group=clip.group, positive=clip.positive, score=score))
    if not found:
        raise LabelFileError(f"no clip is in the splits {', '.join(test)}")
    return found


def clips_report(clips: Sequence[ScoredClip], settings: ClipsSettings, seed: int) -> ClipsReport:
    """All figures over the scored clips."""
    clips = sorted(clips, key=lambda clip: clip.clip)
    truth, score = _arrays(clips)
    overall = _confusion("all", clips, settings.threshold)
    both = 0 < truth.sum() < len(truth)
    false_rate, true_rate, _ = roc_curve(truth, score) if both else ((), (), ())
    precision, recall, _ = precision_recall_curve(truth, score) if truth.any() else ((), (), ())
    return ClipsReport(
        threshold=settings.threshold,
        overall=overall,
        accuracy=share_figure(overall.true_positive + overall.true_negative, overall.clips),
        roc_auc=_by_groups(clips, roc_auc, settings.replicates, seed),
        average_precision=_by_groups(clips, average_precision, settings.replicates, seed),
        sources=_parts(clips, lambda clip: _source(clip.group, settings.sources), settings.threshold),
        groups=_parts(clips, lambda clip: clip.group, settings.threshold),
        roc=tuple((float(x), float(y)) for x, y in zip(false_rate, true_rate, strict=True)),
        precision_recall=tuple((float(x), float(y)) for x, y in zip(recall, precision, strict=True)),
        clips=tuple(clips),
    )


def roc_auc(truth: Floats, score: Floats) -> float | None:
    """Area under the ROC curve; None when only one class is present."""
    return float(roc_auc_score(truth, score)) if 0 < truth.sum() < len(truth) else None


def average_precision(truth: Floats, score: Floats) -> float | None:
    """Average precision; None without a positive clip."""
    return float(average_precision_score(truth, score)) if truth.any() else None


def _arrays(clips: Sequence[ScoredClip]) -> tuple[Floats, Floats]:
    return (
        np.array([clip.positive for clip in clips], np.float64),
        np.array([clip.score for clip in clips], np.float64),
    )


def _confusion(name: str, clips: Sequence[ScoredClip], threshold: float) -> Confusion:
    truth, score = _arrays(clips)
    positive, called = truth > 0, score >= threshold
    right = int((positive == called).sum())
    return Confusion(
        name=name,
        clips=len(clips),
        true_positive=int((positive & called).sum()),
        false_positive=int((~positive & called).sum()),
        true_negative=int((~positive & ~called).sum()),
        false_negative=int((positive & ~called).sum()),
        accuracy=right / len(clips) if clips else None,
        roc_auc=roc_auc(truth, score),
        average_precision=average_precision(truth, score),
    )


def _parts(
    clips: Sequence[ScoredClip], name: Callable[[ScoredClip], str], threshold: float
) -> tuple[Confusion, ...]:
    parts: dict[str, list[ScoredClip]] = defaultdict(list)
    for clip in clips:
        parts[name(clip)].append(clip)
    return tuple(_confusion(part, members, threshold) for part, members in sorted(parts.items()))


def _source(group: str, sources: Mapping[str, str]) -> str:
    return next((name for prefix, name in sources.items() if group.startswith(prefix)), "other")


def _by_groups(
    clips: Sequence[ScoredClip],
    statistic: Callable[[Floats, Floats], float | None],
    replicates: int,
    seed: int,
) -> Figure:
    """A figure over clips with its 95 % interval, by drawing whole groups with replacement."""
    truth, score = _arrays(clips)
    names = sorted({clip.group for clip in clips})
    members = [np.flatnonzero([clip.group == name for clip in clips]) for name in names]
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(replicates):
        picked = np.concatenate([members[i] for i in generator.integers(0, len(names), len(names))])
        value = statistic(truth[picked], score[picked])
        if value is not None:
            drawn.append(value)
    value = statistic(truth, score)
    if value is None or len(names) < 2 or len(drawn) < replicates / 2:
        return Figure(value=value)
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Figure(value=value, low=float(low), high=float(high))
