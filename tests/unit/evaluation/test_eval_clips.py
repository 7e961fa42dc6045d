"""Scores of short clips: splits without leaks, and figures by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from almere_vision.domain.errors import LabelFileError
from almere_vision.evaluation.clips import clips_report, read_scores, read_splits, scored
from almere_vision.evaluation.report import ScoredClip
from almere_vision.evaluation.suite import ClipsSettings

SPLITS = """\
file,label,group,visibility,split
fight/a.mp4,fight,cam_one,clear,train
nofight/b.mp4,nofight,cam_one,clear,train
fight/c.mp4,fight,web_two,small,val
nofight/d.mp4,nofight,web_two,clear,val
"""


@pytest.fixture
def splits(tmp_path: Path) -> Path:
    path = tmp_path / "splits.csv"
    path.write_text(SPLITS)
    return path


def test_a_split_file_is_read(splits):
    clips = read_splits(splits, "fight")
    assert [(clip.file, clip.positive, clip.split) for clip in clips] == [
        ("fight/a.mp4", True, "train"),
        ("nofight/b.mp4", False, "train"),
        ("fight/c.mp4", True, "val"),
        ("nofight/d.mp4", False, "val"),
    ]


@pytest.mark.parametrize(
    ("find", "replace", "line", "told"),
    [
        ("nofight/d.mp4,nofight,web_two", "nofight/d.mp4,nofight,cam_one", 5, "on line 2"),
        ("nofight/b.mp4,nofight,cam_one", "nofight/b.mp4,nofight,", 3, "`group` is missing"),
        ("nofight/d.mp4", "fight/c.mp4", 5, "stands here twice"),
        ("file,label", "name,label", 2, "`file` is missing"),
    ],
)  # fmt: skip
def test_a_leaking_or_broken_split_is_refused_with_its_line(splits, find, replace, line, told):
    splits.write_text(SPLITS.replace(find, replace))
    with pytest.raises(LabelFileError) as caught:
        read_splits(splits, "fight")
    assert str(caught.value).startswith(f"{splits}:{line}: ")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "line", ["{}", "nothing", '{"clip": "a", "fight": 1.5}', '{"clip": "a", "fight": null}']
)
def test_a_broken_score_is_refused_with_its_line(tmp_path, line):
    path = tmp_path / "scores.jsonl"
    path.write_text(json.dumps({"clip": "x", "fight": 0.5}) + "\n" + line + "\n")
    with pytest.raises(LabelFileError, match=r"scores\.jsonl:2: "):
        read_scores(path)


def test_scores_are_joined_by_the_end_of_their_path(splits):
    clips = read_splits(splits, "fight")
    scores = {"/data/fight/c.mp4": 0.9, "nofight/d.mp4": 0.2}
    found = scored(clips, scores, ["val"])
    assert [(clip.clip, clip.positive, clip.score) for clip in found] == [
        ("fight/c.mp4", True, 0.9),
        ("nofight/d.mp4", False, 0.2),
    ]
    with pytest.raises(LabelFileError, match=r"fight/a\.mp4: has no score"):
        scored(clips, scores, ["train"])
    with pytest.raises(LabelFileError, match="no clip is in the splits test"):
        scored(clips, scores, ["test"])


def test_the_table_by_hand():
    made = [
        ScoredClip(clip=f"{number}.mp4", group=group, positive=positive, score=score)
        for number, (group, positive, score) in enumerate(
            [
                ("cam_one", True, 0.9),
                ("cam_one", False, 0.8),
                ("cam_two", True, 0.6),
                ("cam_two", False, 0.3),
                ("web_one", True, 0.4),
                ("web_one", False, 0.1),
            ]
        )
    ]
    settings = ClipsSettings(splits="", sources={"cam_": "cameras", "web_": "web"}, replicates=100)
    report = clips_report(made, settings, seed=1)
    overall = report.overall
    # at 0.5 the clips of 0.9, 0.8 and 0.6 are called: two rightly
    assert (overall.true_positive, overall.false_positive) == (2, 1)
    assert (overall.true_negative, overall.false_negative) == (2, 1)
    assert report.accuracy.value == pytest.approx(4 / 6)
    # of nine pairs of a fight and no fight, 0.6 and 0.4 lie below 0.8: seven are in order
    assert report.roc_auc.value == pytest.approx(7 / 9)
    # precision at each fight by falling score: 1/1, 2/3, 3/4
    assert report.average_precision.value == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)
    assert report.roc_auc.low <= 7 / 9 <= report.roc_auc.high
    assert {part.name: (part.clips, part.roc_auc) for part in report.sources} == {
        "cameras": (4, pytest.approx(3 / 4)),
        "web": (2, pytest.approx(1.0)),
    }
    assert [group.name for group in report.groups] == ["cam_one", "cam_two", "web_one"]


def test_one_class_has_no_auc():
    made = [ScoredClip(clip="a", group="g", positive=True, score=0.9)]
    report = clips_report(made, ClipsSettings(splits="", replicates=100), seed=1)
    assert report.roc_auc.value is None
    assert report.overall.accuracy == 1
