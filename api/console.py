"""The built console as static files; its own paths all lead to index.html."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

FOR_EVER: Final = "public, max-age=31536000, immutable"


class Console:
    """Everything that is no route of the API.

    Args:
        folder: the built console; it may be absent, or be built later.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = StaticFiles(directory=folder, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if scope["type"] != "http" or path.startswith("/api/"):
            raise HTTPException(404, "There is nothing at this address.")
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, "Only GET here.", headers={"Allow": "GET, HEAD"})
        if not (self._folder / "index.html").is_file():
            raise HTTPException(404, "The console is not built; ./scripts/demo builds it.")
        response = await self._find(path.lstrip("/"), scope)
        await response(scope, receive, send)

    async def _find(self, path: str, scope: Scope) -> Response:
        if path and "\x00" not in path:
            try:
                response = await self._files.get_response(path, scope)
            except HTTPException as missing:
                if missing.status_code != 404 or not _is_page(scope):
                    raise
            else:
                hashed = path.startswith("assets/")  # the build puts a hash into these names
                response.headers["Cache-Control"] = FOR_EVER if hashed else "no-cache"
                return response
        response = await self._files.get_response("index.html", scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def _is_page(scope: Scope) -> bool:
    """Whether a person goes somewhere, rather than a page wanting one of its parts."""
    return "text/html" in Headers(scope=scope).get("accept", "")
