"""What a newer revision of a suggestion makes of an incident. Pure: nothing is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from almere_vision.domain.incident import Held, Incident, State
from almere_vision.domain.priority import Priority, higher
from almere_vision.domain.suggestion import MORE_PIECES, Evidence, Suggestion
from almere_vision.review.entry import FIRST_VERSION
from almere_vision.review.ports import Hold, Holding


def joined(known: Suggestion, other: Suggestion) -> Suggestion:
    """The later revision, with the evidence of both: a message names only what was new with it.

    The priority is the higher of the two: what was once put before people as P2 never falls back to P3.
    """
    later, earlier = (other, known) if other.revision > known.revision else (known, other)
    pieces = {piece.stay: piece for piece in earlier.more}
    for piece in later.more:
        before = pieces.get(piece.stay, piece)
        pieces[piece.stay] = replace(piece, evidence=_both(piece.evidence, before.evidence))
    more = sorted(pieces.values(), key=lambda piece: (piece.at, piece.stay))[:MORE_PIECES]
    return replace(
        later,
        evidence=_both(later.evidence, earlier.evidence),
        more=tuple(more),
        priority=higher(known.priority, other.priority),
    )


def _both(later: Evidence, earlier: Evidence) -> Evidence:
    return Evidence(
        snapshot=later.snapshot or earlier.snapshot,
        annotated=later.annotated or earlier.annotated,
        clip=later.clip or earlier.clip,
    )


def arrived(suggestion: Suggestion, at: datetime, holding: Holding) -> Incident:
    """The incident that a new suggestion begins."""
    return Incident(
        suggestion,
        State.SUGGESTED,
        FIRST_VERSION,
        received_at=at,
        held=holding.why,
        shown_at=at if holding.why is None else None,
        below=holding.below,
        sample_share=holding.sample_share,
    )


def asked_again(before: Incident, news: Suggestion, at: datetime, hold: Hold) -> Incident:
    """The incident with a newer revision: what was held back may be shown by it, and never the reverse."""
    after = replace(before, suggestion=news)
    if before.held is None:
        rose = before.below is not None and (news.score >= before.below or news.priority is Priority.P1)
        return replace(after, below=None, sample_share=None) if rose else after
    holding = hold(news)
    if holding.why is before.held or (holding.why is Held.THRESHOLD and before.held is Held.BUDGET):
        return after
    return replace(
        after,
        held=holding.why,
        shown_at=at if holding.why is None else None,
        below=holding.below,
        sample_share=holding.sample_share,
    )
