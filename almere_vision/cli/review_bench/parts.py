"""The parts of a bench, each a process of its own: Redis, PostgreSQL, the API, and a bare FastAPI route."""

from __future__ import annotations

import importlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from almere_vision.config import Settings
from almere_vision.domain.errors import AlmereError, QueueUnavailable, SettingsError
from almere_vision.storage.embedded import embedded_redis_command
from almere_vision.storage.stream import SuggestionStream

_START_S: Final = 60.0

_BARE: Final = """
import sys, json, uvicorn
from fastapi import FastAPI
app, page = FastAPI(), json.load(open(sys.argv[1]))
@app.get("/bare")
def bare():
    return page
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_config=None, access_log=False)
"""


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for the length of a run; its path is short, for the sake of sockets."""
    folder = Path(tempfile.mkdtemp(prefix="almere-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql(settings: Settings, bench: str) -> Iterator[str]:
    """The address of the PostgreSQL of this installation, else of one that ends with the block.

    Raises:
        SettingsError: there is none to start, or the database is another one.
    """
    if settings.database_url is None:
        with _own_postgresql(bench) as url:
            yield url
        return
    url = settings.database()
    if not url.startswith("postgresql"):
        raise SettingsError(f"{bench} measures PostgreSQL: ALMERE_DATABASE_URL names another database")
    yield url


@contextmanager
def _own_postgresql(bench: str) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    try:
        with warnings.catch_warnings():  # it looks for a runtime folder while it is imported
            warnings.simplefilter("ignore")
            pgserver: Any = importlib.import_module("pgserver")
    except ModuleNotFoundError:
        raise SettingsError(
            f"{bench} needs a PostgreSQL: set ALMERE_DATABASE_URL to an empty database, or "
            "pip install 'almere-vision[postgres]' pgserver"
        ) from None
    folder = Path(tempfile.mkdtemp(prefix="almere-pg-"))
    server = pgserver.get_server(folder, cleanup_mode=None)
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        pgserver.pg_ctl(["stop", "-w", "-m", "immediate"], pgdata=server.pgdata, user=server.system_user)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis(folder: Path) -> Iterator[SuggestionStream]:
    """The queue of a Redis that lies in this folder and ends with the block."""
    stream = SuggestionStream(f"unix://{folder.resolve()}/redis.sock")

    def ready() -> bool:
        try:
            stream.ping()
        except QueueUnavailable:
            return False
        return True

    with running(list(embedded_redis_command(folder)), folder / "redis.log", ready):
        yield stream
        stream.close()


@contextmanager
def running(command: list[str], log: Path, ready: Callable[[], bool], **environment: str) -> Iterator[int]:
    """A process for the length of the block, from the moment that it is ready; its id.

    Raises:
        AlmereError: it did not get ready.
    """
    with log.open("ab") as told:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=told
        )
    try:
        deadline_s = time.monotonic() + _START_S
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline_s:
                last = (log.read_text(errors="replace").splitlines() or ["it said nothing"])[-1]
                raise AlmereError(f"{Path(command[0]).name} did not start: {last[:300]}")
            time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def api_command() -> list[str]:
    return [sys.executable, "-m", "almere_vision", "api"]


def bare_command(page: Path, port: int) -> list[str]:
    """A FastAPI application with one route, that answers with what stands in the file `page`."""
    return [sys.executable, "-c", _BARE, str(page), str(port)]


def answers(address: str) -> Callable[[], bool]:
    """Whether there is an answer at an address."""

    def ask() -> bool:
        try:
            with urllib.request.urlopen(address, timeout=1) as answer:  # noqa: S310 - our own
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return ask


def accepts(port: int) -> bool:
    """Whether something listens at a port of this machine."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def resident_mb(pid: int) -> float:
    """Memory of a process that is its own or shared, in MiB (proc(5), VmRSS)."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
