"""`almere cameras`: what cameras are, where they look, and turning them, over ONVIF."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar
from urllib.parse import quote, urlsplit

import typer

from almere_vision.config import load_settings
from almere_vision.domain.errors import CameraUnable, InputError
from almere_vision.domain.ptz import Position
from almere_vision.sources.address import expand

if TYPE_CHECKING:
    from almere_vision.onvif.address import OnvifAddress
    from almere_vision.onvif.camera import OnvifCamera

app = typer.Typer(
    help="Cameras over ONVIF: what they are, where they look, turning them.", no_args_is_help=True
)

_CLOCK_OFF_S: Final = 5.0
T = TypeVar("T")

Address = Annotated[
    str, typer.Argument(help="http://host[:port][/path]; login from CAMERA_USER and CAMERA_PASSWORD.")
]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.callback()
def cameras() -> None:
    """Cameras over ONVIF: what they are, where they look, turning them.

    The login comes from CAMERA_USER and CAMERA_PASSWORD, or as '${NAME}:${NAME}@' in the address; both from
    the environment or from the file that ALMERE_CAMERA_SECRETS names.
    """


@app.command()
def probe(url: Address, as_json: AsJson = False) -> None:
    """What a camera is and can do: device, clock, streams, PTZ, presets."""
    told = _with(url, _probe)
    _print(told, as_json=as_json)


@app.command()
def presets(url: Address, as_json: AsJson = False) -> None:
    """The presets that a camera keeps."""

    async def ask(camera: OnvifCamera) -> dict[str, Any]:
        return {"presets": [asdict(preset) for preset in await camera.presets()]}

    _print(_with(url, ask), as_json=as_json)


@app.command()
def save(
    url: Address,
    name: Annotated[str, typer.Argument(help="Name of the preset.")],
    token: Annotated[str | None, typer.Option(help="Of the preset to be replaced.")] = None,
    as_json: AsJson = False,
) -> None:
    """Keep where a camera looks now as a preset."""

    async def ask(camera: OnvifCamera) -> dict[str, Any]:
        return {"token": await camera.save_preset(name, token)}

    _print(_with(url, ask), as_json=as_json)


@app.command()
def go(
    url: Address, token: Annotated[str, typer.Argument(help="Of the preset, as `presets` lists it.")]
) -> None:
    """Turn a camera to a preset."""
    _with(url, lambda camera: camera.go_to_preset(token))


@app.command()
def status(url: Address, as_json: AsJson = False) -> None:
    """Where a camera says that it looks."""

    async def ask(camera: OnvifCamera) -> dict[str, Any]:
        return asdict(await camera.heading())

    _print(_with(url, ask), as_json=as_json)


@app.command()
def move(
    url: Address,
    pan: Annotated[float, typer.Option(min=-1, max=1)] = 0.0,
    tilt: Annotated[float, typer.Option(min=-1, max=1)] = 0.0,
    zoom: Annotated[float, typer.Option(min=-1, max=1)] = 0.0,
    on: Annotated[
        bool, typer.Option("--on", help="Turn on at these speeds until `stop`, at most 10 s.")
    ] = False,
) -> None:
    """Turn a camera to a position, or on and on."""
    if on:
        _with(url, lambda camera: camera.drive(pan, tilt, zoom))
    else:
        _with(url, lambda camera: camera.go(Position(pan, tilt, max(0.0, zoom))))


@app.command()
def stop(url: Address) -> None:
    """Stop a camera that turns."""
    _with(url, lambda camera: camera.stop())


def onvif_address(url: str) -> OnvifAddress:
    """An address with its login filled in. Raises `SettingsError` and `InputError`."""
    from almere_vision.onvif.address import read_onvif_address

    values = load_settings().camera_values()
    if "@" in urlsplit(url).netloc:
        if "${" not in url:
            raise InputError(
                "a password on the command line can be seen by everybody here: set CAMERA_USER and "
                "CAMERA_PASSWORD, and leave the login out of the address"
            )
    elif values.get("CAMERA_USER") and "://" in url:
        login = ":".join(quote(values.get(name, ""), safe="") for name in ("CAMERA_USER", "CAMERA_PASSWORD"))
        url = url.replace("://", f"://{login}@", 1)
    return read_onvif_address(expand(url, values))


def _with(url: str, ask: Callable[[OnvifCamera], Awaitable[T]]) -> T:
    from almere_vision.onvif.camera import OnvifCamera

    address = onvif_address(url)

    async def run() -> T:
        async with OnvifCamera(address) as camera:
            return await ask(camera)

    return asyncio.run(run())


async def _probe(camera: OnvifCamera) -> dict[str, Any]:
    """What can be learnt; what the camera cannot tell is None, and never guessed."""
    offset_s = await camera.clock_offset_s()
    found: dict[str, Any] = {
        "address": str(camera.address),
        "device": asdict(await camera.information()),
        "clock_offset_s": None if offset_s is None else round(offset_s, 1),
        "profiles": [],
        "ptz": None,
    }
    with suppress(CameraUnable):
        for profile in await camera.profiles():
            row = asdict(profile) | {"stream": None}
            found["profiles"].append(row)
            with suppress(CameraUnable):
                row["stream"] = await camera.stream_address(profile.token)
    if await camera.has_ptz():
        found["ptz"] = ptz = dict.fromkeys(("abilities", "presets", "status"))
        with suppress(CameraUnable):
            ptz["abilities"] = asdict(await camera.abilities())
        with suppress(CameraUnable):
            ptz["presets"] = [asdict(preset) for preset in await camera.presets()]
        with suppress(CameraUnable):
            ptz["status"] = asdict(await camera.heading())
    return found


def _print(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(told))
        return
    for name, value in told.items():
        rows = value if isinstance(value, list) else [value]
        for row in rows:
            words = "not told" if row is None else row
            if isinstance(row, dict):
                words = ", ".join(f"{key} {_short(inner)}" for key, inner in row.items())
            typer.echo(f"{name:<15}{words}")
    if abs(told.get("clock_offset_s") or 0.0) > _CLOCK_OFF_S:
        typer.echo("the clock of this camera is off: set it, or give it a time server", err=True)


def _short(value: Any) -> str:
    if value is None:
        return "not told"
    if isinstance(value, list):
        return f"[{'; '.join(_short(row) for row in value)}]"
    if isinstance(value, dict):
        return " ".join(f"{name}={_short(inner)}" for name, inner in value.items())
    return str(value)
