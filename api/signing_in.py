"""What all ways to sign in have in common."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

from almere_vision.domain.audit import Action, Detail, Entry, Subject
from almere_vision.domain.incident import Actor
from api.deps import Services, now
from api.problems import Problem
from api.schemas.session import Session, User


def note(
    parts: Services,
    action: Action,
    kind: Subject,
    key: str,
    address: str | None,
    actor: Actor | None = None,
    more: Mapping[str, Detail] | None = None,
) -> None:
    """A line of the audit log about signing in or out; of `key`, a hash, the beginning is kept."""
    name, role = ("", "") if actor is None else (actor.name, actor.role)
    details: dict[str, Detail] = {} if address is None else {"address": address}
    parts.audit.append(Entry(now(), name, role, action, kind, key[:16], details=details | dict(more or {})))


def wait_for_turn(parts: Services, name: str, address: str) -> None:
    """Raises `Problem` when too many tries went before."""
    wait_s = math.ceil(parts.attempts.begin(name, address))
    if wait_s > 0:
        raise Problem(
            "too_many_attempts", f"Too many attempts; try again in {wait_s} s.", retry_after_s=wait_s
        )


def describe(actor: Actor, csrf: str, expires_at: datetime, must_enrol: bool) -> Session:
    """A session as the console gets it."""
    user = User(username=actor.name, role=actor.role)
    return Session(user=user, csrf_token=csrf, expires_at=expires_at, must_enrol=must_enrol)
