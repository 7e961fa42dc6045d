"""How many observers are there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, func, select

from almere_vision.domain.incident import Role
from almere_vision.storage.database import reading
from almere_vision.storage.tables import SESSIONS, USERS

SEEN_WITHIN: Final = timedelta(hours=1)
"""Who sent nothing for longer is not watching, whatever the session says."""


def observers_signed_on(engine: Engine, at: datetime) -> int:
    """Observers with a session that sent something within the hour; one with two sessions counts once.

    Raises `StoreUnavailable`.
    """
    there = (
        select(func.count(SESSIONS.c.user_id.distinct()))
        .join(USERS, USERS.c.id == SESSIONS.c.user_id)
        .where(
            USERS.c.role == Role.OBSERVER,
            ~USERS.c.disabled,
            SESSIONS.c.expires_at > at,
            SESSIONS.c.last_seen_at > at - SEEN_WITHIN,
        )
    )
    with reading(engine) as connection:
        return int(connection.execute(there).scalar_one())
