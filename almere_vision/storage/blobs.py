"""Snapshots and clips."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class Blobs(Protocol):
    """A place for snapshots and clips, named `yyyy/mm/dd/<id>/<file>`.

    Every method raises `BlobError`: the name is not of that form, or the place cannot be used.
    """

    def put(self, name: str, data: bytes | Path) -> None:
        """Keep bytes, or a copy of a file. Whole or not at all; replaces what was there."""
        ...

    def size(self, name: str) -> int:
        """Size in bytes. Raises `BlobMissing`."""
        ...

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from `start`, in pieces; `length` None reads to the end. Raises `BlobMissing` at once."""
        ...


class FolderBlobs:
    """`Blobs` in a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, data: bytes | Path) -> None:
        raise NotImplementedError

    def path(self, name: str) -> Path:
        """The file of a blob that is there. Raises `BlobError` or `BlobMissing`."""
        raise NotImplementedError

    def size(self, name: str) -> int:
        raise NotImplementedError

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        raise NotImplementedError
