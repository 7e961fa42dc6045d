"""What a person may name as a source: a video file, a folder of them, or an RTSP camera."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from pydantic import SecretStr

from almere_vision.domain.errors import FootageError, SettingsError
from almere_vision.domain.network import refused_host

VIDEO_SUFFIXES: Final = frozenset(
    {".3gp", ".avi", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".ts", ".webm", ".wmv"}
)
CAMERA_SCHEMES: Final = frozenset({"rtsp", "rtsps"})

# FFmpeg copies user and password into a buffer of 128 bytes and the path into one of 1024, and cuts
# what does not fit without a word (libavformat/rtsp.c).
_LOGIN_LIMIT: Final = 127
_ADDRESS_LIMIT: Final = 1000
# Words after the question mark that FFmpeg takes for itself: they would switch the transport.
_FFMPEG_WORDS: Final = frozenset({"udp", "tcp", "multicast", "filter_src"})

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.,-]*):")
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_LOGIN: Final = re.compile(r"(?<=://)[^/]*(?=@)")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Address:
    """Where pictures come from.

    Attributes:
        label: how to call it before people: the file name, or the address without login and query.
        live: whether it is a camera; otherwise it is a recorded file.
        secret: what FFmpeg opens: an absolute path, or the address with its login, percent-encoded.
    """

    label: str
    live: bool
    secret: SecretStr

    def __str__(self) -> str:
        return self.label


def expand(text: str, environ: Mapping[str, str] | None = None) -> str:
    """Fill in each `${NAME}` from the environment.

    A value before the `@` is a user or password as it is, so it is percent-encoded; elsewhere it is put
    in unchanged.

    Raises:
        SettingsError: a variable is not set; names the variable.
    """
    values = os.environ if environ is None else environ

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if not values.get(name):
            raise SettingsError(f"{name} is not set, and the address of a camera asks for it: set it")
        return values[name]

    def login(match: re.Match[str]) -> str:
        return _VARIABLE.sub(lambda variable: quote(value(variable), safe=""), match.group())

    return _VARIABLE.sub(value, _LOGIN.sub(login, text, count=1))


def read_address(text: str) -> Address:
    """Read one source: a video file, or `rtsp://user:password@host:port/path` (also rtsps).

    Raises:
        FootageError: the file is missing, empty or not readable.
        SettingsError: not an address that we may open. Neither shows the login.
    """
    if "\0" in text or not text.strip():
        raise FootageError("an empty name, or one with a NUL in it, is not a video file: name a file")
    scheme = _SCHEME.match(text)
    if scheme is None:
        return _file_address(Path(text))
    if scheme.group(1).lower() not in CAMERA_SCHEMES:
        raise SettingsError(
            f"'{scheme.group(1)}:' addresses are not opened: name a file (./a:b.mp4), rtsp:// or rtsps://"
        )
    return _camera_address(text)


def camera_address(source: str, folder: Path, values: Mapping[str, str] | None = None) -> Address:
    """Read `source` of a camera in a site file: variables filled in, a relative file name from `folder`.

    `values` stand for the environment.

    Raises:
        SettingsError: a variable is not set, or the address cannot be one.
        FootageError: no such file, or it cannot be a video.
    """
    address = expand(source, values)
    return read_address(address if "://" in address else str((folder / address).resolve()))


def read_addresses(text: str) -> tuple[Address, ...]:
    """Read one source, or all video files of a folder in the order of their names (not deeper).

    Raises:
        FootageError: also when the folder holds no video file.
        SettingsError: as `read_address`.
    """
    folder = Path(text.replace("\0", ""))
    if _SCHEME.match(text) or not folder.is_dir():
        return (read_address(text),)
    try:
        names = sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() in VIDEO_SUFFIXES and not path.name.startswith(".") and path.is_file()
        )
    except OSError as error:
        raise FootageError(f"{folder}: cannot be read ({error.strerror}): check its permissions") from None
    if not names:
        raise FootageError(f"{folder}: holds no video files ({' '.join(sorted(VIDEO_SUFFIXES))})")
    return tuple(_file_address(path) for path in names)


def _file_address(path: Path) -> Address:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise FootageError(f"{path}: is a folder; name a video file in it")
        if not stat.S_ISREG(status.st_mode):
            raise FootageError(f"{path}: is not a regular file; name a video file")
        if status.st_size == 0:
            raise FootageError(f"{path}: is empty (0 bytes); copy or record it again")
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise FootageError(f"{path}: no such file; check the name") from None
    except OSError as error:
        raise FootageError(f"{path}: cannot be read ({error.strerror}); check its permissions") from None
    # An absolute path cannot be taken for an option or for a protocol of FFmpeg.
    return Address(str(path), live=False, secret=SecretStr(str(path.resolve())))


def _camera_address(text: str) -> Address:
    if _UNPRINTABLE.search(text) or not text.isascii():
        raise SettingsError(
            "the camera address has spaces, control or accented characters: write those as %20 and so on"
        )
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise SettingsError(
            "the camera address cannot be read: write rtsp://user:password@host:port/path, and in user and "
            "password %40 for @, %3A for :, %2F for /"
        ) from None
    if not host:
        raise SettingsError("the camera address has no host: write rtsp://user:password@host/path")
    _check_host(host)
    words = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if forbidden := words & _FFMPEG_WORDS:
        raise SettingsError(f"{host}: '?{min(forbidden)}' in a camera address is not allowed: leave it out")
    place = f"[{host}]" if ":" in host else host
    if port is not None:
        place += f":{port}"
    query = f"?{parts.query}" if parts.query else ""
    secret = f"{parts.scheme}://{_login(parts)}{place}{parts.path}{query}"
    if len(secret) > _ADDRESS_LIMIT:
        raise SettingsError(f"{host}: the camera address is longer than {_ADDRESS_LIMIT} characters")
    # Some makes put the password into the path: /user=admin_password=secret_channel=1
    path = "/***" if "=" in parts.path else parts.path
    return Address(f"{parts.scheme}://{place}{path}", live=True, secret=SecretStr(secret))


def _login(parts: SplitResult) -> str:
    """`user:password@`, percent-encoded, or nothing."""
    if parts.username is None:
        return ""
    user, password = unquote(parts.username), unquote(parts.password or "")
    if ":" in user or _UNPRINTABLE.search((user + password).replace(" ", "")):
        raise SettingsError(
            f"{parts.hostname}: a colon in the user, or control characters in the login: change it"
        )
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    if len(login) > _LOGIN_LIMIT:
        raise SettingsError(
            f"{parts.hostname}: user and password together are longer than {_LOGIN_LIMIT} characters"
        )
    return f"{login}@"


def _check_host(host: str) -> None:
    if reason := refused_host(host):
        raise SettingsError(f"{host}: {reason}; name the host of the camera")
