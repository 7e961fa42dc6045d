"""Fights as events: clips played as streams, the stage that said no, and the curve over the threshold."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.errors import LabelFileError
from almere_vision.domain.tracks import Tracks
from almere_vision.domain.tube import Tube
from almere_vision.evaluation.clips import read_splits
from almere_vision.evaluation.events import load_clips, watch
from almere_vision.evaluation.looks import Magnifier
from almere_vision.evaluation.metrics import judge
from almere_vision.evaluation.reasons import Reason, why_missed
from almere_vision.evaluation.report import Report
from almere_vision.evaluation.report_html import report_page
from almere_vision.evaluation.run import Tools, run_suite
from almere_vision.evaluation.seeing import Seen
from almere_vision.evaluation.streams import plan_normal, plan_streams, write_streams
from almere_vision.evaluation.suite import load_suite
from almere_vision.rules.fight import FightParameters
from tests.conftest import ROOT, SHARED
from tests.integration.sources.footage_stage import FPS, make_video
from tests.unit.rules.brawl import Body, approach, brawl, picture

FIGHT_S, NORMAL_S = 2.0, 1.6


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two short clips of each label of one camera, a long one of another, and a street."""
    folder = tmp_path_factory.mktemp("footage")
    for part in ("fight", "nofight", "street"):
        (folder / part).mkdir()
    for name in ("a1", "a2"):
        make_video(folder / "fight" / f"{name}.mp4", FIGHT_S)
        make_video(folder / "nofight" / f"{name}.mp4", NORMAL_S)
    make_video(folder / "fight" / "b1.mp4", 6)
    make_video(folder / "street" / "s1.mp4", 5)
    rows = [f"{label}/a{n}.mp4,{label},cam_a,val" for label in ("fight", "nofight") for n in (1, 2)]
    rows += ["fight/b1.mp4,fight,cam_b,val", "fight/gone.mp4,fight,cam_c,train"]
    (folder / "splits.csv").write_text("\n".join(["file,label,group,split", *rows]) + "\n")
    (folder / "normal.csv").write_text("file,group,split\nstreet/s1.mp4,cam_s,val\nstreet/s2.mp4,x,train\n")
    return folder


