"""Snapshots and clips on a real S3 server (SeaweedFS)."""

from __future__ import annotations

import json
import os
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
from dataclasses import dataclass
from pathlib import Path

import pytest

from almere_vision.domain.errors import BlobError, BlobMissing
from almere_vision.storage.blobs import Blobs
from almere_vision.storage.s3 import S3Blobs

NAME = "2026/05/04/plaza-1-17/clip.mp4"
WEED = Path(sys.executable).parent / "weed"


@dataclass
class S3Server:
    endpoint: str
    process: subprocess.Popen[bytes]


def _free_ports(count: int) -> list[int]:
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


@pytest.fixture(scope="module")
def s3_server() -> Iterator[S3Server]:
    """A server on free ports with a bucket `almere`; the keys stand in our environment."""
    folder = Path(tempfile.mkdtemp(prefix="s3", dir="/tmp"))
    key, secret = secrets.token_hex(8), secrets.token_hex(16)
    may = {"name": "almere", "credentials": [{"accessKey": key, "secretKey": secret}], "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [may]}))
    parts = ("master", "volume", "filer", "s3")
    numbers = iter(_free_ports(2 * len(parts)))
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


@pytest.fixture
def blobs(s3_server: S3Server) -> Blobs:
    return S3Blobs("almere", prefix=secrets.token_hex(4), endpoint=s3_server.endpoint)


def test_bytes_come_back_whole_and_in_ranges(blobs: Blobs) -> None:
    data = os.urandom(700_000)
    blobs.put(NAME, data)
    assert blobs.size(NAME) == len(data)
    assert b"".join(blobs.read(NAME)) == data
    assert b"".join(blobs.read(NAME, 300_000, 300_000)) == data[300_000:600_000]
    assert b"".join(blobs.read(NAME, 699_999, 50)) == data[-1:]
    assert b"".join(blobs.read(NAME, 10, 0)) == b""
    blobs.put(NAME, b"second")
    assert b"".join(blobs.read(NAME)) == b"second"


def test_a_file_in_several_parts(blobs: Blobs, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(os.urandom(12_000_000))
    blobs.put(NAME, clip)
    assert b"".join(blobs.read(NAME)) == clip.read_bytes()


def test_a_missing_blob_is_missing_at_once(blobs: Blobs) -> None:
    for ask in (blobs.size, blobs.read):
        with pytest.raises(BlobMissing):
            ask(NAME)


@pytest.mark.parametrize("name", ["../x", "2026/05/04/../../x/y", "/etc/passwd", "2026/05/04/a/b\x00"])
def test_fault_17_names_of_another_form_are_refused(blobs: Blobs, name: str) -> None:
    for ask in (blobs.size, blobs.read):
        with pytest.raises(BlobError):
            ask(name)
    with pytest.raises(BlobError):
        blobs.put(name, b"x")


def test_a_server_that_is_away_is_told_without_keys(s3_server: S3Server) -> None:
    (port,) = _free_ports(1)
    away = S3Blobs("almere", endpoint=f"http://127.0.0.1:{port}")
    with pytest.raises(BlobError) as caught:
        away.put(NAME, b"x")
    assert os.environ["AWS_SECRET_ACCESS_KEY"] not in str(caught.value)


def test_wrong_keys_are_refused(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(BlobError):
        S3Blobs("almere", endpoint=s3_server.endpoint).put(NAME, b"x")
