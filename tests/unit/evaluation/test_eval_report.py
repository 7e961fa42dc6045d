"""The report: reasons, comparison, schema and page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import cv2
import numpy as np
import pytest

from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.errors import InputError
from almere_vision.domain.frame import Moment
from almere_vision.evaluation.diff import diff_reports
from almere_vision.evaluation.events import load_clips, watch
from almere_vision.evaluation.metrics import judge
from almere_vision.evaluation.reasons import Reason, why_false, why_missed
from almere_vision.evaluation.report import json_schema, read_report
from almere_vision.evaluation.report_html import report_page
from almere_vision.evaluation.strips import StripMaker, StripOrder
from almere_vision.evaluation.suite import load_suite

WHOLE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]
STANDING = [0.3, 0.5, 0.45, 0.65]


def pictures(seen) -> list[Detections]:
    """Five pictures a second for a minute; `seen` gives the boxes of cars at a time."""
    found = []
    for number in range(300):
        boxes = seen(number / 5)
        moment = Moment("plaza", "home", number / 5, number / 5, None, 640, 360)
        found.append(
            Detections(
                moment,
                np.array(boxes, np.float32).reshape(-1, 4),
                np.full(len(boxes), 0.8, np.float32),
                np.full(len(boxes), CLASSES.index(ObjectClass.CAR), np.int64),
                "made@00000000",
            )
        )
    return found


def label(bench: Path, *, box: list[float] | None = None, zone: str = "square", end_s: float = 60) -> None:
    path = bench / "labels" / "plaza.json"
    content = json.loads(path.read_text())
    content["events"] = [{"kind": "parking", "zone": zone, "start_s": 5.0, "end_s": end_s}]
    if box:
        content["events"][0]["box"] = box
    path.write_text(json.dumps(content))


def watched(bench: Path, seen):
    suite = load_suite(bench / "suite.yaml")
    settings = suite.settings.events
    [clip] = load_clips(suite, settings)
    one = watch(clip, pictures(seen), "0" * 64, 5)
    return judge(clip, one.trace.raised, settings), one.trace, settings


def missed(bench: Path, seen):
    judged, trace, settings = watched(bench, seen)
    assert judged.matching.missed == (0,)
    return why_missed(0, judged, trace, settings)


def test_nothing_seen_is_no_detection(bench):
    label(bench, box=STANDING)
    finding = missed(bench, lambda t: [STANDING] if 5 <= t < 10 else [])
    assert finding.reason is Reason.NO_DETECTION
    assert finding.because.startswith("the network saw it in 25 of 126 pictures")


def test_an_identity_that_changes_is_a_lost_track(bench):
    label(bench, box=STANDING)
    judged, trace, settings = watched(bench, lambda t: [STANDING] if t >= 5 else [])
    broken = [
        replace(
            tracks,
            tracks=tuple(replace(t, id=f"{tracks.moment.clock_s // 4}") for t in tracks.tracks),
        )
        for tracks in trace.tracks()
    ]
    silent = judge(judged.clip, [], settings)
    finding = why_missed(0, silent, replace(trace, tracks=lambda: broken, raised=()), settings)
    assert finding.reason is Reason.TRACK_LOST
    assert "the longest lasts 3.8 s of the 15 s needed" in finding.because


def test_followed_in_the_zone_and_yet_not_raised_is_the_clock(bench):
    label(bench, box=STANDING)
    judged, trace, settings = watched(bench, lambda t: [STANDING] if t >= 5 else [])
    finding = why_missed(0, judge(judged.clip, [], settings), replace(trace, raised=()), settings)
    assert finding.reason is Reason.CLOCK
    assert "never counted 15 s" in finding.because


def test_standing_beside_the_zone_is_the_zone(bench):
    beside = [0.7, 0.5, 0.85, 0.65]
    label(bench, box=beside)
    finding = missed(bench, lambda t: [beside])
    assert finding.reason is Reason.ZONE
    assert "0%" in finding.because


def test_an_alarm_at_another_time_is_the_clock(bench):
    label(bench, box=STANDING)
    finding = missed(bench, lambda t: [STANDING] if t >= 20 else [])
    assert finding.reason is Reason.CLOCK
    assert re.fullmatch(r"the alarm came 1\d\.\d s after it was due", finding.because)


def test_an_alarm_below_the_working_point_is_suppressed(bench):
    label(bench, box=STANDING)
    path = bench / "suite.yaml"
    path.write_text(path.read_text().replace("  kinds:", "  score_min: 0.99\n  kinds:"))
    finding = missed(bench, lambda t: [STANDING] if t >= 5 else [])
    assert finding.reason is Reason.SUPPRESSED


def test_the_alarm_of_another_vehicle_explains_no_miss(bench):
    path = bench / "labels" / "plaza.json"
    content = json.loads(path.read_text())
    before, behind = {"start_s": 5.0, "box": STANDING}, {"start_s": 30.0, "box": [0.3, 0.55, 0.45, 0.95]}
    common = {"kind": "parking", "zone": "square", "end_s": 60.0}
    content["events"] = [before | common, behind | common]
    path.write_text(json.dumps(content))
    judged, trace, settings = watched(bench, lambda t: [STANDING] if t >= 5 else [])
    assert judged.matching.missed == (1,)
    finding = why_missed(1, judged, trace, settings)
    assert "before it was due" not in finding.because


def false(bench: Path, seen):
    judged, trace, settings = watched(bench, seen)
    wrong = [
        n for n, outcome in enumerate(judged.matching.outcomes) if outcome.value in ("false", "duplicate")
    ]
    return [why_false(column, judged, trace, settings) for column in wrong]


def test_an_alarm_where_nothing_is_labelled(bench):
    label(bench, box=[0.05, 0.9, 0.1, 0.95])
    [finding] = false(bench, lambda t: [STANDING] if t >= 5 else [])
    assert finding.reason is Reason.UNLABELLED


def test_an_alarm_for_an_event_that_ends_too_soon_is_the_clock(bench):
    label(bench, box=STANDING, end_s=10)
    [finding] = false(bench, lambda t: [STANDING] if t >= 5 else [])
    assert finding.reason is Reason.CLOCK
    assert "ends before its alarm is due" in finding.because


def test_the_differences_are_told_clip_by_clip(run_made, write_zones):
    good = run_made()
    noisy = run_made(write_zones(polygon=WHOLE))
    late = run_made(write_zones(limit_s=30))
    same = diff_reports(good, good)
    assert same.changes == ()
    assert same.p_value == 1
    more = diff_reports(good, noisy)
    assert [(c.clip, c.what) for c in more.changes] == [("plaza.mp4", "false alarm more")]
    less = diff_reports(noisy, good)
    assert [c.what for c in less.changes] == ["false alarm less"]
    lost = diff_reports(good, late)
    assert (lost.found_more, lost.found_less) == (0, 1)
    assert "lost" in [c.what for c in lost.changes]
    recall = next(d for d in lost.differences if d.name == "parking.recall")
    assert (recall.before, recall.after) == (1.0, 0.0)


def test_reports_on_other_labels_are_not_compared(run_made, bench):
    before = run_made()
    label(bench, end_s=50)
    with pytest.raises(InputError, match="different labels"):
        diff_reports(before, run_made())


def test_a_report_comes_back_from_disk_as_it_was(run_made, tmp_path):
    report = run_made()
    (tmp_path / "report.json").write_text(report.model_dump_json())
    assert read_report(tmp_path) == report
    assert read_report(tmp_path / "report.json") == report
    (tmp_path / "report.json").write_text('{"schema_version": 2}')
    with pytest.raises(InputError, match="is not a report"):
        read_report(tmp_path)


def test_the_committed_schema_is_that_of_the_code(root):
    committed = json.loads((root / "eval" / "report.schema.json").read_text())
    assert committed == json_schema(), "run: almere eval schema > eval/report.schema.json"


class Page(HTMLParser):
    """What a page loads and runs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_stands_alone_and_shows_what_went_wrong(run_made, write_zones):
    report = run_made(write_zones(limit_s=30))
    [clip] = report.events.clips
    hostile = clip.model_copy(update={"clip": "<script>alert(1)</script>.mp4"})
    report = report.model_copy(update={"events": report.events.model_copy(update={"clips": (hostile,)})})
    page = Page(report_page(report, {}))
    assert "script" not in page.tags
    assert all(a.startswith(("data:", "#")) for a in page.addresses)
    assert page.tags.count("svg") == 4
    assert "0 of 1" in page.text
    assert "<script>alert(1)</script>.mp4" in page.text
    assert re.search(r"missed parking in .* zone square, 5\.0-60\.0 s, due 20\.0 s", page.text)


