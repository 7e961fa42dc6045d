"""Present: a vehicle in a street that is closed to it, moving or not ("auto zonder ontheffing").

    noticed  it was seen in the zone while that is closed to it, and is not believed yet
    present  seen there often enough over the limit: raised once
    over     it left the zone: ended; while it is around it is not raised again

A visit is forgotten when the vehicle has gone, and one that is only noticed when it is not seen there for
a moment, so that a box that flickers never adds up.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from almere_vision.domain.detections import MOTOR_VEHICLES, VEHICLES
from almere_vision.domain.frame import Moment
from almere_vision.domain.geometry import Box, contains, ground_point
from almere_vision.domain.scene import PresentSettings, SceneView, Zone
from almere_vision.domain.suggestion import Kind, Phase, RuleHit
from almere_vision.domain.tracks import Tracks
from almere_vision.rules.leave import Leave
from almere_vision.rules.visitors import Visitor, VisitorMemory, VisitorSettings


class State(StrEnum):
    """How far a visit is; what each word means stands at the head of this module."""

    NOTICED = "noticed"
    PRESENT = "present"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class PresentParameters:
    """Settings of the rule that hold for every camera; limits and windows are those of the zone.

    Attributes:
        visitors: which boxes are one vehicle, and when it has gone.
        sightings: pictures at least on which it must have been seen in the zone.
        seen_share: share of the pictures on which it must have been seen there.
        lapse_s: seconds after which one that is only noticed, and not seen in the zone, is forgotten.
        out_s: seconds that it must be seen outside the zone to have left it.
        first_repeat_s: a raised visit is told again when it lasts so long,
        repeat: and then each time that it has lasted longer by this factor.
    """

    visitors: VisitorSettings = field(default_factory=VisitorSettings)
    sightings: int = 3
    seen_share: float = 0.5
    lapse_s: float = 2.5
    out_s: float = 5.0
    first_repeat_s: float = 60.0
    repeat: float = 2.0


@dataclass(slots=True)
class Visit:
    """One vehicle in one zone.

    Attributes:
        id: the same for ever, also after a restart.
        zone: id of the zone.
        visitor: number of the vehicle.
        since_s: clock at which it was first seen there while the zone was closed to it.
        last_s: clock at which it was last seen there.
        box: where that was.
        at_least: it may have been there before `since_s`, or we looked away.
        state: noticed, present or over.
        looks: pictures since `since_s` on which nothing hid it.
        sightings: pictures since `since_s` on which it was seen there.
        score_sum: sum of the detection scores of these.
        alarm_s: clock at which it was raised.
        repeat_s: length at which it is told again.
        limit_s: the limit that it was judged by last.
        leave: the permit under which it is there, if any.
    """

    id: str
    zone: str
    visitor: int
    since_s: float
    last_s: float
    box: Box
    at_least: bool
    state: State = State.NOTICED
    looks: int = 0
    sightings: int = 0
    score_sum: float = 0.0
    alarm_s: float | None = None
    repeat_s: float = 0.0
    limit_s: float = 0.0
    leave: Leave = field(default_factory=Leave)

    @property
    def lasted_s(self) -> float:
        return self.last_s - self.since_s

    @property
    def seen_share(self) -> float:
        return self.sightings / max(self.looks, 1)

    def see(self, visitor: Visitor) -> None:
        """Note a sighting in the zone."""
        self.last_s, self.box = visitor.last_s, visitor.box
        self.sightings += 1
        self.score_sum += visitor.score

    @classmethod
    def load(cls, state: Mapping[str, Any], shift_s: float) -> Visit:
        alarm_s = state["alarm_s"]
        changed = {
            "box": tuple(state["box"]),
            "state": State(state["state"]),
            "leave": Leave(**state["leave"]),
            "since_s": state["since_s"] + shift_s,
            "last_s": state["last_s"] + shift_s,
            "alarm_s": None if alarm_s is None else alarm_s + shift_s,
        }
        return cls(**{**state, **changed})


class PresentRule:
    """Suggests vehicles that are in a zone which is closed to them, each visit once."""

    name: Final = "present@1"
    rate_fps: Final = 2.0
    concerns: Final = VEHICLES

    def __init__(self, parameters: PresentParameters | None = None) -> None:
        self.parameters = parameters or PresentParameters()
        self._memory = VisitorMemory(self.parameters.visitors)
        self._visits: dict[tuple[int, str], Visit] = {}
        self._zones_version: str | None = None

    def update(self, tracks: Tracks, view: SceneView) -> list[RuleHit]:
        """Judge the next picture of one preset; see `Rule`."""
        zones = [(z, s) for z in view.zones for s in z.rules if isinstance(s, PresentSettings)]
        if not zones:
            return []
        kinds = MOTOR_VEHICLES.union(*(settings.vehicles for _, settings in zones))
        hits: list[RuleHit] = []
        moment = tracks.moment
        for visitor in self._memory.update(tracks, kinds):
            for visit in [v for v in self._visits.values() if v.visitor == visitor.number]:
                hits += self._end(visit, visitor, moment)
                del self._visits[visit.visitor, visit.zone]
        if view.version != self._zones_version:
            hits += self._redrawn({zone.id for zone, _ in zones}, moment)
            self._zones_version = view.version
        for zone, settings in zones:
            closed = not settings.allows(moment.captured_at)
            for visitor in self._memory.visitors:
                hits += self._judge(visitor, zone, settings, closed, moment)
        return hits

    def _judge(
        self, visitor: Visitor, zone: Zone, settings: PresentSettings, closed: bool, moment: Moment
    ) -> list[RuleHit]:
        visit = self._visits.get((visitor.number, zone.id))
        there = visitor.seen and contains(zone.polygon, ground_point(visitor.box))
        counts = there and closed and settings.watches(visitor.kind, visitor.box)
        if visit is None:
            if not counts:
                return []
            now_s = moment.clock_s
            visit = Visit(
                uuid.uuid4().hex, zone.id, visitor.number, now_s, now_s, visitor.box, visitor.unwatched
            )
            self._visits[visitor.number, zone.id] = visit
        if visit.state is State.OVER:
            return []
        visit.at_least |= visitor.unwatched
        visit.looks += not visitor.covered
        visit.limit_s = settings.limit_s
        if visit.state is State.NOTICED:
            return self._notice(visit, visitor, settings, counts, moment)
        return self._follow(visit, visitor, settings, there, moment)

    def _notice(
        self, visit: Visit, visitor: Visitor, settings: PresentSettings, counts: bool, moment: Moment
    ) -> list[RuleHit]:
        """One that is not believed yet: believe it, wait, or forget it."""
        parameters = self.parameters
        if not counts:
            if moment.clock_s - visit.last_s > parameters.lapse_s and not visitor.covered:
                del self._visits[visit.visitor, visit.zone]
            return []
        visit.see(visitor)
        visit.leave.judge(settings, visitor.kind, moment)
        enough = visit.sightings >= parameters.sightings and visit.seen_share >= parameters.seen_share
        if visit.lasted_s < settings.limit_s or not enough:
            return []
        visit.state = State.PRESENT
        visit.alarm_s = moment.clock_s
        visit.repeat_s = parameters.first_repeat_s
        return [self._hit(Phase.RAISED, visit, visitor, moment)]

    def _follow(
        self, visit: Visit, visitor: Visitor, settings: PresentSettings, there: bool, moment: Moment
    ) -> list[RuleHit]:
        """One that was raised: tell that it stays, or that it has left the zone."""
        if not there:
            outside_s = moment.clock_s - visit.last_s if visitor.seen else 0.0
            return self._end(visit, visitor, moment) if outside_s > self.parameters.out_s else []
        visit.see(visitor)
        ran_out = visit.leave.judge(settings, visitor.kind, moment)
        longer = visit.lasted_s >= visit.repeat_s
        if longer:
            visit.repeat_s *= self.parameters.repeat
        return [self._hit(Phase.UPDATED, visit, visitor, moment)] if longer or ran_out else []

    def _end(self, visit: Visit, visitor: Visitor, moment: Moment) -> list[RuleHit]:
        if visit.state is not State.PRESENT:
            return []
        visit.state = State.OVER
        return [self._hit(Phase.ENDED, visit, visitor, moment)]

    def _redrawn(self, zones: set[str], moment: Moment) -> list[RuleHit]:
        """End what was going on in zones that somebody took away."""
        visitors = {visitor.number: visitor for visitor in self._memory.visitors}
        hits: list[RuleHit] = []
        for visit in [visit for visit in self._visits.values() if visit.zone not in zones]:
            hits += self._end(visit, visitors[visit.visitor], moment)
            del self._visits[visit.visitor, visit.zone]
        return hits

    def _hit(self, phase: Phase, visit: Visit, visitor: Visitor, moment: Moment) -> RuleHit:
        assert visit.alarm_s is not None
        score = visit.score_sum / visit.sightings * visit.seen_share
        return RuleHit(
            moment=moment,
            phase=phase,
            kind=Kind.PARKING,
            zone=visit.zone,
            rule=self.name,
            stay=visit.id,
            onset_s=visit.since_s,
            alarm_s=visit.alarm_s,
            ended_s=visit.last_s if phase is Phase.ENDED else None,
            at_least=visit.at_least,
            score=min(1.0, score),
            box=visit.box,
            people=0,
            tracks=tuple(visitor.tracks),
            facts={
                "mode": "present",
                "object": visitor.kind.value,
                "state": visit.state.value,
                "dwell_s": round(visit.lasted_s, 1),
                "limit_s": visit.limit_s,
                "stands": visitor.stands,
                "sightings": visit.sightings,
                "seen_share": round(visit.seen_share, 2),
                **visit.leave.facts(),
            },
        )

    def dump(self) -> dict[str, Any]:
        """All memory, as JSON values."""
        return {
            "rule": self.name,
            "zones": self._zones_version,
            "memory": self._memory.dump(),
            "visits": [asdict(visit) for visit in self._visits.values()],
        }

    def load(self, state: Mapping[str, Any], clock_s: float) -> None:
        """Go on where another process stopped; see `Rule`."""
        if state.get("rule") != self.name:
            return
        moved_s = self._memory.load(state["memory"], clock_s)
        self._zones_version = state["zones"]
        visits = [Visit.load(values, moved_s) for values in state["visits"]]
        self._visits = {(visit.visitor, visit.zone): visit for visit in visits}
