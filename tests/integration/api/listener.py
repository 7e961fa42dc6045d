"""A console that listens to the event stream in a thread of its own."""

from __future__ import annotations

import json
import socket
import threading
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from tests.integration.api.stack import BASE, Stack, wait_until


class Listener:
    """Collects events until the stream ends."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.connected = threading.Event()
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self.connected.wait(20), "the stream did not open"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def wait_for(self, name: str, **data: Any) -> dict[str, Any]:
        """The first event of this name with these data."""

        def find() -> dict[str, Any] | None:
            return next(
                (got for kind, got in list(self.events) if kind == name and data.items() <= got.items()), None
            )

        found = wait_until(find, f"event {name} {data}; there were {self.events[-5:]}")
        assert found is not None
        return found

    def heard(self, name: str, **data: Any) -> int:
        """How many events of this name with these data there were."""
        return sum(kind == name and data.items() <= got.items() for kind, got in list(self.events))

    def _listen(self) -> None:
        name = ""
        try:
            with self._client.stream("GET", "/events", timeout=60) as response:
                assert response.headers["Content-Type"].startswith("text/event-stream")
                for line in response.iter_lines():
                    if line.startswith(":"):
                        self.connected.set()
                    elif line.startswith("event: "):
                        name = line.removeprefix("event: ")
                    elif line.startswith("data: "):
                        self.events.append((name, json.loads(line.removeprefix("data: "))))
        except httpx.HTTPError:
            pass  # the stream broke off; `ended` says so
        finally:
            self.ended.set()


def open_and_never_read(stack: Stack, client: httpx.Client) -> socket.socket:
    """An event stream whose client takes the head of the answer and then nothing any more."""
    address = urlsplit(stack.api.url)
    assert address.hostname is not None
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # before connecting: it bounds the window
    door.settimeout(20)
    door.connect((address.hostname, address.port))
    token = client.cookies["almere_session"]
    door.sendall(
        f"GET {BASE}/events HTTP/1.1\r\nHost: localhost\r\nCookie: almere_session={token}\r\n\r\n".encode()
    )
    assert b"200 OK" in door.recv(1024)
    return door
