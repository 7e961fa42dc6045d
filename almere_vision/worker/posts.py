"""What a worker does with its leases: the threads that watch the cameras of each, from begin to end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from almere_vision.domain.lease import Lease


@dataclass(eq=False, slots=True)
class Post:
    """Cameras that are watched by one lease; `over` is set when they are to be watched no more."""

    lease: Lease
    over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, camera: str, watch: Callable[[], None]) -> None:
        """Watch a camera in a thread of its own; `watch` returns soon after `over` is set."""
        thread = threading.Thread(target=watch, name=camera)
        self._threads.append(thread)
        thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()


class Posts:
    """Begun and ended from one thread; others may ask.

    Args:
        begin: starts the cameras of a post.
        end: closes them, so that their threads come to an end.
    """

    def __init__(self, begin: Callable[[Post], None], end: Callable[[Post], None]) -> None:
        self._begin, self._end = begin, end
        self._posts: dict[Lease, Post] = {}
        self._leases: Mapping[str, Lease] = {}
        self.cameras: list[str] = []
        """Those that are watched now; the same list for ever."""

    def lease(self, camera: str) -> Lease | None:
        """By which a camera is watched now."""
        return self._leases.get(camera)

    def leases(self) -> Mapping[str, Lease]:
        """Of all cameras that are watched now."""
        return self._leases

    def begin(self, held: Sequence[Lease]) -> None:
        """Begin what is held and does not run yet."""
        for lease in held:
            if lease not in self._posts:
                post = self._posts[lease] = Post(lease)
                self._begin(post)
        self._tell()

    def end_all_but(self, held: Sequence[Lease]) -> list[Lease]:
        """End what is not held any more, and wait until nothing of it runs; gives what ended."""
        over = [lease for lease in self._posts if lease not in held]
        for lease in over:
            self._posts[lease].over.set()
        for lease in over:
            self._end(self._posts[lease])
        for lease in over:
            self._posts[lease].join()
        return over

    def forget(self, lease: Lease) -> None:
        """All that was seen by a lease that ended is told."""
        del self._posts[lease]
        self._tell()

    def _tell(self) -> None:
        self._leases = {camera: lease for lease in self._posts for camera in lease.cameras}
        self.cameras[:] = self._leases
