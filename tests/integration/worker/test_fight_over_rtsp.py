"""A fight of the validation split, over a real RTSP server, by a real worker, until it is a suggestion."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import av
import pytest

from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.streams import plan_streams, write_streams
from almere_vision.storage.blobs import FolderBlobs
from almere_vision.storage.notices import Notices
from tests.integration.api.stack import Redis
from tests.integration.sources.footage_stage import RtspServer
from tests.integration.worker.test_takeover import listening, wait_for, worker

STREAM = "scfd_yt_-9z5dwsPS-c_640x360"
"""Two clips without a fight and four with one, of one camera of the validation split."""

LATE_S = 8.0
"""Allowed from onset to suggestion on a busy machine; the figures are in docs/reference/fights.md."""


@pytest.fixture(scope="module")
def streams(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("streams")
    planned = plan_streams(footage / "fight_splits.csv", footage, "val", "fight", {})
    write_streams([stream for stream in planned if stream.name == STREAM], "fight", folder)
    return folder


@pytest.fixture
def camera(streams: Path) -> Iterator[str]:
    server = RtspServer(streams / "clips")
    server.start()
    yield server.url(f"{STREAM}.mp4")
    server.kill()


@pytest.mark.shared
def test_a_fight_over_rtsp_is_suggested_soon_with_the_people_close_up(
    streams: Path, camera: str, redis: Redis, tmp_path: Path
) -> None:
    site = tmp_path / "site.yaml"
    zones = streams / "zones" / f"{STREAM}.yaml"
    entry = f"{{id: {STREAM}, name: Square, source: '{camera}', zones: '{zones}'}}"
    site.write_text(f"site: square\nname: Square\ncameras: [{entry}]\n")
    (event,) = json.loads((streams / "labels" / f"{STREAM}.json").read_text())["events"]
    notices = Notices(redis.url)
    with ExitStack() as stack:
        stack.callback(notices.close)
        heard = stack.enter_context(listening(redis))
        stack.enter_context(worker(site, redis, tmp_path / "data"))
        wait_for(lambda: heard, 120, "a suggestion")
        came_at, suggestion = heard[0]
        (status,) = notices.cameras()

    assert (suggestion.kind, suggestion.zone, suggestion.priority) == (Kind.FIGHT, "picture", Priority.P2)
    onset_at = status.since.timestamp() + event["start_s"]
    assert -2.0 <= came_at - onset_at <= LATE_S
    assert came_at - suggestion.raised_at.timestamp() <= 2.0
    assert suggestion.started_at < suggestion.raised_at
    assert suggestion.people >= 1
    assert str(suggestion.facts["classifier"]).startswith("fight")

    blobs = FolderBlobs(tmp_path / "data" / "blobs")
    assert None not in (suggestion.evidence.snapshot, suggestion.evidence.annotated, suggestion.evidence.clip)
    assert suggestion.evidence.closeup is not None
    closeup = io.BytesIO(b"".join(blobs.read(suggestion.evidence.closeup)))
    with av.open(closeup) as container:
        times_s = [frame.time for frame in container.decode(video=0)]
    assert 10 <= len(times_s) <= 26
    assert 1.4 <= times_s[-1] <= 2.6
