"""Pages of the reference that are tables of the code: `python -m api.reference` writes them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from almere_vision.domain.incident import Role
from almere_vision.review import transitions
from almere_vision.review.sight import SCOPES, SIGHT
from api import access

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "reference"
_MADE: Final = "Made from the code by `python -m api.reference`; a test compares the two.\n"


def pages() -> dict[str, str]:
    """File name -> text."""
    return {"permissions.md": _permissions(), "incident-life.md": _incident_life()}


def _permissions() -> str:
    return (
        f"# Who may do what\n\n{_MADE}\n"
        "## Requests\n\nWhat is not in this table is closed to everybody.\n\n"
        f"{access.table_as_markdown()}\n"
        "## Which incidents\n\nOf the cameras and kinds of the account, each role sees:\n\n"
        f"{_sight()}"
    )


def _sight() -> str:
    lines = ["| role | states | escalated to | kinds of a new account |", "|---|---|---|---|"]
    for role in (role for role in Role if role is not Role.SYSTEM):
        sight, scope = SIGHT.get(role), SCOPES[role]
        kinds = "all" if scope.kinds is None else ", ".join(sorted(scope.kinds))
        if sight is None:
            lines.append(f"| {role} | none | - | {kinds} |")
            continue
        states = "all" if sight.states is None else ", ".join(sorted(sight.states))
        desks = "anybody or nobody" if sight.recipients is None else ", ".join(sorted(sight.recipients))
        lines.append(f"| {role} | {states} | {desks} | {kinds} |")
    return "\n".join(lines) + "\n"


def _incident_life() -> str:
    return (
        f"# The life of an incident\n\n{_MADE}\n"
        "A command that is not in this table is refused (HTTP 409).\n\n"
        f"{transitions.table_as_markdown()}"
    )


def main() -> int:
    """Write the pages."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
