"""A message names only the evidence that is new, and messages may come in any order."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import Engine

from almere_vision.domain.suggestion import MORE_PIECES, Evidence, Piece
from almere_vision.storage.incidents import SqlIncidents
from tests.integration.storage.conftest import Suggest

FOLDER = "2026/05/04/plaza-1-17"
PICTURES = Evidence(
    *(f"{FOLDER}/{name}" for name in ("snapshot.jpg", "annotated.jpg", "clip.mp4", "closeup.mp4"))
)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_last_revision_keeps_the_evidence_of_the_first_in_any_order(
    engine: Engine, suggest: Suggest, noon: datetime, order: tuple[int, ...]
) -> None:
    messages = [
        suggest(revision=1, evidence=PICTURES, facts={"dwell_s": 60.0}),
        suggest(revision=2, facts={"dwell_s": 120.0}),
        suggest(revision=3, facts={"dwell_s": 130.0}, ended_at=noon),
    ]
    store = SqlIncidents(engine)
    for index in order:
        store.receive(messages[index], noon)
    kept = store.get("plaza-1-17").suggestion
    assert (kept.revision, kept.facts["dwell_s"], kept.ended_at) == (3, 130.0, noon)
    assert kept.evidence == PICTURES
    assert [store.receive(message, noon) for message in messages] == [None, None, None]


def piece(noon: datetime, number: int, **evidence: str) -> Piece:
    at = noon + timedelta(seconds=number)
    return Piece(f"s{number}", "plaza-2", None, "corner", at, (0.1, 0.1, 0.2, 0.2), Evidence(**evidence))


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_pieces_of_several_messages_are_joined_in_any_order(
    engine: Engine, suggest: Suggest, noon: datetime, order: tuple[int, ...]
) -> None:
    one = piece(noon, 1, snapshot=f"{FOLDER}/snapshot-s1.jpg")
    two = piece(noon, 2, clip=f"{FOLDER}/clip-s2.mp4")
    again = piece(noon, 1, clip=f"{FOLDER}/clip-s1.mp4")
    messages = [
        suggest(revision=1, evidence=PICTURES),
        suggest(revision=2, more=(one,)),
        suggest(revision=3, more=(two,)),
        suggest(revision=4, more=(again,), ended_at=noon),
    ]
    store = SqlIncidents(engine)
    for index in order:
        store.receive(messages[index], noon)
    kept = store.get("plaza-1-17").suggestion
    assert (kept.revision, kept.evidence) == (4, PICTURES)
    both = piece(noon, 1, snapshot=f"{FOLDER}/snapshot-s1.jpg", clip=f"{FOLDER}/clip-s1.mp4")
    assert kept.more == (both, two)
    assert [store.receive(message, noon) for message in messages] == [None] * 4


def test_only_so_many_pieces_are_kept(engine: Engine, suggest: Suggest, noon: datetime) -> None:
    store = SqlIncidents(engine)
    for number in range(MORE_PIECES + 3):
        store.receive(suggest(revision=number + 1, more=(piece(noon, number),)), noon)
    kept = store.get("plaza-1-17").suggestion
    assert [one.stay for one in kept.more] == [f"s{number}" for number in range(MORE_PIECES)]
