"""`almere worker | api | up | demo`: the parts of an installation, alone and together."""

from __future__ import annotations

import secrets
import shutil
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer
import yaml

from almere_vision.config import Settings, load_settings
from almere_vision.domain.errors import InputError, SettingsError
from almere_vision.domain.incident import Role
from almere_vision.worker.supervisor import Part, PartFailed, Supervisor, stop_on_signals

_DEMO_PEOPLE: Final = {"observer": Role.OBSERVER, "supervisor": Role.SUPERVISOR}
_DEMO_DETECTIONS_DAYS: Final = 2
_WHOLE_PICTURE: Final = [[0.02, 0.25], [0.98, 0.25], [0.98, 0.98], [0.02, 0.98]]


def worker() -> None:
    """Watch the cameras of the site (ALMERE_SITE) and send suggestions to the queue."""
    from almere_vision.worker.live import Worker

    settings = load_settings()
    if settings.site is None:
        raise SettingsError("ALMERE_SITE is not set: name the site file, as zones/<site>/site.yaml")
    stop = stop_on_signals()
    Worker(settings, settings.site).run(stop)


def api() -> None:
    """Serve the API and the console."""
    from api.server import serve

    serve(load_settings())


def up() -> None:
    """Run worker and API of this machine together, with Redis and the database by their addresses."""
    settings = load_settings()
    if settings.redis_url is None:
        raise SettingsError("ALMERE_REDIS_URL is not set: name the Redis server, or use `almere demo`")
    _run(settings, [_worker_part(), _api_part(settings)], {}, lambda: None)


def demo(
    source: Annotated[
        str | None,
        typer.Argument(help="Video file, or rtsp://${CAMERA_USER}:${CAMERA_PASSWORD}@host/path; else ours."),
    ] = None,
    zones: Annotated[
        Path | None, typer.Option(help="Zone file for SOURCE; else nearly the whole picture, 60 s.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port of the console; 0 takes a free one.")] = 8080,
) -> None:
    """Run everything on this machine: embedded Redis, SQLite, worker, API and console."""
    from almere_vision.storage.embedded import embedded_redis_command

    settings = load_settings()
    data_dir = (
        settings.data_dir / "demo" if "data_dir" not in settings.model_fields_set else settings.data_dir
    )
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    site = _demo_site(settings, source, zones, data_dir)
    _check_site(site)
    port = port or _free_port()
    environment = {
        "ALMERE_DATA_DIR": str(data_dir.resolve()),
        "ALMERE_SITE": str(site.resolve()),
        "ALMERE_API_PORT": str(port),
        "ALMERE_DETECTIONS_DAYS": str(settings.detections_days or _DEMO_DETECTIONS_DAYS),
    }
    here = settings.model_copy(
        update={"data_dir": data_dir.resolve(), "site": site, "api_port": port, "redis_url": None}
    )
    passwords = _demo_people(here)
    redis = Part("redis", embedded_redis_command(here.data_dir), (here.data_dir / "redis.sock").exists)
    (here.data_dir / "redis.sock").unlink(missing_ok=True)
    _run(
        here,
        [redis, _worker_part(), _api_part(here)],
        environment,
        lambda: _welcome(f"http://{settings.api_host}:{port}", passwords),
    )


def _run(
    settings: Settings, parts: list[Part], environment: dict[str, str], on_ready: Callable[[], None]
) -> None:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    stop = stop_on_signals()
    try:
        Supervisor(parts, environment, settings.data_dir / "parts.json").run(stop, on_ready)
    except PartFailed as error:
        raise SettingsError(f"{error}; the lines above tell why") from None


def _almere(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "almere_vision", *words)


def _worker_part() -> Part:
    return Part("worker", _almere("worker"))


def _api_part(settings: Settings) -> Part:
    address = f"http://127.0.0.1:{settings.api_port}/healthz"

    def answers() -> bool:
        try:
            with urllib.request.urlopen(address, timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return Part("api", _almere("api"), answers)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _demo_site(settings: Settings, source: str | None, zones: Path | None, data_dir: Path) -> Path:
    """The site file of the demo: ours, or one made for the camera or file that the user names."""
    if source is None:
        return _demo_copy(settings.zones_dir / "demo", data_dir / "site")
    live = "://" in source
    if live and "@" in source and "${" not in source:
        raise InputError(
            "a password on the command line can be seen by everybody on this machine: set CAMERA_USER and "
            "CAMERA_PASSWORD, and write 'rtsp://${CAMERA_USER}:${CAMERA_PASSWORD}@host/path' in single quotes"
        )
    if zones is None:
        zones = data_dir / "own-zones.yaml"
        zone = {"id": "picture", "polygon": _WHOLE_PICTURE, "rules": {"parking": {"limit_s": 60}}}
        zones.write_text(
            yaml.safe_dump({"camera": "own", "presets": [{"id": "home", "zones": [zone]}]}, sort_keys=False)
        )
    camera = yaml.safe_load(zones.read_text()).get("camera", "own") if zones.is_file() else "own"
    entry = {
        "id": camera,
        "name": {"nl": "Eigen camera", "en": "Own camera"},
        "source": source if live else str(Path(source).resolve()),
        "play": not live,
        "zones": str(zones.resolve()),
    }
    site = data_dir / "own-site.yaml"
    site.write_text(
        yaml.safe_dump({"site": "own", "name": "Own camera", "cameras": [entry]}, sort_keys=False)
    )
    return site


def _demo_copy(shipped: Path, folder: Path) -> Path:
    """The site that ships, copied once into a folder of the demo, so that zones may be drawn there."""
    site = folder / "site.yaml"
    if not site.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        draft = folder.with_name(".site.new")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(shipped, draft)
        told = yaml.safe_load((draft / "site.yaml").read_text())
        for camera in told["cameras"]:
            camera["source"] = str((shipped / camera["source"]).resolve())
        (draft / "site.yaml").write_text(yaml.safe_dump(told, sort_keys=False))
        draft.rename(folder)
    return site


def _check_site(site_file: Path) -> None:
    """Tell what is wrong with footage or zones before anything starts."""
    from almere_vision.scene import Scene, load_priorities, load_site
    from almere_vision.sources import camera_address

    site = load_site(site_file)
    if site.priorities is not None:
        load_priorities(site.priorities)
    for camera in site.cameras:
        Scene.load(camera.zones, camera.id)
        camera_address(camera.source, site.folder)


def _demo_people(settings: Settings) -> dict[str, str]:
    """Accounts with fresh passwords: a demo has no default password, and forgets the one before."""
    from almere_vision.storage.accounts import Accounts
    from almere_vision.storage.database import migrate, open_database
    from almere_vision.storage.people import People

    engine = open_database(settings.database())
    migrate(engine)
    people = People(engine)
    passwords = {}
    for name, role in _DEMO_PEOPLE.items():
        passwords[name] = secrets.token_urlsafe(12)
        try:
            people.add(name, passwords[name], role)
        except InputError:
            Accounts(engine).set_password(name, passwords[name])
    engine.dispose()
    return passwords


def _welcome(address: str, passwords: dict[str, str]) -> None:
    lines = [f"Almere Vision is ready: {address}", ""]
    lines += [f"  sign in as {name:<11} password {password}" for name, password in passwords.items()]
    lines += ["", "The first suggestion comes within half a minute. Ctrl-C stops everything."]
    typer.echo("\n".join(lines))
    sys.stdout.flush()
