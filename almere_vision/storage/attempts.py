"""The limit on guessing passwords. It lives in the database, so a restart does not lift it.

Three counts, each with so many free failures, then a delay that doubles up to a cap:

- a name from one address: the person who mistypes, and the plain attack;
- an address, whatever the name: one password tried on many names;
- a name, whatever the address: many addresses at once. Its cap is low, and it does not hold for an
  address from which this person has signed in before, so nobody can be locked out by others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, Engine, delete, exists, func, insert, select, text, update

from almere_vision.storage.database import writing
from almere_vision.storage.people import fold, utc_now
from almere_vision.storage.tables import ATTEMPTS

_LOCK: Final = 0x416C6D657266
_FAILURES_KEPT: Final = timedelta(days=1)
_SUCCESSES_KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _Limit:
    """So many failures within the window are free; each one more doubles the delay."""

    free: int
    window: timedelta
    longest_s: float

    def delay_s(self, failures: int) -> float:
        over = failures - self.free
        return 0.0 if over < 0 else min(self.longest_s, 2.0 ** min(over, 30))


_PAIR: Final = _Limit(free=5, window=timedelta(hours=1), longest_s=900.0)
_ADDRESS: Final = _Limit(free=30, window=timedelta(hours=1), longest_s=900.0)
_NAME: Final = _Limit(free=50, window=timedelta(hours=1), longest_s=30.0)


class Attempts:
    """Counts failed sign-ins per name and per address; the delay grows, and always ends."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._now = now

    def begin(self, name: str, address: str) -> float:
        """Ask to try a password: 0.0 if that may be done now, else the seconds to wait (HTTP 429).

        Call it before `People.check`. It counts the try as failed at once, so that many tries at the
        same moment do not slip through; `succeeded` takes that back. A try that has to wait does not
        count. `address` is that of the peer or a proxy that is trusted, never a header as it came.

        Raises:
            StoreUnavailable: the database is away.
        """
        now, key, address = self._now(), _key(name), address[:64]
        this_name, this_address = ATTEMPTS.c.name_sha256 == key, ATTEMPTS.c.address == address
        with writing(self._engine) as connection:
            if self._engine.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            waits = [
                _wait_s(connection, _PAIR, now, this_name, this_address),
                _wait_s(connection, _ADDRESS, now, this_address),
            ]
            known = select(exists().where(this_name, this_address, ATTEMPTS.c.succeeded))
            if not connection.execute(known).scalar_one():
                waits.append(_wait_s(connection, _NAME, now, this_name))
            if max(waits) == 0:
                connection.execute(
                    insert(ATTEMPTS).values(name_sha256=key, address=address, at=now, succeeded=False)
                )
        return max(waits)

    def succeeded(self, name: str, address: str) -> None:
        """The password was right: forget the failures of this person at this address.

        Raises:
            StoreUnavailable: the database is away.
        """
        now, key, address = self._now(), _key(name), address[:64]
        pair = (ATTEMPTS.c.name_sha256 == key, ATTEMPTS.c.address == address)
        with writing(self._engine) as connection:
            newest = select(func.max(ATTEMPTS.c.id)).where(*pair).scalar_subquery()
            connection.execute(update(ATTEMPTS).where(ATTEMPTS.c.id == newest).values(succeeded=True, at=now))
            connection.execute(delete(ATTEMPTS).where(*pair, ATTEMPTS.c.id != newest))
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.at < now - _SUCCESSES_KEPT))
            old_failures = (~ATTEMPTS.c.succeeded, ATTEMPTS.c.at < now - _FAILURES_KEPT)
            connection.execute(delete(ATTEMPTS).where(*old_failures))


def _key(name: str) -> str:
    return hashlib.sha256(fold(name).encode(errors="surrogatepass")).hexdigest()


def _wait_s(connection: Connection, limit: _Limit, now: datetime, *which: ColumnElement[bool]) -> float:
    """Seconds until the next try. What lies in the future counts only a window far: clocks are set back."""
    recent = ATTEMPTS.c.at.between(now - limit.window, now + limit.window)
    failures = select(func.count(), func.max(ATTEMPTS.c.at)).where(*which, recent, ~ATTEMPTS.c.succeeded)
    count, last = connection.execute(failures).one()
    delay_s = limit.delay_s(count)
    if last is None:
        return 0.0
    waited_s: float = (now - last).total_seconds()
    return min(delay_s, max(0.0, delay_s - waited_s))
