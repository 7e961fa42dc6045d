"""One trace per suggestion, from the decoded picture to the queue, at a real collector of OTLP."""

from __future__ import annotations

import itertools
import socket
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from almere_vision.domain.assessment import PriorityTable
from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.errors import SettingsError
from almere_vision.domain.frame import Frame, Moment
from almere_vision.scene import Scene
from almere_vision.sources import Camera, read_address
from almere_vision.storage.blobs import FolderBlobs
from almere_vision.storage.messages import decode
from almere_vision.suggest import Once, assessor
from almere_vision.worker.aside import Aside
from almere_vision.worker.journeys import UNTRACED, Journeys, open_journeys
from almere_vision.worker.pipeline import Judge, watch_camera
from almere_vision.worker.reporter import Reporter
from almere_vision.worker.tracing import ONE_IN
from tests.integration.sources.footage_stage import free_port
from tests.integration.worker.collector import collecting, told

ZONES = """
camera: mast
presets:
  - id: home
    zones:
      - id: square
        polygon: [[0.01, 0.01], [0.99, 0.01], [0.99, 0.99], [0.01, 0.99]]
        rules: {parking: {limit_s: 10, vehicles: [car]}}
"""
WAITED_S = 0.5
STEPS = ["frame", "detect", "track", "rules", "evidence", "queue"]


class NoMemory:
    def recall(self, judge: Judge, frame: Frame) -> None: ...

    def keep(self, judge: Judge, frame: Frame) -> None: ...


def frames(seconds: float) -> Iterator[Frame]:
    """Of a live camera; those of so many seconds up to now come at once."""
    began_s = time.time() - seconds
    image = np.zeros((48, 64, 3), np.uint8)
    for number in range(round(seconds)):
        clock_s = began_s + number
        at = datetime.fromtimestamp(clock_s, UTC)
        yield Frame(Moment("mast", "home", clock_s, float(number), at, 64, 48), image)


def car_stands(frame: Frame) -> Detections:
    box = np.array([[0.4, 0.4, 0.6, 0.6]], np.float32)
    car = np.array([CLASSES.index(ObjectClass.CAR)])
    return Detections(frame.moment, box, np.array([0.9], np.float32), car, "m@1")


def watch(folder: Path, journeys: Journeys, seconds: float = 30) -> list[bytes]:
    """Messages of a camera before which a car stands, made by the pipeline as a worker runs it."""
    (folder / "mast.yaml").write_text(ZONES)
    scene = Scene.load(folder / "mast.yaml")
    (folder / "empty.mp4").write_bytes(b"x")
    camera = Camera("mast", read_address(str(folder / "empty.mp4")))
    sent: list[bytes] = []
    reporter = Reporter(
        camera,
        FolderBlobs(folder / "blobs"),
        sent.append,
        scene.view,
        "m@1",
        Once().tell,
        assessor(PriorityTable(), None),
    )
    with Aside(reporter.report) as reports:
        judge = Judge(scene, "s", 1.0)
        watch_camera(frames(seconds), car_stands, judge, reports, NoMemory(), journeys, lambda *_: None)
    return sent


def test_a_suggestion_is_one_trace_with_its_steps_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        journeys = open_journeys()
        suggestion, *later = map(decode, watch(tmp_path, journeys))
        journeys.close()
        (root,) = [span for span in collector.spans if span.name == "suggestion"]
        trace = collector.trace_of(root)
    assert collector.services == {"almere-worker"}
    assert {one.id for one in later} == {suggestion.id}, "what follows of it is no second trace"
    assert not root.parent_span_id
    below = (span for span in trace if span.parent_span_id)
    steps = sorted(below, key=lambda span: span.start_time_unix_nano)
    assert [span.name for span in steps] == STEPS
    assert {span.parent_span_id for span in steps} == {root.span_id}
    for one, after in itertools.pairwise(steps):
        assert one.end_time_unix_nano <= after.start_time_unix_nano
    about = told(root)
    age_ms = about.pop("almere.frame.age_ms")
    assert isinstance(age_ms, float)
    assert about == {
        "almere.camera": "mast",
        "almere.kind": "parking",
        "almere.suggestion": suggestion.id,
        "almere.frame.unchanged": False,
    }


def test_one_picture_in_a_thousand_is_traced_though_nothing_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        journeys = open_journeys()
        image = np.zeros((8, 8, 3), np.uint8)
        for number in range(2 * ONE_IN + ONE_IN // 2):
            moment = Moment("mast", "home", time.time() - WAITED_S, float(number), None, 8, 8)
            journey = journeys.of(Frame(moment, image))
            assert journey.through("detect", abs, -number) == number
            journey.judged()
        journeys.close()
        roots = [span for span in collector.spans if not span.parent_span_id]
        assert [root.name for root in roots] == ["frame judged"] * 2
        assert {span.name for span in collector.trace_of(roots[0])} == {"frame judged", "frame", "detect"}
    assert all(WAITED_S * 1000 <= float(str(told(one)["almere.frame.age_ms"])) < 5000 for one in roots)


@pytest.mark.parametrize("dead", ["refuses", "silent"])
def test_a_collector_that_is_away_holds_nothing_up(
    dead: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1] if dead == "silent" else free_port()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
        began_s = time.monotonic()
        journeys = open_journeys()
        assert watch(tmp_path, journeys)
        journeys.close()
    assert time.monotonic() - began_s < 30, "a worker ends, though nobody takes its traces"


def test_without_an_endpoint_nothing_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    assert open_journeys() is UNTRACED


def test_without_the_extra_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setitem(sys.modules, "almere_vision.worker.tracing", None)
    with pytest.raises(SettingsError, match=r"almere-vision\[tracing\]"):
        open_journeys()
