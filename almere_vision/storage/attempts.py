"""The limit on guessing passwords. It lives in the database, so a restart does not lift it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from almere_vision.storage.people import utc_now


class Attempts:
    """Counts failed sign-ins per name and per address; the delay grows, and always ends."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._now = now

    def begin(self, name: str, address: str) -> float:
        """Ask to try a password: 0.0 if that may be done now, else the seconds to wait (HTTP 429).

        Call it before `People.check`. It counts the try as failed at once, so that many tries at the
        same moment do not slip through; `succeeded` takes that back.
        """
        raise NotImplementedError

    def succeeded(self, name: str, address: str) -> None:
        """The password was right."""
        raise NotImplementedError
