"""A real S3 server (SeaweedFS) for tests."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

WEED = Path(sys.executable).parent / "weed"


@dataclass
class S3Server:
    endpoint: str
    process: subprocess.Popen[bytes]


def free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in held]
    for server in held:
        server.close()
    return ports


def _post(url: str) -> bool:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=2) as answer:
            return bool(answer.status < 300)
    except (urllib.error.URLError, OSError):
        return False


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """A server on free ports with a bucket `almere`; the keys stand in our environment."""
    folder = Path(tempfile.mkdtemp(prefix="s3", dir="/tmp"))
    key, secret = secrets.token_hex(8), secrets.token_hex(16)
    may = {"name": "almere", "credentials": [{"accessKey": key, "secretKey": secret}], "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [may]}))
    parts = ("master", "volume", "filer", "s3")
    numbers = iter(free_ports(2 * len(parts)))
    ports = {f"{part}.{port}": next(numbers) for part in parts for port in ("port", "port.grpc")}
    command = [
        *(str(WEED), "-logdir", str(folder), "server", "-dir", str(folder), "-filer", "-s3"),
        *("-ip", "127.0.0.1", "-ip.bind", "127.0.0.1", "-s3.config", str(folder / "s3.json")),
        *("-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"),
        *("-master.volumeSizeLimitMB=64", "-volume.max=4"),
        *(f"-{name}={port}" for name, port in ports.items()),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        bucket = f"http://127.0.0.1:{ports['filer.port']}/buckets/almere/"
        for ready in (lambda: _post(bucket), lambda: _listens(ports["s3.port"])):
            while not ready():
                assert process.poll() is None, "the S3 server ended"
                assert time.monotonic() < deadline, "the S3 server did not start"
                time.sleep(0.1)
        with pytest.MonkeyPatch.context() as ours:
            ours.setenv("AWS_ACCESS_KEY_ID", key)
            ours.setenv("AWS_SECRET_ACCESS_KEY", secret)
            ours.setenv("AWS_REGION", "eu-west-1")
            yield S3Server(f"http://127.0.0.1:{ports['s3.port']}", process)
    finally:
        process.kill()
        process.wait()
        for port in ports.values():
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                left.unlink()
        shutil.rmtree(folder, ignore_errors=True)
