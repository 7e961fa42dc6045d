"""Returns to presets as the real worker sees them: a virtual camera over RTSP and ONVIF, and the clock."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from almere_vision.cli.presets_bench import places
from almere_vision.cli.review_bench import parts
from almere_vision.config import load_settings
from almere_vision.domain.errors import AlmereError, FootageError, InputError, QueueUnavailable
from almere_vision.domain.ptz import Position
from almere_vision.scene import load_site
from almere_vision.scene.learnt import Variant
from almere_vision.storage.embedded import embedded_redis_command
from almere_vision.storage.stream import SuggestionStream
from almere_vision.worker.learn import learn

_PRESETS: Final = 4
_AWAY_S: Final = 3.0
_LOST_AFTER_S: Final = 30.0
_WITHIN_S: Final = 2.0
_TOLD: Final = "where the camera looks"
_SITE: Final = """
site: bench
name: Bench
cameras:
  - {{id: mast, name: Mast, source: "{rtsp}", onvif: "{onvif}", zones: mast.yaml}}
"""
_PRESET: Final = """  - id: {name}
    reference: {name}.jpg
    zones:
      - id: square
        polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]
        rules: {{loitering: {{people: 3, limit_s: 300, within_m: 2}}}}
"""

Tell = Callable[[str], None]


class _Camera:
    """The virtual camera, by its door."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.onvif = _address(process.stdout.readline())
        self.rtsp = _address(process.stdout.readline())
        self._door = self.onvif.partition("/onvif/")[0] + "/simulate"

    def jump(self, to: Position) -> None:
        """Its motors are there at once, and this returns when they are."""
        data = json.dumps({"jump": [to.pan, to.tilt, to.zoom]}).encode()
        with urllib.request.urlopen(self._door, data, timeout=5) as answer:  # noqa: S310 - our own
            answer.read()


def measure_live(footage: Path, returns: int, seed: int, tell: Tell) -> dict[str, Any]:
    """How soon a worker knows that a camera is back at a preset.

    Raises:
        FootageError: no view of the footage can be recognised.
        AlmereError: a part did not start.
    """
    chance, views = np.random.default_rng(seed), places(footage, seed)
    with parts.scratch() as folder, _camera(footage) as camera:
        learnt = _learn(folder, camera, views, tell)
        with _worker(folder) as log:
            return {"footage": footage.name, **_returns(camera, learnt, log, returns, chance, tell)}


@contextmanager
def _camera(footage: Path) -> Iterator[_Camera]:
    words = ["simulate", "ptz", str(footage), "--port", "0", "--rtsp-port", "0"]
    process = subprocess.Popen(
        [sys.executable, "-m", "almere_vision", *words], stdout=subprocess.PIPE, text=True
    )
    try:
        yield _Camera(process)
    finally:
        process.terminate()
        process.communicate()


def _address(line: str) -> str:
    _, _, address = line.strip().partition(" ")
    if not address:
        raise AlmereError("the virtual camera did not start")
    return address


def _learn(folder: Path, camera: _Camera, views: Sequence[Position], tell: Tell) -> dict[str, Position]:
    """Presets there, learnt by the code of `almere presets learn`; those that it refuses are left out."""
    named = {f"p{number}": at for number, at in enumerate(views)}
    (folder / "site.yaml").write_text(_SITE.format(rtsp=camera.rtsp, onvif=camera.onvif))
    found: dict[str, Position] = {}
    for name, at in named.items():
        written = "".join(_PRESET.format(name=one) for one in (*found, name))
        (folder / "mast.yaml").write_text("camera: mast\npresets:\n" + written)
        camera.jump(at)
        time.sleep(1.0)
        try:
            site = load_site(folder / "site.yaml")
            learnt = learn(load_settings(), site, site.cameras[0], name, Variant.DAY)
        except InputError as error:
            tell(f"{name}: {error}")
            continue
        found[name] = at
        tell(f"{name} is learnt{'; '.join(('', *learnt.warnings))}")
        if len(found) == _PRESETS:
            return found
    raise FootageError("too few views of this footage can be learnt: name other footage")


@contextmanager
def _worker(folder: Path) -> Iterator[Path]:
    """A worker on the site; gives the path of its log."""
    stream = SuggestionStream(f"unix://{folder.resolve()}/redis.sock")

    def redis_answers() -> bool:
        try:
            stream.ping()
        except QueueUnavailable:
            return False
        return True

    environment = {
        "ALMERE_DATA_DIR": str(folder / "data"),
        "ALMERE_SITE": str(folder / "site.yaml"),
        "ALMERE_REDIS_URL": f"unix://{folder.resolve()}/redis.sock",
    }
    (folder / "data").mkdir()
    log = folder / "worker.log"
    command = [sys.executable, "-m", "almere_vision", "worker"]
    with (
        parts.running(list(embedded_redis_command(folder)), folder / "redis.log", redis_answers),
        parts.running(command, log, lambda: bool(_sights(log)), **environment),
    ):
        yield log


def _returns(
    camera: _Camera,
    presets: dict[str, Position],
    log: Path,
    count: int,
    chance: np.random.Generator,
    tell: Tell,
) -> dict[str, Any]:
    waits: list[float] = []
    names = list(presets)
    for number in range(count):
        name = names[number % len(names)]
        at = presets[name]
        camera.jump(Position(-at.pan, -at.tilt, 0.35))
        time.sleep(_AWAY_S + chance.uniform(0, 1))  # checks come at a moment that knows nothing of us
        seen = len(_sights(log))
        camera.jump(at)
        arrived_s = time.time()
        waits.append(_wait_s(log, seen, name, arrived_s))
        if number % 10 == 9:
            tell(f"{number + 1} of {count}: {sum(wait <= _WITHIN_S for wait in waits)} in time")
    known = [wait for wait in waits if np.isfinite(wait)]
    return {
        "live_returns": count,
        "live_returns_in_time": sum(wait <= _WITHIN_S for wait in waits),
        "live_return_s_p50": round(float(np.median(waits)), 2),
        "live_return_s_max": round(max(known), 2) if len(known) == count else None,
    }


def _wait_s(log: Path, seen: int, name: str, arrived_s: float) -> float:
    while time.time() - arrived_s < _LOST_AFTER_S:
        for told_s, preset in _sights(log)[seen:]:
            if preset == name:
                return told_s - arrived_s
        time.sleep(0.1)
    return float("inf")


def _sights(log: Path) -> list[tuple[float, str | None]]:
    """When (UTC epoch seconds) the worker told at which preset the camera is; None for none."""
    found = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if _TOLD in line and line.endswith("}"):
            told = json.loads(line)
            at = datetime.fromisoformat(told["timestamp"]).astimezone(UTC)
            found.append((at.timestamp(), told["preset"]))
    return found
