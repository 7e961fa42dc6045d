"""Detections without pictures, as files: what comes back, and what a crash leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almere_vision.domain.detections import CLASSES, Detections
from almere_vision.domain.errors import StorageError
from almere_vision.domain.frame import Moment
from almere_vision.storage.seen import Seen

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def picture(at_s: float, count: int = 3, preset: str | None = "home", seed: int = 0) -> Detections:
    clock_s = NOON.timestamp() + at_s
    rng = np.random.default_rng(seed)
    return Detections(
        Moment("plaza", preset, clock_s, 1.0, datetime.fromtimestamp(clock_s, UTC), 1280, 720),
        rng.random((count, 4), np.float32),
        rng.random(count, np.float32),
        rng.integers(0, len(CLASSES), count),
        "net@12345678",
    )


@settings(max_examples=30, deadline=None)
@given(
    counts=st.lists(st.integers(0, 40), min_size=1, max_size=20),
    presets=st.lists(st.sampled_from(["home", "a", None]), min_size=20, max_size=20),
)
def test_what_was_kept_comes_back_within_the_last_digit(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int], presets: list[str | None]
) -> None:
    seen = Seen(tmp_path_factory.mktemp("seen"))
    kept = [picture(0.4 * n, count, presets[n], n) for n, count in enumerate(counts)]
    seen.append(kept[: len(kept) // 2 + 1])
    if rest := kept[len(kept) // 2 + 1 :]:
        seen.append(rest)

    found = list(seen.read("plaza", NOON))

    assert seen.hours("plaza") == [NOON]
    assert len(found) == len(kept)
    for one, other in zip(kept, found, strict=True):
        assert other.moment.preset == one.moment.preset
        assert abs(other.moment.clock_s - one.moment.clock_s) <= 0.001
        assert (other.moment.width_px, other.moment.height_px, other.model) == (1280, 720, one.model)
        assert np.abs(other.boxes - one.boxes).max(initial=0) <= 1e-5
        assert np.abs(other.scores - one.scores).max(initial=0) <= 0.002
        assert other.classes.tolist() == one.classes.tolist()


@pytest.mark.parametrize("cut", [1, 5, 9, 60])
def test_a_torn_end_loses_only_the_last_piece(tmp_path: Path, cut: int) -> None:
    seen = Seen(tmp_path)
    seen.append([picture(n) for n in range(10)])
    (file,) = tmp_path.rglob("*.seen")
    whole = file.read_bytes()
    seen.append([picture(10 + n) for n in range(10)])
    file.write_bytes(file.read_bytes()[: len(whole) + cut])

    assert len(list(seen.read("plaza", NOON))) == 10


def test_old_hours_are_removed_and_no_camera_reaches_another(tmp_path: Path) -> None:
    seen = Seen(tmp_path)
    for hour in range(5):
        seen.append([picture(3600.0 * hour)])
    seen.forget("plaza", NOON + timedelta(hours=3))

    assert seen.hours("plaza") == [NOON + timedelta(hours=3), NOON + timedelta(hours=4)]
    assert seen.hours("square") == []
    assert list(seen.read("square", NOON)) == []


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    (tmp_path / "plaza").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="cannot be kept"):
        Seen(tmp_path).append([picture(0)])
