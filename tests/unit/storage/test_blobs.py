"""Snapshots and clips in a folder; fault 17: no name leaves it."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from almere_vision.domain.errors import BlobError, BlobMissing
from almere_vision.storage.blobs import FolderBlobs

NAME = "2026/05/04/plaza-1-17/snapshot.jpg"


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_bytes_come_back_whole_and_in_ranges(blobs: FolderBlobs) -> None:
    data = os.urandom(700_000)
    blobs.put(NAME, data)
    assert blobs.stat(NAME).size_bytes == len(data)
    assert b"".join(blobs.read(NAME)) == data
    assert b"".join(blobs.read(NAME, 300_000, 300_000)) == data[300_000:600_000]
    assert b"".join(blobs.read(NAME, 699_999, 50)) == data[-1:]
    assert b"".join(blobs.read(NAME, 10, 0)) == b""
    assert b"".join(blobs.read(NAME)) == data


def test_a_file_is_copied_and_stays(blobs: FolderBlobs, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"moving picture")
    blobs.put(NAME, clip)
    assert b"".join(blobs.read(NAME)) == clip.read_bytes() == b"moving picture"


def test_a_second_put_replaces_the_first(blobs: FolderBlobs, tmp_path: Path) -> None:
    blobs.put(NAME, b"first, and longer")
    blobs.put(NAME, b"second")
    assert b"".join(blobs.read(NAME)) == b"second"
    assert len(files(tmp_path / "blobs")) == 1


def test_a_missing_blob_is_missing_at_once(blobs: FolderBlobs, tmp_path: Path) -> None:
    for ask in (blobs.stat, blobs.read):
        with pytest.raises(BlobMissing):
            ask(NAME)
    with pytest.raises(BlobError, match=r"no\.mp4|No such file"):
        blobs.put(NAME, tmp_path / "no.mp4")
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    "name",
    [
        "../../../../etc/passwd",
        "2026/05/04/../../../../x/y",
        "2026/05/04/plaza-1-17/..",
        "2026/05/04/plaza-1-17/.hidden",
        "2026/05/04/%2e%2e/snapshot.jpg",
        "/2026/05/04/plaza-1-17/snapshot.jpg",
        "2026/05/04/plaza-1-17/snapshot.jpg\x00.png",
        "2026/05/04/plaza-1-17/snapshot.jpg\n",
        "2026\\05\\04\\plaza-1-17\\snapshot.jpg",
        "2026/05/04/a\\b/snapshot.jpg",
        "2026/05/04//snapshot.jpg",
        "2026/05/04/plaza-1-17",
        "2026/05/04/plaza-1-17/a/b",
        "٢٠٢٦/05/04/plaza-1-17/snapshot.jpg",
        "2026/05/04/" + "a" * 129 + "/snapshot.jpg",
        "",
    ],
)
def test_fault_17_names_of_another_form_are_refused(blobs: FolderBlobs, tmp_path: Path, name: str) -> None:
    for ask in (blobs.stat, blobs.read):
        with pytest.raises(BlobError):
            ask(name)
    with pytest.raises(BlobError):
        blobs.put(name, b"x")
    assert files(tmp_path) == []


@pytest.mark.parametrize("link", ["2026/05/04/plaza-1-17", "2026/05/04/plaza-1-17/snapshot.jpg"])
def test_fault_17_a_symbolic_link_leads_nowhere(blobs: FolderBlobs, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "snapshot.jpg").write_bytes(b"secret")
    at = tmp_path / "blobs" / link
    at.parent.mkdir(parents=True)
    at.symlink_to(outside / "snapshot.jpg" if link.endswith("jpg") else outside)
    for ask in (blobs.stat, blobs.read):
        with pytest.raises(BlobError, match="leads out"):
            ask(NAME)
    with pytest.raises(BlobError, match="leads out"):
        blobs.put(NAME, b"overwritten")
    assert (outside / "snapshot.jpg").read_bytes() == b"secret"
    assert len(files(outside)) == 1


@pytest.fixture
def largest_file_64k() -> Iterator[None]:
    """The system refuses to let a file grow over 64 KiB, in the middle of a write, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.usefixtures("largest_file_64k")
def test_a_disk_that_fills_up_leaves_no_part_and_keeps_the_old_one(
    blobs: FolderBlobs, tmp_path: Path
) -> None:
    blobs.put(NAME, b"old")
    with pytest.raises(BlobError, match="full"):
        blobs.put(NAME, b"x" * 100_000)
    assert b"".join(blobs.read(NAME)) == b"old"
    assert len(files(tmp_path)) == 1


def test_a_full_disk_is_told_as_such(
    blobs: FolderBlobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/dev/full gives the ENOSPC of a real disk, at the flush."""
    from almere_vision.storage import blobs as module

    monkeypatch.setattr(module, "_fill", lambda _file, _data: Path("/dev/full").write_bytes(b"x"))
    with pytest.raises(BlobError, match="full; free some space"):
        blobs.put(NAME, b"x")
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_bytes(b"a file where a folder should be")
    with pytest.raises(BlobError, match="Not a directory"):
        FolderBlobs(tmp_path / "blobs").put(NAME, b"x")


def test_a_kill_in_the_middle_leaves_the_old_blob(blobs: FolderBlobs, tmp_path: Path) -> None:
    blobs.put(NAME, b"old")
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from almere_vision.storage import blobs\n"
        "os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)\n"
        "blobs.FolderBlobs(Path(sys.argv[1])).put(sys.argv[2], b'new')\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path / "blobs"), NAME], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert b"".join(blobs.read(NAME)) == b"old"
