"""A video made on the spot, and a real RTSP server that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.sources.footage_stage import RtspServer, make_video


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `street.mp4`, 12 seconds, and `camera.mp4`, the same as a camera would send it."""
    folder = tmp_path_factory.mktemp("media")
    make_video(folder / "street.mp4", 12)
    make_video(folder / "camera.mp4", 12, reordered=False)
    return folder


@pytest.fixture(scope="session")
def street(media: Path) -> Path:
    return media / "street.mp4"


@pytest.fixture
def server(media: Path) -> Iterator[RtspServer]:
    made = RtspServer(media)
    made.start()
    yield made
    made.kill()
