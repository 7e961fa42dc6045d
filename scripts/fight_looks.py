"""Looks that the search for fights asks for at labelled streams: measured once, to learn from, and scored.

    stream ──► tracks ──► the rule ──► looks ──► film ──► tube ──► numbers, kept in a folder

For `fight_events.py`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from almere_vision.action import TUBE_FPS, load_pose_net
from almere_vision.action.numbers import as_row, measure
from almere_vision.action.training import Floats, Judge, Samples
from almere_vision.config import load_settings
from almere_vision.detection import load_detector
from almere_vision.domain.look import Answer, Look
from almere_vision.evaluation.cache import DetectionCache
from almere_vision.evaluation.cascade import replay
from almere_vision.evaluation.events import WatchedClip, load_clips, watch
from almere_vision.evaluation.looks import look_key
from almere_vision.evaluation.metrics import JudgedClip
from almere_vision.evaluation.seeing import Eyes
from almere_vision.evaluation.suite import load_suite
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


def samples_of(streams: Sequence[Seen]) -> Samples:
    """The looks as training samples.

    All looks in one fight are one clip, and so are those of five seconds without one.
    """
    rows, unit_of, units = [], [], []
    for stream in streams:
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
            unit_of.append(known[unit])
    names = tuple(sorted({name for row in rows for name in row}))
    return Samples(
        rows=np.array([as_row(row, names) for row in rows], np.float32),
        names=names,
        clip=np.array(unit_of, np.int64),
        fight=np.array([fight for fight, *_ in units], np.bool_),
        source=np.array([source for *_, source in units], np.str_),
        group=np.array([group for _, group, *_ in units], np.str_),
        counted=np.array([label != ORDINARY for *_, label, _ in units], np.bool_),
    )


def score_all(
    streams: Sequence[Seen], names: tuple[str, ...], judge: Judge, curve: tuple[float, float]
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
