"""`/metrics`, `/healthz` and `/readyz` of a worker, for those who watch over it. No pictures, no names."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

from almere_vision.domain.errors import SettingsError


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    timeout = 10  # a client that asks nothing must not hold a thread for ever

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ARG002
        return


@contextmanager
def probes(
    host: str, port: int, registry: CollectorRegistry, missing: Callable[[], list[str]]
) -> Iterator[int]:
    """Answer for the length of the block; gives the port.

    `/healthz` says that the process lives; `/readyz` is 503 while something is missing, and names it.

    Raises:
        SettingsError: the port is taken.
    """
    metrics = make_wsgi_app(registry)

    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path == "/metrics":
            answer: Iterable[bytes] = metrics(environ, start)
            return answer
        lacks = missing() if path == "/readyz" else []
        known = path in ("/healthz", "/readyz")
        status = "404 Not Found" if not known else "503 Service Unavailable" if lacks else "200 OK"
        start(status, [("Content-Type", "text/plain; charset=utf-8")])
        return [(", ".join(lacks) or ("ok" if known else "no such page")).encode() + b"\n"]

    try:
        server = make_server(host, port, app, _Server, _Silent)
    except OSError as error:
        raise SettingsError(
            f"ALMERE_METRICS_PORT: {host}:{port} cannot be used ({error.strerror}); choose another port"
        ) from None
    thread = threading.Thread(target=server.serve_forever, name="probes", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
