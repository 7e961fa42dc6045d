"""The benchmark on all labelled street clips: its gate, and rules that are broken on purpose."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from almere_vision.config import load_settings
from almere_vision.detection import load_detector
from almere_vision.evaluation.cache import DetectionCache
from almere_vision.evaluation.gate import fallen, read_baseline
from almere_vision.evaluation.report import Report
from almere_vision.evaluation.run import Tools, run_suite
from almere_vision.evaluation.seeing import Eyes
from almere_vision.evaluation.suite import load_suite
from almere_vision.scene import Scene
from almere_vision.worker.pipeline import Judge

pytestmark = [pytest.mark.shared, pytest.mark.timeout(900)]

ALMERE = Path(sys.executable).with_name("almere")
Change = Callable[[dict], None]


class Silent:
    """A watcher that does not care."""

    def expect(self, footage_s: float) -> None: ...

    def begin(self, clip: str) -> None: ...

    def advance(self, footage_s: float) -> None: ...


@pytest.fixture(scope="module")
def run_street(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Change | None], Report]:
    """Run the suite, perhaps with the rules on changed zones. Detections are kept for the next session."""
    settings = load_settings()
    detector = load_detector("nanodet-416", root / "models", settings.backend)
    eyes = Eyes(detector, settings.backend, DetectionCache(root / ".cache" / "evaluation"))
    folder = tmp_path_factory.mktemp("zones")
    zones = {
        file["camera"]: file
        for path in (root.parent / "shared" / "footage" / "zones").glob("*.yaml")
        if (file := yaml.safe_load(path.read_text()))
    }

    def run(change: Change | None = None) -> Report:
        def judge(scene: Scene, rate_fps: float, looking: None) -> Judge:
            if change is not None:
                content = json.loads(json.dumps(zones[scene.camera]))
                for preset in content["presets"]:
                    for zone in preset["zones"]:
                        change(zone)
                path = folder / f"{scene.camera}.yaml"
                path.write_text(yaml.safe_dump(content))
                scene = Scene.load(path)
            return Judge(scene, "test", rate_fps)

        suite = load_suite(root / "eval" / "suites" / "street.yaml")
        return run_suite(suite, Tools(lambda: eyes, None, Silent(), make_judge=judge)).report

    return run


@pytest.fixture(scope="module")
def street(run_street) -> Report:
    return run_street()


@pytest.fixture(scope="module")
def baseline(root):
    return read_baseline(root / "eval" / "baselines" / "street.json")


def test_the_rules_hold_their_baseline(street, baseline):
    assert [str(one) for one in fallen(street, baseline)] == []


def test_all_labelled_clips_are_in_the_report(street, footage):
    assert len(street.events.clips) == len(list((footage / "labels").glob("*.json")))


def test_a_doubled_limit_is_caught(run_street, baseline):
    def double(zone: dict) -> None:
        for rule in zone["rules"].values():
            if "limit_s" in rule:
                rule["limit_s"] *= 2

    worse = [one.name for one in fallen(run_street(double), baseline)]
    assert "parking.median_delay_s" in worse or "parking.recall" in worse
    assert "loitering.median_delay_s" in worse or "loitering.recall" in worse


def test_an_ignored_zone_is_caught(run_street, baseline):
    def everywhere(zone: dict) -> None:
        zone["polygon"] = [[0, 0], [1, 0], [1, 1], [0, 1]]

    worse = [one.name for one in fallen(run_street(everywhere), baseline)]
    assert "parking.precision" in worse
    assert "parking.false_per_camera_hour" in worse


@pytest.mark.parametrize(
    ("clip", "standing"),
    [
        # counted by eye: a red mototaxi stands all the time; an estate, a mototaxi and a car stop behind it
        ("parking/pk01_oldtown_night_three_vehicles_stop.mp4", 4),
        # a white car and the red mototaxi stand all the time; a van drives up at the end
        ("parking/pk09_oldtown_night_white_car_standing.mp4", 2),
        # one car stops for five seconds; what it does afterwards is marked to be ignored
        ("parking/pk10_car_stops_and_reverse_parks.mp4", 1),
    ],
)  # fmt: skip
def test_the_report_is_true_to_a_hand_count(street, footage, root, clip, standing):
    """The alarms are counted again from the lines of `almere detect`, which knows nothing of labels."""
    record = next(one for one in street.events.clips if one.clip == clip)
    due = [event for event in record.events if event.found is not None]
    assert len(due) == standing
    zones = footage / "zones" / f"{Path(clip).stem}.yaml"
    detected = subprocess.run(
        [ALMERE, "detect", footage / clip, "--zones", zones],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in detected.stdout.splitlines()]
    raised = sorted(line["alarm_s"] for line in lines if line["kind"] == "parking")
    assert sorted(round(alarm.alarm_s, 2) for alarm in record.alarms) == raised
    found = sum(event.found for event in due)
    true = [alarm for alarm in record.alarms if alarm.outcome.value == "true"]
    assert found == len(true)
    for alarm in true:
        event = record.events[alarm.event]
        assert event.due_s - 2 <= alarm.alarm_s <= event.due_s + 10


def test_the_tracking_suite_holds_its_baseline(root, tmp_path):
    done = subprocess.run(
        [
            ALMERE, "eval", "run", root / "eval" / "suites" / "tracking.yaml", "--out", tmp_path,
            "--cache", root / ".cache" / "evaluation",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    gate = subprocess.run(
        [ALMERE, "eval", "gate", tmp_path, root / "eval" / "baselines" / "tracking.json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert gate.returncode == 0, gate.stdout
    rates = json.loads((tmp_path / "report.json").read_text())["tracking"]["rates"]
    hota = {rate["rate_fps"]: rate["hota"] for rate in rates}
    assert hota[1] < hota[10]
