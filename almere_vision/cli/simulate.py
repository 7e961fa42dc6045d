"""`almere simulate`: cameras that do not exist, to try and to test with."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated, Final

import typer

from almere_vision.config import load_settings
from almere_vision.domain.errors import SettingsError
from almere_vision.simulate.faults import Fault

app = typer.Typer(help="Cameras that do not exist, to try and to test with.", no_args_is_help=True)

_DEMO: Final = Path(".cache/footage/plaza.mp4")


@app.callback()
def simulate() -> None:
    """Cameras that do not exist, to try and to test with."""


@app.command()
def ptz(
    footage: Annotated[
        Path | None, typer.Argument(help="Picture or video, larger than the view; else the demo's.")
    ] = None,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of ONVIF; 0 takes a free one.")] = 8090,
    rtsp_port: Annotated[int, typer.Option(help="Port of the stream; 0 takes a free one.")] = 8554,
    fps: Annotated[int, typer.Option(min=1, max=60, help="Pictures a second.")] = 10,
    speed: Annotated[
        float, typer.Option(min=0.01, max=10, help="Of the motors: half the range a second is 1.")
    ] = 1.0,
    misbehave: Annotated[list[Fault] | None, typer.Option(help="What is wrong with it.")] = None,
) -> None:
    """A PTZ camera that speaks ONVIF and RTSP and looks at a part of real footage.

    With CAMERA_USER and CAMERA_PASSWORD set it asks for them. POST http://HOST:PORT/simulate tells it to
    misbehave while it runs: see docs/how-to/presets.md.
    """
    from almere_vision.simulate.camera import Order, VirtualCamera, run
    from almere_vision.worker.supervisor import stop_on_signals

    if footage is None:
        footage = load_settings().share_dir / _DEMO
        if not footage.is_file():
            raise SettingsError(f"{footage}: the demo clip is not there: run ./scripts/demo, or name footage")
    user, password = os.environ.get("CAMERA_USER"), os.environ.get("CAMERA_PASSWORD")
    order = Order(
        footage,
        host,
        port,
        rtsp_port,
        fps=fps,
        speed=speed,
        login=(user, password) if user and password else None,
        faults=frozenset(misbehave or ()),
    )
    camera = VirtualCamera(order)
    typer.echo(f"onvif {camera.onvif_url}\nrtsp {camera.rtsp_url}")
    asyncio.run(run(camera, stop_on_signals()))
