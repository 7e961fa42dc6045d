"""From the queue into the review store."""

from __future__ import annotations

import threading
from collections.abc import Callable

from almere_vision.domain.incident import Incident
from almere_vision.review.ports import IncidentStore
from almere_vision.storage.stream import SuggestionStream


def run_ingest(
    store: IncidentStore,
    stream: SuggestionStream,
    on_change: Callable[[Incident], None],
    stop: threading.Event,
) -> None:
    """Keep every suggestion of the queue until `stop` is set; blocking, run it in a thread.

    `on_change` hears of every incident that is new or changed, once it is stored.
    """
    raise NotImplementedError
