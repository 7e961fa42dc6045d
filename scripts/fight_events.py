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
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from almere_vision.action import TUBE_FPS, load_pose_net
from almere_vision.action.numbers import as_row, measure
from almere_vision.action.training import (
    Floats,
    Samples,
    calibrate,
    clip_odds,
    cross_validated,
    folds,
    grow_forests,
    train,
)
from almere_vision.config import load_settings
from almere_vision.detection import load_detector
from almere_vision.domain.look import Answer, Look
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.cache import DetectionCache
from almere_vision.evaluation.cascade import replay
from almere_vision.evaluation.events import WatchedClip, load_clips, watch
from almere_vision.evaluation.intervals import poisson_interval, wilson_interval
from almere_vision.evaluation.looks import look_key
from almere_vision.evaluation.metrics import Counts, JudgedClip, count
from almere_vision.evaluation.seeing import Eyes
from almere_vision.evaluation.suite import EventsSettings, load_suite
from almere_vision.rules.fight import FightParameters, FightRule
from almere_vision.scene import Scene
from almere_vision.sources import Camera, Film, Options, read_address
from almere_vision.worker.looking import region_of, tube_of

POSE_NET = "movenet-lightning"
PIECE_S = 5.0
"""Normal footage counts as one clip for each stretch of this length."""

SHARED_S = 1.2
"""A look that shows so much of a fight shows one."""

ORDINARY = "ordinary life"
"""Condition of streets in which nothing happens: they teach, and are calibrated on by nobody."""

COUNTS = ((1, 1), (2, 2), (2, 3), (2, 4), (3, 3), (3, 4), (3, 5), (4, 5))
"""k of n."""

MOST_FALSE_PER_HOUR = 1.0

THRESHOLDS = tuple(round(0.02 * step, 2) for step in range(10, 50))
FOLDS, SEED = 5, 0

Numbers = dict[str, float]


@dataclass
class Seen:
    """A stream: tracks and labels, the looks that the cascade asks for, and their numbers by key.

    `quiet` is what comes of it when no look is answered.
    """

    watched: WatchedClip
    asked: list[tuple[str, Look]]
    numbers: dict[str, Numbers | None]
    quiet: JudgedClip


@dataclass
class Told:
    """Answers looks from scores that are known; one that nobody scored has none."""

    scores: dict[str, float]
    waiting: list[Answer] = field(default_factory=list)

    def ask(self, look: Look) -> None:
        self.waiting.append(Answer(look, self.scores.get(look_key(look))))

    def answers(self) -> Sequence[Answer]:
        waiting, self.waiting = self.waiting, []
        return waiting


class Measuring:
    """Measures the looks of streams once; what was measured lies in a folder."""

    def __init__(self, kept: Path, threads: int) -> None:
        settings = load_settings()
        self._kept = kept
        self._eyes = Eyes(
            load_detector("nanodet-416", settings.models_dir, settings.backend, threads=threads),
            settings.backend,
            DetectionCache(kept),
        )
        self._pose_net = load_pose_net(POSE_NET, settings.models_dir, threads)

    def streams(self, suite_file: Path) -> list[Seen]:
        suite = load_suite(suite_file)
        settings = suite.settings.events
        assert settings is not None
        found = []
        for clip in load_clips(suite, settings):
            scene = Scene.load(clip.zones_path)
            rate_fps = FightRule.rate_fps
            seen = self._eyes.look(clip.path, scene.camera, scene.only_preset, rate_fps, lambda _: None)
            watched = watch(clip, seen.detections, seen.clip_sha256, rate_fps)
            rule, asked = FightRule(), []
            for tracks in watched.trace.tracks():
                rule.update(tracks, watched.trace.view)
                asked += [(look_key(look), look) for look in rule.looks()]
            numbers = self._numbers(clip.path, seen.clip_sha256, asked)
            quiet = replay(watched, Told({}), FightParameters(), settings)
            found.append(Seen(watched, asked, numbers, quiet))
            print(clip.name, len(asked), file=sys.stderr, flush=True)
        return found

    def _numbers(
        self, clip: Path, clip_sha256: str, asked: Iterable[tuple[str, Look]]
    ) -> dict[str, Numbers | None]:
        path = self._kept / f"numbers-{clip_sha256[:32]}.json"
        known: dict[str, Numbers | None] = json.loads(path.read_text()) if path.exists() else {}
        missing = [(key, look) for key, look in asked if key not in known]
        if missing:
            with Camera("measuring", read_address(str(clip)), Options(fps=1)) as camera:
                camera.next_frame(30.0)
                for key, look in missing:
                    known[key] = self._measure(look, camera)
            path.write_text(json.dumps(known))
        return known

    def _measure(self, look: Look, camera: Camera) -> Numbers | None:
        region = region_of(look)
        if region is None:
            return None
        film = camera.film(look.start_s, look.moment.media_time_s, TUBE_FPS, region)
        tube = tube_of(look, film) if isinstance(film, Film) else None
        return None if tube is None else measure(tube, self._pose_net)


