"""Parking: a vehicle that stands in a zone for longer than it may.

    moving   it moves, or has not kept its place long enough to tell
    stopped  it stands, and the clock rests: standing is allowed now, or the zone does not watch the vehicle
    waiting  it stands, and the clock runs
    parked   the limit is reached: raised once
    left     it is gone: ended, if it had been raised

What the clock has counted stays when a window of the zone rests it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from almere_vision.domain.clock import TimeWindow
from almere_vision.domain.detections import MOTOR_VEHICLES, VEHICLES
from almere_vision.domain.frame import Moment
from almere_vision.domain.geometry import Box, Point, contains, ground_point
from almere_vision.domain.scene import ParkingSettings, SceneView, Zone
from almere_vision.domain.suggestion import Kind, Phase, RuleHit
from almere_vision.domain.tracks import Tracks
from almere_vision.rules.leave import Leave
from almere_vision.rules.places import PlaceMemory, PlaceSettings
from almere_vision.rules.vehicle import Vehicle


class State(StrEnum):
    """How far a vehicle is; what each word means stands at the head of this module."""

    MOVING = "moving"
    STOPPED = "stopped"
    WAITING = "waiting"
    PARKED = "parked"
    LEFT = "left"


TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    State.MOVING: frozenset({State.STOPPED, State.WAITING}),
    State.STOPPED: frozenset({State.WAITING, State.LEFT}),
    State.WAITING: frozenset({State.STOPPED, State.PARKED, State.LEFT}),
    State.PARKED: frozenset({State.LEFT}),
    State.LEFT: frozenset(),
}


@dataclass(frozen=True, slots=True)
class ParkingParameters:
    """Settings of the rule that hold for every camera; limits and windows are those of the zone.

    Attributes:
        places: when a vehicle stands, and when it has left.
        seen_share: share of the pictures on which a vehicle must have been detected to be suggested.
        hidden_s: so long a vehicle that is hidden or missed is taken to stand there when its limit is
            reached. After that it is suggested when it is seen again.
        repeat: a raised stay is told again each time that its clock grew by this factor.
    """

    places: PlaceSettings = field(default_factory=PlaceSettings)
    seen_share: float = 0.3
    hidden_s: float = 10.0
    repeat: float = 2.0


@dataclass(slots=True)
class Stay:
    """One vehicle that stands in one zone.

    Attributes:
        id: the same for ever, also after a restart.
        zone: id of the zone.
        vehicle: number of the vehicle.
        state: stopped, waiting, parked or left.
        stood_s: seconds of standing that were judged so far.
        counted_s: those of them outside allowed windows, which the limit is about.
        alarm_s: clock at which it was raised.
        repeat_s: `counted_s` at which it is told again.
        limit_s: the limit that it was judged by last.
        leave: the permit under which it stands, if any.
        outside_hours: the zone has hours in which it might stand there, and now is none of them.
    """

    id: str
    zone: str
    vehicle: int
    state: State = State.MOVING
    stood_s: float = 0.0
    counted_s: float = 0.0
    alarm_s: float | None = None
    repeat_s: float = 0.0
    limit_s: float = 0.0
    leave: Leave = field(default_factory=Leave)
    outside_hours: bool = False

    def go(self, state: State) -> None:
        if state is not self.state:
            assert state in TRANSITIONS[self.state], f"{self.state} -> {state}"
            self.state = state

    def count(self, vehicle: Vehicle, moment: Moment, allowed: Sequence[TimeWindow]) -> None:
        """Let the clock run to this picture; the vehicle is seen in it, or is taken to stand there."""
        stood_s = vehicle.stood_until_s(moment.clock_s)
        new_s = stood_s - self.stood_s
        self.stood_s = stood_s
        self.counted_s += new_s - allowed_s(allowed, moment.captured_at, new_s)


def allowed_s(windows: Sequence[TimeWindow], until: datetime | None, length_s: float) -> float:
    """Seconds of the `length_s` before `until` in which standing was allowed, judged second by second."""
    if not windows or until is None or length_s <= 0:
        return 0.0
    parts = max(1, round(length_s))
    part_s = length_s / parts
    until = until.astimezone(UTC)  # in local time a subtraction would not know of the change of the clock
    middles = (until - timedelta(seconds=(index + 0.5) * part_s) for index in range(parts))
    return part_s * sum(any(window.covers(middle) for window in windows) for middle in middles)


class ParkingRule:
    """Suggests vehicles that stand for longer than a zone allows, each stay once."""

    name: Final = "parking@1"
    rate_fps: Final = 2.0
    concerns: Final = VEHICLES

    def __init__(self, parameters: ParkingParameters | None = None) -> None:
        self.parameters = parameters or ParkingParameters()
        self._memory = PlaceMemory(self.parameters.places)
        self._stays: dict[tuple[int, str], Stay] = {}
        self._zones_version: str | None = None

    def update(self, tracks: Tracks, view: SceneView) -> list[RuleHit]:
        """Judge the next picture of one preset; see `Rule`."""
        zones = [(z, s) for z in view.zones for s in z.rules if isinstance(s, ParkingSettings)]
        if not zones:
            return []
        kinds = MOTOR_VEHICLES.union(*(settings.vehicles for _, settings in zones))
        left = self._memory.update(tracks, kinds)
        ended = [(stay, vehicle) for vehicle in left for stay in self._stays_of(vehicle)]
        if view.version != self._zones_version:
            ended += self._outside([zone for zone, _ in zones])
            self._zones_version = view.version
        hits = [hit for stay, vehicle in ended for hit in self._end(stay, vehicle, tracks.moment)]
        for vehicle in self._memory.standing:
            for zone, settings in zones:
                stay = self._stays.get((vehicle.number, zone.id))
                if stay is None and contains(zone.polygon, _spot(vehicle)):
                    stay = Stay(uuid.uuid4().hex, zone.id, vehicle.number)
                    self._stays[vehicle.number, zone.id] = stay
                if stay is not None and vehicle.is_taken_to_stand(
                    tracks.moment.clock_s, self.parameters.hidden_s
                ):
                    hits += self._judge(stay, vehicle, settings, tracks.moment)
        return hits

    def _stays_of(self, vehicle: Vehicle) -> list[Stay]:
        return [stay for stay in self._stays.values() if stay.vehicle == vehicle.number]

    def _outside(self, zones: list[Zone]) -> list[tuple[Stay, Vehicle]]:
        """Stays that are no longer in their zone, because somebody drew it anew or took it away."""
        polygons = {zone.id: zone.polygon for zone in zones}
        return [
            (stay, vehicle)
            for vehicle in self._memory.standing
            for stay in self._stays_of(vehicle)
            if stay.zone not in polygons or not contains(polygons[stay.zone], _spot(vehicle))
        ]

    def _judge(
        self, stay: Stay, vehicle: Vehicle, settings: ParkingSettings, moment: Moment
    ) -> list[RuleHit]:
        """Let the clock of one stay run, and tell what that brings."""
        stay.count(vehicle, moment, settings.allowed)
        stay.limit_s = settings.limit_s
        kind, at = vehicle.kind, moment.captured_at
        stay.outside_hours = bool(settings.allowed) and at is not None and not settings.allows(at)
        ran_out = stay.leave.judge(settings, kind, moment)
        if stay.state is State.PARKED:
            due = stay.counted_s >= stay.repeat_s
            if due:
                stay.repeat_s *= self.parameters.repeat
            return [self._hit(Phase.UPDATED, stay, vehicle, moment)] if due or ran_out else []
        rests = not settings.watches(kind, _place(vehicle)) or settings.allows(moment.captured_at)
        stay.go(State.STOPPED if rests else State.WAITING)
        due = stay.counted_s >= settings.limit_s and vehicle.seen_share >= self.parameters.seen_share
        if rests or not due:
            return []
        stay.go(State.PARKED)
        stay.alarm_s = moment.clock_s
        stay.repeat_s = self.parameters.repeat * max(stay.counted_s, settings.limit_s)
        return [self._hit(Phase.RAISED, stay, vehicle, moment)]

    def _end(self, stay: Stay, vehicle: Vehicle, moment: Moment) -> list[RuleHit]:
        del self._stays[stay.vehicle, stay.zone]
        stay.counted_s -= max(0.0, stay.stood_s - vehicle.stood_s)  # it was taken to stand there, and did not
        stay.go(State.LEFT)
        return [] if stay.alarm_s is None else [self._hit(Phase.ENDED, stay, vehicle, moment)]

    def _hit(self, phase: Phase, stay: Stay, vehicle: Vehicle, moment: Moment) -> RuleHit:
        assert stay.alarm_s is not None
        return RuleHit(
            moment=moment,
            phase=phase,
            kind=Kind.PARKING,
            zone=stay.zone,
            rule=self.name,
            stay=stay.id,
            onset_s=vehicle.since_s,
            alarm_s=stay.alarm_s,
            ended_s=vehicle.last_s if phase is Phase.ENDED else None,
            at_least=vehicle.at_least,
            score=min(1.0, vehicle.score),
            box=_place(vehicle),
            people=0,
            tracks=tuple(vehicle.tracks),
            facts={
                "object": vehicle.kind.value,
                "state": stay.state.value,
                "dwell_s": round(vehicle.stood_s if phase is Phase.ENDED else stay.stood_s, 1),
                "counted_s": round(stay.counted_s, 1),
                "limit_s": stay.limit_s,
                **({"ended_within_s": round(vehicle.ended_within_s, 1)} if phase is Phase.ENDED else {}),
                **({"outside_hours": True} if stay.outside_hours else {}),
                **stay.leave.facts(),
            },
        )

    def dump(self) -> dict[str, Any]:
        """All memory, as JSON values."""
        return {
            "rule": self.name,
            "zones": self._zones_version,
            "memory": self._memory.dump(),
            "stays": [asdict(stay) for stay in self._stays.values()],
        }

    def load(self, state: Mapping[str, Any], clock_s: float) -> None:
        """Go on where another process stopped; see `Rule`."""
        if state.get("rule") != self.name:
            return
        moved_s = self._memory.load(state["memory"], clock_s)
        self._zones_version = state["zones"]
        stays = [
            Stay(**{**values, "state": State(values["state"]), "leave": Leave(**values.get("leave", {}))})
            for values in state["stays"]
        ]
        for stay in stays:
            if stay.alarm_s is not None:
                stay.alarm_s += moved_s
        self._stays = {(stay.vehicle, stay.zone): stay for stay in stays}


def _place(vehicle: Vehicle) -> Box:
    assert vehicle.place is not None
    return vehicle.place


def _spot(vehicle: Vehicle) -> Point:
    return ground_point(_place(vehicle))
