"""Takes over a protocol that was changed, while the service runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from almere_vision.config import Settings
from almere_vision.domain.protocol import Protocol
from almere_vision.review.desk import Desk
from almere_vision.review.gate import Gate
from almere_vision.scene import load_protocol, load_site
from almere_vision.scene.fresh import Fresh

_EVERY_S: Final = 2.0


def site_protocol(settings: Settings) -> Callable[[], Protocol]:
    """The protocol as its file has it now; the default one where the site names none.

    Raises:
        ZoneFileError: the files of the site cannot be used.
    """
    path = None if settings.site is None else load_site(settings.site).protocol
    if path is None:
        default = Protocol()
        return lambda: default
    return Fresh(path, load_protocol).now


def follow(protocol: Callable[[], Protocol], desk: Desk, gate: Gate) -> Callable[[threading.Event], None]:
    """What a thread does until it is told to stop."""

    def run(stop: threading.Event) -> None:
        held = protocol()
        while not stop.wait(_EVERY_S):
            if (newer := protocol()) is not held:
                held = newer
                desk.take(held)
                gate.take(held.budget)

    return run
