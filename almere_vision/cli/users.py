"""`almere users`: accounts. Passwords are asked for or read from standard input, never arguments."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from almere_vision.config import load_settings
from almere_vision.domain.incident import Role, Scope
from almere_vision.domain.suggestion import Kind

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from almere_vision.storage.accounts import Accounts

app = typer.Typer(help="Accounts of people.", no_args_is_help=True)

RoleOption = Annotated[Role, typer.Option(help="What the person may do.")]
Cameras = Annotated[list[str] | None, typer.Option("--camera", help="Only this camera; may be repeated.")]
Kinds = Annotated[list[Kind] | None, typer.Option("--kind", help="Only this kind; may be repeated.")]


def _engine() -> Engine:
    from almere_vision.storage.database import migrate, open_database

    settings = load_settings()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = open_database(settings.database())
    migrate(engine)
    return engine


def _accounts() -> Accounts:
    from almere_vision.storage.accounts import Accounts

    return Accounts(_engine())


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def _tell(scope: Scope) -> str:
    cameras = "all cameras" if scope.cameras is None else ", ".join(sorted(scope.cameras))
    kinds = "all kinds" if scope.kinds is None else ", ".join(sorted(scope.kinds))
    return f"{cameras}; {kinds}"


def _scope(cameras: list[str] | None, kinds: list[Kind] | None) -> Scope:
    return Scope(frozenset(cameras) if cameras else None, frozenset(kinds) if kinds else None)


@app.command()
def add(name: str, role: RoleOption, camera: Cameras = None, kind: Kinds = None) -> None:
    """Make an account; without --camera and --kind it sees what its role sees by default."""
    from almere_vision.storage.people import People

    scope = _scope(camera, kind) if camera or kind else None
    person = People(_engine()).add(name, _password(), role, scope)
    typer.echo(f"{person.name} can sign in as {role.value} ({_tell(person.scope)})")


@app.command("list")
def list_accounts() -> None:
    """Show all accounts: name, role, what it sees, and whether it is shut."""
    for one in _accounts().list():
        notes = ["shut"] * one.disabled + ["second factor"] * one.second_factor
        typer.echo("  ".join((one.name, one.role.value, _tell(one.scope), *notes)))


@app.command("set-role")
def set_role(name: str, role: RoleOption) -> None:
    """Give a person another role; ends all sessions of that person."""
    accounts = _accounts()
    now = accounts.change(accounts.named(name).id, None, role=role)
    typer.echo(f"{now.name} is {role.value} ({_tell(now.scope)})")


@app.command("set-scope")
def set_scope(name: str, camera: Cameras = None, kind: Kinds = None) -> None:
    """Say which cameras and kinds a person sees; without either: all. Ends all sessions of that person."""
    accounts = _accounts()
    now = accounts.change(accounts.named(name).id, None, scope=_scope(camera, kind))
    typer.echo(f"{now.name} sees {_tell(now.scope)}")


@app.command("set-password")
def set_password(name: str) -> None:
    """Give a person another password; ends all sessions of that person."""
    _accounts().set_password(name, _password())
    typer.echo(f"{name} has another password")


@app.command("reset-totp")
def reset_totp(name: str) -> None:
    """Forget the second factor of a person, as when a telephone is lost; ends all sessions."""
    accounts = _accounts()
    accounts.reset_totp(accounts.named(name).id)
    typer.echo(f"{name} signs in without a second factor")


@app.command()
def link(name: str, subject: str) -> None:
    """Let a person of the identity provider have an account that is there; the log names the subject."""
    from almere_vision.domain.errors import SettingsError
    from almere_vision.identity.terms import load_terms
    from almere_vision.storage.identities import Identities

    file = load_settings().identity_provider
    if file is None:
        raise SettingsError("ALMERE_IDENTITY_PROVIDER is not set: there is no provider to link with")
    Identities(_engine()).link(name, load_terms(file, os.environ).issuer, subject)
    typer.echo(f"{name} can sign in through the identity provider")


@app.command()
def disable(name: str) -> None:
    """Shut an account, and end its sessions."""
    accounts = _accounts()
    accounts.change(accounts.named(name).id, None, disabled=True)
    typer.echo(f"{name} can no longer sign in")


@app.command()
def enable(name: str) -> None:
    """Open an account that was shut."""
    accounts = _accounts()
    accounts.change(accounts.named(name).id, None, disabled=False)
    typer.echo(f"{name} can sign in again")
