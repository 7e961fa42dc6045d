"""What is put before people, also when evidence cannot be made or kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from almere_vision.domain.assessment import PriorityRow, PriorityTable
from almere_vision.domain.errors import BlobMissing
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.priority import Priority
from almere_vision.domain.scene import ParkingSettings, SceneView, Zone
from almere_vision.domain.suggestion import Kind, Phase, RuleHit, Suggestion
from almere_vision.domain.tube import Tube
from almere_vision.sources import Camera, read_address
from almere_vision.storage.blobs import FolderBlobs
from almere_vision.storage.messages import decode
from almere_vision.suggest import Once, assessor
from almere_vision.worker.journeys import UNTRACED
from almere_vision.worker.reporter import Reporter

MOMENT = Moment("plaza", "home", 1000.0, 12.0, datetime(2026, 3, 2, 12, tzinfo=UTC), 64, 48)
ASSESS = assessor(
    PriorityTable((PriorityRow(Priority.P1, zones=frozenset({"square"})),), version="feed0123"), None
)
SQUARE = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))
VIEW = SceneView("plaza", "home", (Zone("square", SQUARE, (ParkingSettings(10, frozenset()),)),), "cafe0123")


def hit(phase: Phase) -> RuleHit:
    return RuleHit(
        moment=MOMENT,
        phase=phase,
        kind=Kind.PARKING,
        zone="square",
        rule="parking@1",
        stay="a" * 32,
        onset_s=990.0,
        alarm_s=1000.0,
        ended_s=None,
        at_least=False,
        score=0.7,
        box=(0.2, 0.2, 0.5, 0.6),
        people=0,
        tracks=("x-1",),
    )


def report(blobs_dir: Path, phase: Phase, tube: Tube | None = None) -> Suggestion:
    """Report one hit of a camera that was never opened, so that it has no clip to give."""
    (blobs_dir.parent / "empty.mp4").write_bytes(b"x")
    camera = Camera("plaza", read_address(str(blobs_dir.parent / "empty.mp4")))
    sent: list[bytes] = []
    reporter = Reporter(
        camera, FolderBlobs(blobs_dir), sent.append, lambda _: VIEW, "net@00000000", Once().tell, ASSESS
    )
    reporter.report(hit(phase), Frame(MOMENT, np.zeros((48, 64, 3), np.uint8)), tube, UNTRACED)
    (message,) = sent
    return decode(message)


def test_a_new_suggestion_has_pictures_and_lacks_only_the_clip_that_could_not_be_cut(tmp_path: Path) -> None:
    suggestion = report(tmp_path / "blobs", Phase.RAISED)
    blobs = FolderBlobs(tmp_path / "blobs")
    assert suggestion.provenance.zones == "cafe0123"
    assert suggestion.evidence.clip is None
    assert (suggestion.priority, suggestion.provenance.priorities) == (Priority.P1, "feed0123")
    for name in (suggestion.evidence.snapshot, suggestion.evidence.annotated):
        assert name is not None
        assert b"".join(blobs.read(name)).startswith(b"\xff\xd8")


def test_what_a_closer_look_saw_goes_along(tmp_path: Path) -> None:
    times_s, pictures = np.arange(10) / 10, np.zeros((10, 48, 64, 3), np.uint8)
    people = np.full((1, 10, 4), 0.5, np.float32)
    tube = Tube("plaza", times_s, (0.1, 0.1, 0.6, 0.6), pictures, people, ("x-1",), (64, 48))
    suggestion = report(tmp_path / "blobs", Phase.RAISED, tube)
    assert suggestion.evidence.closeup is not None
    kept = b"".join(FolderBlobs(tmp_path / "blobs").read(suggestion.evidence.closeup))
    assert kept[4:8] == b"ftyp"


def test_a_later_phase_sends_no_pictures_again(tmp_path: Path) -> None:
    suggestion = report(tmp_path / "blobs", Phase.ENDED)
    assert suggestion.evidence.snapshot is None
    assert not list((tmp_path / "blobs").rglob("*.jpg"))


def test_a_suggestion_goes_out_without_evidence_when_the_disk_takes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs_dir = tmp_path / "blobs"
    blobs_dir.write_text("a file where the folder should be: nothing can be written below it")
    suggestion = report(blobs_dir, Phase.RAISED)
    assert suggestion.id == "a" * 32
    assert suggestion.evidence.snapshot is None
    with pytest.raises(BlobMissing):
        FolderBlobs(blobs_dir).stat(f"2026/03/02/{'a' * 32}/snapshot.jpg")
