"""One incident once: which suggestion a hit belongs to, and in what phase that must be told.

A stay that is raised belongs to a suggestion that is known already when it is

    the same thing   same camera and preset: the boxes coincide, or the tracks are shared (overlapping
                     zones, or a rule that lost its memory)
    the same again   same zone, and it began within the cooldown after a stay of the suggestion ended
    the same place   another view of a place that the site declares, at the same time; for a vehicle the
                     onsets must also be close, and a suggestion takes one stay of each camera and preset

and else is a suggestion of its own, whose id is that of the stay. The first stay leads: camera, zone, box
and onset of the suggestion are its own. It ends when the last of its stays ends.

The same memory and the same hit always give the same answer, also when a stay is raised a second time.
That is what makes it safe to keep the memory before a message is sent: a worker that is killed in between
is followed by one whose rule raises the stay again, and the answer is the one that was not sent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydantic import TypeAdapter

from almere_vision.domain.geometry import iou, overlap
from almere_vision.domain.scene import (
    FightSettings,
    LoiteringSettings,
    SamePlace,
    SceneView,
    VehicleSettings,
)
from almere_vision.domain.suggestion import MORE_PIECES, Fact, Kind, Phase, RuleHit, Told

_FORM: Final = "once@1"
_RULES: Final[Mapping[Kind, type[VehicleSettings | LoiteringSettings | FightSettings]]] = {
    Kind.PARKING: VehicleSettings,
    Kind.LOITERING: LoiteringSettings,
    Kind.FIGHT: FightSettings,
}


@dataclass(frozen=True, slots=True)
class OnceSettings:
    """When two stays are one incident. One setting for all cameras; the cooldown is that of the zone.

    Attributes:
        same_iou: overlap of two boxes on one picture that are the same thing.
        onset_s: seconds between the onsets of one vehicle as two cameras see it.
        lost_s: an open stay of which nothing was heard for so long, and for three times its length, was
            lost with the memory of its rule (rules tell a stay again when it has doubled): it takes in
            no others any more.
        kept_s: seconds that an ended suggestion is remembered at least.
        open_kept_s: seconds that a suggestion is remembered of which nothing is heard.
        stays: stays that are remembered of one suggestion.
    """

    same_iou: float = 0.5
    onset_s: float = 15.0
    lost_s: float = 3600.0
    kept_s: float = 3600.0
    open_kept_s: float = 15 * 86400.0
    stays: int = 32


@dataclass(slots=True)
class _Stay:
    """What was told last of a stay, and the seconds of the stays that it goes on with."""

    hit: RuleHit
    carried_s: float
    piece: bool

    @property
    def open(self) -> bool:
        return self.hit.ended_s is None

    def spent_s(self, name: str) -> float | None:
        value = self.hit.facts.get(name)
        return None if value is None or isinstance(value, str) else value + self.carried_s


@dataclass(slots=True)
class _Case:
    """A suggestion; `stays` in the order in which they were raised, the first of them leads."""

    id: str
    zones_version: str
    kept_s: float
    revision: int = 0
    dwell_s: float = 0.0
    severity: int = 1
    reopened: bool = False
    pieces: int = 0
    stays: dict[str, _Stay] = field(default_factory=dict)

    @property
    def lead(self) -> RuleHit:
        return next(iter(self.stays.values())).hit

    @property
    def open(self) -> bool:
        return any(stay.open for stay in self.stays.values())

    @property
    def ended_s(self) -> float:
        """When the last stay that ended was over."""
        return max(stay.hit.ended_s for stay in self.stays.values() if stay.hit.ended_s is not None)


_CASES: Final = TypeAdapter(list[_Case])


class Once:
    """The suggestions of all cameras of a site that are open, or ended a short while ago."""

    def __init__(self, places: Sequence[SamePlace] = (), settings: OnceSettings | None = None) -> None:
        self.settings = settings or OnceSettings()
        self._places = tuple(places)
        self._cases: dict[str, _Case] = {}

    def tell(self, hit: RuleHit, view: SceneView) -> Told:
        """Take in what a rule noticed, and say what that means for its suggestion.

        Args:
            hit: from any camera; the clocks of all cameras must be the same (UTC for live cameras).
            view: the zones by which the rule judged.
        """
        now_s = hit.moment.clock_s
        self._forget(now_s)
        case = next((case for case in self._cases.values() if hit.stay in case.stays), None)
        phase = Phase.UPDATED
        if case is None:
            case = self._find(hit, _cooldown_s(hit, view)) if hit.phase is Phase.RAISED else None
            if case is None:
                case = self._cases[hit.stay] = _Case(hit.stay, view.version, self._kept_s(hit, view))
                phase = hit.phase  # of a stay that was told before this memory began it is a later one
            self._join(case, hit)
        elif hit.phase is Phase.RAISED and hit.stay == case.id:
            phase = Phase.RAISED
        case.stays[hit.stay].hit = hit
        if not case.open:
            phase = Phase.ENDED
        onset_ms = round((now_s - case.lead.onset_s) * 1000)
        case.revision = max(1, case.revision + 1, onset_ms)
        brings_piece = hit.phase is Phase.RAISED and case.stays[hit.stay].piece
        zones = [s.hit.zone for s in case.stays.values() if s.hit.moment.camera == case.lead.moment.camera]
        return Told(
            hit=_whole(case, case.stays[hit.stay], phase),
            revision=case.revision,
            zones=tuple(zone for zone in dict.fromkeys(zones) if zone != case.lead.zone),
            piece=hit if brings_piece else None,
            zones_version=case.zones_version,
        )

    def dump(self) -> dict[str, Any]:
        """All memory, as JSON values."""
        return {"form": _FORM, "cases": _CASES.dump_python(list(self._cases.values()), mode="json")}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on with the memory that another process left; one of another form is ignored.

        Raises:
            KeyError, ValueError: it is broken; the memory is as it was before.
        """
        if state["form"] == _FORM:
            self._cases = {case.id: case for case in _CASES.validate_python(state["cases"])}

    def _find(self, hit: RuleHit, cooldown_s: float) -> _Case | None:
        """The suggestion that a new stay belongs to: the surest first, then the one nearest in time."""
        found = [
            (rank, abs(hit.onset_s - stay.hit.onset_s), case.id)
            for case in self._cases.values()
            if case.lead.kind is hit.kind
            for stay in case.stays.values()
            if (rank := self._rank(hit, stay.hit, case, cooldown_s)) is not None
        ]
        return self._cases[min(found)[2]] if found else None

    def _rank(self, hit: RuleHit, other: RuleHit, case: _Case, cooldown_s: float) -> int | None:
        if self._is_lost(other, hit.moment.clock_s):
            return None
        if _one_picture(hit, other):
            if _together(hit, other) and self._same_thing(hit, other):
                return 0
            if hit.zone == other.zone and self._again(hit, other, cooldown_s):
                return 1
        return 2 if self._same_place(hit, other, case) else None

    def _same_thing(self, hit: RuleHit, other: RuleHit) -> bool:
        if iou(hit.box, other.box) >= self.settings.same_iou:
            return True
        shared = bool(set(hit.tracks) & set(other.tracks))
        # ids of vehicles that stand side by side are sometimes swapped, so an id alone proves nothing
        return shared and (hit.kind is not Kind.PARKING or overlap(hit.box, other.box) > 0)

    def _again(self, hit: RuleHit, other: RuleHit, cooldown_s: float) -> bool:
        if other.ended_s is None or hit.onset_s - other.ended_s > cooldown_s:
            return False
        if hit.kind is not Kind.PARKING:
            return True
        same_class = hit.facts.get("object") == other.facts.get("object")
        return same_class and iou(hit.box, other.box) >= self.settings.same_iou

    def _same_place(self, hit: RuleHit, other: RuleHit, case: _Case) -> bool:
        views = {(hit.moment.camera, hit.zone), (other.moment.camera, other.zone)}
        linked = len(views) == 2 and any(views <= place.views for place in self._places)
        if not linked or not _together(hit, other):
            return False
        if hit.kind is not Kind.PARKING:
            return True
        taken = any(_one_picture(hit, stay.hit) and _together(hit, stay.hit) for stay in case.stays.values())
        return not taken and abs(hit.onset_s - other.onset_s) <= self.settings.onset_s

    def _join(self, case: _Case, hit: RuleHit) -> None:
        carried_s = 0.0
        if case.stays and not case.open and hit.onset_s > case.ended_s:
            carried_s, case.reopened = case.dwell_s, True
        for stay in case.stays.values():
            replaced = stay.open and _one_picture(hit, stay.hit) and hit.zone == stay.hit.zone
            if replaced and iou(hit.box, stay.hit.box) >= self.settings.same_iou:
                # nothing can stand at one place twice: the rule lost its memory of the former
                stay.hit = replace(stay.hit, phase=Phase.ENDED, ended_s=stay.hit.moment.clock_s)
                case.reopened = True
        case.stays[hit.stay] = _Stay(hit, carried_s, piece=case.pieces <= MORE_PIECES)
        case.pieces += 1
        ended = [name for name, stay in case.stays.items() if not stay.open and name != case.id]
        for name in ended[: max(0, len(case.stays) - self.settings.stays)]:
            del case.stays[name]

    def _is_lost(self, hit: RuleHit, now_s: float) -> bool:
        silent_s, length_s = now_s - hit.moment.clock_s, hit.moment.clock_s - hit.onset_s
        return hit.ended_s is None and silent_s > self.settings.lost_s + 3 * length_s

    def _kept_s(self, hit: RuleHit, view: SceneView) -> float:
        """A stay that begins again within the cooldown is raised only when its limit has passed."""
        limit_s = hit.facts.get("limit_s")
        wait_s = 2 * limit_s if isinstance(limit_s, int | float) else 0.0
        return self.settings.kept_s + _cooldown_s(hit, view) + wait_s

    def _forget(self, now_s: float) -> None:
        for case in list(self._cases.values()):
            told_s = max(stay.hit.moment.clock_s for stay in case.stays.values())
            kept_s = case.kept_s if not case.open else self.settings.open_kept_s
            if now_s - told_s > kept_s:
                del self._cases[case.id]


