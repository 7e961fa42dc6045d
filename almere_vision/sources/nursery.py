"""The process that decoders come from: `python -m almere_vision.sources.nursery DESCRIPTOR PARENT`.

To start Python and load FFmpeg for each of a hundred cameras takes a small machine minutes. Here they are
loaded once; each decoder is a fork, which takes milliseconds and shares their memory. This process has one
thread, opens nothing that a camera sends, and ends with the process PARENT.

Asked by a message with two descriptors, the socket of the new decoder and a pipe for its end, it answers with
the process id, and a descriptor of the process. When a decoder ends, its wait status goes into its pipe.
"""

from __future__ import annotations

import contextlib
import gc
import os
import selectors
import signal
import socket
import sys
from dataclasses import dataclass

from almere_vision.sources import decoding
from almere_vision.sources.birth import PID_BYTES, STATUS_BYTES


@dataclass(frozen=True, slots=True)
class _Fork:
    pid: int
    process: int
    end: int


class Nursery:
    """Starts decoders until whoever asks for them is gone."""

    def __init__(self, asked: socket.socket, parent: int) -> None:
        """`parent`: descriptor of the process that asks."""
        self._asked = asked
        self._parent = parent
        self._forks: dict[int, _Fork] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(asked, selectors.EVENT_READ)
        self._selector.register(parent, selectors.EVENT_READ)

    def run(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fd in self._forks:
                    self._bury(self._forks.pop(key.fd))
                elif key.fd == self._parent or not self._answer():
                    self._end_all()
                    return

    def _answer(self) -> bool:
        _, descriptors, _, _ = socket.recv_fds(self._asked, 1, 2)
        if len(descriptors) != 2:
            return False
        theirs, end = descriptors
        try:
            pid = os.fork()
        except OSError:  # No memory or no process numbers are left.
            os.close(theirs)
            os.close(end)
            self._asked.send(bytes(PID_BYTES))
            return True
        if pid == 0:
            self._be_decoder(theirs, end)
        os.close(theirs)
        fork = _Fork(pid, os.pidfd_open(pid), end)
        self._forks[fork.process] = fork
        self._selector.register(fork.process, selectors.EVENT_READ)
        with contextlib.suppress(OSError):
            socket.send_fds(self._asked, [pid.to_bytes(PID_BYTES, "big")], [fork.process])
        return True

    def _be_decoder(self, theirs: int, end: int) -> None:
        """What the fork does, for all its life; nothing of the nursery stays open in it."""
        try:
            self._asked.close()
            self._selector.close()
            os.close(self._parent)
            os.close(end)
            for other in self._forks.values():
                os.close(other.process)
                os.close(other.end)
            decoding.main(theirs)
        except BaseException:
            sys.excepthook(*sys.exc_info())  # which tells no password
            raise
        finally:
            os._exit(1)

    def _bury(self, fork: _Fork) -> None:
        self._selector.unregister(fork.process)
        _, status = os.waitpid(fork.pid, 0)
        with contextlib.suppress(OSError):
            os.write(fork.end, status.to_bytes(STATUS_BYTES, "big"))
        os.close(fork.end)
        os.close(fork.process)

    def _end_all(self) -> None:
        for fork in self._forks.values():
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(fork.process, signal.SIGKILL)
            os.waitpid(fork.pid, 0)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, which ends us.
    gc.collect()
    gc.freeze()  # What is loaded stays shared: no fork's collector touches it.
    try:
        parent = os.pidfd_open(int(sys.argv[2]))
    except ProcessLookupError:
        return  # It is gone already.
    Nursery(socket.socket(fileno=int(sys.argv[1])), parent).run()


if __name__ == "__main__":
    main()
