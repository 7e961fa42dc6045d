"""YOLO exports that are not ours to ship, on real footage."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import av
import pytest

from almere_vision.detection import DEFAULT_MODEL, Detector, load_detector
from almere_vision.domain.detections import CLASSES, ObjectClass
from almere_vision.domain.errors import ModelError
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.geometry import Box, iou

pytestmark = pytest.mark.shared

VEHICLES = {ObjectClass.CAR, ObjectClass.TRUCK, ObjectClass.BUS}
MINIBUS: Box = (0.322, 0.153, 0.768, 1.0)
YOLO = "onnx/yolo11n_fp32_dyn.onnx"


def frames(clip: Path, every: int, count: int) -> list[Frame]:
    with av.open(str(clip)) as container:
        decoded = list(islice(container.decode(video=0), 0, every * count, every))
    return [
        Frame(
            Moment("cam", None, float(each.time or 0), float(each.time or 0), None, each.width, each.height),
            each.to_ndarray(format="bgr24"),
        )
        for each in decoded
    ]


def vehicles_at(detector: Detector, frame: Frame, place: Box) -> list[ObjectClass]:
    """Labels of the vehicles whose boxes lie where a thing is."""
    found = detector.detect(frame)
    return [
        CLASSES[kind]
        for box, kind in zip(found.boxes, found.classes, strict=True)
        if CLASSES[kind] in VEHICLES and iou((box[0], box[1], box[2], box[3]), place) > 0.6
    ]


@pytest.mark.parametrize(
    ("ref", "backend"),
    [
        (DEFAULT_MODEL, "openvino"),
        (DEFAULT_MODEL, "onnxruntime"),
        (YOLO, "openvino"),
        (YOLO, "onnxruntime"),
        ("yolo11n_int8_openvino_model", "auto"),
    ],
)
def test_the_standing_minibus_is_one_vehicle_in_every_picture(
    root: Path, shared: Path, footage: Path, ref: str, backend: str
) -> None:
    clip = footage / "parking" / "pk06_boulevar2_minibus_standing_at_kerb.mp4"
    where = ref if ref == DEFAULT_MODEL else str(shared / "models" / ref)
    detector = load_detector(where, root / "models", backend)  # type: ignore[arg-type]

    seen = [vehicles_at(detector, frame, MINIBUS) for frame in frames(clip, every=30, count=5)]

    assert len(seen) == 5
    assert [len(labels) for labels in seen] == [1] * 5


def test_people_walking_on_a_campus_are_seen_by_the_default_model(root: Path, footage: Path) -> None:
    (frame,) = frames(footage / "loitering" / "lo01_pets09_s2l1_vtest.avi", every=1, count=1)

    found = load_detector(DEFAULT_MODEL, root / "models").detect(frame)

    people = [kind for kind in found.classes if CLASSES[kind] is ObjectClass.PERSON]
    assert len(people) >= 3, "the ground truth has three people in the first picture"


def test_a_pose_network_is_refused(root: Path, shared: Path) -> None:
    with pytest.raises(ModelError, match="for pose"):
        load_detector(str(shared / "models" / "onnx" / "yolov8n-pose_fp32_dyn.onnx"), root / "models")
