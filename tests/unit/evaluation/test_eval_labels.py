"""A label file that is wrong is refused with its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from almere_vision.domain.errors import LabelFileError
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.cli import app
from almere_vision.evaluation.labels import LabelledClip, load_labels
from almere_vision.evaluation.suite import load_suite

GOOD = """\
{
 "clip": "plaza.mp4",
 "zones": "plaza.yaml",
 "conditions": ["day"],
 "events": [
  {"kind": "parking", "zone": "square", "start_s": 1, "end_s": 20},
  {
   "kind": "parking",
   "zone": "square",
   "start_s": 5.0,
   "end_s": 50.0
  }
 ]
}
"""


@pytest.fixture
def load(bench: Path) -> Callable[[str], LabelledClip]:
    def loaded(text: str) -> LabelledClip:
        path = bench / "labels" / "plaza.json"
        path.write_text(text)
        return load_labels(path, bench / "clips", bench / "zones")

    return loaded


def test_a_good_file_is_read(load):
    clip = load(GOOD)
    assert clip.name == "plaza.mp4"
    assert clip.group == "plaza"
    assert clip.duration_s == pytest.approx(60, abs=0.3)
    assert clip.limits_s == {(Kind.PARKING, "square"): 15}
    assert [(label.start_s, label.end_s) for label in clip.labels] == [(1, 20), (5, 50)]


@pytest.mark.parametrize(
    ("find", "replace", "line", "told"),
    [
        ('   "kind": "parking"', '   "kind": "theft"', 8, "unknown kind 'theft'"),
        ('"end_s": 50.0', '"end_s": 4.0', 7, "end_s 4 is not after start_s 5"),
        ("plaza.mp4", "other.mp4", 2, "'other.mp4' is missing"),
        ("plaza.yaml", "other.yaml", 3, "'other.yaml' is missing"),
        ('"end_s": 50.0', '"end_s": 70.0', 11, "lies outside the clip"),
        ('"start_s": 5.0', '"start_s": 61.0', 10, "lies outside the clip"),
        ('   "zone": "square"', '   "zone": "market"', 9, "'market' is not in plaza.yaml; it has square"),
        ('   "kind": "parking"', '   "kind": "loitering"', 8, "of plaza.yaml has no rule loitering"),
        ('   "zone": "square",\n', "", 7, "`events.1.zone` is missing"),
        ('"start_s": 5.0', '"start": 5.0', 7, "start_s` is missing"),
        ('"start_s": 5.0', '"start_s": "soon"', 10, "start_s"),
        ('"start_s": 5.0', '"start_s": -1', 10, "greater than or equal to 0"),
        ('"start_s": 5.0', '"start_s": 5.0, "ingore": true', 10, "`events.1.ingore` is not known here"),
        ('"start_s": 5.0', '"start_s": 5.0, "box": [0.5, 0.5, 0.4, 0.6]', 7, "x1 < x2"),
        ("plaza.mp4", "../suite.yaml", 2, "leads out of"),
        ('"day"],', '"day"', 5, "is not"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_line(load, bench, find, replace, line, told):
    text = GOOD.replace(find, replace, 1)
    if text.count("61.0"):
        text = text.replace('"end_s": 50.0', '"end_s": 62.0')
    with pytest.raises(LabelFileError) as caught:
        load(text)
    message = str(caught.value)
    assert message.startswith(f"{bench / 'labels' / 'plaza.json'}:{line}: ")
    assert told in message
    assert "\n" not in message


def test_an_empty_file_and_a_missing_one_are_refused(load, bench):
    with pytest.raises(LabelFileError, match="is empty"):
        load(" \n")
    with pytest.raises(LabelFileError, match="no such file"):
        load_labels(bench / "labels" / "none.json", bench / "clips", bench / "zones")


def test_a_clip_that_is_no_video_is_refused_at_its_line(load, bench):
    (bench / "clips" / "fake.mp4").write_text("not a video")
    with pytest.raises(LabelFileError, match=r":2: .*is not a video"):
        load(GOOD.replace("plaza.mp4", "fake.mp4"))


def test_the_command_tells_all_bad_files_and_exits_with_2(bench):
    labels = bench / "labels"
    (labels / "a.json").write_text(GOOD.replace("50.0", "4.0"))
    (labels / "b.json").write_text(GOOD.replace("square", "market"))
    where = ["--clips", str(bench / "clips"), "--zones", str(bench / "zones")]
    runner = CliRunner()
    good = runner.invoke(app, ["label", "check", str(labels / "plaza.json"), *where])
    assert (good.exit_code, good.stdout) == (0, "1 file in order\n")
    bad = runner.invoke(app, ["label", "check", *map(str, sorted(labels.glob("*.json"))), *where])
    assert bad.exit_code == 2
    assert [line.split(": ")[0] for line in bad.stderr.splitlines()] == [
        f"{labels / 'a.json'}:7",
        f"{labels / 'b.json'}:6",
    ]


@pytest.mark.parametrize(
    ("find", "replace", "line", "told"),
    [
        ("kinds: [parking]", "kinds: [parking, theft]", 8, "unknown"),
        ("rate_fps: 5", "rate_fps: 500", 3, "less than or equal to 30"),
        ("  labels: labels", "  lables: labels", 4, "`events.labels` is missing"),
        ("better: lower", "better: cheaper", 13, "unknown better 'cheaper'"),
    ],
)  # fmt: skip
def test_a_wrong_suite_is_refused_with_its_line(bench, find, replace, line, told):
    path = bench / "suite.yaml"
    path.write_text(path.read_text().replace(find, replace))
    with pytest.raises(LabelFileError) as caught:
        load_suite(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert told in str(caught.value)


def test_a_suite_of_nothing_is_refused(tmp_path):
    path = tmp_path / "suite.yaml"
    path.write_text("name: empty\n")
    with pytest.raises(LabelFileError, match="at least one of events, clips and tracking"):
        load_suite(path)


def test_footage_that_is_not_there_is_told_with_what_the_suite_needs(bench):
    path = bench / "suite.yaml"
    path.write_text(
        path.read_text().replace("clips: clips", "clips: away") + "needs: the city's recordings\n"
    )
    with pytest.raises(
        LabelFileError, match=r"suite\.yaml:5: away is not there; this suite needs the city's"
    ):
        load_suite(path).find("events", "clips")


def test_two_label_files_of_one_clip_are_refused(bench, run_made):
    content: dict[str, Any] = json.loads((bench / "labels" / "plaza.json").read_text())
    (bench / "labels" / "second.json").write_text(json.dumps(content))
    with pytest.raises(LabelFileError, match="also labelled in"):
        run_made()
