"""What the dispatcher needs of others."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from almere_vision.domain.delivery import Delivery


class Outbox(Protocol):
    """Where messages wait. Every method may raise `StoreUnavailable`."""

    def take(self, channel: str, now: datetime, lease_s: float) -> Delivery | None:
        """The next due message of a channel, for the caller alone for `lease_s` seconds; None without one.

        An attempt is counted at once: one that dies with its process was an attempt too. Messages about one
        incident are taken in the order of their decisions.
        """
        ...

    def delivered(self, delivery: Delivery, at: datetime) -> bool:
        """Mark it; False if the lease ran out and somebody else has taken it since."""
        ...

    def failed(self, delivery: Delivery, reason: str, next_at: datetime | None) -> bool:
        """Put it back until `next_at`, or give it up where that is None; False as `delivered`."""
        ...


class Sender(Protocol):
    """Sends a message over one channel."""

    def send(self, delivery: Delivery) -> None:
        """Returns once the other side has taken it; takes at most `DEADLINE_S` of `delivery.dispatch`.

        Raises:
            DeliveryRefused: it will not be taken, also not later.
            DeliveryFailed: it was perhaps not taken; the same id may be sent again.
        """
        ...
