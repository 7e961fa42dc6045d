"""Files that one person may see: parts on request, and no cache but that of the browser."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from api.problems import respond


class PrivateFile(FileResponse):
    """A file with range requests (RFC 9110, section 14); a bad range is answered with a problem."""

    def __init__(self, path: Path, media_type: str) -> None:
        super().__init__(
            path,
            media_type=media_type,
            headers={"Cache-Control": "private, max-age=300", "Content-Disposition": "inline"},
            stat_result=path.stat(),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused: dict[str, str] | None = None

        async def only_success(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] >= 400:
                known = {key.decode(): value.decode() for key, value in message["headers"]}
                refused = {"Accept-Ranges": "bytes", "Content-Range": known.get("content-range", "")}
            if refused is None:
                await send(message)

        await super().__call__(scope, receive, only_success)
        if refused is None:
            return
        if refused["Content-Range"]:
            problem = respond("range_not_satisfiable", "The file is shorter than that.", headers=refused)
        else:
            problem = respond("bad_request", "The header Range cannot be read.")
        await problem(scope, receive, send)
