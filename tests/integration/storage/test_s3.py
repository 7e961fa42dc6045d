"""Snapshots and clips on a real S3 server (SeaweedFS)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from almere_vision.domain.errors import BlobError, BlobMissing
from almere_vision.storage.blobs import Blobs
from almere_vision.storage.s3 import S3Blobs
from tests.integration.s3_server import S3Server, free_ports, s3_server

NAME = "2026/05/04/plaza-1-17/clip.mp4"


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest.fixture
def blobs(server: S3Server) -> Blobs:
    return S3Blobs("almere", prefix=secrets.token_hex(4), endpoint=server.endpoint)


def test_bytes_come_back_whole_and_in_ranges(blobs: Blobs) -> None:
    data = os.urandom(700_000)
    blobs.put(NAME, data)
    assert blobs.stat(NAME).size_bytes == len(data)
    assert b"".join(blobs.read(NAME)) == data
    assert b"".join(blobs.read(NAME, 300_000, 300_000)) == data[300_000:600_000]
    assert b"".join(blobs.read(NAME, 699_999, 50)) == data[-1:]
    assert b"".join(blobs.read(NAME, 10, 0)) == b""
    before = blobs.stat(NAME)
    assert blobs.stat(NAME) == before
    blobs.put(NAME, b"second")
    assert blobs.stat(NAME).tag != before.tag
    assert b"".join(blobs.read(NAME)) == b"second"


def test_a_file_in_several_parts(blobs: Blobs, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(os.urandom(12_000_000))
    blobs.put(NAME, clip)
    assert b"".join(blobs.read(NAME)) == clip.read_bytes()


def test_a_missing_blob_is_missing_at_once(blobs: Blobs) -> None:
    for ask in (blobs.stat, blobs.read):
        with pytest.raises(BlobMissing):
            ask(NAME)


@pytest.mark.parametrize("name", ["../x", "2026/05/04/../../x/y", "/etc/passwd", "2026/05/04/a/b\x00"])
def test_fault_17_names_of_another_form_are_refused(blobs: Blobs, name: str) -> None:
    for ask in (blobs.stat, blobs.read):
        with pytest.raises(BlobError):
            ask(name)
    with pytest.raises(BlobError):
        blobs.put(name, b"x")


def test_a_server_that_is_away_is_told_without_keys(server: S3Server) -> None:
    (port,) = free_ports(1)
    away = S3Blobs("almere", endpoint=f"http://127.0.0.1:{port}")
    with pytest.raises(BlobError) as caught:
        away.put(NAME, b"x")
    assert os.environ["AWS_SECRET_ACCESS_KEY"] not in str(caught.value)


def test_wrong_keys_are_refused(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(BlobError):
        S3Blobs("almere", endpoint=server.endpoint).put(NAME, b"x")
