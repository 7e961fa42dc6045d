"""How questions go out and answers come in: bounded in size, time and place, and only well-formed XML."""

from __future__ import annotations

import logging
import re
from typing import Final

import defusedxml.ElementTree as DefusedET  # type: ignore[import-untyped]
from aiohttp import ClientResponse, ClientSession, ClientTimeout, DigestAuthMiddleware
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from onvif.zeep_aiohttp import AIOHTTPTransport  # type: ignore[import-untyped]

from almere_vision.domain.errors import CameraError

LARGEST_BYTES: Final = 2**20
_PREFIXES: Final = {
    "tt": b"http://www.onvif.org/ver10/schema",
    "tds": b"http://www.onvif.org/ver10/device/wsdl",
    "trt": b"http://www.onvif.org/ver10/media/wsdl",
    "tptz": b"http://www.onvif.org/ver20/ptz/wsdl",
    "ptz": b"http://www.onvif.org/ver20/ptz/wsdl",
}
"""What cameras mean by prefixes that some of them use and do not declare."""

_ROOT: Final = re.compile(rb"<[A-Za-z_][\w.-]*:Envelope\b")

# Its log lines hold whole messages.
logging.getLogger("onvif").setLevel(logging.WARNING)
logging.getLogger("zeep").setLevel(logging.WARNING)


class BadAnswer(CameraError):
    """What a camera sent is not an answer; trying again rarely helps."""


def new_session(user: str | None, password: str, limit_s: float) -> ClientSession:
    """Connections to one camera, with the password also for cameras that want it as HTTP digest."""
    middlewares = () if user is None else (DigestAuthMiddleware(user, password),)
    return ClientSession(timeout=ClientTimeout(total=limit_s), middlewares=middlewares, trust_env=False)


class GuardedTransport(AIOHTTPTransport):  # type: ignore[misc]
    """Refuses redirections, large answers, document types (so entities, inner and outer) and broken XML."""

    async def _post_internal(
        self, address: str, message: str | bytes, headers: dict[str, str]
    ) -> tuple[ClientResponse, bytes]:
        data = message.encode() if isinstance(message, str) else message
        headers = {"Content-Type": 'application/soap+xml; charset="utf-8"', **(headers or {})}
        async with self.session.post(address, data=data, headers=headers, allow_redirects=False) as response:
            content = await response.content.read(LARGEST_BYTES + 1)
            while len(content) <= LARGEST_BYTES and not response.content.at_eof():
                content += await response.content.read(LARGEST_BYTES + 1 - len(content))
            if len(content) > LARGEST_BYTES:
                raise BadAnswer("it sent more than 1 MiB")
            if response.status in (200, 400, 500) or b"Envelope" in content:
                content = checked(content)
            return response, content


def checked(content: bytes) -> bytes:
    """The answer, with prefixes declared that the camera forgot.

    Raises:
        BadAnswer: not well-formed XML, or XML that declares a document type.
    """
    content = _declared(content)
    try:
        DefusedET.fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise BadAnswer("it sent XML with a document type, which may hide an attack") from None
    except (DefusedET.ParseError, ValueError, LookupError):
        raise BadAnswer("it sent something that is not well-formed XML") from None
    return content


def _declared(content: bytes) -> bytes:
    missing = b"".join(
        b' xmlns:%b="%b"' % (short.encode(), space)
        for short, space in _PREFIXES.items()
        if b"<%b:" % short.encode() in content and b"xmlns:%b=" % short.encode() not in content
    )
    return _ROOT.sub(lambda root: root.group() + missing, content, count=1) if missing else content
