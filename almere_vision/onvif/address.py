"""Where the ONVIF service of a camera is, and who may ask it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from almere_vision.domain.errors import SettingsError
from almere_vision.domain.network import refused_host

_DEFAULT_PATH: Final = "/onvif/device_service"
_LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class OnvifAddress:
    """The device service of a camera.

    Attributes:
        url: address without login.
        user: of the camera, or None.
        password: of the camera.
    """

    url: str
    user: str | None
    password: SecretStr

    def __str__(self) -> str:
        return self.url

    @property
    def origin(self) -> str:
        """Scheme, host and port: the only place that is asked, whatever the camera says of its services."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def read_onvif_address(text: str) -> OnvifAddress:
    """Read `http://user:password@host[:port][/path]` (also https), percent-encoded.

    Raises:
        SettingsError: not an address that we may ask. It does not show the login.
    """
    if not text.isascii() or not text.isprintable() or " " in text or len(text) > _LONGEST:
        raise SettingsError("the ONVIF address has spaces, control or accented characters, or is too long")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise SettingsError("the ONVIF address cannot be read: write http://host:port/path") from None
    if parts.scheme not in ("http", "https") or not host:
        raise SettingsError("an ONVIF address begins with http:// or https:// and has a host")
    if reason := refused_host(host):
        raise SettingsError(f"{host}: {reason}; name the host of the camera")
    if parts.query or parts.fragment:
        raise SettingsError(f"{host}: an ONVIF address has no '?' or '#': leave them out")
    place = f"[{host}]" if ":" in host else host
    place += "" if port is None else f":{port}"
    user = None if parts.username is None else unquote(parts.username)
    password = SecretStr(unquote(parts.password or ""))
    path = parts.path if parts.path not in ("", "/") else _DEFAULT_PATH
    return OnvifAddress(f"{parts.scheme}://{place}{path}", user, password)
