"""What the network saw is remembered, and only for the very same question."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from almere_vision.domain.detections import Detections
from almere_vision.domain.frame import Moment
from almere_vision.evaluation.cache import CacheKey, DetectionCache, sha256_of

KEY = CacheKey("ab" * 32, "plaza/home", "net@01234567/auto", (640, 384), 0.35, 5.0)


@pytest.fixture
def cache(tmp_path: Path) -> DetectionCache:
    return DetectionCache(tmp_path / "kept")


def test_detections_come_back_as_they_were(cache, make_detections):
    wanted = make_detections()
    late = replace(wanted[0].moment, captured_at=datetime(2026, 3, 1, 12, tzinfo=UTC), preset=None)
    empty = Detections(
        late, *(part[:0] for part in (wanted[0].boxes, wanted[0].scores, wanted[0].classes)), "m"
    )
    cache.put(KEY, [*wanted, empty])
    found = cache.get(KEY)
    assert len(found) == len(wanted) + 1
    for one, other in zip(found, [*wanted, empty], strict=True):
        assert one.moment == other.moment
        assert one.model == other.model
        for part in ("boxes", "scores", "classes"):
            assert np.array_equal(getattr(one, part), getattr(other, part))
            assert getattr(one, part).dtype == getattr(other, part).dtype


def test_a_clip_without_pictures_is_remembered_too(cache):
    cache.put(KEY, [])
    assert cache.get(KEY) == []


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, clip_sha256="cd" * 32),
        replace(KEY, camera="market/home"),
        replace(KEY, model="net@76543210/auto"),
        replace(KEY, input_px=(416, 256)),
        replace(KEY, min_score=0.25),
        replace(KEY, rate_fps=2.0),
    ],
)
def test_every_part_of_the_question_counts(cache, make_detections, other):
    cache.put(KEY, make_detections())
    assert cache.get(other) is None


def test_a_damaged_entry_is_as_good_as_none(cache, make_detections, tmp_path):
    cache.put(KEY, make_detections())
    [path] = (tmp_path / "kept").iterdir()
    whole = path.read_bytes()
    for damaged in (b"", b"nonsense", whole[: len(whole) // 2], whole[:-40]):
        path.write_bytes(damaged)
        assert cache.get(KEY) is None
    cache.put(KEY, make_detections())
    assert len(cache.get(KEY)) == len(make_detections())


def test_an_entry_cannot_run_code(cache, make_detections, tmp_path):
    cache.put(KEY, make_detections())
    [path] = (tmp_path / "kept").iterdir()
    np.savez(path, moments=np.array([Moment], dtype=object), counts=np.zeros(0), boxes=np.zeros((0, 4)))
    assert cache.get(KEY) is None


def test_the_hash_is_of_the_content(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    assert sha256_of(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
