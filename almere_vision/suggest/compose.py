"""RuleHit -> Suggestion."""

from __future__ import annotations

from datetime import datetime, timedelta

from almere_vision.domain.assessment import Assessment
from almere_vision.domain.suggestion import Evidence, Provenance, RuleHit, Suggestion


def suggestion_from(
    hit: RuleHit, model: str, zones_version: str, evidence: Evidence, assessment: Assessment
) -> Suggestion:
    """Word a hit of a live camera as a suggestion.

    The stay is its identity, so the same stay is the same suggestion however often it is told. The
    revision is the number of milliseconds since the onset: it grows with every later hit of the stay,
    also when another worker goes on with it, and needs no counter that a crash could lose.

    Raises:
        ValueError: the hit has no wall time; a recording of unknown date makes no suggestions.
    """
    if hit.moment.captured_at is None:
        raise ValueError(f"a suggestion of camera {hit.moment.camera} needs a wall time")
    return Suggestion(
        id=hit.stay,
        revision=max(1, round((hit.moment.clock_s - hit.onset_s) * 1000)),
        kind=hit.kind,
        camera=hit.moment.camera,
        preset=hit.moment.preset,
        zone=hit.zone,
        started_at=_wall(hit, hit.onset_s),
        raised_at=_wall(hit, hit.alarm_s),
        ended_at=None if hit.ended_s is None else _wall(hit, hit.ended_s),
        start_s=media_s(hit, hit.onset_s),
        alarm_s=media_s(hit, hit.alarm_s),
        end_s=None if hit.ended_s is None else media_s(hit, hit.ended_s),
        at_least=hit.at_least,
        score=hit.score,
        box=hit.box,
        people=hit.people,
        tracks=hit.tracks,
        facts=hit.facts,
        provenance=Provenance(
            model=model,
            rule=hit.rule,
            zones=zones_version,
            priorities=assessment.priorities,
            calibration=assessment.calibration,
        ),
        evidence=evidence,
        priority=assessment.priority,
        likelihood=assessment.likelihood,
        band=assessment.band,
    )


def blob_folder(hit: RuleHit) -> str:
    """Folder of the blobs of a suggestion: by the day it was raised (UTC), so that retention is by folder."""
    return f"{_wall(hit, hit.alarm_s):%Y/%m/%d}/{hit.stay}"


def media_s(hit: RuleHit, clock_s: float) -> float:
    """A time on the rule's clock as a time on the time line of the stream, in seconds."""
    return hit.moment.media_time_s - (hit.moment.clock_s - clock_s)


def _wall(hit: RuleHit, clock_s: float) -> datetime:
    if hit.moment.captured_at is None:
        raise ValueError(f"a suggestion of camera {hit.moment.camera} needs a wall time")
    return hit.moment.captured_at - timedelta(seconds=hit.moment.clock_s - clock_s)