def test_a_strip_hides_people_and_shows_the_rest(video, tmp_path):
    person = [0.25, 0.25, 0.75, 0.75]
    moment = Moment("plaza", "home", 10.0, 10.0, None, 64, 36)
    seen = Detections(
        moment, np.array([person], np.float32), np.array([0.9], np.float32), np.zeros(1, np.int64), "m"
    )
    noise = np.random.default_rng(1).integers(0, 255, (36, 64, 3)).astype(np.uint8)
    frames = tmp_path / "noise.avi"
    writer = cv2.VideoWriter(str(frames), cv2.VideoWriter.fourcc(*"MJPG"), 4, (64, 36))
    for _ in range(80):
        writer.write(noise)
    writer.release()
    order = StripOrder(8.0, 12.0, None, ((0, 0), (1, 0), (1, 1)))
    blurred = cv2.imdecode(
        np.frombuffer(StripMaker(frames, "a" * 64, [seen], tmp_path).make(order), np.uint8), 1
    )
    plain = cv2.imdecode(np.frombuffer(StripMaker(frames, "a" * 64, [], tmp_path).make(order), np.uint8), 1)
    assert blurred.shape == plain.shape == (144, 5 * 256 + 4 * 4, 3)

    def detail(strip, left, right):
        return float(np.abs(np.diff(strip[50:94, left:right].astype(float), axis=1)).mean())

    assert detail(blurred, 90, 165) < 0.4 * detail(plain, 90, 165)
    assert detail(blurred, 5, 50) == pytest.approx(detail(plain, 5, 50), rel=0.1)


def test_a_strip_shows_the_moments_that_were_asked_for(video, tmp_path):
    order = StripOrder(0.0, 56.0, None, ((0, 0), (0.01, 0), (0.01, 0.01)))
    strip = cv2.imdecode(np.frombuffer(StripMaker(video, "b" * 64, [], tmp_path).make(order), np.uint8), 0)
    middles = [float(strip[72, 128 + number * 260]) for number in range(5)]
    # the video grows one shade lighter with each of its four pictures a second
    assert middles == pytest.approx([0, 56, 112, 168, 224], abs=6)
