"""The server around the application: its door, its signals, its end."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from typing import Final

import structlog
import uvicorn

from almere_vision.config import Settings
from almere_vision.domain.errors import AlmereError, SettingsError
from api.main import create_app

SHUTDOWN_S: Final = 1
"""Requests under way get so long to finish."""

STUCK_CLIENT_S: Final = 60
"""A connection whose client takes nothing for so long is closed by the system."""

log = structlog.get_logger("api")


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C; requests under way are finished first.

    Raises:
        SettingsError: the port is taken, or another setting cannot be used.
        StoreUnavailable: the database is away.
    """
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        access_log=False,  # `api.edge` keeps our own, without queries
        log_config=None,
        lifespan="on",
        ws="none",
        proxy_headers=False,  # a client could say anything about itself
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    server = _Server(config, app.state.end)
    with listen(settings.api_host, settings.api_port) as door:
        host, port = door.getsockname()[:2]
        log.info("listening", address=f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[door])
    if not server.started:
        raise AlmereError("the API did not start; the log says why")


class _Server(uvicorn.Server):
    """Tells what runs beside the requests to end, before it waits for the requests."""

    def __init__(self, config: uvicorn.Config, end: Callable[[], None]) -> None:
        super().__init__(config)
        self._end = end

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._end()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """Open the door of the server; port 0 takes a free one. Raises `SettingsError`."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        door = socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host} port {port}: {error.strerror}; "
            "change ALMERE_API_HOST or ALMERE_API_PORT"
        ) from None
    # asyncio sets it only on sockets that name TCP as their protocol, which this one does not; without it the
    # body of an answer waits 40 ms for the acknowledgement of its head. Accepted connections take it over.
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux, RFC 5482; accepted connections take it over
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STUCK_CLIENT_S * 1000)
    return door
