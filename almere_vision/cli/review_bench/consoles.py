"""Consoles that listen to the event stream, and one that asks for pages: plain HTTP/1.1 over sockets."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from almere_vision.domain.errors import AlmereError

_OPEN_S: Final = 20.0


@dataclass
class Consoles:
    """What all consoles together heard: which incident, and when (monotonic s); how often one was cut off."""

    heard: list[tuple[str, float]] = field(default_factory=list)
    cut_off: int = 0

    async def listen(self, host: str, port: int, token: str, opened: asyncio.Event) -> None:
        """Listen until cancelled; connects again when cut off, as a browser does."""
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection(host, port)
                request = (
                    f"GET /api/v1/events HTTP/1.1\r\nHost: {host}\r\nCookie: almere_session={token}\r\n\r\n"
                )
                writer.write(request.encode())
                try:
                    await self._read(reader, opened)
                finally:
                    writer.close()
            self.cut_off += 1
            await asyncio.sleep(1)

    async def _read(self, reader: asyncio.StreamReader, opened: asyncio.Event) -> None:
        while line := await reader.readline():
            if line.startswith(b":"):
                opened.set()
            elif line.startswith(b"data: "):
                told = json.loads(line.removeprefix(b"data: "))
                self.heard.append((told["id"], time.monotonic()))


@asynccontextmanager
async def listening(port: int, tokens: Sequence[str]) -> AsyncIterator[Consoles]:
    """One console for each session, all of them open.

    Raises:
        AlmereError: they did not all open.
    """
    consoles = Consoles()
    opened = [asyncio.Event() for _ in tokens]
    tasks = [
        asyncio.create_task(consoles.listen("127.0.0.1", port, token, event))
        for token, event in zip(tokens, opened, strict=True)
    ]
    try:
        async with asyncio.timeout(_OPEN_S):
            await asyncio.gather(*(event.wait() for event in opened))
        yield consoles
    except TimeoutError:
        raise AlmereError("the event streams did not all open; the log of the API says why") from None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def get_ms(port: int, path: str, token: str, times: int) -> tuple[list[float], bytes]:
    """Milliseconds of each GET over one connection, and the last answer.

    Raises:
        AlmereError: an answer was not 200.
    """
    costs, body = [], b""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(times):
        began_s = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"almere_session={token}"})
        answer = connection.getresponse()
        body = answer.read()
        costs.append((time.perf_counter() - began_s) * 1000)
        if answer.status != 200:
            raise AlmereError(f"GET {path.partition('?')[0]} gave {answer.status}: {body[:200]!r}")
    connection.close()
    return costs, body


async def send_at(rate_per_s: float, seconds: float, send: Callable[[int], None]) -> dict[int, float]:
    """Call `send` with 0, 1, 2, ... at a steady rate; when each was sent (monotonic seconds)."""
    sent: dict[int, float] = {}
    began_s = time.monotonic()
    while (now_s := time.monotonic()) - began_s < seconds:
        number = len(sent)
        due_s = began_s + number / rate_per_s
        if now_s < due_s:
            await asyncio.sleep(due_s - now_s)
        sent[number] = time.monotonic()
        await asyncio.to_thread(send, number)
    return sent
