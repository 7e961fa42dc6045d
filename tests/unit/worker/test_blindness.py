"""What rules missed adds up to the time that passed."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from almere_vision.domain.whereabouts import Sight, Whereabouts
from almere_vision.scene import Scene
from almere_vision.worker.blindness import Blindness
from almere_vision.worker.measures import Measures

ZONES = """
camera: mast
presets:
  - id: bay
    reference: bay.jpg
    zones:
      - id: bay
        polygon: [[0, 0], [1, 0], [1, 1]]
        rules: {parking: {limit_s: 60}, loitering: {people: 3, limit_s: 60, within_m: 2}}
  - id: lawn
    reference: lawn.jpg
    zones:
      - id: lawn
        polygon: [[0, 0], [1, 0], [1, 1]]
        rules: {loitering: {people: 3, limit_s: 60, within_m: 2}}
"""
BAY, LAWN = (Whereabouts(Sight.AT_PRESET, name) for name in ("bay", "lawn"))
MOVING, UNKNOWN = Whereabouts(Sight.MOVING), Whereabouts(Sight.UNKNOWN)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    path = tmp_path / "mast.yaml"
    path.write_text(ZONES)
    return Scene.load(path)


def test_blind_minutes_add_up_over_an_hour(scene: Scene) -> None:
    minutes: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))

    def count(camera: str, preset: str, rule: str, what: str, seconds: float) -> None:
        assert camera == "mast"
        minutes[preset, rule][what] += seconds / 60

    blindness = Blindness(scene, count)
    blindness.pass_to(0.0, UNKNOWN)
    spans = [(20, BAY), (2, MOVING), (25, LAWN), (5, UNKNOWN), (8, None)]
    clock_s = 0.0
    for length_min, whereabouts in spans:
        for _ in range(30 * length_min):
            clock_s += 2.0
            blindness.pass_to(clock_s, whereabouts)
    assert clock_s == 3600
    assert minutes["bay", "parking"] == pytest.approx(
        {"watched": 20, "moving": 2, "elsewhere": 25, "unknown": 5, "offline": 8}
    )
    assert minutes["lawn", "loitering"] == pytest.approx(
        {"elsewhere": 20, "moving": 2, "watched": 25, "unknown": 5, "offline": 8}
    )
    assert minutes.keys() == {("bay", "parking"), ("bay", "loitering"), ("lawn", "loitering")}


def test_metrics_tell_the_preset_and_the_seconds_of_each_rule(scene: Scene) -> None:
    measures = Measures()
    blindness = Blindness(scene, measures.watched)
    blindness.pass_to(10.0, BAY)
    blindness.pass_to(14.0, BAY)
    blindness.pass_to(20.0, UNKNOWN)
    measures.at_preset("mast", scene.presets, "lawn")

    def sample(name: str, **labels: str) -> float | None:
        return measures.registry.get_sample_value(name, {"camera": "mast", **labels})

    assert sample("almere_rule_seconds_total", preset="bay", rule="parking", what="watched") == 4
    assert sample("almere_rule_seconds_total", preset="bay", rule="parking", what="unknown") == 6
    assert sample("almere_camera_at_preset", preset="lawn") == 1
    assert sample("almere_camera_at_preset", preset="bay") == 0
