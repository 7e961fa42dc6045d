"""One suite, all its levels, one report.

suite ── label files ──► clips ── eyes (cache) ──► detections ── tracker, rules ──► alarms
                           └────────────── match ── figures, reasons, strips ◄───────┘
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from almere_vision import __version__
from almere_vision.detection.precision import Precision
from almere_vision.domain.errors import LabelFileError
from almere_vision.domain.suggestion import Kind
from almere_vision.domain.tracks import Tracks
from almere_vision.evaluation.cache import sha256_of
from almere_vision.evaluation.cascade import cascade, curve
from almere_vision.evaluation.clips import clips_report, read_scores, read_splits, scored
from almere_vision.evaluation.crossval import cross_validate
from almere_vision.evaluation.events import (
    SESSION,
    MakeJudge,
    StripBook,
    WatchedClip,
    default_judge,
    events_report,
    labels_sha8,
    load_clips,
    watch,
)
from almere_vision.evaluation.figures import named_figures
from almere_vision.evaluation.labels import LabelledClip, video_duration_s
from almere_vision.evaluation.looks import Album, Magnifier
from almere_vision.evaluation.report import ClipsReport, EventsReport, Report, TrackingReport
from almere_vision.evaluation.seeing import Eyes
from almere_vision.evaluation.suite import ClipsSettings, EventsSettings, Suite, TrackingSettings
from almere_vision.evaluation.tracking import (
    detection_ap,
    every,
    person_boxes,
    read_truth,
    tracking_figures,
)
from almere_vision.rules.fight import FightParameters
from almere_vision.scene import Scene
from almere_vision.tracking import Tracker
from almere_vision.worker.pipeline import Judge


class Watcher(Protocol):
    """Hears how far a run is. What is drawn is the business of the command line."""

    def expect(self, footage_s: float) -> None:
        """So many seconds of footage are going to be looked at."""

    def begin(self, clip: str) -> None:
        """The next clip."""

    def advance(self, footage_s: float) -> None:
        """So many seconds of footage are done."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report and its picture strips (JPEG), by name."""

    report: Report
    strips: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run uses.

    Attributes:
        open_eyes: loads the network of the suite; not called by a suite that needs none.
        strips_dir: where picture strips are kept between runs, or None to make none.
        watcher: hears of progress.
        scores: output of `almere score`, in place of the one that the suite names.
        make_judge: tracker and rules.
        open_fights: loads the classifier of fights, or says why there is none; called only where a suite
            looks for fights.
        cross_validate: also say how good the rules are on cameras that they were not tuned on.
        precision: how the network of `open_eyes` computes, for the report.
        keep_alive_s: for how long those eyes leave out pictures on which nothing moved, for the report.
    """

    open_eyes: Callable[[], Eyes]
    strips_dir: Path | None
    watcher: Watcher
    scores: Path | None = None
    make_judge: MakeJudge = default_judge
    open_fights: Callable[[], Magnifier | str] = lambda: "fights are not looked for"
    cross_validate: bool = False
    precision: Precision = "exact"
    keep_alive_s: float | None = None


class _Run:
    """The state of one run: which clips came from the cache, what was measured on."""

    def __init__(self, suite: Suite, tools: Tools) -> None:
        self.suite = suite
        self.tools = tools
        self.from_cache = 0
        self.fingerprints: list[str] = []
        self.rules: set[str] = set()
        self.strips = StripBook(tools.strips_dir) if tools.strips_dir else None
        self._eyes: Eyes | None = None

    @property
    def eyes(self) -> Eyes:
        if self._eyes is None:
            self._eyes = self.tools.open_eyes()
        return self._eyes

    @property
    def model(self) -> str:
        return self._eyes.model if self._eyes else ""

    def events(self, settings: EventsSettings, clips: Sequence[LabelledClip]) -> EventsReport:
        self.fingerprints.append(labels_sha8(clips))
        magnifier = self._magnifier(settings, clips)
        watched, albums = [], []
        for clip in clips:
            one, album = self._watch(clip, magnifier)
            watched.append(one)
            albums.append(album)
        self.rules |= {alarm.rule for one in watched for alarm in one.trace.raised}
        report = events_report(watched, settings, self.suite.settings.seed, self.strips)
        if magnifier is not None:
            report = self._with_cascade(report, watched, albums, settings)
        if not self.tools.cross_validate:
            return report
        self.tools.watcher.begin("cross-validation")
        left_out = cross_validate(watched, settings, self.suite.settings.seed)
        return report.model_copy(update={"cross_validated": left_out})

    def _magnifier(self, settings: EventsSettings, clips: Sequence[LabelledClip]) -> Magnifier | None:
        """Raises LabelFileError when the suite is about fights and there is no classifier."""
        watched = {kind for clip in clips for kind, _ in clip.limits_s}
        if Kind.FIGHT not in watched & set(settings.kinds):
            return None
        found = self.tools.open_fights()
        if isinstance(found, str):
            raise self.suite.marked.refuse(["events", "kinds"], found)
        return found

    def _watch(self, clip: LabelledClip, magnifier: Magnifier | None) -> tuple[WatchedClip, Album | None]:
        self.tools.watcher.begin(clip.name)
        scene = Scene.load(clip.zones_path)
        rate_fps = self.suite.settings.rate_fps or Judge.rate_fps(scene, looking=magnifier is not None)
        eyes, advance = self.eyes, self.tools.watcher.advance
        seen = eyes.look(clip.path, scene.camera, scene.only_preset, rate_fps, advance)
        self.from_cache += seen.from_cache
        make_judge = self.tools.make_judge
        if magnifier is None:
            return watch(clip, seen.detections, seen.clip_sha256, rate_fps, make_judge), None
        with magnifier.at(clip.path, seen.clip_sha256) as album:
            return watch(clip, seen.detections, seen.clip_sha256, rate_fps, make_judge, album), album

    def _with_cascade(
        self,
        report: EventsReport,
        watched: Sequence[WatchedClip],
        albums: Sequence[Album | None],
        settings: EventsSettings,
    ) -> EventsReport:
        """Add the stages of the search for fights, and the curve over its threshold."""
        parameters = FightParameters()
        looked = [(one, album) for one, album in zip(watched, albums, strict=True) if album is not None]
        stages = cascade(watched, report.clips, looked[0][1].model if looked else "", parameters)
        self.tools.watcher.begin("curve")
        fights = report.kinds[Kind.FIGHT.value].model_copy(
            update={"curve": curve(looked, settings, parameters)}
        )
        return report.model_copy(
            update={"cascade": stages, "kinds": {**report.kinds, Kind.FIGHT.value: fights}}
        )

    def clips(self, settings: ClipsSettings) -> ClipsReport:
        path = self.tools.scores
        if path is None:
            if settings.scores is None:
                raise self.suite.marked.refuse(
                    ["clips"], "needs scores: name a file here, or give --scores (JSON lines of almere score)"
                )
            path = self.suite.find("clips", "scores")
        splits = self.suite.find("clips", "splits")
        self.fingerprints.append(sha256_of(splits)[:8])
        found = scored(read_splits(splits, settings.positive), read_scores(path), settings.test)
        return clips_report(found, settings, self.suite.settings.seed)

    def tracking(self, settings: TrackingSettings, clip: Path) -> TrackingReport:
        truth_path = self.suite.find("tracking", "truth")
        truth = read_truth(truth_path)
        self.fingerprints.append(sha256_of(truth_path)[:8])
        full_fps = max(settings.rates_fps)
        self.tools.watcher.begin(clip.name)
        seen = self.eyes.look(clip, clip.stem, None, full_fps, self.tools.watcher.advance)
        self.from_cache += seen.from_cache
        pictures = {round(d.moment.media_time_s * full_fps): d for d in seen.detections}
        if max(truth) > max(pictures, default=0):
            raise LabelFileError(
                f"{truth_path}: has boxes for picture {max(truth) + 1}, but {clip.name} at {full_fps:g} fps "
                f"has {len(pictures)}: the highest rate must be that of the clip"
            )
        rates = []
        for rate_fps in settings.rates_fps:
            tracker = Tracker(clip.stem, SESSION, rate_fps)
            shown = every(pictures, full_fps, rate_fps)
            tracks: dict[int, Tracks] = {number: tracker.update(d) for number, d in shown.items()}
            rates.append(tracking_figures(truth, person_boxes(tracks), rate_fps, settings.iou_min))
        ap50, ap = detection_ap(truth, pictures)
        return TrackingReport(clip=clip.name, detection_ap50=ap50, detection_ap=ap, rates=tuple(rates))


def run_suite(suite: Suite, tools: Tools) -> Outcome:
    """Run all levels of a suite.

    Raises:
        InputError: the suite, a label file, a zone file, a clip or the network cannot be used.
    """
    began_s = time.monotonic()
    settings, run = suite.settings, _Run(suite, tools)
    clips = load_clips(suite, settings.events) if settings.events else []
    video = suite.find("tracking", "clip") if settings.tracking else None
    tools.watcher.expect(sum(clip.duration_s for clip in clips) + (video_duration_s(video) if video else 0))
    scores = run.clips(settings.clips) if settings.clips else None
    events = run.events(settings.events, clips) if settings.events else None
    tracking = run.tracking(settings.tracking, video) if settings.tracking and video else None
    report = Report(
        suite=settings.name,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        program=f"almere {__version__}",
        model=run.model,
        rules=tuple(sorted(run.rules)),
        rate_fps=settings.rate_fps,
        precision=tools.precision,
        keep_alive_s=tools.keep_alive_s,
        labels_sha8=hashlib.sha256("".join(run.fingerprints).encode()).hexdigest()[:8],
        seconds=round(time.monotonic() - began_s, 1),
        from_cache=run.from_cache,
        events=events,
        clips=scores,
        tracking=tracking,
        figures=named_figures(events, scores, tracking),
    )
    return Outcome(report, run.strips.strips if run.strips else {})
