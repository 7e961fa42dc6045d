"""`almere presets`: learn what presets look like, and check what was learnt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from almere_vision.config import load_settings
from almere_vision.domain.errors import InputError, SettingsError
from almere_vision.scene import Site, SiteCamera, load_site
from almere_vision.scene.learnt import Variant, load_known
from almere_vision.scene.recognition import alike

app = typer.Typer(help="What the presets of cameras look like.", no_args_is_help=True)

SiteFile = Annotated[Path | None, typer.Option("--site", help="Site file; else ALMERE_SITE.")]


@app.callback()
def presets() -> None:
    """What the presets of cameras look like."""


@app.command()
def learn(
    camera: Annotated[str, typer.Argument(help="Id of the camera in the site file.")],
    preset: Annotated[str, typer.Argument(help="Id of the preset in its zone file.")],
    variant: Annotated[Variant, typer.Option(help="The light that there is now.")] = Variant.DAY,
    site_file: SiteFile = None,
) -> None:
    """Turn a camera to a preset and keep its reference picture, with people blurred.

    A preset is found by the name that the camera keeps it under; one that it does not keep is saved where it
    looks now. A camera without `onvif` is looked at as it stands.
    """
    from almere_vision.worker.learn import learn as learn_preset

    settings = load_settings()
    site = _site(site_file)
    learnt = learn_preset(settings, site, _camera(site, camera), preset, variant)
    typer.echo(f"{learnt.picture}: kept as the reference picture of {preset} ({variant.value})")
    if learnt.stored.position is not None:
        at = learnt.stored.position
        typer.echo(
            f"position: pan {at.pan:g}, tilt {at.tilt:g}, zoom {at.zoom:g} (token {learnt.stored.token})"
        )
    for warning in learnt.warnings:
        typer.echo(f"warning: {warning}", err=True)


@app.command()
def check(site_file: SiteFile = None) -> None:
    """Tell which presets are not learnt, and which look alike. Exit code 1 if there are any."""
    found = []
    for entry in _site(site_file).cameras:
        known, missing = load_known(entry.zones)
        turns = entry.onvif is not None or len(known) + len(missing) > 1
        if turns:
            found += [f"{entry.id}: preset {preset} is not learnt" for preset in missing]
        pairs = alike(known)
        found += [f"{entry.id}: presets {one} and {other} look alike" for one, other in pairs]
    for line in found:
        typer.echo(line, err=True)
    if found:
        raise typer.Exit(1)
    typer.echo("all presets in order")


def _site(path: Path | None) -> Site:
    path = path or load_settings().site
    if path is None:
        raise SettingsError("name the site file with --site, or set ALMERE_SITE")
    return load_site(path)


def _camera(site: Site, name: str) -> SiteCamera:
    for entry in site.cameras:
        if entry.id == name:
            return entry
    raise InputError(f"the site has no camera '{name}': it has {', '.join(c.id for c in site.cameras)}")
