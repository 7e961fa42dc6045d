"""The command `almere`: exit code 0 ok, 1 a failure was found, 2 bad usage or input, told in one line."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from almere_vision import __version__
from almere_vision.cli import (
    audit,
    bench,
    cameras,
    detect,
    dispatch,
    models,
    parts,
    presets,
    queue,
    simulate,
    thresholds,
    users,
    zones,
)
from almere_vision.cli.fight import score, train
from almere_vision.domain.errors import AlmereError, InputError
from almere_vision.evaluation.cli import app as evaluation
from almere_vision.logs import redact, setup_logs

app = typer.Typer(
    name="almere",
    help="Almere Vision suggests incidents in city camera pictures; people decide.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("detect")(detect.detect)
app.command("score")(score.score)
app.command("demo")(parts.demo)
app.command("up")(parts.up)
app.command("worker")(parts.worker)
app.command("api")(parts.api)
app.command("dispatch")(dispatch.dispatch)
app.add_typer(evaluation, name="eval")
app.add_typer(bench.app, name="bench")
app.add_typer(train.app, name="train")
app.add_typer(models.app, name="models")
app.add_typer(zones.app, name="zones")
app.add_typer(users.app, name="users")
app.add_typer(queue.app, name="queue")
app.add_typer(audit.app, name="audit")
app.add_typer(thresholds.app, name="thresholds")
app.add_typer(simulate.app, name="simulate")
app.add_typer(cameras.app, name="cameras")
app.add_typer(presets.app, name="presets")


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"almere {__version__}")
        raise typer.Exit


@app.callback()
def options(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell more on standard error.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    setup_logs(verbose=verbose)


def main() -> None:
    """Run a command; every error of ours is one line on standard error, never a traceback."""
    try:
        app()
    except AlmereError as error:
        sys.stderr.write(f"almere: {redact(str(error))}\n")
        sys.exit(2 if isinstance(error, InputError) else 1)
    except BrokenPipeError:
        # the reader of our output went away (as in `| head`): that is its right, and no failure
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
