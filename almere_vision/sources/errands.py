"""What a camera asks of its decoder and waits for: clips, and pictures that are decoded again."""

from __future__ import annotations

import threading
from collections.abc import Callable

from almere_vision.sources.messages import Clip, Cut, NoClip, Shoot
from almere_vision.sources.shots import Shot

Errand = Cut | Shoot


Brought = Clip | Shot | NoClip


class Errands:
    """The errands of one camera; shares the lock of the camera."""

    def __init__(self, changed: threading.Condition) -> None:
        self._changed = changed
        self._tickets = 0
        self._open: dict[int, Errand] = {}
        self._brought: dict[int, Brought] = {}

    def run(
        self,
        make: Callable[[int], Errand],
        tell: Callable[[Errand], None],
        closing: Callable[[], bool],
        timeout_s: float,
    ) -> Brought:
        """Send one, and wait for what it brings."""
        with self._changed:
            self._tickets += 1
            ticket = self._tickets
            errand = self._open[ticket] = make(ticket)
            tell(errand)
            self._changed.wait_for(lambda: ticket in self._brought or closing(), timeout_s)
            self._open.pop(ticket, None)
            return self._brought.pop(ticket, NoClip(f"it was not ready within {timeout_s:.0f} s"))

    def settle(self, ticket: int, brought: Brought) -> None:
        """Take in what one brought."""
        with self._changed:
            if ticket in self._open:
                self._brought[ticket] = brought
                self._changed.notify_all()
            elif isinstance(brought, Clip):
                brought.path.unlink(missing_ok=True)  # Nobody waits for it any more.

    def cancel(self) -> None:
        """The decoder is gone: answer those who wait."""
        with self._changed:
            for ticket, errand in self._open.items():
                if ticket not in self._brought:
                    self._brought[ticket] = NoClip("the camera went offline before it was done")
                    if isinstance(errand, Cut):
                        errand.draft.unlink(missing_ok=True)
            self._changed.notify_all()
