"""How good a rule is on cameras that its settings were not chosen on.

Leave one camera out: on all other cameras the best settings of a small grid are chosen, and the camera
left out is judged with those. The alarms of all left-out cameras together give the figure. Settings in
the repository are chosen on all cameras at once, so their own figure flatters; this one does not.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from almere_vision.domain.event import events_from
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.events import WatchedClip
from almere_vision.evaluation.metrics import Counts, JudgedClip, count, figures, judge
from almere_vision.evaluation.report import CrossValidated, Fold
from almere_vision.evaluation.suite import EventsSettings
from almere_vision.rules import LoiteringRule, ParkingRule, Rule
from almere_vision.rules.loitering import LoiteringParameters
from almere_vision.rules.parking import ParkingParameters
from almere_vision.rules.people import PeopleSettings
from almere_vision.rules.places import PlaceSettings
from almere_vision.rules.stillness import StillnessSettings
from almere_vision.suggest import Once

Chosen = Mapping[str, float]
"""Settings of a rule by name."""


def parking_with(chosen: Chosen) -> Rule:
    """The parking rule with other values of `still_shift`, `settle_s` and `seen_share`."""
    stillness = StillnessSettings(still_shift=chosen["still_shift"], settle_s=chosen["settle_s"])
    return ParkingRule(ParkingParameters(PlaceSettings(stillness), seen_share=chosen["seen_share"]))


def loitering_with(chosen: Chosen) -> Rule:
    """The loitering rule with other values of `slow_mps`, `roam_m` and `share`."""
    people = PeopleSettings(slow_mps=chosen["slow_mps"], roam_m=chosen["roam_m"])
    return LoiteringRule(LoiteringParameters(people, share=chosen["share"]))


@dataclass(frozen=True, slots=True)
class Grid:
    """The settings of one rule that are tried: the first of each are those of the repository."""

    make: Callable[[Chosen], Rule]
    values: Mapping[str, tuple[float, ...]]

    def all(self) -> list[dict[str, float]]:
        """Every combination; the earlier, the nearer to the repository."""
        ranks = itertools.product(*(range(len(values)) for values in self.values.values()))
        order = sorted(ranks, key=lambda rank: (sum(step > 0 for step in rank), rank))
        return [
            {name: values[step] for (name, values), step in zip(self.values.items(), rank, strict=True)}
            for rank in order
        ]


_STILL, _PEOPLE = StillnessSettings(), PeopleSettings()
GRIDS: Final[Mapping[Kind, Grid]] = {
    Kind.PARKING: Grid(
        parking_with,
        {
            "still_shift": (_STILL.still_shift, 0.07, 0.14),
            "settle_s": (_STILL.settle_s, 4.0, 6.0),
            "seen_share": (ParkingParameters().seen_share, 0.2, 0.45),
        },
    ),
    Kind.LOITERING: Grid(
        loitering_with,
        {
            "slow_mps": (_PEOPLE.slow_mps, 0.35, 0.7),
            "roam_m": (_PEOPLE.roam_m, 1.5, 3.0),
            "share": (LoiteringParameters().share, 0.7, 0.9),
        },
    ),
}


def cross_validate(
    watched: Sequence[WatchedClip], settings: EventsSettings, seed: int
) -> dict[str, CrossValidated]:
    """Leave-one-camera-out figures for each kind of the suite that has a rule."""
    return {
        kind.value: _of_kind(kind, GRIDS[kind], watched, settings, seed)
        for kind in settings.kinds
        if kind in GRIDS
    }


def _of_kind(
    kind: Kind,
    grid: Grid,
    watched: Sequence[WatchedClip],
    settings: EventsSettings,
    seed: int,
) -> CrossValidated:
    tried = grid.all()
    judged = [[_replay(one, kind, grid.make(chosen), settings) for one in watched] for chosen in tried]
    left_out: list[JudgedClip] = []
    folds = []
    for group in sorted({one.clip.group for one in watched}):
        best = _best_without(group, judged, kind)
        mine = [clip for clip in judged[best] if clip.clip.group == group]
        counts = sum((count(clip, kind) for clip in mine), Counts())
        folds.append(
            Fold(
                group=group, chosen=tried[best], found=counts.found, missed=counts.missed, false=counts.false
            )
        )
        left_out += mine

    total = figures(left_out, kind, settings, seed)
    return CrossValidated(
        tried=len(tried),
        found=total.found,
        missed=total.missed,
        false=total.false,
        precision=total.precision,
        recall=total.recall,
        f1=total.f_alpha["1"],
        folds=tuple(folds),
    )


def _best_without(group: str, judged: Sequence[Sequence[JudgedClip]], kind: Kind) -> int:
    """Which settings are best on the clips of all other cameras; of equals the first."""
    totals = [sum((count(c, kind) for c in clips if c.clip.group != group), Counts()) for clips in judged]
    return max(range(len(totals)), key=lambda index: (totals[index].f_alpha(1) or 0.0, -index))


def _replay(watched: WatchedClip, kind: Kind, rule: Rule, settings: EventsSettings) -> JudgedClip:
    """One clip, judged by one rule alone."""
    once, view = Once(), watched.trace.view
    hits = (hit for tracks in watched.trace.tracks() for hit in rule.update(tracks, view))
    tellings = [once.tell(hit, view) for hit in hits]
    only = settings.model_copy(update={"kinds": (kind,)})
    return judge(watched.clip, events_from(tellings, ""), only)
