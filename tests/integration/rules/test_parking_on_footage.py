"""Real footage, real network, real tracker: what the parking rule makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from almere_vision.detection.detector import Detector, load_detector
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.suggestion import Phase, RuleHit
from almere_vision.rules import rules_for
from almere_vision.scene import Scene
from almere_vision.tracking import Tracker

pytestmark = pytest.mark.shared
FPS = 5


@pytest.fixture(scope="module")
def detector(shared: Path, root: Path) -> Detector:
    return load_detector(str(shared / "models/onnx/yolo11n_fp32_dyn.onnx"), root / "models", min_score=0.2)


def pictures(clip: Path, preset: str | None) -> Iterator[Frame]:
    with av.open(str(clip)) as container:
        due = 0.0
        for picture in container.decode(video=0):
            second = float(picture.time or 0.0)
            if second + 1e-3 < due:
                continue
            due += 1 / FPS
            image = picture.to_ndarray(format="bgr24")
            moment = Moment(clip.stem, preset, second, second, None, image.shape[1], image.shape[0])
            yield Frame(moment, image)


def hits(detector: Detector, clip: Path, zones: Path) -> list[RuleHit]:
    scene = Scene.load(zones, camera=clip.stem)
    view = scene.view(None)
    tracker = Tracker(scene.camera, "test", FPS)
    (rule,) = (rule for rule in rules_for(view) if rule.name == "parking@1")
    told = []
    for frame in pictures(clip, view.preset):
        told += rule.update(tracker.update(detector.detect(frame)), view)
    return told


@pytest.mark.parametrize(
    ("folder", "clip", "due"),
    [
        ("parking", "pk09_oldtown_night_white_car_standing", [5, 5]),
        ("parking", "pk03_boulevar1_corner_white_car_waits", [5]),  # a passing car takes its id away
        ("street", "st02_boulevar2_traffic_passing", []),
    ],
)
def test_who_stands_is_suggested_once_and_nobody_else(
    detector: Detector, footage: Path, folder: str, clip: str, due: list[float]
) -> None:
    told = hits(detector, footage / folder / f"{clip}.mp4", footage / "zones" / f"{clip}.yaml")

    raised = [hit for hit in told if hit.phase is Phase.RAISED]
    assert len(raised) == len(due)
    assert len({hit.stay for hit in raised}) == len(due)
    for hit, due_s in zip(raised, due, strict=True):
        assert due_s - 2 <= hit.alarm_s <= due_s + 10
        assert 0 < hit.score <= 1
