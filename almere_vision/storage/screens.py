"""The four screens of the regional control room: which camera is on which, in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, delete, insert, select

from almere_vision.domain.audit import Action, Entry, Subject
from almere_vision.domain.incident import Actor
from almere_vision.storage.audit import append_line
from almere_vision.storage.database import reading, writing
from almere_vision.storage.tables import SCREENS

SCREEN_COUNT: Final = 4
"""As many pictures as the control room takes at a time."""


@dataclass(frozen=True, slots=True)
class OnScreen:
    """A camera on a screen (1 to 4): who put it there, and when in UTC."""

    screen: int
    camera: str
    by: str
    at: datetime


class Screens:
    """Every method may raise `StoreUnavailable`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self) -> tuple[OnScreen, ...]:
        """What is shown, by screen; dark ones are left out."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(SCREENS).order_by(SCREENS.c.screen)).all()
        return tuple(OnScreen(row.screen, row.camera, row.name, row.at) for row in rows)

    def put(self, screen: int, camera: str | None, actor: Actor, at: datetime) -> None:
        """Show a camera on a screen, or make it dark; the last one who does so is right.

        Each change is a line of the audit log, about the camera that comes, or else the one that goes.
        """
        with writing(self._engine) as connection:
            here = SCREENS.c.screen == screen
            before = connection.execute(select(SCREENS.c.camera).where(here)).scalar_one_or_none()
            if before == camera:
                return
            connection.execute(delete(SCREENS).where(here))
            if camera is not None:
                values = {"screen": screen, "camera": camera, "name": actor.name, "at": at}
                connection.execute(insert(SCREENS).values(values))
            append_line(
                connection,
                Entry(
                    at,
                    actor.name,
                    actor.role,
                    Action.SHOW,
                    Subject.CAMERA,
                    str(camera or before),
                    details={"screen": screen, "dark": camera is None, "instead_of": before},
                ),
            )
