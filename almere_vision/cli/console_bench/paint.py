"""How much script the first page takes, and how soon it shows the queue."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final

from almere_vision.cli.console_bench.browser import Desk, answer

if TYPE_CHECKING:
    from playwright.sync_api import Response

_BARE: Final = b"""<!doctype html><title>bare</title><p data-testid="card">bare</p><script>
let count = 0; addEventListener("keydown", () => { document.body.dataset.count = String(++count); });
</script>"""


def first_paints_ms(desk: Desk, url: str, times: int) -> list[float]:
    """From the start of the navigation to the frame with the first card; each with an empty cache."""
    costs = []
    for _ in range(times):
        with desk.page() as page:
            page.goto(url)
            costs.append(answer(page, "firstCard"))
    return costs


def initial_script_bytes(desk: Desk, url: str) -> int:
    """All scripts that are fetched until the first card shows, each after gzip -6."""
    scripts: list[Response] = []
    with desk.page() as page:
        page.on("response", lambda told: scripts.append(told) if told.url.endswith(".js") else None)
        page.goto(url)
        answer(page, "firstCard")
        return sum(len(gzip.compress(script.body(), 6)) for script in list(scripts))


@contextmanager
def bare_page() -> Iterator[str]:
    """The address of a page with one line of text, and a script that counts keys."""

    class Bare(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(_BARE)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bare)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
