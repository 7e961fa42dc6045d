"""What the rules of a camera remember, kept outside the process so that a next worker can go on."""

from __future__ import annotations

import json
from typing import Final

import structlog

from almere_vision.domain.errors import QueueUnavailable
from almere_vision.domain.frame import Frame
from almere_vision.storage.notices import Notices
from almere_vision.worker.pipeline import Judge

log = structlog.get_logger()

_EVERY_S: Final = 1.0


class RuleMemory:
    """Loads the memory of a preset when it is first seen, and keeps it about once a second.

    While Redis is away the rules go on; only a restart in that time would make them forget.
    """

    def __init__(self, notices: Notices, camera: str) -> None:
        self._notices = notices
        self._camera = camera
        self._known: set[str | None] = set()
        self._kept_at_s = float("-inf")
        self._kept = b""

    def recall(self, judge: Judge, frame: Frame) -> None:
        """Before the first frame of a preset is judged: load what an earlier worker kept."""
        preset = frame.moment.preset
        if preset in self._known:
            return
        self._known.add(preset)
        try:
            state = self._notices.rule_state(self._camera, preset)
        except QueueUnavailable:
            log.warning("rules begin without memory: the queue is away", camera=self._camera)
            return
        if state is None:
            return
        try:
            judge.load(preset, json.loads(state), frame.moment.clock_s)
        except (KeyError, TypeError, ValueError):
            log.warning("rules begin without memory: it has another form", camera=self._camera)

    def keep(self, judge: Judge, frame: Frame) -> None:
        """After a frame was judged and its hits were reported."""
        if frame.moment.clock_s - self._kept_at_s < _EVERY_S:
            return
        self._kept_at_s = frame.moment.clock_s
        state = json.dumps(judge.dump(frame.moment.preset)).encode()
        if state == self._kept:
            return
        try:
            self._notices.set_rule_state(self._camera, frame.moment.preset, state)
            self._kept = state
        except QueueUnavailable:
            log.debug("memory of the rules not kept: the queue is away", camera=self._camera)
