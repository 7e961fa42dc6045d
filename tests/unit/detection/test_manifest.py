"""A manifest that breaks its form is refused with one line that says where and why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from almere_vision.detection.classes import COCO80, our_columns
from almere_vision.detection.manifest import Manifest
from almere_vision.domain.detections import CLASSES, ObjectClass
from almere_vision.domain.errors import ModelError
from almere_vision.networks import read_manifest, write_manifest

Change = Callable[[dict[str, Any]], object]


def good() -> dict[str, Any]:
    return {
        "name": "net",
        "files": [{"path": "net.onnx", "sha256": "0" * 64, "bytes": 10}],
        "licence": "MIT",
        "source": "made by hand",
        "input": {"width": 640, "height": 384, "colour": "rgb", "scale": 0.5},
        "classes": "coco80",
        "decoder": "yolo",
        "backends": ["openvino"],
    }


def written(folder: Path, data: object) -> Path:
    path = folder / "net" / "manifest.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(data))
    return path


def test_a_good_manifest_has_the_defaults(tmp_path: Path) -> None:
    manifest = read_manifest(written(tmp_path, good()), Manifest)

    assert manifest.score_threshold == 0.2
    assert manifest.input.letterbox
    assert manifest.input.factors == (0.5, 0.5, 0.5)
    assert manifest.class_names == COCO80


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, good() | {"classes": ["person", "vélo", "car"]})
    manifest = read_manifest(path, Manifest)

    write_manifest(manifest, path)

    assert read_manifest(path, Manifest) == manifest


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda m: m.pop("licence"), "licence"),
        (lambda m: m.update(colour="rgb"), "colour"),
        (lambda m: m.update(decoder="ssd"), "decoder"),
        (lambda m: m.update(files=[]), "files"),
        (lambda m: m["files"][0].update(sha256="abc"), "files.0.sha256"),
        (lambda m: m["files"][0].update(path="../net.onnx"), "files.0.path"),
        (lambda m: m["files"][0].update(path="/etc/passwd"), "files.0.path"),
        (lambda m: m["input"].update(width=630), "input.width"),
        (lambda m: m["input"].update(std=[1, 1, 1]), "either std"),
        (lambda m: m["input"].pop("scale"), "either std"),
        (lambda m: m["input"].update(scale=None, std=[1, 0, 1]), "std must be above 0"),
        (lambda m: m.update(classes=["cat", "dog"]), "none of them is a person"),
        (lambda m: m.update(score_threshold=1.5), "score_threshold"),
        (lambda m: m.update(backends=["tensorrt"]), "backends.0"),
        (
            lambda m: m["files"][0].update(
                fetch={"registry": "npm", "package": "https://x.example/y", "version": "1.0", "path": "a"}
            ),
            "fetch.package",
        ),
    ],
)
def test_a_mistake_is_one_line_with_file_and_place(tmp_path: Path, change: Change, named: str) -> None:
    data = good()
    change(data)
    path = written(tmp_path, data)

    with pytest.raises(ModelError) as caught:
        read_manifest(path, Manifest)

    message = str(caught.value)
    assert str(path) in message
    assert named in message
    assert "correct the manifest" in message
    assert "\n" not in message


@pytest.mark.parametrize("text", ["{", "just words", "- a\n- b\n", ""])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "net" / "manifest.yaml"
    path.parent.mkdir()
    path.write_text(text)

    with pytest.raises(ModelError, match="correct the manifest"):
        read_manifest(path, Manifest)


def test_a_missing_manifest_and_a_wrong_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="needs a manifest"):
        read_manifest(tmp_path / "none" / "manifest.yaml", Manifest)
    with pytest.raises(ModelError, match="make them equal"):
        read_manifest(written(tmp_path, good() | {"name": "other"}), Manifest)


def test_classes_that_mean_ours_are_kept_and_the_rest_is_dropped() -> None:
    columns = our_columns(["Person", " van ", "train", "motorbike"])

    assert columns.tolist() == [
        CLASSES.index(ObjectClass.PERSON),
        CLASSES.index(ObjectClass.TRUCK),
        -1,
        CLASSES.index(ObjectClass.MOTORCYCLE),
    ]


def test_coco_has_our_six_classes_and_no_train() -> None:
    columns = our_columns(COCO80)

    assert len(COCO80) == len(set(COCO80)) == 80
    assert sorted(columns[columns >= 0].tolist()) == list(range(len(CLASSES)))
    assert columns[COCO80.index("train")] == -1
