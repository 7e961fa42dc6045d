"""What waits on disk while Redis is away: one file a message, named by its turn and its checksum."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import threading
import time
import zlib
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from almere_vision.domain.errors import QueueUnavailable, StorageError
from almere_vision.storage.stream import SuggestionStream

_NAME: Final = re.compile(r"(\d{16})-([0-9a-f]{8})\.message")
_BLOCK_BYTES: Final = 4096
_TELL_EVERY_S: Final = 60.0
_MOST_WORKERS: Final = 64

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Waiting:
    turn: int
    checksum: int
    path: Path
    bytes_on_disk: int


class SpoolTaken(StorageError):
    """Another process uses this folder."""


class Outbox:
    """Sends to the stream in order; keeps on disk what cannot be sent yet. Safe for several threads.

    A message may be published twice (killed between publishing and forgetting), never out of turn with
    those of this outbox, and never lost once `send` returned. What a kill or a power cut tore is left
    aside as `*.damaged`.

    Args:
        stream: where messages go.
        spool_dir: folder of this process alone; made if it is not there.
        limit_bytes: most that may lie there, counted in blocks of 4 KiB.

    Raises:
        StorageError: the folder cannot be used, or another process uses it.
    """

    def __init__(self, stream: SuggestionStream, spool_dir: Path, limit_bytes: int) -> None:
        self._stream = stream
        self._dir = spool_dir
        self._limit_bytes = limit_bytes
        self._told_at_s = -_TELL_EVERY_S
        self._queue_lock = threading.Lock()
        self._drain_lock = threading.Lock()
        try:
            spool_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder_lock = _lock_folder(spool_dir)
            self._queue = _load(spool_dir)
        except BlockingIOError:
            raise SpoolTaken(
                f"another worker uses the spool {spool_dir}; give each its own data folder"
            ) from None
        except OSError as error:
            raise StorageError(f"cannot use the spool {spool_dir}: {error.strerror}") from error
        self._bytes = sum(waiting.bytes_on_disk for waiting in self._queue)
        self._next_turn = self._queue[-1].turn + 1 if self._queue else 1

    def send(self, payload: bytes) -> None:
        """Publish now or keep for later; once this returns the message survives a kill.

        Raises:
            StorageError: the spool is full or cannot be written; this message is not kept, those that
                wait are.
        """
        with self._queue_lock:
            if not self._queue:
                try:
                    self._stream.publish(payload)
                except QueueUnavailable as error:
                    self._tell(str(error))
                else:
                    return
            self._keep(payload)

    def drain(self) -> int:
        """Publish what waits, oldest first, as far as Redis lets us; how many went. Cheap when empty.

        Raises:
            StorageError: the spool cannot be read.
        """
        sent = 0
        with self._drain_lock:
            while (head := self._head()) is not None:
                payload = self._read(head)
                if payload is not None:
                    try:
                        self._stream.publish(payload)
                    except QueueUnavailable as error:
                        self._tell(str(error))
                        break
                    sent += 1
                self._forget(head)
        if sent:
            _log.info("suggestions that waited on disk are sent", sent=sent, waiting=self.waiting)
        return sent

    @property
    def owner(self) -> str:
        """A name for whoever uses this folder, one after the other; made at first use.

        Raises:
            StorageError: it cannot be read or written.
        """
        path = self._dir / "owner"
        try:
            if not path.is_file():
                draft = path.with_suffix(".new")
                draft.write_text(secrets.token_hex(8))
                draft.replace(path)
            return path.read_text().strip()
        except OSError as error:
            raise StorageError(f"cannot use the spool {self._dir}: {error.strerror}") from error

    @property
    def waiting(self) -> int:
        """How many messages lie on disk."""
        return len(self._queue)

    def close(self) -> None:
        """Leave the folder to another process; what waits there stays."""
        os.close(self._folder_lock)

    def _tell(self, reason: str) -> None:
        """Say what waits, and why; not with every try."""
        now_s = time.monotonic()
        if now_s - self._told_at_s >= _TELL_EVERY_S:
            self._told_at_s = now_s
            _log.warning(
                "suggestions wait on disk",
                waiting=self.waiting,
                bytes_on_disk=self._bytes,
                limit_bytes=self._limit_bytes,
                reason=reason,
            )

    def _head(self) -> _Waiting | None:
        with self._queue_lock:
            return self._queue[0] if self._queue else None

    def _keep(self, payload: bytes) -> None:
        size = _on_disk(len(payload))
        if self._bytes + size > self._limit_bytes:
            raise StorageError(
                f"the spool {self._dir} is full ({len(self._queue)} messages in {self._limit_bytes} bytes): "
                "this suggestion is not kept; bring Redis back, or give ALMERE_SPOOL_MB more room"
            )
        turn = self._next_turn
        checksum = zlib.crc32(payload)
        path = self._dir / f"{turn:016d}-{checksum:08x}.message"
        try:
            _write(path, payload)
        except OSError as error:
            reason = "the disk is full" if error.errno == errno.ENOSPC else error.strerror
            raise StorageError(f"cannot write the spool {self._dir}: {reason}") from error
        self._queue.append(_Waiting(turn, checksum, path, size))
        self._bytes += size
        self._next_turn += 1

    def _read(self, waiting: _Waiting) -> bytes | None:
        """The message, or None if it is damaged; then it is left aside."""
        try:
            payload = waiting.path.read_bytes()
            if zlib.crc32(payload) == waiting.checksum:
                return payload
            waiting.path.rename(waiting.path.with_suffix(".damaged"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"cannot read the spool {self._dir}: {error.strerror}") from error
        _log.error("a message in the spool is damaged", file=waiting.path.name)
        return None

    def _forget(self, waiting: _Waiting) -> None:
        with self._queue_lock:
            try:
                waiting.path.unlink(missing_ok=True)
            except OSError as error:
                raise StorageError(f"cannot empty the spool {self._dir}: {error.strerror}") from error
            self._queue.popleft()
            self._bytes -= waiting.bytes_on_disk


def open_outbox(stream: SuggestionStream, spool_dir: Path, limit_bytes: int) -> Outbox:
    """As `Outbox`, but where others use the folder, with the first free one beside it: `spool-2`, `spool-3`.

    So several workers may share a data folder, and what one leaves on disk is sent by the next in its place.

    Raises:
        StorageError: as `Outbox`.
    """
    for number in range(1, _MOST_WORKERS + 1):
        folder = spool_dir if number == 1 else spool_dir.with_name(f"{spool_dir.name}-{number}")
        try:
            return Outbox(stream, folder, limit_bytes)
        except SpoolTaken:
            continue
    raise StorageError(
        f"{_MOST_WORKERS} workers use {spool_dir.parent}: give others a data folder of their own"
    )


def _on_disk(size_bytes: int) -> int:
    return -(-max(size_bytes, 1) // _BLOCK_BYTES) * _BLOCK_BYTES


def _lock_folder(folder: Path) -> int:
    """A lock that the system takes back when this process ends, however it ends (not shared with forks)."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _load(folder: Path) -> deque[_Waiting]:
    for partial in folder.glob("*.partial"):
        partial.unlink()
    found = [
        _Waiting(int(match[1]), int(match[2], 16), path, _on_disk(path.stat().st_size))
        for path in folder.iterdir()
        if (match := _NAME.fullmatch(path.name))
    ]
    return deque(sorted(found, key=lambda waiting: waiting.turn))


def _write(path: Path, payload: bytes) -> None:
    """Write, flush to the disk, and only then give it its name."""
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
