"""Camera to suggestion, on one screen.

    Frame ── see ──► Detections ── tracker ──► Tracks ── rules ──► RuleHit ── once, report ──► Suggestion
                                                 ▲
                                   scene: zones of the preset that the picture shows

Stages meet only through the types of `almere_vision.domain`; everything else is chosen in `live.py` (a
camera, for ever) and `recording.py` (a file, as fast as the machine allows).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from almere_vision.domain.detections import Detections
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.suggestion import RuleHit
from almere_vision.rules import Rule, rules_for
from almere_vision.scene import Scene
from almere_vision.scene.correction import as_drawn, as_seen
from almere_vision.tracking import Tracker

See = Callable[[Frame], Detections]
"""What a detector does."""


class Judge:
    """What the tracker and the rules of one camera make of its detections; needs no pictures."""

    def __init__(self, scene: Scene, session: str, fps: float) -> None:
        """`session` makes the ids of tracks unique for ever; `fps` is the rate of detection."""
        self._scene = scene
        self._session = session
        self._fps = fps
        self._trackers: dict[str | None, Tracker] = {}
        self._rules: dict[str | None, list[Rule]] = {}

    @staticmethod
    def rate_fps(scene: Scene) -> float:
        """Pictures a second that the rules of a camera need."""
        presets = scene.presets
        return max((r.rate_fps for p in presets for r in rules_for(scene.view(p))), default=1.0)

    def update(self, detections: Detections) -> list[RuleHit]:
        """Follow what was detected, and judge it by the zones that the picture shows."""
        preset = detections.moment.preset
        tracks = self._tracker_of(preset).update(as_drawn(detections))
        view = self._scene.view(preset)
        return [as_seen(hit) for rule in self._rules_of(preset) for hit in rule.update(tracks, view)]

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
            self._rules[preset] = rules_for(self._scene.view(preset))
        return self._rules[preset]


class Memory(Protocol):
    """Where the memory of the rules outlives the process."""

    def recall(self, judge: Judge, frame: Frame) -> None: ...

    def keep(self, judge: Judge, frame: Frame) -> None: ...


def watch_recording(frames: Iterable[Frame], see: See, judge: Judge) -> Iterator[RuleHit]:
    """All hits of a recording, in order."""
    for frame in frames:
        yield from judge.update(see(frame))


def watch_camera(
    frames: Iterable[Frame],
    see: See,
    judge: Judge,
    report: Callable[[RuleHit, Frame], None],
    memory: Memory,
    judged: Callable[[Moment], None],
) -> None:
    """Watch a live camera until its frames end.

    A hit is reported before the memory of the rules is kept: killed in between, the next worker raises
    the same stay again, and the same stay is the same suggestion (see `OnceMemory`). Nothing is lost,
    nothing is doubled.
    """
    for frame in frames:
        memory.recall(judge, frame)
        for hit in judge.update(see(frame)):
            report(hit, frame)
        memory.keep(judge, frame)
        judged(frame.moment)
