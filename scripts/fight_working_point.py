"""Choose the working point of the rule of fights, on the training split alone (docs/adr/0035).

    fold models of the training split ──► looks at the streams of the fold ──► the rule, replayed over a grid

Each stream is judged by a classifier that saw neither it nor its camera. Needs ../shared and the streams of
./scripts/fight-streams. Prints recall, false alarms and delay for each combination, the best last.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from almere_vision.action.export import to_onnx
from almere_vision.action.runtime import Classifier
from almere_vision.action.training import (
    Forests,
    Samples,
    calibrate,
    cross_validated,
    grow_forests,
    train,
)
from almere_vision.cli.fight.data import read_clips
from almere_vision.cli.fight.table import Table, gather
from almere_vision.cli.fight.train import POSE_NET
from almere_vision.cli.fight.walk import Walker
from sklearn.model_selection import GroupKFold

from almere_vision.action import FightModel, load_pose_net
from almere_vision.config import load_settings
from almere_vision.detection import load_detector
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.cache import DetectionCache
from almere_vision.evaluation.cascade import replay
from almere_vision.evaluation.events import load_clips, watch
from almere_vision.evaluation.looks import Magnifier
from almere_vision.evaluation.metrics import Counts, JudgedClip, count
from almere_vision.evaluation.seeing import Eyes
from almere_vision.evaluation.suite import load_suite
from almere_vision.networks import find_model
from almere_vision.networks.manifest import CommonPart
from almere_vision.rules.fight import FightParameters, FightRule
from almere_vision.scene import Scene

COUNTS = ((1, 1), (2, 2), (2, 3), (2, 4), (3, 3), (3, 4), (3, 5))
"""k of n."""

THRESHOLDS = tuple(round(0.02 * step, 2) for step in range(10, 50))
SUITE = Path("eval/suites/fights-train.yaml")
FOLDS = 5


@dataclass
class Tally:
    """What one combination found on all streams."""

    counts: Counts = field(default_factory=Counts)
    delays_s: list[float] = field(default_factory=list)

    def add(self, clip: JudgedClip) -> None:
        self.counts += count(clip, Kind.FIGHT)
        self.delays_s += [
            clip.alarms[column].alarm_s - clip.expected[row].due_s for row, column in clip.matching.pairs
        ]

    @property
    def rank(self) -> tuple[float, float]:
        """Recall at no more than one false alarm a camera-hour comes first, then few false alarms."""
        hourly = self.counts.false / self.counts.hours
        return (self.counts.found if hourly <= 1 else -hourly, -hourly)

    def __str__(self) -> str:
        c, delay_s = self.counts, float(np.median(self.delays_s or [np.nan]))
        return (
            f"found {c.found} of {c.found + c.missed}, {c.false} false in {c.hours:.3f} camera-hours, "
            f"F1 {c.f_alpha(1):.3f}, median delay of those found {delay_s:.1f} s"
        )


@dataclass(frozen=True)
class Fold:
    """A classifier and the cameras that it never saw."""

    groups: frozenset[str]
    model: FightModel


def samples_of(data: Path, cache: Path, split_groups: frozenset[str]) -> Samples:
    """Measured tubes of the clips of these cameras, and of normal footage of no other split."""
    settings = load_settings()
    names = (settings.model, POSE_NET)
    parts = [find_model(name, settings.models_dir, CommonPart) for name in names]
    networks = " ".join(file.sha256 for part in parts for file in part.files)
    walker = Walker(settings.model, settings.models_dir, 2)
    table = Table(walker, load_pose_net(POSE_NET, settings.models_dir, 2), networks, cache)
    clips = [clip for clip in read_clips(data) if clip.group in split_groups]
    return gather(clips, table, lambda clip: print(clip.name, file=sys.stderr)).samples


def folds_of(samples: Samples, seed: int, out: Path) -> Iterator[Fold]:
    """Five classifiers, each without a fifth of the cameras."""
    settings = load_settings()
    scale, offset = calibrate(samples, cross_validated(samples, grow_forests, FOLDS, seed))
    pose_net = load_pose_net(POSE_NET, settings.models_dir, 2)
    clips = np.arange(len(samples.fight))
    for number, (learned, left) in enumerate(GroupKFold(FOLDS).split(clips, groups=samples.group)):
        judge = train(samples, learned, grow_forests, seed)
        assert isinstance(judge, Forests)
        written = to_onnx(judge, samples.names, scale, offset)
        path = out / f"fold-{number}.onnx"
        path.write_bytes(written)
        identity = f"fold-{number}@{hashlib.sha256(written).hexdigest()[:8]}"
        model = FightModel(identity, Classifier(path), pose_net)
        yield Fold(frozenset(samples.group[left].tolist()), model)


def judged(folds: list[Fold], kept: Path, combinations: list[FightParameters]) -> dict[int, Tally]:
    """What each combination makes of the streams of the training split, each looked at by its own fold."""
    settings = load_settings()
    suite = load_suite(SUITE)
    assert suite.settings.events is not None
    detector = load_detector(suite.settings.model, settings.models_dir, settings.backend, threads=2)
    eyes = Eyes(detector, settings.backend, DetectionCache(kept))
    tallies = {number: Tally() for number in range(len(combinations))}
    for clip in load_clips(suite, suite.settings.events):
        model = next((fold.model for fold in folds if clip.group in fold.groups), folds[0].model)
        scene = Scene.load(clip.zones_path)
        seen = eyes.look(clip.path, scene.camera, scene.only_preset, FightRule.rate_fps, lambda _: None)
        print(clip.name, model.identity, file=sys.stderr, flush=True)
        with Magnifier(model, kept).at(clip.path, seen.clip_sha256) as album:
            one = watch(clip, seen.detections, seen.clip_sha256, FightRule.rate_fps)
            for number, parameters in enumerate(combinations):
                tallies[number].add(replay(one, album, parameters, suite.settings.events))
    return tallies


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, default=Path("../shared/footage"))
    asked.add_argument("--cache", type=Path, default=Path(".almere/training"))
    asked.add_argument("--kept", type=Path, default=Path(".almere/evaluation"))
    asked.add_argument("--seed", type=int, default=0)
    words = asked.parse_args()
    words.kept.mkdir(parents=True, exist_ok=True)
    suite = load_suite(SUITE)
    assert suite.settings.events is not None
    groups = frozenset(clip.group for clip in load_clips(suite, suite.settings.events))
    folds = list(folds_of(samples_of(words.data, words.cache, groups), words.seed, words.kept))
    combinations = [
        replace(FightParameters(), least=least, of=of, threshold=threshold, low=threshold)
        for (least, of), threshold in itertools.product(COUNTS, THRESHOLDS)
    ]
    tallies = judged(folds, words.kept, combinations)
    for number in sorted(tallies, key=lambda number: tallies[number].rank):
        parameters = combinations[number]
        print(f"{parameters.least} of {parameters.of} at {parameters.threshold:.2f}: {tallies[number]}")


if __name__ == "__main__":
    main()
