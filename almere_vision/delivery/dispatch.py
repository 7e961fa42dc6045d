"""The loop that sends what waits: one thread a channel, so that a slow one holds nobody else up."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog

from almere_vision.delivery.ports import Outbox, Sender
from almere_vision.domain.delivery import Delivery
from almere_vision.domain.errors import DeliveryFailed, DeliveryRefused, StoreUnavailable

LEASE_S: Final = 30.0
"""A message that was taken and not heard of again is taken once more after so long."""

POLL_S: Final = 0.5
ATTEMPTS: Final = 20
"""After so many it is given up, some three hours after the first."""

_FIRST_PAUSE_S: Final = 2.0
_LONGEST_PAUSE_S: Final = 900.0

log = structlog.get_logger("delivery")


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts in vain, with up to a fifth of chance; None to give up."""
    # Asked for again after it was given up, it gets as many attempts more.
    in_this_row = attempts % ATTEMPTS
    if in_this_row == 0:
        return None
    pause_s = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (in_this_row - 1))
    return timedelta(seconds=pause_s * (1 + secrets.randbelow(200) / 1000))


class Dispatcher:
    """Sends what waits in an outbox. Several processes may do so at once.

    Args:
        outbox: where messages wait.
        senders: by name of the channel.
        now: gives the aware moment of now.
        changed: called with the id of an incident when one of its deliveries went from one state to another;
            it must not raise.
        lease_s: longer than any sender takes.
    """

    def __init__(
        self,
        outbox: Outbox,
        senders: Mapping[str, Sender],
        now: Callable[[], datetime],
        changed: Callable[[str], None],
        lease_s: float = LEASE_S,
    ) -> None:
        self._outbox, self._senders, self._now = outbox, senders, now
        self._changed, self._lease_s = changed, lease_s

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; what is being sent then is finished first."""
        threads = [
            threading.Thread(target=self._serve, args=(name, stop), name=f"deliver-{name}", daemon=True)
            for name in self._senders
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _serve(self, channel: str, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                worked = self.step(channel)
            except StoreUnavailable as error:
                log.warning("the outbox cannot be read", channel=channel, reason=str(error))
                worked = False
            except Exception:
                log.exception("delivering broke off; going on", channel=channel)
                worked = False
            if not worked:
                stop.wait(POLL_S)

    def step(self, channel: str) -> bool:
        """Send the next message of a channel; False if none is due. Raises `StoreUnavailable`."""
        delivery = self._outbox.take(channel, self._now(), self._lease_s)
        if delivery is None:
            return False
        try:
            self._senders[channel].send(delivery)
        except DeliveryFailed as error:
            self._put_back(delivery, error)
        except Exception as error:
            # A message that breaks us may not be tried for ever, nor hold up those behind it.
            log.exception("a message cannot be made", delivery=delivery.id, channel=channel)
            self._put_back(delivery, DeliveryFailed(f"cannot be made or sent ({type(error).__name__})"))
        else:
            if self._outbox.delivered(delivery, self._now()):
                log.info("delivered", delivery=delivery.id, channel=channel, attempts=delivery.attempts)
                self._changed(delivery.message.incident)
        return True

    def _put_back(self, delivery: Delivery, error: DeliveryFailed) -> None:
        pause = None if isinstance(error, DeliveryRefused) else pause_after(delivery.attempts)
        next_at = None if pause is None else self._now() + pause
        if self._outbox.failed(delivery, str(error), next_at):
            log.warning(
                "not delivered" if next_at else "not delivered, given up",
                delivery=delivery.id,
                channel=delivery.channel,
                attempts=delivery.attempts,
                reason=str(error),
            )
            self._changed(delivery.message.incident)
