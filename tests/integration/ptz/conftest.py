"""Virtual PTZ cameras that look at a picture of the demo clip, so that only turning changes what is seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from almere_vision.simulate.scenery import pictures
from tests.integration.ptz.stage import VirtualPtz


@pytest.fixture(scope="session")
def plaza(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first picture of the demo clip."""
    path = tmp_path_factory.mktemp("plaza") / "plaza.png"
    cv2.imwrite(str(path), next(pictures(root / ".cache/footage/plaza.mp4", 10)))
    return path


@pytest.fixture(scope="module")
def camera(plaza: Path) -> Iterator[VirtualPtz]:
    """A test that tells it to misbehave tells it to behave again."""
    made = VirtualPtz(plaza, "--speed", "4")
    yield made
    made.close()
