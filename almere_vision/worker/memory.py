"""What the rules of a camera remember, kept outside the process so that a next worker can go on."""

from __future__ import annotations

import json
import threading
from typing import Final

import structlog

from almere_vision.domain.errors import QueueUnavailable
from almere_vision.domain.frame import Frame
from almere_vision.domain.lease import Lease
from almere_vision.domain.scene import SceneView
from almere_vision.domain.suggestion import RuleHit, Told
from almere_vision.storage.notices import Notices
from almere_vision.suggest import Once
from almere_vision.worker.pipeline import Judge

log = structlog.get_logger()

_EVERY_S: Final = 1.0


class RuleMemory:
    """Loads the memory of a preset when it is first seen, and keeps it about once a second.

    While Redis is away the rules go on; only a restart in that time would make them forget.
    `keep` raises `LeaseLost` when another worker goes on with the memory.
    """

    def __init__(self, notices: Notices, camera: str, lease: Lease | None = None) -> None:
        self._notices = notices
        self._camera = camera
        self._lease = lease
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
            self._notices.set_rule_state(self._camera, frame.moment.preset, state, self._lease)
            self._kept = state
        except QueueUnavailable:
            log.debug("memory of the rules not kept: the queue is away", camera=self._camera)


class OnceMemory:
    """The suggestions of cameras that go together, for the threads of all; kept before anything is told.

    A hit goes this way: its answer is kept here, its message is sent, the memory of its rule is kept.
    Killed before the first step nobody knows of it; killed after, the rule raises the same stay again, and
    the answer is the same, with a later revision. Were the message sent first, two cameras could raise
    their stays in the other order after a kill, and the second would lead: one incident, two suggestions.
    """

    def __init__(self, notices: Notices, group: str, once: Once, lease: Lease | None = None) -> None:
        self._notices = notices
        self._group = group
        self._lease = lease
        self._once = once
        self._turn = threading.Lock()

    def recall(self) -> None:
        """Load what an earlier worker kept."""
        try:
            state = self._notices.once_state(self._group)
            if state is not None:
                self._once.load(json.loads(state))
        except QueueUnavailable:
            log.warning("suggestions begin without memory: the queue is away", group=self._group)
        except (KeyError, TypeError, ValueError):
            log.warning("suggestions begin without memory: it has another form", group=self._group)

    def tell(self, hit: RuleHit, view: SceneView) -> Told:
        """As `Once.tell`; while Redis is away only a restart in that time would make us forget.

        Raises:
            LeaseLost: another worker goes on with this memory; nothing may be told.
        """
        with self._turn:
            told = self._once.tell(hit, view)
            try:
                state = json.dumps(self._once.dump()).encode()
                self._notices.set_once_state(self._group, state, self._lease)
            except QueueUnavailable:
                log.warning("memory of the suggestions not kept: the queue is away", group=self._group)
            return told
