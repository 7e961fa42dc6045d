"""Fights: people who are close and restless, and whom closer looks take for fighting.

    close      people are within a body height of each other
    looked at  they are so for a second and restless: moving pictures of them are asked for, again and again
    fighting   the last few looks, taken together, say so: raised once
    over       no look said so for a while: ended, if it had been raised

The first two cost next to nothing and miss little; the third is the judge (docs/adr/0034). What the looks
say comes from outside (`Look`, `Answer`): a rule sees no pictures.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from almere_vision.domain.detections import PEOPLE
from almere_vision.domain.frame import Moment
from almere_vision.domain.geometry import contains, ground_point, overlap, union
from almere_vision.domain.look import Answer, Look
from almere_vision.domain.scene import FightSettings, SceneView, Zone
from almere_vision.domain.suggestion import Kind, Phase, RuleHit
from almere_vision.domain.tracks import Tracks
from almere_vision.rules.contact import Body, Contacts, ContactSettings
from almere_vision.rules.scuffle import Scuffle


@dataclass(frozen=True, slots=True)
class FightParameters:
    """Settings of the rule that hold for every camera (docs/adr/0035 tells how they were chosen).

    Attributes:
        contact: when people are close, and restless.
        close_s: seconds that they must have been close.
        pause_s: seconds that they may be apart in between, ...
        merged_s: ... or only one of them be seen: two who hold each other are often one box.
        restless: the least for a look, in body heights a second.
        alone: one box that is as restless as this is looked at by itself: two people may be in it.
        window_s: length of what is looked at.
        least_s: seconds of pictures without which there is no look.
        stride_s: seconds between two looks at the same people.
        at_once: looks of one camera in that time; a crowd has many groups, and they take turns.
        threshold: score from which on looks, one or several together, say fight.
        least: so many looks there must be, ...
        of: ... and the last so many count, by the mean of their log odds.
        low: once it is raised, a look above this goes on saying so.
        quiet_s: seconds without such a look after which it is over.
        blind_after_s: seconds without a picture from which on nobody looked.
        repeat_s: told again after so many seconds, then each time that these have doubled.
    """

    contact: ContactSettings = field(default_factory=ContactSettings)
    close_s: float = 1.0
    pause_s: float = 1.0
    merged_s: float = 2.0
    restless: float = 0.8
    alone: float = 1.5
    window_s: float = 2.5
    least_s: float = 1.5
    stride_s: float = 0.6
    at_once: int = 2
    threshold: float = 0.64
    least: int = 1
    of: int = 4
    low: float = 0.26
    quiet_s: float = 5.0
    blind_after_s: float = 3.0
    repeat_s: float = 10.0


class FightRule:
    """Suggests fights, each once; asks for closer looks and judges by the answers."""

    name: Final = "fight@2"
    rate_fps: Final = 5.0
    concerns: Final = PEOPLE

    def __init__(self, parameters: FightParameters | None = None) -> None:
        self.parameters = parameters or FightParameters()
        self._contacts = Contacts(self.parameters.contact)
        self._scuffles: list[Scuffle] = []
        self._seen: deque[Tracks] = deque()
        self._wanted: list[Look] = []
        self._last_s: float | None = None

    def update(self, tracks: Tracks, view: SceneView) -> list[RuleHit]:
        """Judge the next picture of one preset; see `Rule`."""
        zones = [z for z in view.zones if any(isinstance(s, FightSettings) for s in z.rules)]
        moment = tracks.moment
        if not zones:
            return []
        self._blink(moment.clock_s)
        self._remember(tracks)
        circles, alone = self._contacts.update(tracks)
        hits = self._end_without_zone(zones, moment)
        self._gather(circles, alone, zones, moment.clock_s)
        hits += self._settle(moment)
        self._wanted = [self._look(scuffle, moment) for scuffle in self._due(moment.clock_s)]
        return hits

    def looks(self) -> Sequence[Look]:
        """Closer looks that the last picture asks for."""
        return self._wanted

    def hear(self, answer: Answer) -> list[RuleHit]:
        """Take in what came of a look; it may come late, or never."""
        scuffle = next((s for s in self._scuffles if s.id == answer.look.stay), None)
        if scuffle is None or answer.score is None or not self._seen:
            return []
        looked_s = answer.look.moment.clock_s
        scuffle.note(looked_s, answer.score, self.parameters.of)
        scuffle.model = answer.model
        if scuffle.alarm_s is not None:
            if answer.score >= self.parameters.low:
                scuffle.fought_s = looked_s
            return []
        if scuffle.together(self.parameters.least) < self.parameters.threshold:
            return []
        return [self._raise(scuffle, self._seen[-1].moment)]

    def _blink(self, clock_s: float) -> None:
        """After a time in which nobody looked, only what was raised goes on, from where it stood."""
        gap_s = 0.0 if self._last_s is None else clock_s - self._last_s
        self._last_s = clock_s
        if gap_s <= self.parameters.blind_after_s:
            return
        self._contacts.forget()
        self._seen.clear()
        self._scuffles = [scuffle for scuffle in self._scuffles if scuffle.alarm_s is not None]
        for scuffle in self._scuffles:
            scuffle.at_least = True
            scuffle.fought_s += gap_s
            scuffle.close_s += gap_s
            scuffle.kept_s += gap_s
            scuffle.scores = []

    def _remember(self, tracks: Tracks) -> None:
        self._seen.append(tracks)
        keep_s = self.parameters.window_s + 2 / self.rate_fps
        while tracks.moment.media_time_s - self._seen[0].moment.media_time_s > keep_s:
            self._seen.popleft()

    def _end_without_zone(self, zones: Sequence[Zone], moment: Moment) -> list[RuleHit]:
        ids = {zone.id for zone in zones}
        orphans = [s for s in self._scuffles if s.zone not in ids]
        self._scuffles = [s for s in self._scuffles if s.zone in ids]
        return [self._hit(Phase.ENDED, s, moment) for s in orphans if s.alarm_s is not None]

    def _gather(
        self, circles: list[tuple[Body, ...]], alone: list[Body], zones: Sequence[Zone], clock_s: float
    ) -> None:
        """Give each circle to the scuffle that it belongs to; a new circle is a new one."""
        p = self.parameters
        circles = circles + [(body,) for body in alone if body.restless >= p.alone]
        free = [s for s in self._scuffles if clock_s - s.kept_s <= p.merged_s or s.alarm_s is not None]
        for circle in sorted(circles, key=len, reverse=True):
            owner = _owner(circle, free)
            if owner is not None:
                owner.meet(circle, clock_s, p.window_s)
                free.remove(owner)
            elif zone := _zone_of(circle, zones):
                self._begin(circle, zone, clock_s).meet(circle, clock_s, p.window_s)
        for body in alone:
            for scuffle in free:
                if body.track in scuffle.tracks and clock_s - scuffle.close_s <= p.merged_s:
                    scuffle.keep((body,), clock_s, p.window_s)

    def _begin(self, circle: Sequence[Body], zone: str, clock_s: float) -> Scuffle:
        box = circle[0].box
        began_s = self._seen[0].moment.clock_s
        fresh = Scuffle(uuid.uuid4().hex, zone, clock_s, clock_s == began_s, clock_s, clock_s, box)
        self._scuffles.append(fresh)
        return fresh

    def _settle(self, moment: Moment) -> list[RuleHit]:
        """Forget who parted, end what is over, and tell again what goes on."""
        p, clock_s = self.parameters, moment.clock_s
        hits: list[RuleHit] = []
        for scuffle in list(self._scuffles):
            if scuffle.alarm_s is None:
                if clock_s - scuffle.kept_s > p.pause_s or clock_s - scuffle.close_s > p.merged_s:
                    self._scuffles.remove(scuffle)
            elif clock_s - scuffle.fought_s >= p.quiet_s:
                self._scuffles.remove(scuffle)
                hits.append(self._hit(Phase.ENDED, scuffle, moment))
            elif clock_s - scuffle.onset_s >= scuffle.repeat_s:
                scuffle.repeat_s *= 2
                hits.append(self._hit(Phase.UPDATED, scuffle, moment))
        return hits

    def _due(self, clock_s: float) -> list[Scuffle]:
        """Whom to look at now: first who was taken for fighting, then who is restless and has waited long."""
        p = self.parameters
        due = [scuffle for scuffle in self._scuffles if self._is_due(scuffle)]
        asked = [
            s for s in self._scuffles if s.asked_s is not None and clock_s - s.asked_s < p.stride_s - 1e-3
        ]
        due.sort(key=lambda scuffle: self._urgency(scuffle, clock_s), reverse=True)
        return due[: max(0, p.at_once - len(asked))]

    def _urgency(self, scuffle: Scuffle, clock_s: float) -> tuple[bool, float]:
        suspect = scuffle.alarm_s is not None or scuffle.surest >= self.parameters.low
        waits_s = clock_s - (scuffle.since_s if scuffle.asked_s is None else scuffle.asked_s)
        return suspect, scuffle.restless * waits_s

    def _is_due(self, scuffle: Scuffle) -> bool:
        p, clock_s = self.parameters, self._seen[-1].moment.clock_s
        return (
            clock_s - scuffle.since_s >= p.close_s - 1e-3
            and clock_s - scuffle.kept_s <= p.pause_s
            and scuffle.restless >= p.restless
            and clock_s - self._seen[0].moment.clock_s >= p.least_s - 1e-3
            and (scuffle.asked_s is None or clock_s - scuffle.asked_s >= p.stride_s - 1e-3)
        )

    def _look(self, scuffle: Scuffle, moment: Moment) -> Look:
        scuffle.asked_s = moment.clock_s
        start_s = max(moment.media_time_s - self.parameters.window_s, self._seen[0].moment.media_time_s)
        latest = sorted(scuffle.tracks, key=lambda name: -scuffle.tracks[name])
        group = tuple(latest[: self.parameters.contact.most])
        return Look(uuid.uuid4().hex, scuffle.id, moment, start_s, group, tuple(self._seen))

    def _raise(self, scuffle: Scuffle, moment: Moment) -> RuleHit:
        p = self.parameters
        first_s = next(clock_s for clock_s, score in scuffle.scores if score >= p.threshold)
        scuffle.onset_s = max(scuffle.since_s, first_s - p.window_s / 2)
        scuffle.alarm_s = moment.clock_s
        scuffle.fought_s = scuffle.scores[-1][0]
        scuffle.repeat_s = p.repeat_s
        return self._hit(Phase.RAISED, scuffle, moment)

    def _hit(self, phase: Phase, scuffle: Scuffle, moment: Moment) -> RuleHit:
        assert scuffle.alarm_s is not None
        return RuleHit(
            moment=moment,
            phase=phase,
            kind=Kind.FIGHT,
            zone=scuffle.zone,
            rule=self.name,
            stay=scuffle.id,
            onset_s=scuffle.onset_s,
            alarm_s=scuffle.alarm_s,
            ended_s=scuffle.fought_s if phase is Phase.ENDED else None,
            at_least=scuffle.at_least,
            score=scuffle.together(self.parameters.least) if phase is Phase.RAISED else scuffle.peak,
            box=scuffle.box,
            people=len(scuffle.boxes),
            tracks=tuple(scuffle.tracks),
            members=tuple(scuffle.boxes),
            facts={
                "dwell_s": round(max(0.0, scuffle.fought_s - scuffle.onset_s), 1),
                "people_max": scuffle.people_max,
                "close_s": round(scuffle.onset_s - scuffle.since_s, 1),
                "looks": scuffle.looks,
                "peak": round(scuffle.peak, 3),
                "classifier": scuffle.model,
            },
        )

    def dump(self) -> dict[str, Any]:
        """All memory that outlives a restart: people who are close are seen again within a second."""
        return {
            "rule": self.name,
            "last_s": self._last_s,
            "scuffles": [s.dump() for s in self._scuffles if s.alarm_s is not None],
        }

    def load(self, state: Mapping[str, Any], clock_s: float) -> None:
        """Go on where another process stopped; see `Rule`."""
        if state.get("rule") != self.name or state["last_s"] is None:
            return
        moved_s = min(0.0, clock_s - state["last_s"])
        scuffles = [Scuffle.load(scuffle) for scuffle in state["scuffles"]]
        for scuffle in scuffles:
            scuffle.move(moved_s)
        self._last_s, self._scuffles = state["last_s"] + moved_s, scuffles


def _owner(circle: Sequence[Body], free: Sequence[Scuffle]) -> Scuffle | None:
    """The scuffle that these people are: with shared ids, or else at the same place; raised ones first."""
    names = {body.track for body in circle}
    same = [scuffle for scuffle in free if not names.isdisjoint(scuffle.tracks)]
    if not same and free:
        around = union([body.box for body in circle])
        same = [scuffle for scuffle in free if overlap(around, scuffle.box) > 0]
    return min(same, key=lambda scuffle: (scuffle.alarm_s is None, scuffle.since_s), default=None)


def _zone_of(circle: Sequence[Body], zones: Sequence[Zone]) -> str | None:
    """The zone in which somebody of them stands."""
    for zone in zones:
        if any(contains(zone.polygon, ground_point(body.box)) for body in circle):
            return zone.id
    return None
