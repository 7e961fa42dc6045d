"""An event in a recording: what `almere detect` prints, and what a benchmark compares with labels."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from almere_vision.domain.geometry import Box
from almere_vision.domain.suggestion import Fact, Kind, Told


@dataclass(frozen=True, slots=True)
class Event:
    """One stay, group or fight in a recording. Times are media seconds; `end_s` is None if it went on.

    `zone` is where it was raised first, `zones` are the others in which it was raised as well.
    """

    kind: Kind
    camera: str
    preset: str | None
    zone: str
    start_s: float
    alarm_s: float
    end_s: float | None
    at_least: bool
    score: float
    box: Box
    people: int
    model: str
    rule: str
    facts: Mapping[str, Fact]
    tracks: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()

    def line(self) -> str:
        """The event as one line of JSON; times to the hundredth, fractions to the fourth decimal."""
        return json.dumps(
            {
                "kind": self.kind.value,
                "camera": self.camera,
                "preset": self.preset,
                "zone": self.zone,
                "zones": list(self.zones),
                "start_s": round(self.start_s, 2),
                "alarm_s": round(self.alarm_s, 2),
                "end_s": None if self.end_s is None else round(self.end_s, 2),
                "score": round(self.score, 4),
                "box": [round(value, 4) for value in self.box],
                "people": self.people,
                "model": self.model,
                "rule": self.rule,
                "at_least": self.at_least,
                "facts": dict(self.facts),
            },
            ensure_ascii=False,
        )


def events_from(tellings: Iterable[Told], model: str) -> list[Event]:
    """Join what was told of each suggestion into one event, in the order in which they were raised.

    Box and score are those of the moment of the alarm; end, zones and facts are the last that were told.
    """
    events: dict[str, Event] = {}
    for told in tellings:
        hit = told.hit
        known = events.get(hit.stay)
        if known is not None:
            events[hit.stay] = replace(
                known, end_s=hit.ended_s, at_least=hit.at_least, facts=hit.facts, zones=told.zones
            )
            continue
        events[hit.stay] = Event(
            kind=hit.kind,
            camera=hit.moment.camera,
            preset=hit.moment.preset,
            zone=hit.zone,
            start_s=hit.onset_s,
            alarm_s=hit.alarm_s,
            end_s=hit.ended_s,
            at_least=hit.at_least,
            score=hit.score,
            box=hit.box,
            people=hit.people,
            model=model,
            rule=hit.rule,
            facts=hit.facts,
            tracks=hit.tracks,
            zones=told.zones,
        )
    return list(events.values())
