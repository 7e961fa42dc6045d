"""Loitering: people who stay together in a zone for longer than it allows.

    gathering  enough people stay near each other; the clock runs
    loitering  the limit is reached: raised once, and told again as it goes on
    gone       nobody of them stays there any more: ended, if it had been raised

The clock belongs to the group in the zone, not to a track: members come and go, ids break, and it goes on
while there are enough for most of the seconds. Who passes is not a member, and a group that moves on as
one (a crowd, a queue) or that is never the same people (a bus stop) does not raise an alarm.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from almere_vision.domain.detections import PEOPLE
from almere_vision.domain.frame import Moment
from almere_vision.domain.geometry import Box, contains, ground_point, union
from almere_vision.domain.scene import LoiteringSettings, SceneView, Zone
from almere_vision.domain.suggestion import Kind, Phase, RuleHit
from almere_vision.domain.tracks import Tracks
from almere_vision.rules.distance import Ruler
from almere_vision.rules.group import Group, Spell
from almere_vision.rules.people import PeopleMemory, PeopleSettings, Person


@dataclass(frozen=True, slots=True)
class LoiteringParameters:
    """Settings of the rule that hold for every camera; people, limit and distance are those of the zone.

    Attributes:
        people: when a person stays.
        share: share of the seconds in which enough people must be there.
        old_share: share of the needed people who must have been there for half of the limit.
        empty_s: seconds without anybody after which a group is gone ...
        empty_limits: ... or so many limits of the zone, whichever is less.
        step_s: what one picture may add to the clock at most.
        bridge_s: seconds that nobody may look while the clock of a group that is there before and after
            goes on; when longer, the clock pauses.
        repeat: a raised group is told again each time that its clock grew by this factor.
    """

    people: PeopleSettings = field(default_factory=PeopleSettings)
    share: float = 0.8
    old_share: float = 0.5
    empty_s: float = 30.0
    empty_limits: float = 0.5
    step_s: float = 2.0
    bridge_s: float = 120.0
    repeat: float = 2.0


class LoiteringRule:
    """Suggests groups that stay for longer than a zone allows, each group once."""

    name: Final = "loitering@1"
    rate_fps: Final = 5.0
    concerns: Final = PEOPLE

    def __init__(self, parameters: LoiteringParameters | None = None) -> None:
        self.parameters = parameters or LoiteringParameters()
        self._memory = PeopleMemory(self.parameters.people)
        self._groups: list[Group] = []
        self._last_s: float | None = None

    def update(self, tracks: Tracks, view: SceneView) -> list[RuleHit]:
        """Judge the next picture of one preset; see `Rule`."""
        zones = [(z, s) for z in view.zones for s in z.rules if isinstance(s, LoiteringSettings)]
        moment = tracks.moment
        step_s = self._step(moment.clock_s)
        if not zones:
            return []
        ruler = Ruler(moment.width_px / moment.height_px, view.ground)
        staying = self._memory.update(tracks, ruler)
        hits = self._end_without_zone(zones, moment)
        for zone, settings in zones:
            inside = [person for person in staying if contains(zone.polygon, ground_point(person.box))]
            self._gather(zone, settings, inside, moment, ruler)
            hits += self._judge(zone, settings, moment, step_s)
        return hits

    def _step(self, clock_s: float) -> float:
        """Seconds since the last picture that count; time in which nobody looked is bridged or pauses."""
        step_s = 0.0 if self._last_s is None else max(0.0, clock_s - self._last_s)
        self._last_s = clock_s
        if step_s <= self.parameters.people.blind_after_s:
            return min(step_s, self.parameters.step_s)
        for group in self._groups:
            group.skip(step_s, clock_s, counts=step_s <= self.parameters.bridge_s)
        return 0.0

    def _end_without_zone(
        self, zones: Sequence[tuple[Zone, LoiteringSettings]], moment: Moment
    ) -> list[RuleHit]:
        """End the groups whose zone somebody took away."""
        ids = {zone.id for zone, _ in zones}
        orphans = [group for group in self._groups if group.zone not in ids]
        self._groups = [group for group in self._groups if group.zone in ids]
        return [self._hit(Phase.ENDED, g, moment) for g in orphans if g.alarm_s is not None]

    def _gather(
        self, zone: Zone, settings: LoiteringSettings, inside: list[Person], moment: Moment, ruler: Ruler
    ) -> None:
        """Give each circle of people to the group that it belongs to; a new circle is a new group."""
        groups = [group for group in self._groups if group.zone == zone.id]
        found: dict[str, list[list[Person]]] = {group.id: [] for group in groups}
        strangers = []
        for circle in _circles(inside, settings.within_m, ruler):
            numbers = {person.number for person in circle}
            owners = sorted((g for g in groups if g.numbers & numbers), key=lambda g: g.since_s)
            if owners:
                found[owners[0].id].append(circle)
                self._join([g for g in owners[1:] if not found[g.id]])
            else:
                strangers.append(circle)
        for circle in strangers:
            left = [g for g in groups if not found[g.id] and g in self._groups]
            near = next((g for g in left if _near(circle, g.boxes, settings.within_m, ruler)), None)
            if near is None and len(circle) >= settings.people:
                near = self._form(zone, settings, circle, moment.clock_s)
                groups.append(near)
            if near is not None:
                found.setdefault(near.id, []).append(circle)
        for group in groups:
            group.meet(found[group.id], settings.people, moment.clock_s)

    def _join(self, younger: Sequence[Group]) -> None:
        """The people of these groups went over to an older one; its clock is theirs."""
        gone = [group for group in younger if group.alarm_s is None]
        self._groups = [group for group in self._groups if group not in gone]

    def _form(self, zone: Zone, settings: LoiteringSettings, circle: list[Person], clock_s: float) -> Group:
        """A new group, dated back to when enough of its people had come to stay."""
        since = sorted(person.stays_since_s or clock_s for person in circle)[settings.people - 1]
        oldest = min(person.first_s for person in circle)
        group = Group(
            uuid.uuid4().hex,
            zone.id,
            at_least=oldest == self._memory.began_s,
            spells=[Spell(since)],
        )
        self._groups.append(group)
        return group

    def _judge(self, zone: Zone, settings: LoiteringSettings, moment: Moment, step_s: float) -> list[RuleHit]:
        """Let the clocks of the groups of one zone run, and tell what that brings."""
        at, parameters = moment.captured_at, self.parameters
        active = not settings.active or at is None or any(window.covers(at) for window in settings.active)
        empty_s = min(parameters.empty_s, parameters.empty_limits * settings.limit_s)
        hits: list[RuleHit] = []
        for group in [group for group in self._groups if group.zone == zone.id]:
            group.limit_s, group.people = settings.limit_s, settings.people
            group.within_m = settings.within_m
            if active:
                group.run(step_s, moment.clock_s, parameters.share)
            else:
                group.rest(step_s, moment.clock_s)
            group.empty_s = 0.0 if group.members else group.empty_s + step_s
            if group.empty_s >= empty_s:
                self._groups.remove(group)
                hits += [] if group.alarm_s is None else [self._hit(Phase.ENDED, group, moment)]
            elif group.alarm_s is not None:
                hits += self._again(group, moment)
            elif active and group.due(parameters.old_share, moment.clock_s):
                group.alarm_s = moment.clock_s
                group.repeat_s = parameters.repeat * max(group.counted_s, settings.limit_s)
                hits.append(self._hit(Phase.RAISED, group, moment))
        return hits

    def _again(self, group: Group, moment: Moment) -> list[RuleHit]:
        if group.counted_s < group.repeat_s:
            return []
        group.repeat_s *= self.parameters.repeat
        return [self._hit(Phase.UPDATED, group, moment)]

    def _hit(self, phase: Phase, group: Group, moment: Moment) -> RuleHit:
        assert group.alarm_s is not None
        return RuleHit(
            moment=moment,
            phase=phase,
            kind=Kind.LOITERING,
            zone=group.zone,
            rule=self.name,
            stay=group.id,
            onset_s=group.since_s,
            alarm_s=group.alarm_s,
            ended_s=group.seen_until_s if phase is Phase.ENDED else None,
            at_least=group.at_least,
            score=min(1.0, group.score * group.here_s / max(group.counted_s, 1e-9)),
            box=union(group.boxes),
            people=len(group.boxes),
            tracks=group.tracks,
            members=tuple(group.boxes),
            facts={
                "people_max": group.people_max,
                "people_limit": group.people,
                "within_m": group.within_m,
                "dwell_s": round(group.seen_until_s - group.since_s, 1),
                "counted_s": round(group.counted_s, 1),
                "limit_s": group.limit_s,
                "people_over_time": " ".join(map(str, group.counts)),
                "people_over_time_step_s": group.count_s,
                **({"ended_within_s": round(group.ended_within_s, 1)} if phase is Phase.ENDED else {}),
            },
        )

    def dump(self) -> dict[str, Any]:
        """All memory, as JSON values."""
        return {
            "rule": self.name,
            "last_s": self._last_s,
            "memory": self._memory.dump(),
            "groups": [group.dump() for group in self._groups],
        }

    def load(self, state: Mapping[str, Any], clock_s: float) -> None:
        """Go on where another process stopped; see `Rule`."""
        if state.get("rule") != self.name:
            return
        moved_s = self._memory.load(state["memory"], clock_s)
        self._last_s = None if state["last_s"] is None else state["last_s"] + moved_s
        self._groups = [Group.load(group, moved_s) for group in state["groups"]]


def _circles(people: Sequence[Person], within_m: float, ruler: Ruler) -> list[list[Person]]:
    """People who are joined by steps of at most `within_m` metres."""
    circles = []
    left = [(person, ruler.spot(person.box)) for person in people]
    while left:
        circle = [left.pop()]
        for _, spot in circle:  # grows while it is walked
            rest, left = left, []
            for other in rest:
                (circle if spot.apart_m(other[1]) <= within_m else left).append(other)
        circles.append([person for person, _ in circle])
    return circles


def _near(circle: Sequence[Person], boxes: Sequence[Box], within_m: float, ruler: Ruler) -> bool:
    spots = [ruler.spot(box) for box in boxes]
    return any(ruler.spot(person.box).apart_m(spot) <= within_m for person in circle for spot in spots)
