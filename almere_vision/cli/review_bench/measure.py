"""The measurements, one after another on the same parts."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Engine

from almere_vision.cli.review_bench import consoles, parts, rows
from almere_vision.config import Settings
from almere_vision.domain.errors import SettingsError
from almere_vision.domain.incident import Role
from almere_vision.storage.database import migrate, open_database
from almere_vision.storage.messages import encode
from almere_vision.storage.people import People
from almere_vision.storage.stream import SuggestionStream

CONSOLES: Final = 50
_EVENTS_S: Final = 20.0
_PAGES: Final = {
    "open, newest": "state=suggested&state=claimed",
    "open, most urgent": "state=suggested&state=claimed&sort=priority",
    "open, one camera": "state=suggested&state=claimed&camera=camera-7",
    "open P1 fights": "state=suggested&state=claimed&kind=fight&suggested_priority=P1&sort=priority",
    "decided, newest": "state=confirmed&state=rejected&state=escalated",
    "decided, most urgent": "state=confirmed&state=rejected&state=escalated&sort=priority",
    "decided, one zone": "state=confirmed&state=rejected&state=escalated&zone=zone-3",
    "one zone": "zone=zone-3",
    "one camera, one zone": "camera=camera-7&zone=zone-3",
    "fights, most urgent": "kind=fight&sort=priority",
    "no such zone": "zone=nowhere",
    "claimed of a kind": "state=claimed&kind=loitering",
    "all": "limit=50",
    "deep": "after=fill-{middle}",
    "deep, most urgent": "sort=priority&after=fill-{middle}",
}
"""What consoles ask for: name -> query."""


@dataclass(frozen=True)
class _Bench:
    """All parts of a run; `token` is that of a session."""

    engine: Engine
    stream: SuggestionStream
    port: int
    pid: int
    tokens: Sequence[str]
    folder: Path


def measure(
    settings: Settings,
    *,
    incidents: int,
    suggestions: int,
    minutes: float,
    rate_per_s: float,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """All figures of a run, in the order in which they were taken.

    Args:
        settings: of this installation; only the address of the database counts.
        incidents: rows that are there before.
        suggestions: how many wait in the queue for the measurement of ingest.
        minutes: length of the measurement of memory; the others take no longer either.
        rate_per_s: suggestions per second while consoles listen.
        tell: hears what is going on, in lines for people.

    Raises:
        SettingsError: there is no PostgreSQL, or its database is not empty.
        AlmereError: a part did not start or did not answer.
    """
    with parts.postgresql(settings, "bench review") as url, parts.scratch() as folder:
        engine = open_database(url)
        migrate(engine)
        if rows.count(engine):
            raise SettingsError(
                "the database of ALMERE_DATABASE_URL holds incidents: the bench needs an empty one"
            )
        tell(f"making {incidents} incidents")
        found: dict[str, Any] = {"incidents": incidents, "cores": os.cpu_count()}
        found["fill_s"] = round(rows.fill(engine, incidents), 1)
        tell("measuring bare inserts")
        found["bare_inserts_per_s"] = round(rows.bare_inserts_per_s(engine, min(5.0, minutes * 60)), 1)
        with parts.redis(folder) as stream:
            tell("measuring ingest")
            _publish(stream, "ingest", suggestions)
            with _api(folder, url, stream, engine) as bench:
                found |= _ingest(bench, incidents, suggestions, found["bare_inserts_per_s"])
                tell("measuring pages")
                found |= _pages(bench, incidents)
                tell("measuring events")
                found |= asyncio.run(_events(bench, min(_EVENTS_S, minutes * 60), rate_per_s))
                tell(f"measuring memory for {minutes:g} minutes")
                found |= asyncio.run(_memory(bench, minutes, rate_per_s))
        engine.dispose()
    return found


@contextmanager
def _api(folder: Path, url: str, stream: SuggestionStream, engine: Engine) -> Iterator[_Bench]:
    people = People(engine)
    persons = [
        people.add(f"console-{number}", os.urandom(16).hex(), Role.OBSERVER) for number in range(CONSOLES)
    ]
    tokens = [people.open_session(person, 10).token for person in persons]
    port = parts.free_port()
    environment = {
        "ALMERE_DATA_DIR": str(folder),
        "ALMERE_DATABASE_URL": url,
        "ALMERE_REDIS_URL": f"unix://{folder.resolve()}/redis.sock",
        "ALMERE_API_HOST": "127.0.0.1",
        "ALMERE_API_PORT": str(port),
    }
    ready = parts.answers(f"http://127.0.0.1:{port}/healthz")
    with parts.running(parts.api_command(), folder / "api.log", ready, **environment) as pid:
        yield _Bench(engine, stream, port, pid, tokens, folder)


def _publish(stream: SuggestionStream, prefix: str, number: int) -> None:
    for one in range(number):
        stream.publish(encode(rows.made(prefix, one)))


def _ingest(bench: _Bench, before: int, suggestions: int, bare_per_s: float) -> dict[str, Any]:
    """From the queue into the database. The clock starts at the last look that finds none of them there."""
    looks = [(time.monotonic(), 0)]
    while looks[-1][1] < suggestions:
        time.sleep(0.5)
        there = rows.count(bench.engine) - before
        looks = [*looks, (time.monotonic(), there)] if there else [(time.monotonic(), 0)]
    (first_s, _), (last_s, last) = looks[0], looks[-1]
    steps = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.pairwise(looks)]
    per_s = last / (last_s - first_s)
    return {
        "ingest_suggestions": last,
        "ingest_s": round(last_s - first_s, 1),
        "ingest_per_s": round(per_s, 1),
        "ingest_per_s_p5": round(float(np.percentile(steps[:-1] or steps, 5)), 1),
        "ingest_per_bare_insert": round(per_s / bare_per_s, 2),
    }


def _pages(bench: _Bench, incidents: int) -> dict[str, Any]:
    each: dict[str, Any] = {}
    body, token = b"", bench.tokens[0]
    everything: list[float] = []
    for name, query in _PAGES.items():
        path = f"/api/v1/incidents?{query.format(middle=incidents // 2 + 1)}"
        consoles.get_ms(bench.port, path, token, 3)
        costs, page = consoles.get_ms(bench.port, path, token, 40)
        body = max(body, page, key=len)
        everything += costs
        each[name] = _p50_p95(costs)
    page_file = bench.folder / "page.json"
    page_file.write_bytes(body)
    port = parts.free_port()
    address = f"http://127.0.0.1:{port}/bare"
    command = parts.bare_command(page_file, port)
    with parts.running(command, bench.folder / "bare.log", parts.answers(address)):
        bare, _ = consoles.get_ms(port, "/bare", token, 200)
    found = {"pages": each, "page_bytes": len(body)}
    found["page_p50_ms"], found["page_p95_ms"] = _p50_p95(everything)
    found["bare_route_p50_ms"], found["bare_route_p95_ms"] = _p50_p95(bare)
    found["page_per_bare_route"] = round(float(np.median(everything) / np.median(bare)), 2)
    return found


async def _events(bench: _Bench, seconds: float, rate_per_s: float) -> dict[str, Any]:
    """From publishing a suggestion to each console that hears of the incident."""

    def send(number: int) -> None:
        bench.stream.publish(encode(rows.made("event", number)))

    async with consoles.listening(bench.port, bench.tokens) as heard:
        sent = await consoles.send_at(rate_per_s, seconds, send)
        await asyncio.sleep(2)
    delays_ms = [
        (at_s - sent[int(name.rpartition("-")[2])]) * 1000
        for name, at_s in heard.heard
        if name.startswith("event-")
    ]
    p50, p95 = _p50_p95(delays_ms)
    return {
        "consoles": len(bench.tokens),
        "events_per_s": rate_per_s,
        "events_missed": len(sent) * len(bench.tokens) - len(delays_ms),
        "event_to_console_p50_ms": p50,
        "event_to_console_p95_ms": p95,
        "event_to_console_max_ms": round(max(delays_ms), 1),
    }


async def _memory(bench: _Bench, minutes: float, rate_per_s: float) -> dict[str, Any]:
    """Memory of the API while suggestions arrive, all consoles listen and one asks for pages."""
    path, ended = f"/api/v1/incidents?{_PAGES['open, most urgent']}", asyncio.Event()
    seen: list[tuple[float, float]] = []

    def send(number: int) -> None:
        bench.stream.publish(encode(rows.made("memory", number)))

    async def look() -> None:
        while not ended.is_set():
            await asyncio.to_thread(consoles.get_ms, bench.port, path, bench.tokens[0], 1)
            seen.append((time.monotonic(), parts.resident_mb(bench.pid)))
            await asyncio.sleep(0.5)

    async with consoles.listening(bench.port, bench.tokens):
        looking = asyncio.create_task(look())
        await consoles.send_at(rate_per_s, minutes * 60, send)
        ended.set()
        await looking
    at_s, mb = np.array(seen).T
    settled = at_s >= at_s[0] + (at_s[-1] - at_s[0]) / 5  # the first fifth fills caches and pools
    slope = np.polyfit(at_s[settled] / 60, mb[settled], 1)[0]
    minute = ((at_s - at_s[0]) // 60).astype(int)
    by_minute = [mb[minute == one].mean() for one in np.unique(minute)]
    return {
        "memory_minutes": minutes,
        "memory_first_mb": round(float(mb[settled][0]), 1),
        "memory_last_mb": round(float(mb[-1]), 1),
        "memory_most_mb": round(float(mb.max()), 1),
        "memory_growth_mb_per_min": round(float(slope), 3),
        "memory_mb_by_minute": [round(float(one), 1) for one in by_minute],
    }


def _p50_p95(values: Sequence[float]) -> tuple[float, float]:
    p50, p95 = np.percentile(values, [50, 95])
    return round(float(p50), 1), round(float(p95), 1)