def _whole(case: _Case, told: _Stay, phase: Phase) -> RuleHit:
    """What is told of a suggestion: where it began, and how it stands by the first stay that goes on."""
    lead, hit = case.lead, told.hit
    moment = hit.moment
    if not _one_picture(hit, lead):
        passed_s = moment.clock_s - lead.moment.clock_s
        moment = replace(
            lead.moment,
            clock_s=moment.clock_s,
            media_time_s=lead.moment.media_time_s + passed_s,
            captured_at=moment.captured_at,
        )
    voice = next((stay for stay in case.stays.values() if stay.open), told)
    return replace(
        lead,
        moment=moment,
        phase=phase,
        stay=case.id,
        ended_s=None if case.open else case.ended_s,
        at_least=lead.at_least or case.reopened,
        people=voice.hit.people,
        facts=_facts(case, voice),
    )


def _facts(case: _Case, voice: _Stay) -> dict[str, Fact]:
    """The facts of a stay, with the seconds of all stays before it, and the severity.

    `severity` is 1 from the limit on and grows by one each time that the limit has doubled.
    """
    facts = dict(voice.hit.facts)
    dwell_s, counted_s, limit_s = voice.spent_s("dwell_s"), voice.spent_s("counted_s"), facts.get("limit_s")
    if dwell_s is not None:
        case.dwell_s = facts["dwell_s"] = round(max(case.dwell_s, dwell_s), 1)
    spent_s = dwell_s if counted_s is None else counted_s
    if spent_s is not None and isinstance(limit_s, int | float) and limit_s > 0:
        doubled = math.log2(max(1.0, (spent_s + 0.05) / limit_s))  # facts are rounded to 0.1 s
        case.severity = max(case.severity, 1 + int(doubled))
    facts["severity"] = case.severity
    return facts


def _one_picture(hit: RuleHit, other: RuleHit) -> bool:
    return (hit.moment.camera, hit.moment.preset) == (other.moment.camera, other.moment.preset)


def _together(hit: RuleHit, other: RuleHit) -> bool:
    return other.ended_s is None or hit.onset_s <= other.ended_s


def _cooldown_s(hit: RuleHit, view: SceneView) -> float:
    rules = (rule for zone in view.zones if zone.id == hit.zone for rule in zone.rules)
    return next((rule.cooldown_s for rule in rules if isinstance(rule, _RULES[hit.kind])), 0.0)
