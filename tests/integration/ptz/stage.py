"""A virtual PTZ camera in a process of its own, looking at the demo clip or at a picture of the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

_ALMERE = (sys.executable, "-m", "almere_vision")
USER, PASSWORD = "kijker", "geheim%@1"


class VirtualPtz:
    """`almere simulate ptz`; `tell` makes it misbehave."""

    def __init__(self, footage: Path, *words: str, login: bool = True) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CAMERA_")}
        if login:
            environment |= {"CAMERA_USER": USER, "CAMERA_PASSWORD": PASSWORD}
        self._process = subprocess.Popen(
            [*_ALMERE, "simulate", "ptz", str(footage), "--port", "0", "--rtsp-port", "0", *words],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.onvif = self._process.stdout.readline().split()[1]
        self.rtsp = self._process.stdout.readline().split()[1]

    @property
    def pid(self) -> int:
        return self._process.pid

    def state(self) -> dict[str, Any]:
        return self._ask(None)

    def tell(self, **wanted: Any) -> dict[str, Any]:
        return self._ask(json.dumps(wanted).encode())

    def _ask(self, data: bytes | None) -> dict[str, Any]:
        place = self.onvif.partition("/onvif/")[0] + "/simulate"
        with urllib.request.urlopen(urllib.request.Request(place, data), timeout=5) as answer:
            told: dict[str, Any] = json.load(answer)
            return told

    def close(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=10)
