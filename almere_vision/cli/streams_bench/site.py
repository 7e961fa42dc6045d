"""A site of N cameras on one RTSP server, as files that a worker reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

PARKING_LIMIT_S: Final = 20.0
LOITERING_LIMIT_S: Final = 8.0
"""Short, so that streams of a minute, shown over and over, give alerts all the time."""
_NEARLY_ALL: Final = [[0.01, 0.05], [0.99, 0.05], [0.99, 0.99], [0.01, 0.99]]


def write_site(folder: Path, addresses: list[str]) -> Path:
    """Write site and zone files; every camera has the rules for parking and loitering over its picture."""
    loitering = {"people": 3, "limit_s": LOITERING_LIMIT_S, "within_m": 3.0}
    rules = {"parking": {"limit_s": PARKING_LIMIT_S}, "loitering": loitering}
    zones = {"id": "all", "polygon": _NEARLY_ALL, "rules": rules}
    cameras: list[dict[str, Any]] = []
    for number, address in enumerate(addresses):
        name = f"camera-{number}"
        _write(folder / f"{name}.yaml", {"camera": name, "presets": [{"id": "home", "zones": [zones]}]})
        cameras.append({"id": name, "name": name, "source": address, "zones": f"{name}.yaml"})
    site = folder / "site.yaml"
    _write(site, {"site": "bench", "name": "Bench", "cameras": cameras})
    return site


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(value, sort_keys=False))
