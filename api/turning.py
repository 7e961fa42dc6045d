"""Cameras that turn: how to reach them, where home is, and looking after those that nobody steers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import structlog

from almere_vision.config import Settings
from almere_vision.domain.errors import AlmereError, CameraError
from almere_vision.onvif.address import OnvifAddress, read_onvif_address
from almere_vision.scene import SiteCamera, load_site
from almere_vision.scene.learnt import load_stored, places
from almere_vision.sources.address import expand
from almere_vision.storage.steering import Steering, Step

if TYPE_CHECKING:
    from almere_vision.onvif.camera import OnvifCamera

_EVERY_S: Final = 1.0

log = structlog.get_logger("api")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Turning:
    """One camera that turns.

    Attributes:
        address: of its ONVIF service.
        home: token of the preset that it returns to; None while that is not learnt.
        tour: presets by token with the seconds that it stays at each; empty for none.
    """

    address: OnvifAddress
    home: str | None
    tour: tuple[tuple[str, float], ...] = ()

    def ask(self, what: Callable[[OnvifCamera], Awaitable[T]]) -> T:
        """Ask or tell it something; blocking. Raises `CameraError`."""
        from almere_vision.onvif.camera import OnvifCamera

        async def run() -> T:
            async with OnvifCamera(self.address) as camera:
                return await what(camera)

        return asyncio.run(run())


def turning_cameras(settings: Settings) -> dict[str, Turning]:
    """The cameras of the site that turn. Raises `ZoneFileError` and `SettingsError`."""
    if settings.site is None:
        return {}
    cameras = load_site(settings.site).cameras
    return {entry.id: _turning(entry, entry.onvif, settings) for entry in cameras if entry.onvif is not None}


def _turning(entry: SiteCamera, onvif: str, settings: Settings) -> Turning:
    tokens = {preset: load_stored(place).token for preset, place in places(entry.zones).items()}
    tour = tuple(
        (token, dwell_s) for preset, dwell_s in entry.tour if (token := tokens.get(preset)) is not None
    )
    home = next((token for token in tokens.values() if token is not None), None)
    return Turning(read_onvif_address(expand(onvif, settings.camera_values())), home, tour)


class Keeper:
    """Sends cameras that nobody steers home, or along their tour."""

    def __init__(
        self, steering: Steering, cameras: Mapping[str, Turning], clock: Callable[[], datetime]
    ) -> None:
        self._steering = steering
        self._cameras = cameras
        self._clock = clock

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; blocking, run it in a thread."""
        if not self._cameras:
            return
        begun = False
        while not stop.wait(_EVERY_S):
            try:
                if not begun:
                    self.begin()
                    begun = True
                self.look()
            except AlmereError as error:
                log.warning("cameras are not looked after", reason=str(error))
            except Exception:
                log.exception("looking after cameras failed by a fault of ours")

    def begin(self) -> None:
        """Begin the tours of cameras that nobody ever steered."""
        for name, camera in self._cameras.items():
            if camera.tour:
                self._steering.begin(name, self._clock())

    def look(self) -> None:
        """Do what is due now."""
        for step in self._steering.due(self._clock()):
            camera = self._cameras.get(step.camera)
            if camera is not None:
                self._send(step, camera)

    def _send(self, step: Step, camera: Turning) -> None:
        token, stay_s = camera.home, None
        if camera.tour:
            token, stay_s = camera.tour[step.number % len(camera.tour)]
        if token is None:
            return
        try:
            camera.ask(lambda client: client.go_to_preset(token))
        except CameraError as error:
            log.warning("a camera is not sent to its preset", camera=step.camera, reason=str(error))
            return
        now = self._clock()
        again_at = None if stay_s is None else now + timedelta(seconds=stay_s)
        self._steering.did(step, now, token, again_at)
