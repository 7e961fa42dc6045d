"""Snapshots and clips: in a folder, or in a bucket of an S3 server.

Names are `yyyy/mm/dd/<id>/<file>`, so that retention works by folder. Letters are ASCII, and a part
begins with a letter or a digit: no name can leave the root, on any file system.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol

from almere_vision.domain.errors import BlobError, BlobMissing, SettingsError

ID_PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9._:@+~-]{0,127}"
"""Ids of suggestions: they become folders and parts of an address."""

BLOB_NAME_PATTERN: Final = rf"[0-9]{{4}}/[0-9]{{2}}/[0-9]{{2}}/{ID_PATTERN}/{ID_PATTERN}"

_NAME: Final = re.compile(BLOB_NAME_PATTERN, re.ASCII)
_S3_ADDRESS: Final = re.compile(
    r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>[A-Za-z0-9._/-]*?))?/?", re.ASCII
)
_PIECE_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class BlobStat:
    """Size of a blob in bytes, and a tag (hexadecimal) that is another one when its bytes are replaced."""

    size_bytes: int
    tag: str


class Blobs(Protocol):
    """A place for snapshots and clips, named `yyyy/mm/dd/<id>/<file>`.

    Every method raises `BlobError`: the name is not of that form, or the place cannot be used.
    """

    def put(self, name: str, data: bytes | Path) -> None:
        """Keep bytes, or a copy of a file. Whole or not at all; replaces what was there."""
        ...

    def stat(self, name: str) -> BlobStat:
        """Raises `BlobMissing`."""
        ...

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from `start`, in pieces; `length` None reads to the end. Raises `BlobMissing` at once."""
        ...


def open_blobs(address: str, s3_endpoint: str | None = None) -> Blobs:
    """The place at an address: a folder, or `s3://bucket/prefix`. Nothing is asked of it yet.

    Args:
        address: folder or `s3://` address.
        s3_endpoint: address of an S3 server of one's own; None is Amazon.

    Raises:
        SettingsError: the address cannot be used.
    """
    if "://" not in address:
        return FolderBlobs(Path(address))
    match = _S3_ADDRESS.fullmatch(address)
    if match is None:
        raise SettingsError("ALMERE_BLOBS_URL is neither a folder nor s3://bucket or s3://bucket/prefix")
    try:
        from almere_vision.storage.s3 import S3Blobs
    except ModuleNotFoundError:
        raise SettingsError("S3 needs a library: pip install 'almere-vision[s3]'") from None
    return S3Blobs(match["bucket"], prefix=match["prefix"] or "", endpoint=s3_endpoint or None)


def check_name(name: str) -> str:
    """The name itself. Raises `BlobError`."""
    if not _NAME.fullmatch(name):
        raise BlobError(f"not the name of a blob: {name[:80]!r}")
    return name


class FolderBlobs:
    """`Blobs` in a folder; symbolic links inside it are never followed out of it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, data: bytes | Path) -> None:
        target = self._locate(name)
        partial: Path | None = None
        try:
            target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".partial-", delete=False) as file:
                partial = Path(file.name)
                _fill(file, data)
                file.flush()
                os.fsync(file.fileno())
            partial.chmod(0o640)
            partial.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            if partial is not None:
                partial.unlink(missing_ok=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise BlobError(
                    f"no room for {name}: the disk of {self._root} is full; free some space"
                ) from error
            raise BlobError(f"cannot keep {name} in {self._root}: {error.strerror}") from error

    def _path(self, name: str) -> Path:
        path = self._locate(name)
        if not path.is_file():
            raise BlobMissing(f"there is no blob {name}")
        return path

    def stat(self, name: str) -> BlobStat:
        try:
            found = self._path(name).stat()
        except FileNotFoundError:
            raise BlobMissing(f"there is no blob {name}") from None
        except OSError as error:
            raise BlobError(f"cannot look at {name} in {self._root}: {error.strerror}") from error
        return BlobStat(found.st_size, f"{found.st_mtime_ns:x}{found.st_size:x}")

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        try:
            file = self._path(name).open("rb")
        except FileNotFoundError:
            raise BlobMissing(f"there is no blob {name}") from None
        except OSError as error:
            raise BlobError(f"cannot read {name} in {self._root}: {error.strerror}") from error
        return _pieces(file, start, length)

    def _locate(self, name: str) -> Path:
        path = self._root / check_name(name)
        if not path.resolve().is_relative_to(self._root.resolve()):
            raise BlobMissing(f"there is no blob {name}: its path leads out of {self._root}")
        return path


def _fill(file: IO[bytes], data: bytes | Path) -> None:
    if isinstance(data, bytes):
        file.write(data)
        return
    with data.open("rb") as source:
        shutil.copyfileobj(source, file, _PIECE_BYTES)


def _pieces(file: IO[bytes], start: int, length: int | None) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = float("inf") if length is None else length
        while left > 0 and (piece := file.read(int(min(left, _PIECE_BYTES)))):
            left -= len(piece)
            yield piece


def _sync_folder(folder: Path) -> None:
    """Make a rename in this folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
