"""One camera that speaks ONVIF."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self

from almere_vision.domain.errors import CameraRefused, CameraUnable
from almere_vision.domain.ptz import Heading, Position, StoredPreset
from almere_vision.logs import redact
from almere_vision.onvif.address import OnvifAddress
from almere_vision.onvif.services import Service, Services
from almere_vision.onvif.transport import BadAnswer

_MOST: Final = 1000
"""Presets or profiles beyond so many are left out."""

_MOST_DRIVE_S: Final = 10.0
"""Whoever steers may vanish with a key held down; no camera turns on for ever."""


@dataclass(frozen=True, slots=True)
class Information:
    """What the camera says it is."""

    manufacturer: str
    model: str
    firmware: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A stream that the camera offers; the size is None when it does not say."""

    token: str
    name: str
    width_px: int | None
    height_px: int | None
    turns: bool


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the camera says it can do; None where it does not say."""

    absolute: bool | None
    presets: int | None
    home: bool | None


class OnvifCamera:
    """Every method raises `CameraRefused`, `CameraUnable` or `CameraError`, and ends within its deadline."""

    def __init__(self, address: OnvifAddress, limit_s: float = 5.0) -> None:
        """`limit_s` is the deadline of each call."""
        self.address = address
        self._services = Services(address, limit_s)
        self._known = False
        self._profile: str | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of all connections."""
        await self._services.close()

    async def clock_offset_s(self) -> float | None:
        """Seconds that its clock is ahead of ours, to about one; None if it does not tell."""
        for operation in ("authless_GetSystemDateAndTime", "GetSystemDateAndTime"):
            before = datetime.now(UTC)
            try:
                theirs = _utc(await self._services.call(Service.DEVICE, operation))
            except (CameraRefused, CameraUnable):
                continue  # a few want the password even for this
            after = datetime.now(UTC)
            return None if theirs is None else (theirs - (before + (after - before) / 2)).total_seconds()
        return None

    async def information(self) -> Information:
        """What it is."""
        told = await self._ask(Service.DEVICE, "GetDeviceInformation")
        return Information(_word(told.Manufacturer), _word(told.Model), _word(told.FirmwareVersion))

    async def has_ptz(self) -> bool:
        """Whether it says that it can turn."""
        await self._learn()
        return self._services.has(Service.PTZ)

    async def profiles(self) -> tuple[Profile, ...]:
        """The streams that it offers."""
        return tuple(_profile(row) for row in (await self._ask(Service.MEDIA, "GetProfiles") or [])[:_MOST])

    async def stream_address(self, profile: str) -> str:
        """RTSP address of a stream, without login."""
        setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
        told = await self._ask(Service.MEDIA, "GetStreamUri", ProfileToken=profile, StreamSetup=setup)
        return redact(_word(told.Uri)).replace("***@", "")

    async def abilities(self) -> Abilities:
        """What it can do."""
        nodes = await self._ask(Service.PTZ, "GetNodes") or []
        if not nodes:
            return Abilities(None, None, None)
        node = nodes[0]
        spaces = node.SupportedPTZSpaces
        absolute = None if spaces is None else bool(spaces.AbsolutePanTiltPositionSpace)
        return Abilities(absolute, node.MaximumNumberOfPresets, node.HomeSupported)

    async def presets(self) -> tuple[StoredPreset, ...]:
        """What it keeps; positions are None where it does not tell them."""
        told = await self._turn("GetPresets") or []
        return tuple(
            StoredPreset(_word(row.token), _word(row.Name), _position(row.PTZPosition))
            for row in told[:_MOST]
            if row.token is not None
        )

    async def save_preset(self, name: str, token: str | None = None) -> str:
        """Keep where it looks now as a new preset, or in the place of an old one; gives its token."""
        values = {"PresetName": name} | ({} if token is None else {"PresetToken": token})
        return _word(await self._turn("SetPreset", **values))

    async def go_to_preset(self, token: str) -> None:
        """Begin to turn to a preset."""
        await self._turn("GotoPreset", PresetToken=token)

    async def heading(self) -> Heading:
        """Where it says it looks."""
        told = await self._turn("GetStatus")
        moves = told.MoveStatus
        words = () if moves is None else (moves.PanTilt, moves.Zoom)
        moving = True if "MOVING" in words else (False if "IDLE" in words else None)
        return Heading(_position(told.Position), moving)

    async def drive(self, pan: float, tilt: float, zoom: float, for_s: float = _MOST_DRIVE_S) -> None:
        """Turn on at a share (-1 to 1) of the full speed until `stop`; if that never comes, for so long."""
        velocity = {"PanTilt": {"x": pan, "y": tilt}, "Zoom": {"x": zoom}}
        await self._turn("ContinuousMove", Velocity=velocity, Timeout=timedelta(seconds=for_s))

    async def go(self, to: Position) -> None:
        """Begin to turn to a position."""
        where = {"PanTilt": {"x": to.pan, "y": to.tilt}, "Zoom": {"x": to.zoom}}
        await self._turn("AbsoluteMove", Position=where)

    async def stop(self) -> None:
        """Stop turning."""
        await self._turn("Stop", PanTilt=True, Zoom=True)

    async def _turn(self, operation: str, **values: Any) -> Any:
        """A call to the PTZ service, which always names a profile."""
        if self._profile is None:
            profiles = await self.profiles()
            turning = [profile for profile in profiles if profile.turns] or list(profiles)
            if not turning:
                raise CameraUnable(f"{self.address}: this camera offers no stream that turns")
            self._profile = turning[0].token
        return await self._ask(Service.PTZ, operation, ProfileToken=self._profile, **values)

    async def _ask(self, service: Service, operation: str, **values: Any) -> Any:
        await self._learn()
        try:
            return await self._services.call(service, operation, **values)
        except CameraRefused:
            # Its clock may have been set since; once with a fresh offset, or the password is wrong.
            if not await self._adjust():
                raise
        except AttributeError:
            raise BadAnswer(f"{self.address}: {operation}: it sent an answer of another form") from None
        return await self._services.call(service, operation, **values)

    async def _learn(self) -> None:
        """At first: the clock of the camera, and where its services are."""
        if self._known:
            return
        await self._adjust()
        places: dict[str, str] = {}
        try:
            for row in (
                await self._services.call(Service.DEVICE, "GetServices", IncludeCapability=False) or []
            ):
                places[_word(row.Namespace)] = _word(row.XAddr)
        except CameraUnable:  # GetServices is younger than some cameras
            told = await self._services.call(Service.DEVICE, "GetCapabilities", Category="All")
            for service, part in ((Service.MEDIA, told.Media), (Service.PTZ, told.PTZ)):
                if part is not None:
                    places[service.value] = _word(part.XAddr)
        self._services.use(places)
        self._known = True

    async def _adjust(self) -> bool:
        """Whether its clock stands otherwise than we thought."""
        offset_s = await self.clock_offset_s()
        skew = timedelta(seconds=round(offset_s or 0.0))
        changed = abs(skew - self._services.skew) > timedelta(seconds=2)
        if changed:
            await self._services.set_skew(skew)
        return changed


def _word(value: Any) -> str:
    """What a camera says, on one line and shortened; it may say anything."""
    return " ".join(str(value or "").split())[:500]


def _utc(told: Any) -> datetime | None:
    try:
        day, clock = told.UTCDateTime.Date, told.UTCDateTime.Time
        second = min(59, clock.Second)  # a leap second is 60
        return datetime(day.Year, day.Month, day.Day, clock.Hour, clock.Minute, second, tzinfo=UTC)
    except (AttributeError, TypeError, ValueError):
        return None


def _profile(row: Any) -> Profile:
    encoder = row.VideoEncoderConfiguration
    size = None if encoder is None else encoder.Resolution
    width_px, height_px = (None, None) if size is None else (size.Width, size.Height)
    return Profile(_word(row.token), _word(row.Name), width_px, height_px, row.PTZConfiguration is not None)


def _position(told: Any) -> Position | None:
    """None unless pan and tilt are told as numbers."""
    if told is None or told.PanTilt is None:
        return None
    zoom = 0.0 if told.Zoom is None else told.Zoom.x
    values = told.PanTilt.x, told.PanTilt.y, zoom
    if any(value is None or not math.isfinite(value) for value in values):
        return None
    return Position(*map(float, values))
