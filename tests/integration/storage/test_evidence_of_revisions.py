"""Only the first message of a stay carries evidence, and messages may come in any order."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations

import pytest
from sqlalchemy import Engine

from almere_vision.domain.suggestion import Evidence
from almere_vision.storage.incidents import SqlIncidents
from tests.integration.storage.conftest import Suggest

FOLDER = "2026/05/04/plaza-1-17"
PICTURES = Evidence(f"{FOLDER}/snapshot.jpg", f"{FOLDER}/annotated.jpg", f"{FOLDER}/clip.mp4")


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
