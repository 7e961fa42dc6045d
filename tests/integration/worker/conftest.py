"""A real Redis, and a real RTSP camera that shows the demo clip in a loop."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.api.stack import Redis
from tests.integration.sources.footage_stage import RtspServer


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty folder in a short path, because a unix socket lies in it."""
    folder = Path(tempfile.mkdtemp(prefix="almere-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def redis(data_dir: Path) -> Iterator[Redis]:
    server = Redis(data_dir)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def street_camera(root: Path) -> Iterator[str]:
    """Address of a camera on a street in which two vehicles stand for as long as it is watched."""
    server = RtspServer(root / ".cache" / "footage")
    server.start()
    yield server.url("plaza.mp4")
    server.kill()
