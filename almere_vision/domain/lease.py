"""The right of one worker to watch some cameras, for as long as no other worker was given them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lease:
    """Cameras that are watched by one worker together, and the number of this turn.

    Attributes:
        cameras: ids, sorted; several where the site says that they see the same place.
        token: grows with each worker that is given one of these cameras, so what is written with a lower
            one than the last is late (a fencing token).
    """

    cameras: tuple[str, ...]
    token: int

    @property
    def name(self) -> str:
        """The same for the same cameras, whoever has them."""
        return self.cameras[0]
