"""`almere detect`: recorded files in, event lines out."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from almere_vision.cli.progress import progress_bar
from almere_vision.config import load_settings
from almere_vision.domain.errors import FootageError, InputError, ZoneFileError
from almere_vision.scene import Scene
from almere_vision.sources import Address, read_addresses


class Backend(StrEnum):
    """Runtimes of networks."""

    AUTO = "auto"
    OPENVINO = "openvino"
    ONNXRUNTIME = "onnxruntime"
    ULTRALYTICS = "ultralytics"


def detect(
    videos: Annotated[list[str], typer.Argument(help="Video files, or folders of them.")],
    zones: Annotated[Path, typer.Option(help="Zone file; or a folder with <video>.yaml for each video.")],
    out: Annotated[Path | None, typer.Option(help="Write the event lines to this file.")] = None,
    model: Annotated[str | None, typer.Option(help="Name in the store, or path of a network.")] = None,
    backend: Annotated[Backend | None, typer.Option(help="Runtime of the network.")] = None,
    fps: Annotated[
        float | None, typer.Option(min=0.1, max=30, help="Pictures a second; else what the rules need.")
    ] = None,
    trust: Annotated[bool, typer.Option(help="Open a .pt file of your own; that runs code in it.")] = False,
) -> None:
    """Print the events of recorded files, one JSON object a line; no server needed.

    A file that breaks off is told on standard error; its events up to there and all other files are
    still printed, and the exit code is 2.
    """
    from almere_vision.detection import load_detector  # networks load slowly, and `--help` needs none
    from almere_vision.worker.fights import find_fight_model, wants_fights
    from almere_vision.worker.recording import watch_file

    settings = load_settings()
    jobs = [(address, _scene_of(address, zones)) for address in _addresses(videos)]
    detector = load_detector(
        model or settings.model,
        settings.models_dir,
        backend.value if backend else settings.backend,
        threads=settings.threads or None,
        trust=trust,
    )
    fights = None
    if wants_fights(scene for _, scene in jobs):
        found = find_fight_model(settings.fight_model, settings.models_dir)
        if isinstance(found, str):
            typer.echo(f"almere: {found}", err=True)
        else:
            fights = found
    faults = 0
    with ExitStack() as stack:
        try:
            lines = stack.enter_context(out.open("w", encoding="utf-8")) if out else sys.stdout
        except OSError as error:
            raise InputError(f"{out}: cannot be written ({error.strerror}); choose another --out") from None
        progress = stack.enter_context(progress_bar())
        for address, scene in jobs:
            bar = partial(progress.update, progress.add_task(address.label, total=None))
            recording = watch_file(address, scene, detector, fps or settings.detect_fps, bar, fights)
            for event in recording.events:
                lines.write(event.line() + "\n")
            lines.flush()
            if recording.fault is not None:
                faults += 1
                progress.console.print(
                    f"almere: {recording.fault}", markup=False, highlight=False, soft_wrap=True
                )
    if faults:
        raise typer.Exit(2)


def _addresses(videos: list[str]) -> list[Address]:
    addresses = [address for video in videos for address in read_addresses(video)]
    if live := next((address for address in addresses if address.live), None):
        raise FootageError(f"{live}: is a live camera; watch it with `almere demo` or `almere worker`")
    return addresses


def _scene_of(address: Address, zones: Path) -> Scene:
    if not zones.is_dir():
        return Scene.load(zones)
    own = zones / f"{Path(address.label).stem}.yaml"
    if not own.is_file():
        raise ZoneFileError(f"{own}: no such file; each video needs a zone file of its name in this folder")
    return Scene.load(own)
