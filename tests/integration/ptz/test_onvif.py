"""Asking and turning a camera over ONVIF, and all that it may answer. Fault 5."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import pytest
from typer.testing import CliRunner, Result

from almere_vision.cli import app
from almere_vision.domain.errors import CameraError, CameraRefused, CameraUnable, InputError
from almere_vision.domain.ptz import Heading, Position
from almere_vision.onvif.address import OnvifAddress, read_onvif_address
from almere_vision.onvif.camera import OnvifCamera
from almere_vision.simulate.faults import Fault
from almere_vision.worker.clocks import Clocks
from almere_vision.worker.headings import Headings
from tests.integration.ptz.stage import PASSWORD, USER, VirtualPtz
from tests.integration.sources.footage_stage import until

T = TypeVar("T")


@pytest.fixture(autouse=True)
def _behaves(camera: VirtualPtz) -> Iterator[None]:
    yield
    camera.tell(faults=[])


def ask(
    camera: VirtualPtz,
    what: Callable[[OnvifCamera], Awaitable[T]],
    password: str = PASSWORD,
    limit_s: float = 5.0,
) -> T:
    login = f"{USER}:{quote(password, safe='')}@"
    address = read_onvif_address(camera.onvif.replace("://", f"://{login}"))

    async def run() -> T:
        async with OnvifCamera(address, limit_s) as client:
            return await what(client)

    return asyncio.run(run())


def arrived(camera: VirtualPtz) -> bool:
    return not camera.state()["moving"]


def almere(*words: str, **environment: str) -> Result:
    """The command in this process; what it refuses is the exception, as `almere` prints it."""
    given: dict[str, str | None] = {"CAMERA_USER": None, "CAMERA_PASSWORD": None}
    return CliRunner().invoke(app, ["cameras", *words], env=given | environment)


def test_it_is_turned_stopped_and_sent_to_its_presets(camera: VirtualPtz) -> None:
    async def tour(client: OnvifCamera) -> None:
        await client.go(Position(0.4, -0.3, 0.2))
        await asyncio.to_thread(until, lambda: arrived(camera), 5, "it is there")
        token = await client.save_preset("corner")
        assert (await client.heading()).position == Position(0.4, -0.3, 0.2)
        await client.drive(-0.5, 0.0, 0.0)
        await asyncio.to_thread(until, lambda: camera.state()["position"]["pan"] < 0.2, 5, "it drives")
        assert (await client.heading()).moving is True
        await client.stop()
        assert arrived(camera)
        stored = {preset.name: preset for preset in await client.presets()}
        assert stored["corner"].token == token
        assert stored["corner"].position == Position(0.4, -0.3, 0.2)
        await client.go_to_preset(token)
        await asyncio.to_thread(until, lambda: camera.state()["position"]["pan"] == 0.4, 5, "it is back")
        await client.save_preset("corner", token)
        assert len(await client.presets()) == len(stored)

    ask(camera, tour)


def test_it_does_not_turn_on_for_ever_when_who_steers_vanishes(camera: VirtualPtz) -> None:
    async def vanish(client: OnvifCamera) -> None:
        await client.go(Position(0.8, 0.0, 0.0))
        await asyncio.to_thread(until, lambda: camera.state()["position"]["pan"] == 0.8, 10, "it is there")
        await client.drive(-0.1, 0.0, 0.0, for_s=0.5)

    ask(camera, vanish)
    until(lambda: arrived(camera), 10, "it stands")
    assert -0.9 < camera.state()["position"]["pan"] < 0.8


def test_probe_tells_device_clock_streams_abilities_and_presets(camera: VirtualPtz) -> None:
    camera.tell(faults=[Fault.WRONG_CLOCK])
    done = almere("probe", camera.onvif, "--json", CAMERA_USER=USER, CAMERA_PASSWORD=PASSWORD)
    assert done.exit_code == 0, done.exception
    told = json.loads(done.stdout)
    assert told["device"]["manufacturer"] == "Almere Vision"
    assert told["clock_offset_s"] == pytest.approx(600, abs=3)
    assert told["profiles"][0]["stream"] == camera.rtsp
    assert (told["profiles"][0]["width_px"], told["profiles"][0]["height_px"]) == (640, 360)
    assert told["ptz"]["abilities"] == {"absolute": True, "presets": 100, "home": True}
    assert "home" in {preset["token"] for preset in told["ptz"]["presets"]}
    assert PASSWORD not in done.stdout + done.stderr
    words = almere("probe", camera.onvif, CAMERA_USER=USER, CAMERA_PASSWORD=PASSWORD)
    assert "clock of this camera is off" in words.stderr


def test_what_it_cannot_do_is_told_and_not_guessed(camera: VirtualPtz) -> None:
    camera.tell(faults=[Fault.STATUS_MISSING])
    with pytest.raises(CameraUnable, match="GetStatus: this camera cannot do that"):
        ask(camera, lambda client: client.heading())
    done = almere("probe", camera.onvif, "--json", CAMERA_USER=USER, CAMERA_PASSWORD=PASSWORD)
    assert json.loads(done.stdout)["ptz"]["status"] is None
    with pytest.raises(CameraUnable, match="no such preset"):
        ask(camera, lambda client: client.go_to_preset("99"))


def test_fault_21_a_login_in_the_arguments_is_refused_and_a_secrets_file_is_read(
    camera: VirtualPtz, tmp_path: Path
) -> None:
    plain = camera.onvif.replace("://", f"://{USER}:secret@")
    done = almere("probe", plain)
    assert isinstance(done.exception, InputError)
    assert "secret" not in done.output + str(done.exception)
    secrets = tmp_path / "secrets"
    secrets.write_text(f"# of the square\nMAST_USER={USER}\nMAST_PASSWORD={PASSWORD}\n")
    named = camera.onvif.replace("://", "://${MAST_USER}:${MAST_PASSWORD}@")
    secrets.chmod(0o644)
    assert "chmod 600" in str(almere("status", named, ALMERE_CAMERA_SECRETS=str(secrets)).exception)
    secrets.chmod(0o600)
    done = almere("status", named, "--json", ALMERE_CAMERA_SECRETS=str(secrets))
    assert done.exit_code == 0, done.exception
    assert json.loads(done.stdout)["moving"] is False


def test_a_wrong_password_is_told_as_such(camera: VirtualPtz) -> None:
    with pytest.raises(CameraRefused, match="check user and password") as refused:
        ask(camera, lambda client: client.heading(), password="guess%1")
    assert "guess" not in str(refused.value)
    given = os.environ | {"CAMERA_USER": USER, "CAMERA_PASSWORD": "guess%1"}
    words = [sys.executable, "-m", "almere_vision", "--verbose", "cameras", "status", camera.onvif]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, env=given)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "guess" not in done.stdout + done.stderr


def test_a_clock_ten_minutes_off_does_not_lock_us_out(camera: VirtualPtz) -> None:
    async def through_the_change(client: OnvifCamera) -> None:
        await client.heading()
        camera.tell(faults=[Fault.WRONG_CLOCK])  # the clock is set while we are connected
        await client.heading()
        assert await client.clock_offset_s() == pytest.approx(600, abs=3)
        camera.tell(faults=[])
        await client.heading()

    ask(camera, through_the_change)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.MALFORMED, "not well-formed"),
        (Fault.ENTITY_BOMB, "document type"),
        (Fault.EXTERNAL_ENTITY, "document type"),
        (Fault.SILENT, "no answer within 1 s"),
        (Fault.SLOW, "no answer within 1 s"),
    ],
)
def test_fault_05_a_bad_answer_harms_nobody_and_is_told_in_time(
    camera: VirtualPtz, fault: Fault, words: str
) -> None:
    camera.tell(faults=[fault])
    before_kb, began_s = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(CameraError, match=words) as told:
        ask(camera, lambda client: client.information(), limit_s=1.0)
    assert time.monotonic() - began_s < 4
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 100_000
    assert Path("/etc/hostname").read_text().strip() not in str(told.value)


def test_after_a_reboot_the_presets_are_gone_and_it_says_so(camera: VirtualPtz) -> None:
    token = ask(camera, lambda client: client.save_preset("before the storm"))
    camera.tell(reboot=True)
    assert [preset.token for preset in ask(camera, lambda client: client.presets())] == ["home"]
    with pytest.raises(CameraUnable, match="no such preset"):
        ask(camera, lambda client: client.go_to_preset(token))


PEER = """
import asyncio, dataclasses, json, subprocess, sys, time
from ipycam import CameraConfig, IPCamera
from almere_vision.domain.ptz import Heading, Position
from almere_vision.onvif.address import OnvifAddress, read_onvif_address
from almere_vision.onvif.camera import OnvifCamera

subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
login = {"username": "peer", "password": "geheim"}
camera = IPCamera(CameraConfig(onvif_port=8080, local_ip="127.0.0.1", **login))
camera.start()

async def look():
    async with OnvifCamera(read_onvif_address("http://peer:geheim@127.0.0.1:8080")) as client:
        told = {"stream": await client.stream_address((await client.profiles())[0].token)}
        told["model"] = (await client.information()).model
        told["offset_s"] = await client.clock_offset_s()
        await client.go(Position(0.5, 0.0, 0.0))
        told["token"] = await client.save_preset("corner")
        told["presets"] = [dataclasses.asdict(preset) for preset in await client.presets()]
        told["heading"] = dataclasses.asdict(await client.heading())
        return told

print(json.dumps(asyncio.run(look())))
camera.stop()
"""


def test_an_independent_peer_in_its_own_network_is_understood(root: Path, tmp_path: Path) -> None:
    """ipycam listens on all addresses, so it gets a network of its own, and we look from inside of it."""
    apart = ["unshare", "--user", "--map-root-user", "--net", sys.executable, "-c", PEER]
    given = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(apart, cwd=tmp_path, env=given, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["stream"].startswith("rtsp://127.0.0.1")
    assert told["model"]
    assert told["offset_s"] == pytest.approx(0, abs=3)
    assert [preset["token"] for preset in told["presets"] if preset["name"] == "corner"] == [told["token"]]
    assert told["heading"]["position"]["pan"] == pytest.approx(0.5, abs=0.01)


def test_a_camera_that_asks_for_no_login_is_asked_without(plaza: Path) -> None:
    open_to_all = VirtualPtz(plaza, login=False)
    try:
        address = read_onvif_address(open_to_all.onvif)
        assert address.user is None
        heading = asyncio.run(_heading(address))
        assert heading.position == Position(0.0, 0.0, 0.0)
    finally:
        open_to_all.close()


async def _heading(address: OnvifAddress) -> Heading:
    async with OnvifCamera(address) as camera:
        return await camera.heading()


def test_fault_04_a_clock_that_is_set_wrong_is_told_while_the_camera_still_says_where_it_looks(
    camera: VirtualPtz,
) -> None:
    camera.tell(faults=[Fault.WRONG_CLOCK.value])
    login = f"{USER}:{quote(PASSWORD, safe='')}@"
    address = read_onvif_address(camera.onvif.replace("://", f"://{login}"))
    clocks = Clocks(every_s=0.2, while_wrong_s=0.2)
    headings = Headings({"mast": address}, clocks)
    headings.start()
    try:
        until(lambda: clocks.wrong("mast"), 30, "its clock is told to be wrong")
        until(lambda: headings.of("mast"), 30, "it says where it looks")
        wrong = clocks.wrong("mast")
        assert wrong is not None
        assert wrong.offset_s == pytest.approx(600, abs=3)
        camera.tell(faults=[])
        until(lambda: clocks.wrong("mast") is None, 30, "its clock is right again")
        assert clocks.offset_s("mast") == pytest.approx(0, abs=3)
    finally:
        headings.close()