@pytest.fixture(scope="module")
def suite_file(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("streams")
    streams = plan_streams(footage / "splits.csv", footage, "val", "fight", {"cam_": "made"})
    write_streams(streams + plan_normal(footage / "normal.csv", footage, "val"), "fight", out)
    (out / "suite.yaml").write_text(
        "name: fights\nevents: {clips: clips, labels: labels, zones: zones, kinds: [fight]}\n"
    )
    return out / "suite.yaml"


def label_of(suite_file: Path, name: str) -> dict[str, object]:
    return dict(json.loads((suite_file.parent / "labels" / f"{name}.json").read_text()))


def test_short_clips_of_a_camera_are_one_stream_whose_fights_come_last_and_are_one_event(
    suite_file: Path,
) -> None:
    label = label_of(suite_file, "cam_a_320x240")
    assert (label["group"], label["conditions"]) == ("cam_a", ["fight", "made"])
    assert label["events"] == [
        {
            "kind": "fight",
            "zone": "picture",
            "start_s": pytest.approx(2 * NORMAL_S),
            "end_s": pytest.approx(2 * (NORMAL_S + FIGHT_S)),
        }
    ]
    with av.open(str(suite_file.parent / "clips" / "cam_a_320x240.mp4")) as container:
        times_s = [frame.time for frame in container.decode(video=0)]
    assert len(times_s) == 2 * (NORMAL_S + FIGHT_S) * FPS
    assert np.diff(times_s) == pytest.approx(1 / FPS, abs=1e-3)


def test_long_clips_and_streets_stay_as_they_are(suite_file: Path, footage: Path) -> None:
    assert label_of(suite_file, "b1")["events"] == [
        {"kind": "fight", "zone": "picture", "start_s": 0.0, "end_s": pytest.approx(6, abs=0.05)}
    ]
    assert label_of(suite_file, "s1")["events"] == []
    assert label_of(suite_file, "s1")["conditions"] == ["ordinary life", "street"]
    kept = suite_file.parent / "clips" / "b1.mp4"
    assert kept.read_bytes() == (footage / "fight" / "b1.mp4").read_bytes()


@pytest.mark.shared
def test_no_ordinary_footage_is_in_two_splits() -> None:
    split_of = {clip.file: clip.split for clip in read_splits(SHARED / "footage/fight_splits.csv", "fight")}
    with (ROOT / "eval/labels/fights/normal.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 18
    assert [row["file"] for row in rows if split_of.get(row["file"], row["split"]) != row["split"]] == []


def test_a_split_that_nobody_is_in_is_told(footage: Path) -> None:
    with pytest.raises(LabelFileError, match="no clip is in split 'test'"):
        plan_streams(footage / "splits.csv", footage, "test", "fight", {})


def detections(tracks: Tracks) -> Detections:
    boxes = np.array([track.box for track in tracks.tracks], np.float32).reshape(-1, 4)
    count, person = len(boxes), CLASSES.index(ObjectClass.PERSON)
    moment = replace(tracks.moment, camera="made")
    scores = np.full(count, 0.8, np.float32)
    return Detections(moment, boxes, scores, np.full(count, person, np.int64), "made@00000000")


Show = Callable[[float], list[Body]]


class Eyes:
    """Sees what a scene shows, by the name of the clip."""

    model = "made@00000000"

    def __init__(self, scenes: dict[str, Show], length_s: dict[str, float]) -> None:
        self._scenes = scenes
        self._length_s = length_s

    def look(self, clip: Path, camera: str, preset: str | None, rate_fps: float, on_progress: object) -> Seen:
        pictures = range(round(self._length_s[clip.stem] * rate_fps))
        found = [picture(self._scenes[clip.stem](n / rate_fps), n / rate_fps) for n in pictures]
        seen = [detections(tracks) for tracks in found]
        return Seen([replace(d, moment=replace(d.moment, camera=camera)) for d in seen], clip.stem, False)


class Silent:
    def expect(self, footage_s: float) -> None: ...

    def begin(self, clip: str) -> None: ...

    def advance(self, footage_s: float) -> None: ...


class Always:
    """A classifier that always says the same, and counts."""

    identity = "always@00000000"

    def __init__(self, score: float) -> None:
        self.asked = 0
        self._score = score

    def score(self, tube: Tube) -> float:
        self.asked += 1
        return self._score


LENGTH_S = {"cam_a_320x240": 7.2, "b1": 6.0, "s1": 5.0}
NOBODY: Show = lambda _: []  # noqa: E731


def run(suite_file: Path, folder: Path, scenes: dict[str, Show], scorer: Always) -> Report:
    tools = Tools(
        lambda: Eyes(scenes, LENGTH_S),  # type: ignore[return-value, arg-type]
        None,
        Silent(),
        open_fights=lambda: Magnifier(scorer, folder),
    )
    return run_suite(load_suite(suite_file), tools).report


def test_fights_that_are_seen_and_believed_are_found_and_quiet_streets_cost_nothing(
    suite_file: Path, tmp_path: Path
) -> None:
    scenes = {"cam_a_320x240": brawl, "b1": brawl, "s1": approach}
    scorer = Always(0.9)
    found = run(suite_file, tmp_path, scenes, scorer)
    assert found.events is not None
    stages = found.events.cascade
    assert stages is not None
    assert (stages.events, stages.found, stages.classifier) == (2, 2, "always@00000000")
    assert found.events.kinds["fight"].false == 0
    assert stages.normal_hours == pytest.approx((2 * NORMAL_S + 5) / 3600, rel=0.02)
    asked = scorer.asked
    again = run(suite_file, tmp_path, scenes, scorer)
    assert again.events == found.events
    assert scorer.asked == asked  # what was said is kept
    page = report_page(found, {})
    assert "Fights, stage by stage" in page
    assert "always@00000000" in page


@pytest.mark.parametrize(
    ("scene", "score", "stage"),
    [
        (NOBODY, 0.9, "no_people"),
        (approach, 0.9, "no_trigger"),
        (brawl, 0.01, "below_threshold"),
    ],
)
def test_the_stage_that_said_no_is_told(
    suite_file: Path, tmp_path: Path, scene: Show, score: float, stage: str
) -> None:
    found = run(suite_file, tmp_path, {"cam_a_320x240": NOBODY, "b1": scene, "s1": NOBODY}, Always(score))
    assert found.events is not None
    told = found.events.cascade
    assert told is not None
    counts = {"no_people": 1, "no_trigger": 0, "below_threshold": 0}
    counts[stage] += 1
    assert {name: getattr(told, name) for name in counts} == counts
    missed = [event for clip in found.events.clips if clip.clip == "b1.mp4" for event in clip.events]
    assert missed[0].because


def test_a_look_that_others_outweigh_is_told_as_such(suite_file: Path, tmp_path: Path) -> None:
    suite = load_suite(suite_file)
    settings = suite.settings.events
    assert settings is not None
    (clip,) = [one for one in load_clips(suite, settings) if one.name == "b1.mp4"]
    seen = Eyes({"b1": brawl}, LENGTH_S).look(clip.path, "b1", None, 5.0, None).detections
    turns = iter([0.0, 0.9, *[0.0] * 100])
    scorer = Always(0.0)
    scorer.score = lambda _tube: next(turns)  # type: ignore[method-assign]
    with Magnifier(scorer, tmp_path).at(clip.path, "0" * 64) as album:
        one = watch(clip, seen, "0" * 64, 5.0, album=album)
    finding = why_missed(0, judge(clip, one.trace.raised, settings), one.trace, settings)
    assert finding.reason is Reason.OUTWEIGHED


def test_the_curve_falls_with_the_threshold(suite_file: Path, tmp_path: Path) -> None:
    scenes = {"cam_a_320x240": NOBODY, "b1": brawl, "s1": NOBODY}
    found = run(suite_file, tmp_path, scenes, Always(0.7))
    assert found.events is not None
    points = {point.score: point for point in found.events.kinds["fight"].curve}
    assert points[0.5].recall == 0.5
    assert points[0.7].recall == 0.5
    assert points[0.72].recall == 0.0
    assert all(point.false == 0 for point in points.values())


def test_a_suite_of_fights_without_a_classifier_is_refused_in_a_line(suite_file: Path) -> None:
    tools = Tools(
        lambda: Eyes({}, {}),  # type: ignore[return-value, arg-type]
        None,
        Silent(),
        open_fights=lambda: "fights are not looked for: there is no classifier",
    )
    with pytest.raises(LabelFileError, match="there is no classifier"):
        run_suite(load_suite(suite_file), tools)


def test_the_working_point_is_one_of_the_rule() -> None:
    assert 0 < FightParameters().low <= FightParameters().threshold < 1
