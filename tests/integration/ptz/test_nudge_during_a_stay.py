"""Fault 5 on a real timeline: a worker, RTSP and ONVIF, a standing van, and a push against the camera.

Its clock is ten minutes ahead all the while, which is told and stops nothing.
"""

from __future__ import annotations

import json
import os
import re
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from typer.testing import CliRunner

from almere_vision.cli import app
from almere_vision.domain.suggestion import Kind
from almere_vision.simulate.faults import Fault
from almere_vision.storage.notices import CameraStatus, Notices
from tests.integration.api.stack import Redis
from tests.integration.ptz.stage import PASSWORD, USER, VirtualPtz
from tests.integration.sources.footage_stage import free_port
from tests.integration.worker.conftest import data_dir, redis
from tests.integration.worker.test_takeover import listening, wait_for, worker

__all__ = ["data_dir", "redis"]

LIMIT_S = 24.0
AWAY_S = 8.0
FAR, A_LITTLE = -0.3, -0.035
"""Of pan: 6 % of the width of the view, and 0.75 %."""

SITE = """
site: street
name: Street
cameras:
  - id: mast
    name: Mast
    source: "{rtsp}"
    onvif: "{onvif}"
    zones: mast.yaml
"""
ZONES = """
camera: mast
presets:
  - id: bay
    reference: bay.jpg
    zones:
      - id: bay
        polygon: [[0.70, 0.10], [0.95, 0.10], [0.95, 0.45], [0.70, 0.45]]
        rules: {parking: {limit_s: 24}}
  - id: lawn
    reference: lawn.jpg
    zones:
      - id: lawn
        polygon: [[0.0, 0.5], [1.0, 0.5], [1.0, 1.0], [0.0, 1.0]]
        rules: {loitering: {people: 3, limit_s: 300, within_m: 2.0}}
"""


@pytest.fixture
def mast(plaza: Path) -> Iterator[VirtualPtz]:
    made = VirtualPtz(plaza, "--speed", "4")
    yield made
    made.close()


@pytest.fixture
def site(tmp_path: Path, mast: VirtualPtz, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The site, with both presets learnt by the command."""
    login = "://${CAMERA_USER}:${CAMERA_PASSWORD}@"
    written = SITE.format(rtsp=mast.rtsp.replace("://", login), onvif=mast.onvif.replace("://", login))
    (tmp_path / "site.yaml").write_text(written)
    (tmp_path / "mast.yaml").write_text(ZONES)
    for name, value in (("CAMERA_USER", USER), ("CAMERA_PASSWORD", PASSWORD)):
        monkeypatch.setenv(name, value)
    for preset, pan in (("bay", 1.0), ("lawn", -0.9)):
        mast.tell(jump=[pan, 1, 0])
        done = CliRunner().invoke(
            app, ["presets", "learn", "mast", preset, "--site", str(tmp_path / "site.yaml")]
        )
        assert done.exit_code == 0, done.exception
    return tmp_path / "site.yaml"


def status(notices: Notices) -> CameraStatus | None:
    return next(iter(notices.cameras()), None)


def is_at(notices: Notices, preset: str | None) -> bool:
    told = status(notices)
    return told is not None and told.state == "online" and told.preset == preset


def standing_s(notices: Notices) -> float:
    """How long the van has stood by the memory of the rule; 0 before it is known."""
    rules = json.loads(notices.rule_state("mast", "bay") or b"{}")
    stays = [stay for rule in rules.values() for stay in rule["stays"]]
    return max((stay["counted_s"] for stay in stays), default=0.0)


def metrics(port: int) -> str:
    text: bytes = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5).read()
    return text.decode()


def counted(port: int) -> dict[tuple[str, str, str], float]:
    """Seconds of each rule by preset, rule and what became of them, as `/metrics` tells."""
    found = {}
    for line in metrics(port).splitlines():
        if line.startswith("almere_rule_seconds_total"):
            labels = dict(part.split("=") for part in line[line.index("{") + 1 : line.index("}")].split(","))
            key = tuple(labels[name].strip('"') for name in ("preset", "rule", "what"))
            found[key] = float(line.rpartition(" ")[2])
    return found  # type: ignore[return-value]


def test_fault_05_a_nudge_during_a_stay_neither_alarms_from_elsewhere_nor_starts_again(
    site: Path, mast: VirtualPtz, redis: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setenv("ALMERE_METRICS_PORT", str(port))
    notices = Notices(redis.url)
    mast.tell(faults=[Fault.WRONG_CLOCK.value])
    with ExitStack() as stack:
        stack.callback(notices.close)
        heard = stack.enter_context(listening(redis))
        stack.enter_context(worker(site, redis, tmp_path / "data"))
        wait_for(lambda: (told := status(notices)) and told.preset == "lawn", 90, "it looks at the lawn")
        assert counted(port)["bay", "parking", "elsewhere"] >= 0
        wait_for(
            lambda: (
                (told := status(notices)) and re.match(r"its clock is (599|60\d) s ahead", str(told.reason))
            ),
            20,
            "its clock is told to be wrong",
        )
        assert 'almere_camera_trouble{camera="mast",trouble="wrong clock"} 1.0' in metrics(port)
        assert re.search(r'almere_camera_clock_offset_seconds{camera="mast"} (599|60\d)', metrics(port))

        done = CliRunner().invoke(app, ["cameras", "go", mast.onvif, "1"])
        assert done.exit_code == 0, done.exception
        wait_for(lambda: is_at(notices, "bay"), 20, "it looks at the bay")
        wait_for(lambda: standing_s(notices) >= 8, 60, "the van has stood for 8 s")
        before_s = standing_s(notices)

        mast.tell(nudge=[FAR, 0, 0])
        wait_for(lambda: is_at(notices, None), 10, "it does not watch")
        told = status(notices)
        assert told is not None
        assert "off preset bay" in str(told.not_watching) or "fits no preset" in str(told.not_watching)
        away_until = time.monotonic() + AWAY_S
        wait_for(lambda: time.monotonic() > away_until, AWAY_S + 1, "it was away for a while")
        assert standing_s(notices) - before_s < 4, "the clock rests while nobody looks"
        assert not heard, "no alarm from a place that it does not look at"

        mast.tell(nudge=[A_LITTLE - FAR, 0, 0])
        returned = time.time()
        wait_for(lambda: heard, LIMIT_S + 20, "the alarm")
        came_at, suggestion = heard[0]
        blind = counted(port)

    assert (suggestion.kind, suggestion.preset, suggestion.zone) == (Kind.PARKING, "bay", "bay")
    assert suggestion.started_at.timestamp() < returned - AWAY_S - 8, "its clock did not start again"
    assert suggestion.at_least
    assert came_at - suggestion.started_at.timestamp() >= LIMIT_S - 1
    x1, _, x2, _ = suggestion.box
    assert 0.78 < (x1 + x2) / 2 < 0.94
    away_s = sum(blind.get(("bay", "parking", what), 0.0) for what in ("unknown", "moving"))
    assert away_s >= AWAY_S - 2
    assert blind["bay", "parking", "watched"] > 8
    assert PASSWORD not in (tmp_path / "data" / "log").read_text()
    assert os.environ["CAMERA_PASSWORD"] == PASSWORD
