"""The head of the audit log, pinned outside the database: what was there cannot be taken back unseen.

A pin file holds JSON lines, each with `id`, `hash` and `at` of a line of the log, `pinned_at`, `previous`
(the `sum` of the pin before) and `sum`, the SHA-256 of the rest in canonical form.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from almere_vision.domain.audit import GENESIS, Head, canonical, moment
from almere_vision.domain.errors import InputError, StorageError

NAME: Final = "heads.jsonl"
_TAIL_BYTES: Final = 4096
"""A pin is a few hundred bytes."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A pin as it stands in a file. `whole` is whether it is as it was written, in its place."""

    number: int
    id: int
    hash: str
    whole: bool


class Pins:
    """Pin files in one folder or more, of which each but the first is best on another machine's disk."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._files = [folder / NAME for folder in folders]

    def keep(self, head: Head, now: datetime) -> None:
        """Pin a head, unless it is the one that was pinned last; on disk once this returns.

        Raises:
            StorageError: at least one of the folders cannot be written; the others have it.
        """
        failed = []
        for file in self._files:
            try:
                _keep(file, head, now)
            except OSError as error:
                failed.append(f"{file}: {error.strerror}")
        if failed:
            raise StorageError(f"the head of the audit log cannot be pinned: {'; '.join(failed)}")


def _keep(file: Path, head: Head, now: datetime) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # several processes pin, each after the other
        size = os.fstat(handle).st_size
        tail = os.pread(handle, _TAIL_BYTES, max(0, size - _TAIL_BYTES))
        last = _read(tail.rstrip(b"\n").rpartition(b"\n")[2])
        if last.get("id") == head.id and last.get("hash") == head.hash:
            return
        pin: dict[str, object] = {
            "id": head.id,
            "hash": head.hash,
            "at": moment(head.at),
            "pinned_at": moment(now),
            "previous": last.get("sum", GENESIS),
        }
        line = canonical(pin | {"sum": _sum(pin)}) + b"\n"
        os.write(handle, (b"" if tail[-1:] in (b"", b"\n") else b"\n") + line)  # after one that was cut off
        os.fsync(handle)
    finally:
        os.close(handle)


def read_pins(file: Path, size: int) -> Iterator[Pin]:
    """The pins in the first `size` bytes of a file, in constant memory.

    Raises:
        InputError: the file cannot be read.
    """
    previous, left = GENESIS, size
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if left <= 0:
                    return
                left -= len(line)
                told = _read(line)
                rest = {name: value for name, value in told.items() if name != "sum"}
                whole = bool(told) and told.get("previous") == previous and told.get("sum") == _sum(rest)
                previous = str(told.get("sum", previous))
                yield Pin(number, _number(told.get("id")), str(told.get("hash", "")), whole)
    except OSError as error:
        raise InputError(f"cannot read the pins {file}: {error.strerror}") from None


def _read(line: bytes) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _sum(pin: dict[str, object]) -> str:
    try:
        return hashlib.sha256(canonical(pin)).hexdigest()
    except ValueError:
        return ""
