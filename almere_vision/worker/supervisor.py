"""Keeps the parts of one machine running: starts them, starts the dead again, stops all together."""

from __future__ import annotations

import ctypes
import json
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger()

_PR_SET_PDEATHSIG: Final = 1
_STOP_WAIT_S: Final = 8.0
_BACK_OFF_S: Final = (0.2, 5.0)
_STEADY_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Part:
    """One process: its name, its command, and how to see that it is ready for the next part."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], bool] | None = None
    ready_within_s: float = 30.0


class PartFailed(RuntimeError):
    """A part did not become ready in time."""


class Supervisor:
    """Runs parts in the given order until `stop` is set; the process ids stand in `pid_file`."""

    def __init__(self, parts: Sequence[Part], environment: Mapping[str, str], pid_file: Path) -> None:
        self._parts = tuple(parts)
        self._environment = {**os.environ, **environment}
        self._pid_file = pid_file
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started_s: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._again_s: dict[str, float] = {}

    def run(self, stop: threading.Event, on_ready: Callable[[], None]) -> None:
        """Start all parts, call `on_ready`, and look after them until `stop` is set.

        Raises:
            PartFailed: a part was not ready in its time at the first start.
        """
        try:
            for part in self._parts:
                self._start(part)
                self._await_ready(part, stop)
            if not stop.is_set():
                on_ready()
            while not stop.wait(0.2):
                for part in self._parts:
                    self._revive(part)
        finally:
            self._stop_all()

    def _start(self, part: Part) -> None:
        self._processes[part.name] = subprocess.Popen(  # our own command lines only
            part.command, env=self._environment, stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent
        )
        self._started_s[part.name] = time.monotonic()
        self._again_s.pop(part.name, None)
        self._write_pids()

    def _await_ready(self, part: Part, stop: threading.Event) -> None:
        deadline_s = time.monotonic() + part.ready_within_s
        while part.ready is not None and not part.ready() and not stop.is_set():
            code = self._processes[part.name].poll()
            if code is not None:
                raise PartFailed(f"{part.name} ended with exit code {code} while starting")
            if time.monotonic() > deadline_s:
                raise PartFailed(f"{part.name} was not ready within {part.ready_within_s:g} s")
            stop.wait(0.05)

    def _revive(self, part: Part) -> None:
        code = self._processes[part.name].poll()
        if code is None:
            return
        now_s = time.monotonic()
        if part.name not in self._again_s:
            steady = now_s - self._started_s[part.name] > _STEADY_S
            failures = 0 if steady else self._failures.get(part.name, 0) + 1
            self._failures[part.name] = failures
            delay_s = min(_BACK_OFF_S[1], _BACK_OFF_S[0] * 2**failures) * random.uniform(0.5, 1.0)  # noqa: S311
            self._again_s[part.name] = now_s + delay_s
            log.warning("part ended", part=part.name, exit_code=code, again_in_s=round(delay_s, 1))
        elif now_s >= self._again_s[part.name]:
            self._start(part)

    def _write_pids(self) -> None:
        pids = {name: process.pid for name, process in self._processes.items()}
        fresh = self._pid_file.with_suffix(".new")
        fresh.write_text(json.dumps(pids))
        fresh.replace(self._pid_file)

    def _stop_all(self) -> None:
        """The last started is stopped first, so that a part never loses what it stands on."""
        for process in reversed(self._processes.values()):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(_STOP_WAIT_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self._pid_file.unlink(missing_ok=True)


def _die_with_parent() -> None:
    """In the child: be told to stop when the supervisor dies, however it dies (Linux prctl)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.setpgid(0, 0)


def stop_on_signals() -> threading.Event:
    """An event that is set by SIGINT and SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
