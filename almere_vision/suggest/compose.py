"""Told -> Suggestion."""

from __future__ import annotations

from datetime import datetime, timedelta

from almere_vision.domain.assessment import Assessment
from almere_vision.domain.suggestion import Evidence, Piece, Provenance, RuleHit, Suggestion, Told


def suggestion_from(told: Told, model: str, evidence: Evidence, assessment: Assessment) -> Suggestion:
    """Word what is told of a live camera as a suggestion.

    `evidence` is that of `told.piece`: of the suggestion itself, or of a further piece.

    Raises:
        ValueError: the hit has no wall time; a recording of unknown date makes no suggestions.
    """
    hit, piece = told.hit, told.piece
    further = piece is not None and piece.stay != hit.stay
    return Suggestion(
        id=hit.stay,
        revision=told.revision,
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
            zones=told.zones_version,
            priorities=assessment.priorities,
            calibration=assessment.calibration,
        ),
        evidence=Evidence() if further else evidence,
        more=(_further(piece, evidence),) if piece is not None and further else (),
        priority=assessment.priority,
        likelihood=assessment.likelihood,
        band=assessment.band,
    )


def _further(hit: RuleHit, evidence: Evidence) -> Piece:
    return Piece(
        stay=hit.stay,
        camera=hit.moment.camera,
        preset=hit.moment.preset,
        zone=hit.zone,
        at=_wall(hit, hit.alarm_s),
        box=hit.box,
        evidence=evidence,
    )


def blob_name(told: Told, what: str, ending: str) -> str:
    """Name of a blob: by the day the suggestion was raised (UTC), so that retention is by folder.

    A further piece of evidence has the id of its stay in it, so that it comes out the same when a stay is
    raised again after a crash.
    """
    hit, piece = told.hit, told.piece
    of = "" if piece is None or piece.stay == hit.stay else f"-{piece.stay}"
    return f"{_wall(hit, hit.alarm_s):%Y/%m/%d}/{hit.stay}/{what}{of}.{ending}"


def media_s(hit: RuleHit, clock_s: float) -> float:
    """A time on the rule's clock as a time on the time line of the stream, in seconds."""
    return hit.moment.media_time_s - (hit.moment.clock_s - clock_s)


def _wall(hit: RuleHit, clock_s: float) -> datetime:
    if hit.moment.captured_at is None:
        raise ValueError(f"a suggestion of camera {hit.moment.camera} needs a wall time")
    return hit.moment.captured_at - timedelta(seconds=hit.moment.clock_s - clock_s)
