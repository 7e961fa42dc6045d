"""Small makers of clips, labels and alarms."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.event import Event
from almere_vision.domain.frame import Moment
from almere_vision.domain.geometry import Box
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.events import default_judge
from almere_vision.evaluation.labels import Label, LabelledClip
from almere_vision.evaluation.report import Report
from almere_vision.evaluation.run import Tools, run_suite
from almere_vision.evaluation.seeing import Seen
from almere_vision.evaluation.suite import load_suite
from almere_vision.scene import Scene
from almere_vision.worker.pipeline import Judge

MakeLabel = Callable[..., Label]
MakeAlarm = Callable[..., Event]
MakeClip = Callable[..., LabelledClip]


def _label(
    start_s: float,
    end_s: float,
    kind: Kind = Kind.PARKING,
    zone: str = "square",
    *,
    ignore: bool = False,
    box: Box | None = None,
) -> Label:
    return Label(kind=kind, zone=zone, start_s=start_s, end_s=end_s, ignore=ignore, box=box)


def _alarm(
    alarm_s: float,
    kind: Kind = Kind.PARKING,
    zone: str = "square",
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    score: float = 0.9,
    box: Box = (0.4, 0.4, 0.6, 0.6),
) -> Event:
    return Event(
        kind=kind,
        camera="plaza",
        preset=None,
        zone=zone,
        start_s=alarm_s if start_s is None else start_s,
        alarm_s=alarm_s,
        end_s=end_s,
        at_least=False,
        score=score,
        box=box,
        people=0,
        model="net@01234567",
        rule="parking@1",
        facts={},
    )


def _clip(
    labels: Sequence[Label] = (),
    name: str = "one.mp4",
    *,
    group: str = "plaza",
    conditions: tuple[str, ...] = (),
    duration_s: float = 3600.0,
    limit_s: float = 60.0,
) -> LabelledClip:
    zones = ("square", "street")
    return LabelledClip(
        name=name,
        path=Path(name),
        zones_path=Path("zones.yaml"),
        group=group,
        conditions=conditions,
        duration_s=duration_s,
        limits_s={(kind, zone): limit_s for kind in (Kind.PARKING, Kind.LOITERING) for zone in zones}
        | {(Kind.FIGHT, zone): 0.0 for zone in zones},
        labels=tuple(labels),
    )


@pytest.fixture(scope="session")
def make_label() -> MakeLabel:
    return _label


@pytest.fixture(scope="session")
def make_alarm() -> MakeAlarm:
    return _alarm


@pytest.fixture(scope="session")
def make_clip() -> MakeClip:
    return _clip


WIDTH_PX, HEIGHT_PX = 640, 360
FOOTAGE_S = 60
ZONES = """\
camera: plaza
presets:
  - id: home
    zones:
      - id: square
        polygon: {polygon}
        rules:
          parking: {{limit_s: {limit_s}}}
"""
SQUARE = [[0.05, 0.4], [0.6, 0.4], [0.6, 0.98], [0.05, 0.98]]
WHOLE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]
LABELS = {
    "clip": "plaza.mp4",
    "zones": "plaza.yaml",
    "conditions": ["day"],
    "events": [{"kind": "parking", "zone": "square", "start_s": 5.0, "end_s": 60.0}],
}
SUITE = """\
name: synthetic
model: none
rate_fps: 5
events:
  clips: clips
  labels: labels
  zones: zones
  kinds: [parking]
  replicates: 200
gate:
  parking.recall: {worse_by: 0.05, better: higher}
  parking.precision: {worse_by: 0.05, better: higher}
  parking.false_per_camera_hour: {worse_by: 1, better: lower}
"""


def zone_file(limit_s: float = 15, polygon: list[list[float]] | None = None) -> str:
    return ZONES.format(limit_s=limit_s, polygon=polygon or SQUARE)


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute of grey, four pictures a second."""
    path = tmp_path_factory.mktemp("video") / "plaza.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=4)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for shade in range(FOOTAGE_S * 4):
            image = np.full((36, 64, 3), shade % 256, np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


@pytest.fixture
def bench(tmp_path: Path, video: Path) -> Path:
    """A folder with a suite: clips/, labels/, zones/ and suite.yaml."""
    for name in ("clips", "labels", "zones"):
        (tmp_path / name).mkdir()
    (tmp_path / "clips" / "plaza.mp4").symlink_to(video)
    (tmp_path / "zones" / "plaza.yaml").write_text(zone_file())
    (tmp_path / "labels" / "plaza.json").write_text(json.dumps(LABELS, indent=1))
    (tmp_path / "suite.yaml").write_text(SUITE)
    return tmp_path


def made_detections(fps: float = 5.0) -> list[Detections]:
    """A car that stops in the square at 5 s, one that stands beside it all the time, one that passes."""
    pictures = []
    for number in range(round(FOOTAGE_S * fps)):
        time_s = number / fps
        arriving = min(1.0, time_s / 5) * 0.3
        boxes = [[arriving, 0.5, arriving + 0.15, 0.65], [0.75, 0.2, 0.9, 0.35]]
        if 20 <= time_s <= 30:
            across = (time_s - 20) / 10 * 0.85
            boxes.append([across, 0.7, across + 0.15, 0.9])
        moment = Moment("plaza", "home", time_s, time_s, None, WIDTH_PX, HEIGHT_PX)
        pictures.append(
            Detections(
                moment,
                np.array(boxes, np.float32),
                np.full(len(boxes), 0.8, np.float32),
                np.full(len(boxes), CLASSES.index(ObjectClass.CAR), np.int64),
                "made@00000000",
            )
        )
    return pictures


class MadeEyes:
    """Eyes that see the made detections, whatever they look at."""

    model = "made@00000000"

    def look(self, clip, camera, preset, rate_fps, on_progress) -> Seen:
        on_progress(float(FOOTAGE_S))
        return Seen(made_detections(rate_fps), "0" * 64, from_cache=False)


class Listener:
    """A watcher that remembers."""

    def __init__(self) -> None:
        self.expected_s = self.done_s = 0.0
        self.clips: list[str] = []

    def expect(self, footage_s: float) -> None:
        self.expected_s = footage_s

    def begin(self, clip: str) -> None:
        self.clips.append(clip)

    def advance(self, footage_s: float) -> None:
        self.done_s += footage_s


RunMade = Callable[..., Report]


@pytest.fixture
def run_made(bench: Path) -> RunMade:
    """Run the suite of `bench` on the made detections, perhaps with the rules on another zone file."""

    def run(zones: str | None = None) -> Report:
        def other(scene: Scene, rate_fps: float, looking: None) -> Judge:
            path = bench / "other.yaml"
            path.write_text(zones or "")
            return Judge(Scene.load(path), "made", rate_fps)

        tools = Tools(MadeEyes, None, Listener(), make_judge=default_judge if zones is None else other)
        return run_suite(load_suite(bench / "suite.yaml"), tools).report

    return run


@pytest.fixture(scope="session")
def write_zones() -> Callable[..., str]:
    return zone_file


@pytest.fixture(scope="session")
def make_detections() -> Callable[..., list[Detections]]:
    return made_detections


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture(scope="session")
def made_eyes() -> type[MadeEyes]:
    return MadeEyes
