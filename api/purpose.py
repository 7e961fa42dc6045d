"""Which roles have to say what for they look at evidence (`doelbinding`), and how they say it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Header, Query

from almere_vision.domain.incident import Role
from api.access import Person
from api.problems import Problem

SHORTEST: Final = 8
LONGEST: Final = 200

NEEDS_PURPOSE: Final = frozenset({Role.INVESTIGATOR, Role.AUDITOR})
"""Everyone else looks at evidence to decide on an incident, which is the purpose that the system has."""


def _purpose(
    person: Person,
    purpose: Annotated[
        str | None, Query(description="What for, 8 to 200 printable characters; some roles have to say it.")
    ] = None,
    x_purpose: Annotated[str | None, Header(description="The same, as a header.")] = None,
) -> str | None:
    told = (purpose or x_purpose or "").strip()
    usable = SHORTEST <= len(told) <= LONGEST and told.isprintable()
    if not usable and (told or person.actor.role in NEEDS_PURPOSE):
        raise Problem(
            "purpose_needed", f"Say what for, in {SHORTEST} to {LONGEST} printable characters (X-Purpose)."
        )
    return told or None


Purpose = Annotated[str | None, Depends(_purpose)]
"""Parameter of a route that shows evidence."""
