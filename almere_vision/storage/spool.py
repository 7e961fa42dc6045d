"""What waits on disk while Redis is away."""

from __future__ import annotations

from pathlib import Path

from almere_vision.storage.stream import SuggestionStream


class Outbox:
    """Sends to the stream in order; keeps on disk what cannot be sent yet. Safe for several threads.

    Args:
        stream: where messages go.
        spool_dir: folder of this process alone.
        limit_bytes: most that may lie there.
    """

    def __init__(self, stream: SuggestionStream, spool_dir: Path, limit_bytes: int) -> None:
        raise NotImplementedError

    def send(self, payload: bytes) -> None:
        """Publish now or keep for later; once this returns the message survives a kill.

        Raises:
            StorageError: the spool is full or cannot be written; this message is not kept.
        """
        raise NotImplementedError

    def drain(self) -> int:
        """Publish what waits, oldest first, as far as Redis lets us; how many went. Cheap when empty."""
        raise NotImplementedError

    @property
    def waiting(self) -> int:
        """How many messages lie on disk."""
        raise NotImplementedError
