"""Choose the working point of the rule of fights on the training split, and report it on the other.

    looks of the cascade ──► numbers ──► classifier: five folds of the training split │ all of it
                                                    ▼                                ▼
                                      the rule over a grid: one is chosen ──► figures of the validation split

The classifier is trained by the code of `almere train fight`, on what the cascade looks at in the training
split alone, so that neither it nor the working point has seen a camera of the validation split. Needs
../shared, and the streams of ./scripts/fight-streams. What was measured is kept.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from fight_looks import Measuring, Seen, Told, samples_of, score_all

from almere_vision.action.training import (
    calibrate,
    cross_validated,
    folds,
    grow_forests,
    highest_odds,
    train,
)
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.cascade import replay
from almere_vision.evaluation.intervals import poisson_interval, wilson_interval
from almere_vision.evaluation.metrics import Counts, JudgedClip, count
from almere_vision.evaluation.suite import EventsSettings, load_suite
from almere_vision.rules.fight import FightParameters

COUNTS = (
    (1, 1),
    (1, 3),
    (1, 4),
    (1, 5),
    (1, 6),
    (2, 3),
    (2, 4),
    (2, 5),
    (2, 6),
    (3, 3),
    (3, 4),
    (3, 5),
    (3, 6),
)
"""Looks that there must be, and looks that count."""

MOST_FALSE = 1
"""False alarms on the training split."""

THRESHOLDS = tuple(round(0.02 * step, 2) for step in range(10, 50))
FOLDS, SEED = 5, 0


@dataclass
class Tally:
    """What one working point found on some streams."""

    counts: Counts = field(default_factory=Counts)
    delays_s: list[float] = field(default_factory=list)

    def add(self, clip: JudgedClip) -> None:
        self.counts += count(clip, Kind.FIGHT)
        self.delays_s += [
            clip.alarms[column].alarm_s - clip.expected[row].due_s for row, column in clip.matching.pairs
        ]

    @property
    def delay_s(self) -> float | None:
        """Median over all events; a miss is infinitely late."""
        late = sorted([*self.delays_s, *[float("inf")] * self.counts.missed])
        median = float(np.median(late)) if late else float("inf")
        return round(median, 2) if np.isfinite(median) else None

    @property
    def delay_of_found_s(self) -> float | None:
        """Median over the events that were found."""
        return round(float(np.median(self.delays_s)), 2) if self.delays_s else None

    def allowed(self, within_s: float) -> bool:
        """Whether it is quick enough, and seldom false."""
        quick = self.delay_of_found_s is not None and self.delay_of_found_s <= within_s
        return quick and self.counts.false <= MOST_FALSE

    def told(self) -> dict[str, Any]:
        c = self.counts
        low, high = poisson_interval(c.false, c.hours)
        found_low, found_high = wilson_interval(c.found, max(1, c.found + c.missed))
        return {
            "events": c.found + c.missed,
            "found": c.found,
            "recall": None if c.recall is None else round(c.recall, 3),
            "recall_95": [round(found_low, 3), round(found_high, 3)],
            "false": c.false,
            "camera_hours": round(c.hours, 4),
            "false_per_camera_hour": round(c.false / c.hours, 2),
            "false_per_camera_hour_95": [round(low, 2), round(high, 2)],
            "median_delay_s": self.delay_s,
            "median_delay_of_found_s": self.delay_of_found_s,
        }


@dataclass
class Judged:
    """Streams, with scores of their looks, judged by the rule."""

    streams: Sequence[Seen]
    told: Sequence[Told]
    settings: EventsSettings

    def tally(self, p: FightParameters, part: Sequence[int] | None = None) -> Tally:
        """What a working point finds on all streams, or on some."""
        found = Tally()
        for number in range(len(self.streams)) if part is None else part:
            found.add(self.clip(number, p))
        return found

    def clip(self, number: int, p: FightParameters) -> JudgedClip:
        stream, answers = self.streams[number], self.told[number]
        scores = np.array(list(answers.scores.values()))
        if not (scores >= p.threshold).any():
            return stream.quiet  # nothing can be raised, so nothing is replayed
        return replay(stream.watched, answers, p, self.settings)


def at(p: FightParameters, threshold: float) -> FightParameters:
    """The same at another threshold; a fight goes on at no more than that."""
    return replace(p, threshold=threshold, low=min(FightParameters().low, threshold))


def chosen_on(judged: Judged, within_s: float) -> tuple[FightParameters, list[dict[str, Any]]]:
    """The working point with the most recall of those that are allowed, on these streams.

    Of equals the one in the middle of its plateau of thresholds, then the quicker one.
    """
    tried, grid = [], []
    for (least, of), threshold in itertools.product(COUNTS, THRESHOLDS):
        p = at(replace(FightParameters(), least=least, of=of), threshold)
        found = judged.tally(p)
        tried.append((p, found))
        grid.append({"least": least, "of": of, "threshold": threshold, **found.told()})
    allowed = [(p, t) for p, t in tried if t.allowed(within_s)]
    if not allowed:
        raise SystemExit("no working point is quick enough and seldom enough false: allow more seconds")
    most = max(t.counts.found for _, t in allowed)
    plateaus: dict[tuple[int, int], list[FightParameters]] = defaultdict(list)
    for p, found in allowed:
        if found.counts.found == most:
            plateaus[p.least, p.of].append(p)
    widest = max(plateaus.values(), key=lambda plateau: (len(plateau), -plateau[0].least))
    return widest[len(widest) // 2], grid


def parts_of(streams: Sequence[Seen]) -> dict[str, list[int]]:
    """Which streams have which condition, by condition."""
    parts: dict[str, list[int]] = defaultdict(list)
    for number, stream in enumerate(streams):
        parts["all"].append(number)
        for condition in stream.watched.clip.conditions:
            parts[condition].append(number)
    return dict(parts)


def stages(judged: Judged, p: FightParameters) -> dict[str, int]:
    """Where the labelled fights stopped."""
    found: Counter[str] = Counter()
    for number, (stream, answers) in enumerate(zip(judged.streams, judged.told, strict=True)):
        clip = judged.clip(number, p)
        hit = {row for row, _ in clip.matching.pairs}
        for row, expected in enumerate(clip.expected):
            if expected.standing != "due":
                continue
            label = expected.label
            inside = [
                key
                for key, look in stream.asked
                if label.start_s <= look.moment.media_time_s <= label.end_s + 0.3
            ]
            people = max(
                (sum(t.kind == "person" for t in tracks.tracks))
                for tracks in stream.watched.trace.tracks()
                if label.start_s <= tracks.moment.media_time_s <= label.end_s
            )
            above = sum(answers.scores[key] >= p.threshold for key in inside)
            found[
                "found"
                if row in hit
                else "no people"
                if people == 0
                else "no trigger"
                if not inside
                else "below threshold"
                if above == 0
                else "outweighed"
            ] += 1
    return dict(found)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kept", type=Path, default=Path(".almere/evaluation"), help="what was measured")
    asked.add_argument("--out", type=Path, required=True, help="JSON with all figures")
    asked.add_argument("--threads", type=int, default=2)
    asked.add_argument(
        "--within-s", type=float, default=2.8, help="most seconds from onset to alarm, in the median"
    )
    words = asked.parse_args()
    words.kept.mkdir(parents=True, exist_ok=True)
    measuring = Measuring(words.kept, words.threads)
    learned = measuring.streams(Path("eval/suites/fights-train.yaml"))
    held = measuring.streams(Path("eval/suites/fights.yaml"))
    settings = load_suite(Path("eval/suites/fights.yaml")).settings.events
    assert settings is not None

    samples = samples_of(learned)
    curve = calibrate(samples, highest_odds(samples, cross_validated(samples, grow_forests, FOLDS, SEED)))
    unseen = [Told({key: 0.0 for key, _ in stream.asked}) for stream in learned]
    for clips, others in folds(samples, FOLDS):
        groups = set(samples.group[others].tolist())
        mine = [n for n, stream in enumerate(learned) if stream.watched.clip.group in groups]
        judge = train(samples, clips, grow_forests, SEED)
        scored = score_all([learned[n] for n in mine], samples.names, judge, curve)
        for number, answers in zip(mine, scored, strict=True):
            unseen[number] = answers
    training = Judged(learned, unseen, settings)
    p, grid = chosen_on(training, words.within_s)
    judge = train(samples, np.arange(len(samples.fight)), grow_forests, SEED)
    validation = Judged(held, score_all(held, samples.names, judge, curve), settings)
    report = {
        "chosen": {name: getattr(p, name) for name in ("least", "of", "threshold", "low", "stride_s")},
        "training": training.tally(p).told(),
        "validation": {name: validation.tally(p, part).told() for name, part in parts_of(held).items()},
        "stages": stages(validation, p),
        "curve": [
            {"threshold": threshold} | validation.tally(at(p, threshold)).told() for threshold in THRESHOLDS
        ],
        "grid": grid,
        "looks": {
            "training": sum(len(s.asked) for s in learned),
            "validation": sum(len(s.asked) for s in held),
        },
        "labels": hashlib.sha256(repr([s.watched.clip.labels for s in held]).encode()).hexdigest()[:8],
    }
    words.out.write_text(json.dumps(report, indent=1) + "\n")
    print(
        json.dumps({name: report[name] for name in ("chosen", "training", "validation", "stages")}, indent=1)
    )


if __name__ == "__main__":
    main()
