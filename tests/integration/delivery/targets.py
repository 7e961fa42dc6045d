"""Real targets to deliver to: an HTTP server, a mail server, an MQTT broker."""

from __future__ import annotations

import asyncio
import http.server
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from amqtt.broker import Broker


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Hook:
    """An HTTP server; `answer` says what each request gets, and may take its time."""

    def __init__(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[], int] = lambda: 204
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.requests.append(({k.lower(): v for k, v in self.headers.items()}, body))
                try:
                    self.send_response(hook.answer())
                    self.end_headers()
                except OSError:  # the client was killed, or gave up
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_: object) -> None:
                pass

        self._server = Server(("127.0.0.1", port), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def ids(self) -> list[str]:
        return [headers["idempotency-key"] for headers, _ in self.requests]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Post:
    """A mail server that wants TLS, after STARTTLS or (`implicit`) from the first byte, and a login."""

    def __init__(self, tls: ssl.SSLContext, password: str, *, implicit: bool = False) -> None:
        self.mails: list[bytes] = []
        self.users: list[str] = []
        self.answer = "250 OK"
        post = self

        class Handler:
            async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
                if not session.authenticated:
                    return "530 log in first"
                if post.answer.startswith("250"):
                    post.mails.append(envelope.content)
                return post.answer

        def login(_server: SMTP, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
            good = isinstance(data, LoginPassword) and data.password == password.encode()
            if good:
                post.users.append(data.login.decode())
            return AuthResult(success=good, handled=False)

        self._controller = Controller(
            Handler(),
            hostname="127.0.0.1",
            port=free_port(),
            auth_required=not implicit,
            # It knows TLS only after STARTTLS, and takes a login over any other as one in the clear; that
            # somebody did log in is looked at above.
            auth_require_tls=not implicit,
            **({"ssl_context": tls} if implicit else {"tls_context": tls, "require_starttls": True}),
            authenticator=login,
        )
        self._controller.start()
        self.port: int = self._controller.port

    def close(self) -> None:
        self._controller.stop()


class Mqtt:
    """A broker, in a thread with a loop of its own. `tls` and `logins` are files with what it wants."""

    def __init__(self, port: int, tls: Path | None = None, logins: Path | None = None) -> None:
        self.port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        listener: dict[str, Any] = {"type": "tcp", "bind": f"127.0.0.1:{port}"}
        if tls is not None:
            listener |= {"ssl": True, "certfile": str(tls), "keyfile": str(tls)}
        plugins: dict[str, Any] = {}
        if logins is None:
            plugins["amqtt.plugins.authentication.AnonymousAuthPlugin"] = {"allow_anonymous": True}
        else:
            plugins["amqtt.plugins.authentication.FileAuthPlugin"] = {"password_file": str(logins)}
        config = {"listeners": {"default": listener}, "plugins": plugins}

        async def start() -> Broker:
            broker = Broker(config)
            await broker.start()
            return broker

        self._broker = asyncio.run_coroutine_threadsafe(start(), self._loop).result(10)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._broker.shutdown(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
