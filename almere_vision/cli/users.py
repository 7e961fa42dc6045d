"""`almere users`: accounts. Passwords are asked for or read from standard input, never arguments."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from almere_vision.config import load_settings
from almere_vision.domain.incident import Role

if TYPE_CHECKING:
    from almere_vision.storage.people import People

app = typer.Typer(help="Accounts of people.", no_args_is_help=True)


def _people() -> People:
    from almere_vision.storage.database import migrate, open_database
    from almere_vision.storage.people import People

    settings = load_settings()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = open_database(settings.database())
    migrate(engine)
    return People(engine)


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


@app.command()
def add(name: str, role: Annotated[Role, typer.Option(help="What the person may do.")]) -> None:
    """Make an account."""
    _people().add(name, _password(), role)
    typer.echo(f"{name} can sign in as {role.value}")


@app.command()
def password(name: str) -> None:
    """Give a person another password; ends all sessions of that person."""
    _people().set_password(name, _password())
    typer.echo(f"{name} has another password")


@app.command()
def disable(name: str) -> None:
    """Shut an account, and end its sessions."""
    _people().set_disabled(name, disabled=True)
    typer.echo(f"{name} can no longer sign in")
