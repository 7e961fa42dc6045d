"""Calls to the services of one camera, each with a deadline, and what goes wrong in our own words."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import onvif  # type: ignore[import-untyped]
from aiohttp import ClientError, ClientSession
from lxml import etree  # type: ignore[import-untyped]
from onvif.client import ONVIFService  # type: ignore[import-untyped]
from onvif.exceptions import ONVIFError  # type: ignore[import-untyped]
from zeep.exceptions import Error as ZeepError
from zeep.exceptions import Fault, TransportError

from almere_vision.domain.errors import CameraError, CameraRefused, CameraUnable
from almere_vision.onvif.address import OnvifAddress
from almere_vision.onvif.transport import BadAnswer, GuardedTransport, new_session

_WSDL: Final = Path(onvif.__file__).parent / "wsdl"
_UNABLE: Final = ("ActionNotSupported", "NotSupported", "OptionalActionNotImplemented", "NoSuchService")
_REFUSED: Final = ("NotAuthorized", "FailedAuthentication", "OperationProhibited", "InvalidSecurity")


class Service(Enum):
    """A service, by its namespace."""

    DEVICE = "http://www.onvif.org/ver10/device/wsdl"
    MEDIA = "http://www.onvif.org/ver10/media/wsdl"
    PTZ = "http://www.onvif.org/ver20/ptz/wsdl"


_FILES: Final[Mapping[Service, tuple[str, str]]] = {
    Service.DEVICE: ("devicemgmt.wsdl", "DeviceBinding"),
    Service.MEDIA: ("media.wsdl", "MediaBinding"),
    Service.PTZ: ("ptz.wsdl", "PTZBinding"),
}


@dataclass(slots=True)
class Services:
    """The services of one camera; close it when done.

    `skew` is added to our clock in passwords, so that the camera takes them for fresh.
    """

    address: OnvifAddress
    limit_s: float
    skew: timedelta = timedelta()
    _open: dict[Service, ONVIFService] | None = None
    _session: ClientSession | None = None
    _places: dict[Service, str] | None = None

    async def call(self, service: Service, operation: str, **values: Any) -> Any:
        """Ask one thing.

        Raises:
            CameraRefused: the camera does not take the password.
            CameraUnable: the camera does not know the operation, or refuses the values.
            CameraError: it does not answer in time, or not as it should.
        """
        label = f"{self.address}: {operation.removeprefix('authless_')}"
        client = await self._client(service)  # reads files of ours, which is not the camera's time
        try:
            async with asyncio.timeout(self.limit_s):
                return await getattr(client, self._named(operation))(values)
        except TimeoutError:
            raise CameraError(f"{label}: no answer within {self.limit_s:g} s") from None
        except BadAnswer as error:
            raise BadAnswer(f"{label}: {error}") from None
        except Fault as fault:
            raise _told(label, fault) from None
        except TransportError as error:
            if error.status_code in (401, 403):
                raise CameraRefused(f"{label}: refused: check user and password") from None
            raise CameraError(f"{label}: HTTP status {error.status_code}") from None
        except (ClientError, OSError) as error:
            raise CameraError(f"{label}: cannot be reached ({type(error).__name__})") from None
        except (ZeepError, ONVIFError, etree.LxmlError, AttributeError, LookupError, TypeError, ValueError):
            raise BadAnswer(f"{label}: it sent an answer of another form") from None

    def _named(self, operation: str) -> str:
        """As the library names it: without a user there is no password to make, so all calls go without."""
        plain = operation.removeprefix("authless_")
        return operation if self.address.user is not None else f"authless_{plain}"

    def use(self, places: Mapping[str, str]) -> None:
        """Where the services are, by namespace. Of what the camera says only the path counts."""
        origin = self.address.origin
        self._places = {
            service: origin + urlsplit(place).path
            for service in Service
            if (place := places.get(service.value))
        }

    def has(self, service: Service) -> bool:
        """Whether the camera says that it has the service."""
        return service is Service.DEVICE or service in (self._places or {})

    async def set_skew(self, skew: timedelta) -> None:
        """Take note of what the camera's clock is ahead of ours."""
        self.skew = skew
        for client in (self._open or {}).values():
            client.dt_diff = skew
            await client.setup()

    async def close(self) -> None:
        for client in (self._open or {}).values():
            await client.close()
        if self._session is not None:
            await self._session.close()
        self._open = self._session = None

    async def _client(self, service: Service) -> ONVIFService:
        self._open = self._open or {}
        if service not in self._open:
            if not self.has(service):
                raise CameraUnable(f"{self.address}: this camera has no {service.name.lower()} service")
            user, password = self.address.user, self.address.password.get_secret_value()
            self._session = self._session or new_session(user, password, self.limit_s)
            file, binding = _FILES[service]
            client = ONVIFService(
                (self._places or {}).get(service, self.address.url),
                user,
                password,
                str(_WSDL / file),
                no_cache=True,
                dt_diff=self.skew,
                binding_name=f"{{{service.value}}}{binding}",
            )
            client.transport = GuardedTransport(session=self._session)
            await client.setup()
            self._open[service] = client
        return self._open[service]


def _told(label: str, fault: Fault) -> CameraError:
    """A fault in our words; what the camera says is shown shortened and on one line."""
    codes = [
        etree.QName(code).localname if isinstance(code, etree.QName) else str(code)
        for code in fault.subcodes or []
    ]
    words = " ".join(str(fault.message or "").split())[:200]
    hint = " ".join([*codes, words])
    if any(code in hint for code in _REFUSED) or "not authori" in hint.lower():
        return CameraRefused(f"{label}: refused: check user and password, and the rights of that user")
    if any(code in hint for code in _UNABLE) or "not supported" in hint.lower():
        return CameraUnable(f"{label}: this camera cannot do that")
    return CameraUnable(f"{label}: refused by the camera: {words or ', '.join(codes) or 'without a reason'}")
