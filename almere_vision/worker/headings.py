"""Asks cameras that turn where they say they look, once a second or more often while they move.

And what time it is there, when they are first heard and every hour.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import structlog

from almere_vision.domain.errors import CameraError, CameraRefused, CameraUnable
from almere_vision.domain.ptz import Heading
from almere_vision.onvif.address import OnvifAddress
from almere_vision.worker.clocks import Clocks

if TYPE_CHECKING:
    from almere_vision.onvif.camera import OnvifCamera

_EVERY_S: Final = 1.0
_WHILE_MOVING_S: Final = 0.3
"""A camera that moves is asked more often, so that its arrival is heard of at once."""
_FRESH_S: Final = 3.0
_LIMIT_S: Final = 2.0
_AFTER_FAILURE_S: Final = (2.0, 30.0)

log = structlog.get_logger()


class Headings:
    """One loop in one thread for all cameras; a camera that hangs delays no other."""

    def __init__(self, cameras: Mapping[str, OnvifAddress], clocks: Clocks) -> None:
        self._cameras = cameras
        self._clocks = clocks
        self._told: dict[str, tuple[Heading, float]] = {}
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._ask_all()), name="headings", daemon=True
        )
        self._stop = threading.Event()

    def start(self) -> None:
        if self._cameras:
            self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def of(self, camera: str) -> Heading | None:
        """What a camera said within the last three seconds; None if nothing."""
        heading, told_s = self._told.get(camera, (None, 0.0))
        return heading if time.monotonic() - told_s <= _FRESH_S else None

    async def _ask_all(self) -> None:
        tasks = [asyncio.create_task(self._ask(name, address)) for name, address in self._cameras.items()]
        while not self._stop.is_set():
            await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, name: str, address: OnvifAddress) -> None:
        """Ask for ever; what goes wrong is told once, until it is well again."""
        from almere_vision.onvif.camera import OnvifCamera

        failures, every_s = 0, _EVERY_S
        async with OnvifCamera(address, _LIMIT_S) as camera:
            while True:
                try:
                    await self._ask_clock(name, camera)
                    heading = await camera.heading()
                    before, _ = self._told.get(name, (heading, 0.0))
                    self._told[name] = heading, time.monotonic()
                    moves = heading.moving or heading.position != before.position
                    every_s = _WHILE_MOVING_S if moves else _EVERY_S
                    if failures:
                        log.info("the camera says again where it looks", camera=name)
                    failures = 0
                except CameraError as error:
                    if not isinstance(error, (CameraRefused, CameraUnable)):
                        self._clocks.gone(name)
                    if not failures:
                        log.warning("the camera does not say where it looks", camera=name, reason=str(error))
                    failures += 1
                least_s, most_s = _AFTER_FAILURE_S
                pause_s = every_s if not failures else min(most_s, least_s * 2 ** min(failures - 1, 8))
                await asyncio.sleep(pause_s)

    async def _ask_clock(self, name: str, camera: OnvifCamera) -> None:
        if self._clocks.due(name):
            self._clocks.told(name, await camera.clock_offset_s())
