"""A camera whose picture is frozen watches nothing, and clocks wait for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.frame import Frame, Moment
from almere_vision.scene import Scene
from almere_vision.worker.lookout import Lookout
from almere_vision.worker.pipeline import Judge, watch_recording

ZONES = """
camera: mast
presets:
  - id: home
    zones:
      - id: square
        polygon: [[0.01, 0.01], [0.99, 0.01], [0.99, 0.99], [0.01, 0.99]]
        rules:
          parking: {limit_s: 120, vehicles: [car]}
"""
FPS = 2
_CHANCE = np.random.default_rng(5)
PICTURES = [_CHANCE.integers(0, 255, (180, 320, 3), np.uint8) for _ in range(8)]


def car_stands(frame: Frame) -> Detections:
    box = np.array([[0.4, 0.4, 0.6, 0.6]], np.float32)
    car = np.array([CLASSES.index(ObjectClass.CAR)])
    return Detections(frame.moment, box, np.array([0.9], np.float32), car, "m@1")


def frames(until_s: float, frozen: Callable[[float], bool]) -> Iterator[Frame]:
    for number in range(round(until_s * FPS)):
        second = number / FPS
        image: NDArray[np.uint8] = PICTURES[0 if frozen(second) else number % len(PICTURES)]
        yield Frame(Moment("mast", "home", second, second, None, 320, 180), image)


@pytest.fixture
def scene(tmp_path: Path) -> tuple[Scene, Path]:
    path = tmp_path / "mast.yaml"
    path.write_text(ZONES)
    return Scene.load(path), path


def alarms(scene: tuple[Scene, Path], frozen: Callable[[float], bool]) -> list[float]:
    lookout = Lookout(*scene, None, fixed=True)
    watched = lookout.watching(frames(340, frozen))
    return [hit.moment.clock_s for hit in watch_recording(watched, car_stands, Judge(scene[0], "s", FPS))]


def test_fault_02_a_parking_clock_waits_while_the_picture_is_frozen(scene: tuple[Scene, Path]) -> None:
    plain = alarms(scene, lambda _: False)[0]
    assert 115 <= plain <= 130
    # Frozen from 20 s to 200 s: what was counted until it was told is kept, the rest waits.
    late = alarms(scene, lambda second: 20 <= second < 200)[0]
    assert 200 <= late <= 200 + plain


def test_fault_02_it_says_that_it_is_frozen_and_comes_back_by_itself(scene: tuple[Scene, Path]) -> None:
    lookout = Lookout(*scene, None, fixed=True)
    said = {}
    for frame in frames(200, lambda second: 20 <= second < 120):
        list(lookout.watching([frame]))
        said[frame.moment.clock_s] = lookout.not_watching
    assert said[20.0] is None
    assert "frozen since" in str(said[80.0])
    assert said[125.0] is None
