"""The newest picture of a camera: bounded, and never an old one as if it were now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import cv2
import numpy as np
import pytest

from almere_vision.domain.frame import Frame, Moment
from almere_vision.storage.snapshots import LARGEST_BYTES, Snapshot, Snapshots
from almere_vision.worker import newest as module
from almere_vision.worker.newest import Newest, bounded_jpeg

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)


def frame(value: int) -> Frame:
    moment = Moment("plaza-1", None, 0.0, 0.0, AT, 64, 48)
    return Frame(moment, np.full((48, 64, 3), value, np.uint8))


def test_the_last_of_the_frames_is_shown() -> None:
    newest = Newest(cast(Snapshots, None))
    assert "no picture of this camera yet" in str(newest.picture("plaza-1"))
    list(newest.passing([frame(0), frame(250)]))
    shown = newest.picture("plaza-1")
    assert isinstance(shown, Snapshot)
    assert shown.taken_at == AT
    assert cv2.imdecode(np.frombuffer(shown.jpeg, np.uint8), cv2.IMREAD_COLOR).mean() > 240


def test_a_picture_from_before_the_camera_fell_silent_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = Newest(cast(Snapshots, None))
    list(newest.passing([frame(0)]))
    later_s = module.time.monotonic() + 31
    monkeypatch.setattr(module.time, "monotonic", lambda: later_s)
    assert "31 s old" in str(newest.picture("plaza-1"))


def test_even_noise_of_a_large_camera_fits() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (2160, 3840, 3), np.uint8)
    jpeg = bounded_jpeg(cast(Any, noise))
    assert len(jpeg) <= LARGEST_BYTES
    assert cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR).shape == (1080, 1920, 3)
