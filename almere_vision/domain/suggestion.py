"""What a rule noticed, and what we put before a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from almere_vision.domain.frame import Moment
from almere_vision.domain.geometry import Box
from almere_vision.domain.priority import Band, Priority

Fact = str | int | float | bool | None


class Kind(StrEnum):
    """What a detector can suggest, and `OTHER` for what only a person enters."""

    PARKING = "parking"
    LOITERING = "loitering"
    FIGHT = "fight"
    OTHER = "other"


DETECTED: Final = tuple(kind for kind in Kind if kind is not Kind.OTHER)
"""Kinds that a detector looks for."""


class Phase(StrEnum):
    """Where in the life of one stay (or group, or fight) a hit was given."""

    RAISED = "raised"
    UPDATED = "updated"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule says that something is due, has changed, or is over.

    Attributes:
        moment: the picture at which the rule said so.
        phase: raised once, then perhaps updated, then ended once.
        kind: what it is.
        zone: id of the zone.
        rule: name and version of the rule, as `parking@1`.
        stay: unique id of what is going on; the same in every phase, also after a restart.
        onset_s: when it began, on the clock of `moment`.
        alarm_s: when it was raised, on the same clock.
        ended_s: when it was over, on the same clock; None while it goes on.
        at_least: the true duration may be longer, because we did not see it begin or looked away.
        score: 0..1, not calibrated.
        box: where, as fractions of the picture.
        people: how many persons take part; 0 for vehicles.
        tracks: ids of the tracks that took part.
        facts: the reason why, as data (`dwell_s`, `limit_s`, `object`, ...); the console words it.
        members: boxes of those who take part, where there are several.
    """

    moment: Moment
    phase: Phase
    kind: Kind
    zone: str
    rule: str
    stay: str
    onset_s: float
    alarm_s: float
    ended_s: float | None
    at_least: bool
    score: float
    box: Box
    people: int
    tracks: tuple[str, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)
    members: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a hit means for the suggestion that it belongs to.

    Attributes:
        hit: speaks for the suggestion as a whole: `stay` is the id of the suggestion; camera, zone, box and
            onset are those of its first stay; `ended_s` is set once all its stays have ended.
        revision: grows with everything that is told of the suggestion.
        zones: further zones of the same camera in which it was raised.
        piece: the hit as the rule gave it, when it brings a piece of evidence.
        zones_version: sha8 of the zone file in which the first stay was raised.
    """

    hit: RuleHit
    revision: int
    zones: tuple[str, ...]
    piece: RuleHit | None
    zones_version: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which versions said so: network (`name@sha8`), rule (`parking@1`), zone file (sha8).

    `priorities` and `calibration` are those of `Assessment`; None in a suggestion made without them.
    """

    model: str
    rule: str
    zones: str
    priorities: str | None = None
    calibration: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Names of blobs; None where there is none (yet, or because it could not be made).

    Attributes:
        snapshot: the whole picture at the moment of the alarm.
        annotated: the same with marks.
        clip: the whole picture, moving, up to the alarm.
        closeup: the people only, for the seconds that decided; for what was looked at closer.
    """

    snapshot: str | None = None
    annotated: str | None = None
    clip: str | None = None
    closeup: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A further piece of evidence of a suggestion: another zone, another camera, or a later moment.

    Attributes:
        stay: id of the stay that it shows; no two pieces of a suggestion have the same.
        camera: id of the camera.
        preset: id of the preset, or None when it is unknown.
        zone: id of the zone.
        at: when the stay was raised, in UTC.
        box: where, as fractions of the picture.
        evidence: names of the blobs.
    """

    stay: str
    camera: str
    preset: str | None
    zone: str
    at: datetime
    box: Box
    evidence: Evidence


MORE_PIECES: Final = 8
"""Pieces of evidence that a suggestion holds besides its first."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a detector proposes to a person. Never acted upon by itself.

    `started_at` and `raised_at` are UTC; `start_s`, `alarm_s` and `end_s` are media seconds. The same
    `id` comes again when something changed: a later `revision` replaces an earlier one. A message names
    only the pieces of evidence that are new; whoever keeps them joins them.

    `priority` is proposed by the table of the site; `likelihood` (0..1) and `band` come from the score, and
    are None where that was not calibrated. All three are None in a suggestion made without assessment.
    """

    id: str
    revision: int
    kind: Kind
    camera: str
    preset: str | None
    zone: str
    started_at: datetime
    raised_at: datetime
    ended_at: datetime | None
    start_s: float
    alarm_s: float
    end_s: float | None
    at_least: bool
    score: float
    box: Box
    people: int
    tracks: tuple[str, ...]
    facts: Mapping[str, Fact]
    provenance: Provenance
    evidence: Evidence
    more: tuple[Piece, ...] = ()
    priority: Priority | None = None
    likelihood: float | None = None
    band: Band | None = None
