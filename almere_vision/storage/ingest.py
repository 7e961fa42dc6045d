"""From the queue into the review store."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

import structlog

from almere_vision.domain.errors import StorageError
from almere_vision.domain.incident import Incident
from almere_vision.domain.suggestion import Suggestion
from almere_vision.storage.messages import decode
from almere_vision.storage.stream import SuggestionStream

GROUP: Final = "review"


class Receiver(Protocol):
    """Who keeps suggestions: a store, or a gate before it."""

    def receive_all(self, suggestions: Sequence[Suggestion], at: datetime) -> tuple[Incident, ...]: ...


_log = structlog.get_logger()


def run_ingest(
    store: Receiver,
    stream: SuggestionStream,
    on_change: Callable[[Sequence[Incident]], None],
    stop: threading.Event,
) -> None:
    """Keep every suggestion of the queue until `stop` is set; blocking, run it in a thread.

    `on_change` hears of the incidents that are new or changed, once they are stored. It is a courtesy: a
    `StorageError` of it is logged and nothing more. Several processes may run this at the same time.
    """

    def keep(payloads: Sequence[bytes]) -> None:
        changed = store.receive_all([decode(payload) for payload in payloads], datetime.now(UTC))
        if not changed:
            return
        try:
            on_change(changed)
        except StorageError as error:
            _log.warning("nobody could be told of incidents", incidents=len(changed), reason=str(error))

    consumer = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    stream.consume(GROUP, consumer, keep, stop)
