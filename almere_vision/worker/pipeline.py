"""Camera to suggestion, on one screen.

    Frame ── see ──► Detections ── tracker ──► Tracks ── rules ──► RuleHit ── once, report ──► Suggestion
                                                 ▲       │ ▲
                                   scene: zones ─┘  Look ▼ │ Answer
                                                  looking: pictures at a higher rate, and what they show

Stages meet only through the types of `almere_vision.domain`; everything else is chosen in `live.py` (a
camera, for ever) and `recording.py` (a file, as fast as the machine allows).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from almere_vision.domain.detections import Detections
from almere_vision.domain.frame import Frame
from almere_vision.domain.look import Answer, Look
from almere_vision.domain.suggestion import RuleHit
from almere_vision.domain.tracks import Tracks
from almere_vision.domain.tube import Tube
from almere_vision.rules import LookingRule, Rule, rules_for
from almere_vision.scene import Scene
from almere_vision.scene.correction import as_drawn, as_seen, look_as_seen
from almere_vision.tracking import Tracker
from almere_vision.worker.journeys import Journey, Journeys
from almere_vision.worker.pace import QUIET_FPS

See = Callable[[Frame], Detections]
"""What a detector does."""


class Looking(Protocol):
    """Where rules get their closer looks."""

    def ask(self, look: Look) -> None: ...

    def answers(self) -> Sequence[Answer]:
        """What has come since the last time; a live camera does not wait for more."""
        ...


class Judge:
    """What the tracker and the rules of one camera make of its detections; needs no pictures."""

    def __init__(self, scene: Scene, session: str, fps: float, looking: Looking | None = None) -> None:
        """
        Args:
            scene: zones of the camera.
            session: makes the ids of tracks unique for ever.
            fps: the lowest rate of detection; tuned for a higher one the tracker loses things at this one.
            looking: carries out closer looks; without it no rule that needs them is used.

        `need_fps` then tells how many pictures a second the rules need, by what the last one showed.
        """
        self._scene = scene
        self._session = session
        self._fps = fps
        self._trackers: dict[str | None, Tracker] = {}
        self._looking = looking
        self._rules: dict[str | None, list[Rule]] = {}
        self.need_fps = fps

    @staticmethod
    def rate_fps(scene: Scene, *, looking: bool = False) -> float:
        """Pictures a second that the rules of a camera need."""
        views = [scene.view(preset) for preset in scene.presets]
        return max((r.rate_fps for view in views for r in rules_for(view, looking=looking)), default=1.0)

    def update(self, detections: Detections) -> list[RuleHit]:
        """Follow what was detected, judge it by the zones of the picture, and ask for closer looks."""
        return self.judge(self.follow(detections))

    def follow(self, detections: Detections) -> Tracks:
        """The tracks of the next picture; they do not depend on zones."""
        return self._tracker_of(detections.moment.preset).update(as_drawn(detections))

    def judge(self, tracks: Tracks) -> list[RuleHit]:
        """Judge the tracks of the next picture by its zones, and ask for closer looks."""
        preset = tracks.moment.preset
        view, rules = self._scene.view(preset), self._rules_of(preset)
        hits = [as_seen(hit) for rule in rules for hit in rule.update(tracks, view)]
        kinds = {track.kind for track in tracks.tracks}
        self.need_fps = max((rule.rate_fps for rule in rules if rule.concerns & kinds), default=QUIET_FPS)
        if self._looking is not None:
            for look in (look for rule in rules if isinstance(rule, LookingRule) for look in rule.looks()):
                self._looking.ask(look_as_seen(look))
        return hits

    def hear(self) -> Iterator[tuple[RuleHit, Tube | None]]:
        """What follows from closer looks that were asked for before, with what was seen there."""
        for answer in () if self._looking is None else self._looking.answers():
            for rule in self._rules_of(answer.look.moment.preset):
                if isinstance(rule, LookingRule):
                    yield from ((as_seen(hit), answer.tube) for hit in rule.hear(answer))

    def dump(self, preset: str | None) -> dict[str, Any]:
        """Memory of the rules of a preset, by rule name, as JSON values."""
        return {rule.name: rule.dump() for rule in self._rules_of(preset)}

    def load(self, preset: str | None, memory: Mapping[str, Any], clock_s: float) -> None:
        """Go on with the memory that another process left."""
        for rule in self._rules_of(preset):
            if rule.name in memory:
                rule.load(memory[rule.name], clock_s)

    def _tracker_of(self, preset: str | None) -> Tracker:
        if preset not in self._trackers:
            session = f"{self._session}{len(self._trackers) or ''}"
            self._trackers[preset] = Tracker(self._scene.camera, session, self._fps)
        return self._trackers[preset]

    def _rules_of(self, preset: str | None) -> list[Rule]:
        if preset not in self._rules:
            self._rules[preset] = rules_for(self._scene.view(preset), looking=self._looking is not None)
        return self._rules[preset]


class Memory(Protocol):
    """Where the memory of the rules outlives the process."""

    def recall(self, judge: Judge, frame: Frame) -> None: ...

    def keep(self, judge: Judge, frame: Frame) -> None: ...


class Reports(Protocol):
    """Where hits become suggestions."""

    def report(self, hit: RuleHit, frame: Frame, tube: Tube | None, journey: Journey) -> None: ...

    def settled(self) -> bool:
        """Whether all that was reported is out; raises what kept one from it."""
        ...


def watch_recording(frames: Iterable[Frame], see: See, judge: Judge) -> Iterator[RuleHit]:
    """All hits of a recording, in order."""
    for frame in frames:
        yield from judge.update(see(frame))
        yield from (hit for hit, _ in judge.hear())


def watch_camera(
    frames: Iterable[Frame],
    see: See,
    judge: Judge,
    reports: Reports,
    memory: Memory,
    journeys: Journeys,
    judged: Callable[[Frame, float], None],
) -> None:
    """Watch a live camera until its frames end.

    Hits are out before the memory of the rules is kept: killed in between, the next worker raises
    the same stay again, and the same stay is the same suggestion (see `OnceMemory`). Nothing is lost,
    nothing is doubled. `judged` hears of each frame, and how many a second the camera needs now.
    """
    for frame in frames:
        memory.recall(judge, frame)
        journey = journeys.of(frame)
        detections = journey.through("detect", see, frame)
        tracks = journey.through("track", judge.follow, detections)
        for hit in journey.through("rules", judge.judge, tracks):
            reports.report(hit, frame, None, journey)
        for hit, tube in judge.hear():
            reports.report(hit, frame, tube, journey)
        if reports.settled():
            memory.keep(judge, frame)
        journey.judged()
        judged(frame, QUIET_FPS if frame.unchanged else judge.need_fps)
