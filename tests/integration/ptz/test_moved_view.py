"""A camera that does not turn is pushed: over RTSP, on the demo footage, until it is pushed back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from almere_vision.domain.frame import Frame
from almere_vision.scene import Scene
from almere_vision.sources import Camera, Options, read_address
from almere_vision.sources.health import Trouble
from almere_vision.worker.lookout import Lookout
from tests.integration.ptz.stage import VirtualPtz

ZONES = """
camera: pole
presets:
  - id: home
    zones:
      - id: lawn
        polygon: [[0.0, 0.5], [1.0, 0.5], [1.0, 1.0], [0.0, 1.0]]
        rules: {loitering: {people: 3, limit_s: 300, within_m: 2.0}}
"""
STEP_S = 5.0
"""The clock of the test goes on so far with each picture, so that half a minute takes no half a minute."""
PUSH = 0.25
"""Of pan: 5 % of the width of the view."""


@pytest.fixture
def pole(root: Path) -> Iterator[VirtualPtz]:
    made = VirtualPtz(root / ".cache/footage/plaza.mp4", "--speed", "4", login=False)
    yield made
    made.close()


def test_fault_05_a_fixed_camera_that_is_pushed_says_so_and_watches_again_when_it_is_back(
    pole: VirtualPtz, tmp_path: Path
) -> None:
    path = tmp_path / "pole.yaml"
    path.write_text(ZONES)
    lookout = Lookout(Scene.load(path), path, None, fixed=True)
    clock_s = 1_790_000_000.0

    def look(source: Camera, times: int) -> list[Frame]:
        """The pictures of so many that rules may see."""
        nonlocal clock_s
        passed = []
        for _ in range(times):
            frame = source.next_frame(timeout_s=20)
            assert frame is not None
            clock_s += STEP_S
            passed += lookout.watching([replace(frame, moment=replace(frame.moment, clock_s=clock_s))])
        return passed

    with Camera("pole", read_address(pole.rtsp), Options(fps=10)) as source:
        assert len(look(source, 30)) == 30
        assert (lookout.not_watching, lookout.trouble) == (None, None)

        pole.tell(nudge=[PUSH, 0, 0])
        look(source, 20)
        assert not look(source, 10), "rules see nothing"
        assert "the view has moved by" in str(lookout.not_watching)
        assert lookout.trouble is Trouble.MOVED

        pole.tell(nudge=[-PUSH, 0, 0])
        look(source, 10)
        assert len(look(source, 10)) == 10
        assert lookout.trouble is None
