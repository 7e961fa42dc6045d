"""Decoding processes as their starter sees them: asked for, killed, and heard of when they end."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

import almere_vision

# The rest of the environment, with the passwords that site files refer to, is not for processes that
# read what the network sends.
_PASSED_ON: Final = frozenset({"LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ"})
PID_BYTES: Final = 4
STATUS_BYTES: Final = 4
_ANSWER_S: Final = 30.0
_DIES_WITHIN_S: Final = 10.0


class Process:
    """One decoding process, started with a socket to speak to it."""

    def __init__(self, theirs: socket.socket) -> None:
        """Start it.

        Raises:
            EOFError: it could not be started, which happens where the machine is out of memory.
        """
        self._end, end = os.pipe()
        try:
            self.pid, self._process = _nursery().start(theirs.fileno(), end)
        except BaseException:
            os.close(self._end)
            raise
        finally:
            os.close(end)
        self._turn = threading.Lock()
        self._exit_code: int | None = None

    def kill(self) -> int:
        """End it, whatever state it is in. Returns its exit code (minus the signal)."""
        with self._turn:
            if self._exit_code is None:
                if not select.select([self._end], [], [], 0)[0]:
                    with contextlib.suppress(ProcessLookupError):
                        signal.pidfd_send_signal(self._process, signal.SIGKILL)
                self._exit_code = self._ended()
                os.close(self._process)
                os.close(self._end)
            return self._exit_code

    def _ended(self) -> int:
        ready = select.select([self._end], [], [], _DIES_WITHIN_S)[0]
        status = os.read(self._end, STATUS_BYTES) if ready else b""
        if not status:
            return -signal.SIGKILL  # Nobody can tell: the nursery is gone, and we killed it.
        return os.waitstatus_to_exitcode(int.from_bytes(status, "big"))


class _Nursery:
    """The nursery of this program, started again when it is gone; see `almere_vision.sources.nursery`."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._asking: socket.socket | None = None

    def start(self, theirs: int, end: int) -> tuple[int, int]:
        """Process id and descriptor of a new decoder with these descriptors. Raises `EOFError`."""
        with self._turn:
            for _ in range(2):
                asking = self._open()
                try:
                    socket.send_fds(asking, [b"+"], [theirs, end])
                    answer, descriptors, _, _ = socket.recv_fds(asking, PID_BYTES, 1)
                except OSError:
                    answer, descriptors = b"", []
                if descriptors:
                    return int.from_bytes(answer, "big"), descriptors[0]
                if answer:
                    break  # It is well, and cannot start one.
                self.close()
        raise EOFError

    def _open(self) -> socket.socket:
        if self._asking is not None:
            return self._asking
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environ = {name: value for name, value in os.environ.items() if name in _PASSED_ON}
        # FFmpeg and numpy of a decoder have one thread each; a fork of more would be no copy.
        environ |= {"PYTHONPATH": str(Path(almere_vision.__file__).parents[1]), "OPENBLAS_NUM_THREADS": "1"}
        with its:
            module = "almere_vision.sources.nursery"
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", module, str(its.fileno()), str(os.getpid())],
                pass_fds=(its.fileno(),),
                stdin=subprocess.DEVNULL,
                env=environ,
            )
        ours.settimeout(_ANSWER_S)
        self._asking = ours
        return ours

    def close(self) -> None:
        """End it, and with it the decoders that are left."""
        if self._asking is not None:
            self._asking.close()
            self._asking = None
        if self._process is not None:
            try:
                self._process.wait(_DIES_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


@functools.cache
def _nursery() -> _Nursery:
    nursery = _Nursery()
    atexit.register(nursery.close)
    return nursery
