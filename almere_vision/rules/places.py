"""Memory of vehicles: moving ones follow their track, standing ones belong to a place.

A standing vehicle is known by where it stands, not by the id of its track: ids break, labels flip and
boxes go missing, while the vehicle is still there. It has left when it was seen elsewhere, when it moved
off, when another vehicle drove into its place, or when the place was seen empty for a while.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from almere_vision.domain.detections import MOTOR_VEHICLES, ObjectClass
from almere_vision.domain.geometry import Box, area, iou, overlap
from almere_vision.domain.tracks import Track, Tracks
from almere_vision.rules.likeness import Likeness, same_vehicle
from almere_vision.rules.stillness import StillnessSettings, median_box, shift, standstill
from almere_vision.rules.vehicle import Vehicle


@dataclass(frozen=True, slots=True)
class PlaceSettings:
    """When two boxes are one vehicle, and when it has left. One setting for all cameras.

    Attributes:
        stillness: what standing is.
        fit_iou: overlap with its place that a box of a standing vehicle has.
        same_iou: overlap that also proves it for a box whose track came from elsewhere.
        inside: share of a box in the place that makes it a part of a vehicle that is hidden in part.
        likeness: when two boxes in one picture are one vehicle.
        leave_shift: a standing vehicle that shifted so far (in sizes) has moved off; wider than
            `still_shift`, so that trembling does not end a stay.
        travel_shift: a vehicle that shifted so far (in sizes) since it was first seen came from elsewhere.
        owner_sightings: times that an id must have been seen at the place to be its owner.
        away_s: seconds that the owner must be seen elsewhere, and nothing at the place, to have gone there.
            A passing vehicle can steal an id, so this alone does not end a stay.
        away_empty_s: seconds of an empty place that do, then.
        vacant_s: seconds of an empty place after which a vehicle that drives in is another one.
        empty_s: seconds of an empty, uncovered place after which the vehicle has left. Long, because
            detectors lose dark and dazzling vehicles for seconds; the end is dated back.
        empty_looks: pictures that must show so.
        cover: share of the place that other things must hide for a miss to say nothing.
        hidden_s: seconds hidden after which we stop believing that it is still there.
        lost_s: seconds after which a moving vehicle that is not seen is forgotten.
        step_s: what one picture may add at most to the times above.
        blind_after_s: seconds without a picture from which on nobody looked.
        bridge_s: seconds that nobody may look while the clock of a vehicle that stands there before and
            after goes on; when longer, the clock pauses.
    """

    stillness: StillnessSettings = field(default_factory=StillnessSettings)
    fit_iou: float = 0.5
    same_iou: float = 0.75
    inside: float = 0.85
    likeness: Likeness = field(default_factory=Likeness)
    leave_shift: float = 0.25
    travel_shift: float = 0.5
    owner_sightings: int = 3
    away_s: float = 0.5
    away_empty_s: float = 3.0
    vacant_s: float = 1.0
    empty_s: float = 15.0
    empty_looks: int = 4
    cover: float = 0.3
    hidden_s: float = 1800.0
    lost_s: float = 3.0
    step_s: float = 2.0
    blind_after_s: float = 5.0
    bridge_s: float = 120.0


class PlaceMemory:
    """All vehicles that one camera sees on one preset."""

    def __init__(self, settings: PlaceSettings | None = None) -> None:
        self.settings = settings or PlaceSettings()
        self._keep_s = self.settings.stillness.settle_s + 2.0
        self._moving: list[Vehicle] = []
        self._standing: list[Vehicle] = []
        self._last_s: float | None = None
        self._numbers = 0
        self._aspect = 1.0

    @property
    def standing(self) -> tuple[Vehicle, ...]:
        """Vehicles that stand, seen in the present picture or not."""
        return tuple(self._standing)

    def update(self, tracks: Tracks, kinds: frozenset[ObjectClass] = MOTOR_VEHICLES) -> list[Vehicle]:
        """Take in the next picture.

        Args:
            tracks: everything that is seen; what is not a vehicle can still hide one.
            kinds: classes that count as vehicles.

        Returns:
            The vehicles that stood and have now left.
        """
        moment = tracks.moment
        clock_s = moment.clock_s
        step_s = 0.0 if self._last_s is None else max(0.0, clock_s - self._last_s)
        self._last_s = clock_s
        self._aspect = moment.width_px / moment.height_px
        seen = {track.id: track for track in tracks.tracks if track.kind in kinds and area(track.box) > 0}
        for vehicle in (*self._moving, *self._standing):
            vehicle.seen_by = None
            if vehicle.place is not None and step_s > self.settings.blind_after_s:
                vehicle.blind_s += step_s
                vehicle.looked_again_s = clock_s
                vehicle.paused_s += step_s if step_s > self.settings.bridge_s else 0.0
        self._see_standing(seen, clock_s)
        self._see_moving(seen, clock_s)
        left = self._judge_standing(tracks.tracks, clock_s, min(step_s, self.settings.step_s))
        left += self._settle()
        self._moving = [v for v in self._moving if clock_s - v.last_s <= self.settings.lost_s]
        return left

    def _see_standing(self, seen: Mapping[str, Track], clock_s: float) -> None:
        """Find each standing vehicle in the picture: by its own id first, then by its place."""
        taken: set[str] = set()
        for vehicle in self._standing:
            track = seen.get(vehicle.track)
            if track is not None and self._fits(vehicle, track.box):
                vehicle.see(track, clock_s, self._keep_s)
                taken.add(track.id)
        unseen = [vehicle for vehicle in self._standing if vehicle.seen_by is None]
        if not unseen:
            return
        strangers = {v.track: v for v in self._moving if v.travelled}
        free = [track for track in seen.values() if track.id not in taken]
        pairs = [
            (score, vehicle, track)
            for vehicle in unseen
            for track in free
            if (score := iou(_place(vehicle), track.box)) >= self.settings.fit_iou
        ]
        for score, vehicle, track in sorted(pairs, key=lambda pair: -pair[0]):
            if vehicle.seen_by is not None or track.id in taken:
                continue
            tight = score >= self.settings.same_iou
            gone = vehicle.away_s >= self.settings.away_s
            came = track.id in strangers
            if gone and not tight:
                continue
            if came and (gone or not tight or vehicle.empty_s >= self.settings.vacant_s):
                continue  # somebody else drives past, or into the place
            vehicle.see(track, clock_s, self._keep_s)
            taken.add(track.id)
            if tight and not came:
                vehicle.own(track.id)

    def _see_moving(self, seen: Mapping[str, Track], clock_s: float) -> None:
        """Follow what moves by id; an id that broke goes on where its box was; the rest is new."""
        owners = {v.track for v in self._standing if v.seen_by == v.track}
        self._moving = [vehicle for vehicle in self._moving if vehicle.track not in owners]
        fresh: list[Track] = []
        by_id = {vehicle.track: vehicle for vehicle in self._moving}
        for track in seen.values():
            if track.id in by_id:
                self._follow(by_id[track.id], track, clock_s)
            elif track.id not in owners:
                fresh.append(track)
        for track in fresh:
            lost = [v for v in self._moving if v.seen_by is None]
            best = max(lost, key=lambda v: iou(v.trail[-1][1], track.box), default=None)
            if best is not None and iou(best.trail[-1][1], track.box) >= self.settings.fit_iou:
                best.own(track.id)
            else:
                self._numbers += 1
                before = next((v for v in self._standing if v.track == track.id), None)
                origin = track.box if before is None else _place(before)
                best = Vehicle(self._numbers, [track.id], deque(), origin, clock_s)
                self._moving.append(best)
            self._follow(best, track, clock_s)

    def _follow(self, vehicle: Vehicle, track: Track, clock_s: float) -> None:
        vehicle.see(track, clock_s, self._keep_s)
        if not vehicle.travelled:
            moved = shift(vehicle.origin, track.box, self._aspect)
            vehicle.travelled = moved > self.settings.travel_shift

    def _judge_standing(self, tracks: Iterable[Track], clock_s: float, step_s: float) -> list[Vehicle]:
        """Decide which of the standing vehicles have left."""
        ids = {track.id for track in tracks}
        left: list[Vehicle] = []
        for vehicle in self._standing:
            if vehicle.seen_by is not None:
                vehicle.looks += 1
                gone = self._moved_off(vehicle, clock_s)
            else:
                gone = self._missed(vehicle, tracks, ids, step_s)
            if gone:
                left.append(vehicle)
        self._standing = [vehicle for vehicle in self._standing if vehicle not in left]
        return left

    def _missed(self, vehicle: Vehicle, tracks: Iterable[Track], ids: set[str], step_s: float) -> bool:
        """Whether a standing vehicle that is not seen in this picture has left."""
        settings = self.settings
        if vehicle.track in ids and vehicle.owner_sightings >= settings.owner_sightings:
            vehicle.away_s += step_s
        place = _place(vehicle)
        near = (track.box for track in tracks if track.box[0] < place[2] and track.box[2] > place[0])
        if sum(overlap(place, box) for box in near) >= settings.cover * area(place):
            vehicle.hidden_s += step_s
            return vehicle.hidden_s >= settings.hidden_s
        vehicle.looks += 1
        vehicle.empty_s += step_s
        vehicle.empty_looks += 1
        enough_s = settings.away_empty_s if vehicle.away_s >= settings.away_s else settings.empty_s
        return vehicle.empty_s >= enough_s and vehicle.empty_looks >= settings.empty_looks

    def _moved_off(self, vehicle: Vehicle, clock_s: float) -> bool:
        """Whether a vehicle that is seen is no longer where it came to stand; follows a small drift."""
        stillness = self.settings.stillness
        if shift(_place(vehicle), vehicle.trail[-1][1], self._aspect) <= stillness.still_shift:
            return False  # the present box alone shows that it is there
        recent = [box for seen_s, box in vehicle.trail if clock_s - seen_s <= stillness.settle_s / 2]
        if len(recent) < 3:
            return False
        moved = shift(_place(vehicle), median_box(recent), self._aspect)
        if moved > self.settings.leave_shift:
            return True
        if moved > stillness.still_shift:
            rest = standstill(vehicle.trail, self._aspect, stillness)
            if rest is not None:
                vehicle.place = rest.place
        return vehicle.anchor is not None and iou(vehicle.anchor, _place(vehicle)) < self.settings.fit_iou

    def _settle(self) -> list[Vehicle]:
        """Let moving vehicles that came to rest take a place; gives those whose place was taken."""
        left: list[Vehicle] = []
        for vehicle in [v for v in self._moving if v.seen_by is not None]:
            rest = standstill(vehicle.trail, self._aspect, self.settings.stillness)
            if rest is None:
                continue
            there = [v for v in self._standing if same_vehicle(_place(v), rest.place, self.settings.likeness)]
            if any(v.seen_by not in (None, vehicle.track) for v in there):
                continue  # a second box of a vehicle that is seen there already
            self._moving.remove(vehicle)
            known = [v for v in there if not self._replaces(vehicle, rest.place, v)]
            gone = [v for v in there if v not in known]
            self._standing = [v for v in self._standing if v not in gone]
            left += gone
            if known:
                known[0].own(vehicle.track)
                continue
            vehicle.stand(rest)
            self._standing.append(vehicle)
        return left

    def _replaces(self, mover: Vehicle, place: Box, standing: Vehicle) -> bool:
        """Whether a vehicle that came to rest is another one than the one remembered there."""
        if not mover.travelled:
            return False
        return (
            standing.empty_s >= self.settings.vacant_s
            or standing.away_s >= self.settings.away_s
            or iou(_place(standing), place) < self.settings.same_iou
        )

    def _fits(self, vehicle: Vehicle, box: Box) -> bool:
        """Whether a box shows a standing vehicle, whole or hidden in part."""
        place = _place(vehicle)
        if iou(place, box) >= self.settings.fit_iou:
            return True
        part = overlap(place, box) >= self.settings.inside * area(box)
        return part and shift(place, box, self._aspect) < self.settings.leave_shift

    def dump(self) -> dict[str, Any]:
        return {
            "last_s": self._last_s,
            "numbers": self._numbers,
            "moving": [vehicle.dump() for vehicle in self._moving],
            "standing": [vehicle.dump() for vehicle in self._standing],
        }

    def load(self, state: Mapping[str, Any], clock_s: float) -> float:
        """Take over a memory; gives the seconds that it was moved, where the clock went back."""
        last_s = state["last_s"]
        moved_s = min(0.0, clock_s - last_s) if last_s is not None else 0.0
        self._last_s = None if last_s is None else last_s + moved_s
        self._numbers = state["numbers"]
        self._moving = [Vehicle.load(vehicle, moved_s) for vehicle in state["moving"]]
        self._standing = [Vehicle.load(vehicle, moved_s) for vehicle in state["standing"]]
        return moved_s


def _place(vehicle: Vehicle) -> Box:
    assert vehicle.place is not None
    return vehicle.place