def samples_of(streams: Sequence[Seen]) -> tuple[Samples, list[tuple[int, str]]]:
    """The looks as training samples, and which look of which stream each row is.

    All looks in one fight are one clip, and so are those of five seconds without one.
    """
    rows, owners, unit_of, units = [], [], [], []
    for number, stream in enumerate(streams):
        labels, known = stream.watched.clip.labels, {}
        for key, look in stream.asked:
            numbers = stream.numbers[key]
            at_s, start_s = look.moment.media_time_s, look.start_s
            inside = [
                n
                for n, one in enumerate(labels)
                if min(at_s, one.end_s) - max(start_s, one.start_s) > SHARED_S
            ]
            if numbers is None or (
                not inside and any(start_s < o.end_s and at_s > o.start_s for o in labels)
            ):
                continue  # neither one nor the other
            unit = (True, inside[0]) if inside else (False, int(at_s // PIECE_S))
            if unit not in known:
                known[unit] = len(units)
                units.append((unit[0], stream.watched.clip.group, *stream.watched.clip.conditions))
            rows.append(numbers)
            owners.append((number, key))
            unit_of.append(known[unit])
    names = tuple(sorted({name for row in rows for name in row}))
    samples = Samples(
        rows=np.array([as_row(row, names) for row in rows], np.float32),
        names=names,
        clip=np.array(unit_of, np.int64),
        fight=np.array([fight for fight, *_ in units], np.bool_),
        source=np.array([source for *_, source in units], np.str_),
        group=np.array([group for _, group, *_ in units], np.str_),
        counted=np.array([label != ORDINARY for *_, label, _ in units], np.bool_),
    )
    return samples, owners


def score_all(
    streams: Sequence[Seen], names: tuple[str, ...], judge: Any, curve: tuple[float, float]
) -> list[Told]:
    """Scores of all looks by one classifier."""
    told = []
    for stream in streams:
        keys = [key for key, _ in stream.asked if stream.numbers[key] is not None]
        rows = np.array([as_row(stream.numbers[key] or {}, names) for key in keys], np.float32)
        odds: Floats = judge(rows.reshape(len(keys), len(names))) if keys else np.empty(0)
        scores = 1 / (1 + np.exp(-(curve[0] * odds + curve[1])))
        zeros = {key: 0.0 for key, _ in stream.asked}
        told.append(Told(zeros | dict(zip(keys, scores.tolist(), strict=True))))
    return told


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
        return quick and self.counts.false / self.counts.hours <= MOST_FALSE_PER_HOUR

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


def tally(
    streams: Sequence[Seen], told: Sequence[Told], parameters: FightParameters, settings: EventsSettings
) -> Tally:
    found = Tally()
    for stream, answers in zip(streams, told, strict=True):
        high = sum(score >= parameters.threshold for score in answers.scores.values())
        enough = high >= parameters.least  # with fewer nothing can be raised, so nothing is replayed
        found.add(replay(stream.watched, answers, parameters, settings) if enough else stream.quiet)
    return found


def chosen_on(
    streams: Sequence[Seen], told: Sequence[Told], settings: EventsSettings, within_s: float
) -> tuple[FightParameters, list[dict[str, Any]]]:
    """The working point with the most recall of those that are allowed, on these streams.

    Of equals the one in the middle of its plateau of thresholds, then the quicker one.
    """
    tried, grid = [], []
    for (least, of), threshold in itertools.product(COUNTS, THRESHOLDS):
        low = round(0.6 * threshold, 2)
        parameters = replace(FightParameters(), least=least, of=of, threshold=threshold, low=low)
        found = tally(streams, told, parameters, settings)
        tried.append((parameters, found))
        grid.append({"least": least, "of": of, "threshold": threshold, **found.told()})
    allowed = [(p, t) for p, t in tried if t.allowed(within_s)]
    if not allowed:
        raise SystemExit("no working point is quick enough and seldom enough false: allow more seconds")
    most = max(t.counts.found for _, t in allowed)
    best = [p for p, t in allowed if t.counts.found == most]
    by_count: dict[tuple[int, int], list[FightParameters]] = defaultdict(list)
    for parameters in best:
        by_count[parameters.least, parameters.of].append(parameters)
    widest = max(by_count.values(), key=lambda plateau: (len(plateau), -plateau[0].least))
    return widest[len(widest) // 2], grid


def parts_of(streams: Sequence[Seen]) -> dict[str, list[int]]:
    """Which streams have which condition, by condition."""
    parts: dict[str, list[int]] = defaultdict(list)
    for number, stream in enumerate(streams):
        parts["all"].append(number)
        for condition in stream.watched.clip.conditions:
            parts[condition].append(number)
    return dict(parts)


def stages(
    streams: Sequence[Seen], told: Sequence[Told], p: FightParameters, settings: EventsSettings
) -> Any:
    """Where the labelled fights stopped."""
    found: Counter[str] = Counter()
    for stream, answers in zip(streams, told, strict=True):
        judged = replay(stream.watched, answers, p, settings)
        hit = {row for row, _ in judged.matching.pairs}
        for row, expected in enumerate(judged.expected):
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
                else "k of n"
            ] += 1
    return dict(found)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kept", type=Path, default=Path(".almere/evaluation"), help="what was measured")
    asked.add_argument("--out", type=Path, required=True, help="JSON with all figures")
    asked.add_argument("--threads", type=int, default=2)
    asked.add_argument(
        "--within-s", type=float, default=math.inf, help="most seconds from onset to alarm, in the median"
    )
    words = asked.parse_args()
    words.kept.mkdir(parents=True, exist_ok=True)
    measuring = Measuring(words.kept, words.threads)
    learned = measuring.streams(Path("eval/suites/fights-train.yaml"))
    held = measuring.streams(Path("eval/suites/fights.yaml"))
    settings = load_suite(Path("eval/suites/fights.yaml")).settings.events
    assert settings is not None

    samples, _ = samples_of(learned)
    odds = cross_validated(samples, grow_forests, FOLDS, SEED)
    curve = calibrate(samples, clip_odds(samples, odds))
    unseen = [Told({key: 0.0 for key, _ in stream.asked}) for stream in learned]
    for clips, judged in folds(samples, FOLDS):
        groups = set(samples.group[judged].tolist())
        mine = [n for n, stream in enumerate(learned) if stream.watched.clip.group in groups]
        judge = train(samples, clips, grow_forests, SEED)
        for number, answers in zip(
            mine, score_all([learned[n] for n in mine], samples.names, judge, curve), strict=True
        ):
            unseen[number] = answers
    parameters, grid = chosen_on(learned, unseen, settings, words.within_s)
    judge = train(samples, np.arange(len(samples.fight)), grow_forests, SEED)
    told = score_all(held, samples.names, judge, curve)
    report = {
        "chosen": {
            name: getattr(parameters, name) for name in ("least", "of", "threshold", "low", "stride_s")
        },
        "training": tally(learned, unseen, parameters, settings).told(),
        "validation": {
            name: tally([held[n] for n in part], [told[n] for n in part], parameters, settings).told()
            for name, part in parts_of(held).items()
        },
        "stages": stages(held, told, parameters, settings),
        "curve": [
            {"threshold": threshold}
            | tally(
                held, told, replace(parameters, threshold=threshold, low=0.6 * threshold), settings
            ).told()
            for threshold in THRESHOLDS
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
