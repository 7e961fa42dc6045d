"""The ONVIF operations of the virtual camera: device, media and PTZ (ONVIF Core, Media and PTZ 2.0)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from almere_vision.domain.ptz import Position
from almere_vision.simulate.faults import Fault
from almere_vision.simulate.mount import Mount, UnknownPreset
from almere_vision.simulate.soap import Question, Refusal

_LATE_S: Final = 4.0
_PANTILT_SPACE: Final = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/PositionGenericSpace"
_ZOOM_SPACE: Final = "http://www.onvif.org/ver10/tptz/ZoomSpaces/PositionGenericSpace"
_ZERO: Final = Position(0.0, 0.0, 0.0)

OPEN: Final = frozenset({"GetSystemDateAndTime"})
"""Operations that need no password (ONVIF Core 5.12.1: pre-auth)."""


class Operations:
    """Answers questions by moving and asking the mount."""

    def __init__(self, mount: Mount, size: tuple[int, int], name: str, stream: str) -> None:
        """`size` in pixels and `stream` as the media service tells them."""
        self._mount = mount
        self._size = size
        self._name = name
        self._stream = stream
        self._frozen: tuple[Position, bool] | None = None
        self._known: Mapping[str, Callable[[Question], str]] = {
            "GetDeviceInformation": self._device,
            "GetProfiles": self._profiles,
            "GetStreamUri": self._stream_uri,
            "GetNodes": self._nodes,
            "GetPresets": self._presets,
            "SetPreset": self._set_preset,
            "GotoPreset": self._goto_preset,
            "GotoHomePosition": self._go_home,
            "ContinuousMove": self._drive,
            "AbsoluteMove": self._go,
            "Stop": self._stop,
        }

    def freeze(self) -> None:
        """Remember what the status is now, for `Fault.STATUS_LIES`."""
        self._frozen = self._mount.tell()[0], False

    def answer(self, question: Question, now: datetime, base: str, faults: frozenset[Fault]) -> str:
        """Body of the answer. Raises `Refusal`."""
        if question.operation == "GetSystemDateAndTime":
            return _clock(now)
        if question.operation in ("GetServices", "GetCapabilities"):
            return _services(base) if question.operation == "GetServices" else _capabilities(base)
        if question.operation == "GetStatus" and Fault.STATUS_MISSING not in faults:
            return self._status(now, faults)
        known = self._known.get(question.operation)
        if known is None:
            raise Refusal("this camera does not know the operation", "ter:ActionNotSupported")
        try:
            return known(question)
        except UnknownPreset:
            raise Refusal("no such preset", "ter:NoToken") from None

    def _device(self, _: Question) -> str:
        return (
            "<tds:GetDeviceInformationResponse><tds:Manufacturer>Almere Vision</tds:Manufacturer>"
            f"<tds:Model>{escape(self._name)}</tds:Model><tds:FirmwareVersion>1</tds:FirmwareVersion>"
            "<tds:SerialNumber>0</tds:SerialNumber><tds:HardwareId>virtual</tds:HardwareId>"
            "</tds:GetDeviceInformationResponse>"
        )

    def _profiles(self, _: Question) -> str:
        width_px, height_px = self._size
        return (
            '<trt:GetProfilesResponse><trt:Profiles token="main" fixed="true"><tt:Name>main</tt:Name>'
            '<tt:VideoEncoderConfiguration token="encoder"><tt:Name>encoder</tt:Name>'
            "<tt:UseCount>1</tt:UseCount>"
            f"<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>{width_px}</tt:Width>"
            f"<tt:Height>{height_px}</tt:Height></tt:Resolution><tt:Quality>5</tt:Quality>"
            "</tt:VideoEncoderConfiguration>"
            '<tt:PTZConfiguration token="ptz"><tt:Name>ptz</tt:Name><tt:UseCount>1</tt:UseCount>'
            "<tt:NodeToken>node</tt:NodeToken></tt:PTZConfiguration></trt:Profiles></trt:GetProfilesResponse>"
        )

    def _stream_uri(self, _: Question) -> str:
        return (
            f"<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{escape(self._stream)}</tt:Uri>"
            "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false"
            "</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetStreamUriResponse>"
        )

    def _nodes(self, _: Question) -> str:
        ranges = "<tt:{0}Range><tt:Min>{1}</tt:Min><tt:Max>1</tt:Max></tt:{0}Range>".format
        return (
            '<tptz:GetNodesResponse><tptz:PTZNode token="node"><tt:Name>node</tt:Name>'
            "<tt:SupportedPTZSpaces>"
            f"<tt:AbsolutePanTiltPositionSpace><tt:URI>{_PANTILT_SPACE}</tt:URI>{ranges('X', -1)}"
            f"{ranges('Y', -1)}</tt:AbsolutePanTiltPositionSpace>"
            f"<tt:AbsoluteZoomPositionSpace><tt:URI>{_ZOOM_SPACE}</tt:URI>{ranges('X', 0)}"
            "</tt:AbsoluteZoomPositionSpace></tt:SupportedPTZSpaces>"
            "<tt:MaximumNumberOfPresets>100</tt:MaximumNumberOfPresets><tt:HomeSupported>true"
            "</tt:HomeSupported></tptz:PTZNode></tptz:GetNodesResponse>"
        )

    def _presets(self, _: Question) -> str:
        rows = "".join(
            f"<tptz:Preset token={quoteattr(preset.token)}><tt:Name>{escape(preset.name)}</tt:Name>"
            f"<tt:PTZPosition>{_vectors(preset.position)}</tt:PTZPosition></tptz:Preset>"
            for preset in self._mount.presets.values()
            if preset.position is not None
        )
        return f"<tptz:GetPresetsResponse>{rows}</tptz:GetPresetsResponse>"

    def _set_preset(self, question: Question) -> str:
        token = self._mount.save(question.text("PresetName") or "", question.text("PresetToken"))
        return (
            f"<tptz:SetPresetResponse><tptz:PresetToken>{escape(token)}</tptz:PresetToken>"
            "</tptz:SetPresetResponse>"
        )

    def _goto_preset(self, question: Question) -> str:
        self._mount.recall(question.text("PresetToken") or "")
        return "<tptz:GotoPresetResponse/>"

    def _go_home(self, _: Question) -> str:
        self._mount.recall("home")
        return "<tptz:GotoHomePositionResponse/>"

    def _drive(self, question: Question) -> str:
        pan, tilt = question.floats(".//{*}Velocity/{*}PanTilt", "x", "y") or (0.0, 0.0)
        (zoom,) = question.floats(".//{*}Velocity/{*}Zoom", "x") or (0.0,)
        self._mount.drive(pan, tilt, zoom, _seconds(question.text("Timeout")))
        return "<tptz:ContinuousMoveResponse/>"

    def _go(self, question: Question) -> str:
        at, _ = self._mount.tell()
        pan, tilt = question.floats(".//{*}Position/{*}PanTilt", "x", "y") or (at.pan, at.tilt)
        (zoom,) = question.floats(".//{*}Position/{*}Zoom", "x") or (at.zoom,)
        self._mount.go(Position(pan, tilt, zoom))
        return "<tptz:AbsoluteMoveResponse/>"

    def _stop(self, _: Question) -> str:
        self._mount.stop()
        return "<tptz:StopResponse/>"

    def _status(self, now: datetime, faults: frozenset[Fault]) -> str:
        at, moving = self._mount.tell()
        if Fault.STATUS_LATE in faults:
            at, moving = self._mount.told(_LATE_S)
        if Fault.STATUS_LIES in faults and self._frozen is not None:
            at, moving = self._frozen
        if Fault.STATUS_ZEROS in faults:
            at, moving = _ZERO, False
        word = "MOVING" if moving else "IDLE"
        return (
            f"<tptz:GetStatusResponse><tptz:PTZStatus><tt:Position>{_vectors(at)}</tt:Position>"
            f"<tt:MoveStatus><tt:PanTilt>{word}</tt:PanTilt><tt:Zoom>{word}</tt:Zoom></tt:MoveStatus>"
            f"<tt:UtcTime>{now:%Y-%m-%dT%H:%M:%SZ}</tt:UtcTime></tptz:PTZStatus></tptz:GetStatusResponse>"
        )


def _seconds(duration: str | None) -> float:
    """Of a duration as PT10S; for ever without one."""
    found = re.fullmatch(r"PT(\d+(?:\.\d+)?)S", duration or "")
    return float(found[1]) if found else math.inf


def _vectors(at: Position) -> str:
    return (
        f'<tt:PanTilt x="{at.pan:.6f}" y="{at.tilt:.6f}" space="{_PANTILT_SPACE}"/>'
        f'<tt:Zoom x="{at.zoom:.6f}" space="{_ZOOM_SPACE}"/>'
    )


def _clock(now: datetime) -> str:
    return (
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>"
        f"<tt:DaylightSavings>false</tt:DaylightSavings><tt:UTCDateTime><tt:Time><tt:Hour>{now.hour}</tt:Hour>"
        f"<tt:Minute>{now.minute}</tt:Minute><tt:Second>{now.second}</tt:Second></tt:Time><tt:Date>"
        f"<tt:Year>{now.year}</tt:Year><tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date>"
        "</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


_PLACES: Final = {
    "http://www.onvif.org/ver10/device/wsdl": "device_service",
    "http://www.onvif.org/ver10/media/wsdl": "media_service",
    "http://www.onvif.org/ver20/ptz/wsdl": "ptz_service",
}


def _services(base: str) -> str:
    rows = "".join(
        f"<tds:Service><tds:Namespace>{space}</tds:Namespace><tds:XAddr>{base}/{name}</tds:XAddr>"
        "<tds:Version><tt:Major>2</tt:Major><tt:Minor>0</tt:Minor></tds:Version></tds:Service>"
        for space, name in _PLACES.items()
    )
    return f"<tds:GetServicesResponse>{rows}</tds:GetServicesResponse>"


def _capabilities(base: str) -> str:
    rows = "".join(
        f"<tt:{word}><tt:XAddr>{base}/{name}</tt:XAddr></tt:{word}>"
        for word, name in zip(("Device", "Media", "PTZ"), _PLACES.values(), strict=True)
    )
    told = f"<tds:Capabilities>{rows}</tds:Capabilities>"
    return f"<tds:GetCapabilitiesResponse>{told}</tds:GetCapabilitiesResponse>"
