"""The virtual camera as a whole: ONVIF over HTTP, RTSP, and a door through which it is told to misbehave."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from almere_vision.domain.errors import SettingsError
from almere_vision.domain.ptz import Position
from almere_vision.simulate import soap
from almere_vision.simulate.faults import Fault
from almere_vision.simulate.mount import Mount
from almere_vision.simulate.operations import OPEN, Operations
from almere_vision.simulate.show import Show

_SLOW_S: Final = 4.0
_WRONG_CLOCK: Final = timedelta(minutes=10)
_LARGEST_BYTES: Final = 2**20


@dataclass(frozen=True, slots=True)
class Order:
    """What camera to be.

    Attributes:
        footage: a picture or video that is larger than the view.
        host: where to listen.
        port: of ONVIF; 0 takes a free one.
        rtsp_port: of the stream; 0 takes a free one.
        size: of the view, in pixels.
        fps: pictures a second.
        speed: of the motors, in units of the ONVIF spaces a second.
        login: user and password; None lets everybody in.
        faults: what is wrong from the beginning.
    """

    footage: Path
    host: str = "127.0.0.1"
    port: int = 0
    rtsp_port: int = 0
    size: tuple[int, int] = (640, 360)
    fps: int = 10
    speed: float = 1.0
    login: tuple[str, str] | None = None
    faults: frozenset[Fault] = frozenset()


class VirtualCamera:
    """Serves until its process ends."""

    def __init__(self, order: Order) -> None:
        """Open the doors. Raises `FootageError` and `SettingsError`."""
        self._order = order
        self.mount = Mount(order.speed)
        self._show = Show(order.footage, self.mount, order.size, order.fps, order.login)
        self._doors = (_door(order.host, order.port), _door(order.host, order.rtsp_port))
        self.onvif_url = f"http://{order.host}:{self._doors[0].getsockname()[1]}/onvif/device_service"
        self.rtsp_url = f"rtsp://{order.host}:{self._doors[1].getsockname()[1]}/view"
        self._operations = Operations(self.mount, order.size, "virtual PTZ camera", self.rtsp_url)
        self._faults = order.faults
        self._stop = threading.Event()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve while inside."""
        app = web.Application(client_max_size=_LARGEST_BYTES)
        app.router.add_post("/onvif/{service}", self._onvif)
        app.router.add_get("/simulate", self._state)
        app.router.add_post("/simulate", self._change)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.SockSite(runner, self._doors[0]).start()
        server = await asyncio.start_server(self._show.serve, sock=self._doors[1])
        loop = asyncio.get_running_loop()
        encoder = threading.Thread(target=self._show.encode_for_ever, args=(loop, self._stop), daemon=True)
        encoder.start()
        try:
            yield
        finally:
            self._stop.set()
            server.close()
            await runner.cleanup()
            await asyncio.to_thread(encoder.join)

    async def _onvif(self, request: web.Request) -> web.Response:
        faults = self._faults
        content = await request.read()
        if Fault.SILENT in faults:
            while not self._stop.is_set():
                await asyncio.sleep(0.1)
        if Fault.SLOW in faults:
            await asyncio.sleep(_SLOW_S)
        now = datetime.now(UTC) + (_WRONG_CLOCK if Fault.WRONG_CLOCK in faults else timedelta())
        status, text = self._answer(content, now, f"{request.scheme}://{request.host}/onvif", faults)
        for fault, trap in ((Fault.ENTITY_BOMB, soap.BOMB), (Fault.EXTERNAL_ENTITY, soap.THIEF)):
            text = trap if fault in faults else text
        if Fault.MALFORMED in faults:
            text = text[: len(text) * 2 // 3]
        return web.Response(status=status, text=text, content_type="application/soap+xml", charset="utf-8")

    def _answer(self, content: bytes, now: datetime, base: str, faults: frozenset[Fault]) -> tuple[int, str]:
        try:
            question = soap.read(content)
            login = self._order.login
            if login and question.operation not in OPEN and not soap.admitted(question, *login, now):
                raise soap.Refusal("the sender is not authorised", "ter:NotAuthorized")
            return 200, soap.envelope(self._operations.answer(question, now, base, faults))
        except soap.Refusal as refusal:
            return 400, soap.fault(refusal)

    async def _state(self, _: web.Request) -> web.Response:
        at, moving = self.mount.tell()
        looks, faults = asdict(self.mount.look()), sorted(self._faults)
        return web.json_response({"position": asdict(at), "looks": looks, "moving": moving, "faults": faults})

    async def _change(self, request: web.Request) -> web.Response:
        """Faults, a jump, a nudge, presets shifted, a reboot, night: see docs/how-to/presets.md."""
        try:
            wanted: dict[str, Any] = json.loads(await request.read())
            if "faults" in wanted:
                self._faults = frozenset(Fault(name) for name in wanted["faults"])
                self._operations.freeze()
            if "jump" in wanted:
                self.mount.jump(Position(*map(float, wanted["jump"])))
            if "nudge" in wanted:
                self.mount.nudge(*map(float, wanted["nudge"]))
            if "shift_presets" in wanted:
                self.mount.shift_presets(*map(float, wanted["shift_presets"]))
            if wanted.get("reboot"):
                self.mount.forget_presets()
            if "night" in wanted:
                self._show.darken(dark=bool(wanted["night"]))
        except (ValueError, TypeError, AttributeError) as error:
            return web.json_response({"error": str(error)}, status=422)
        return await self._state(request)


async def run(camera: VirtualCamera, stop: threading.Event) -> None:
    """Serve until `stop` is set."""
    async with camera.running():
        while not stop.is_set():
            await asyncio.sleep(0.1)


def _door(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host} port {port}: {error.strerror}; "
            "choose another with --port or --rtsp-port"
        ) from None
