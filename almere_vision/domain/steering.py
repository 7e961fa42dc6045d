"""Who steers a camera: one person at a time, for as long as a lease runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from almere_vision.domain.incident import Actor, Role


@dataclass(frozen=True, slots=True)
class Lease:
    """A person has a camera until a moment (UTC), and longer with every move."""

    holder: str
    role: Role
    until: datetime

    def runs(self, at: datetime) -> bool:
        return at < self.until


def refusal(lease: Lease | None, actor: Actor, at: datetime, *, takeover: bool) -> str | None:
    """Why a person cannot take a camera now, or None.

    A supervisor may take it over from anybody but a supervisor; others wait until the lease runs out.
    """
    if lease is None or not lease.runs(at) or lease.holder == actor.name:
        return None
    if takeover and actor.role is Role.SUPERVISOR and lease.role is not Role.SUPERVISOR:
        return None
    return f"{lease.holder} steers this camera until {lease.until:%H:%M:%S} UTC"
