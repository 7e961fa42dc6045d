"""Which requests for parts of a clip are one and the same look at it."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

PLAYBACK_S: Final = 60.0
"""A player asks for parts as it goes; after so long without one, it is another look."""

_MOST: Final = 10_000


class Views:
    """Remembers who plays what, in this process: several processes write more lines, never fewer."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._playing: OrderedDict[tuple[str, ...], float] = OrderedDict()

    def is_new(self, key: tuple[str, ...], part: bool) -> bool:
        """Whether this is a look of its own; a request for the whole (not `part`) always is."""
        now = self._clock()
        with self._lock:
            last = self._playing.pop(key, None)
            self._playing[key] = now
            while len(self._playing) > _MOST:
                self._playing.popitem(last=False)
        return not part or last is None or now - last > PLAYBACK_S
