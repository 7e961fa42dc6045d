"""Files that one person may see: parts on request, and no cache but that of the browser."""

from __future__ import annotations

import re
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from almere_vision.storage.blobs import Blobs
from api.problems import respond

_UNIT: Final = re.compile(r"\s*bytes\s*=(?P<set>.*)", re.ASCII | re.IGNORECASE | re.DOTALL)
_RANGE: Final = re.compile(r"\s*(?P<first>\d*)-(?P<last>\d*)\s*", re.ASCII)
_ACCEPTS: Final = {"Accept-Ranges": "bytes"}
_LONGEST: Final = 18
"""Digits of a position that we read; longer ones are behind the end of any file."""


class PrivateBlob(Response):
    """A blob, or the part that the header Range asks for (RFC 9110, section 14), as a stream.

    Several ranges at once are answered with the whole file, as section 14.2 allows; so is a unit that we do
    not know, and a part of a file that is not the one of `If-Range`.

    Raises:
        BlobMissing: there is no such blob.
        BlobError: the place where blobs are kept does not answer.
    """

    def __init__(self, blobs: Blobs, name: str, media_type: str) -> None:
        self._blobs, self._name, self._stat = blobs, name, blobs.stat(name)
        kept = {"Accept-Ranges": "bytes", "Cache-Control": "private, max-age=300"}
        kept |= {"Content-Disposition": "inline", "ETag": f'"{self._stat.tag}"'}
        super().__init__(media_type=media_type, headers=kept)
        del self.headers["content-length"]  # that of the part is told when it is known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(Headers(scope=scope))
        await answer(scope, receive, send)

    async def _answer(self, asked: Headers) -> Response:
        size_bytes, tag = self._stat.size_bytes, self.headers["etag"]
        wanted = _UNIT.fullmatch(asked.get("range", ""))
        if wanted is None or asked.get("if-range", tag) != tag or "," in wanted["set"]:
            return await self._part(200, 0, size_bytes - 1)
        part = _RANGE.fullmatch(wanted["set"])
        if part is None or not _makes_sense(part["first"], part["last"]):
            return respond("bad_request", "The header Range cannot be read.", headers=_ACCEPTS)
        first, last = _ends(part["first"], part["last"], size_bytes)
        if first > last:
            refused = {**_ACCEPTS, "Content-Range": f"bytes */{size_bytes}"}
            return respond("range_not_satisfiable", "The file is shorter than that.", headers=refused)
        self.headers["Content-Range"] = f"bytes {first}-{last}/{size_bytes}"
        return await self._part(206, first, last)

    async def _part(self, status: int, first: int, last: int) -> Response:
        length = last - first + 1
        pieces = await run_in_threadpool(self._blobs.read, self._name, first, length)
        headers = {**self.headers, "Content-Length": str(length)}
        return StreamingResponse(pieces, status, headers)


def _makes_sense(first: str, last: str) -> bool:
    if first and last:
        return _number(first) <= _number(last)
    return bool(first or last)


def _ends(first: str, last: str, size_bytes: int) -> tuple[int, int]:
    """First and last byte of a part, inside the file; the first is behind the last if nothing of it is."""
    if not first:  # the last so many bytes
        return max(0, size_bytes - _number(last)), size_bytes - 1
    return _number(first), min(_number(last) if last else size_bytes, size_bytes - 1)


def _number(digits: str) -> int:
    return int(digits) if len(digits) <= _LONGEST else 10**_LONGEST
