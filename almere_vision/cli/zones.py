"""`almere zones`: check what was drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from almere_vision.scene import check

app = typer.Typer(help="Zone, site and priority files.", no_args_is_help=True)


@app.command("check")
def check_(
    files: Annotated[
        list[Path],
        typer.Argument(help="Zone, site, priority and protocol files, or folders of sites."),
    ],
) -> None:
    """Check zone, site and priority files: file, line and what to do. Exit code 2 for a problem."""
    problems = [problem for file in files for problem in check(file)]
    for problem in problems:
        typer.echo(str(problem), err=True)
    if problems:
        raise typer.Exit(2)
    typer.echo(f"{len(files)} file{'s' if len(files) > 1 else ''} in order")


@app.callback()
def zones() -> None:
    """Zone, site and priority files."""
