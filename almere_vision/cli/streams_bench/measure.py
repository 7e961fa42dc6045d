"""The run: an RTSP server, a worker with Redis, then the obvious way and the limits, on the same streams."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from almere_vision.cli.review_bench import parts
from almere_vision.cli.streams_bench import footage, plain, processes
from almere_vision.cli.streams_bench.counters import Sample, all_ages, growth, quantile, scrape, since
from almere_vision.cli.streams_bench.site import write_site
from almere_vision.domain.errors import AlmereError, QueueUnavailable
from almere_vision.storage.embedded import embedded_redis_command
from almere_vision.storage.messages import decode
from almere_vision.storage.stream import SuggestionStream

_ALL_ONLINE_S: Final = 90.0
_SETTLE_S: Final = 10.0
_NAIVE_CAMERAS: Final = 2
_FRESH_S: Final = 1.0
"""A camera keeps up when 95 of 100 of its pictures are judged younger than this ..."""
_KEPT: Final = 0.9
"""... and so many of the pictures that were wanted are judged."""

_SPREAD_S: Final = 7.3
"""Cameras that show the same file show it from moments that lie so far apart."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to measure; see the options of `almere bench streams`."""

    cameras: int
    seconds: float
    footage: str
    quiet: float
    naive: bool
    key_every_s: float


def measure(order: Order, tell: Callable[[str], None]) -> dict[str, Any]:
    """All figures of a run.

    Raises:
        FootageError: the footage cannot be used.
        AlmereError: a part did not start, or the cameras did not come online.
    """
    with parts.scratch() as folder:
        tell("making streams")
        media = folder / "media"
        media.mkdir()
        busy = order.cameras - round(order.quiet * order.cameras)
        files = footage.make_streams(order.footage, media, max(1, busy), order.key_every_s)
        with _rtsp(media, folder / "rtsp.log") as (address, server_pid):
            names = [
                files[number % (len(files) - 1)].name if number < busy else files[-1].name
                for number in range(order.cameras)
            ]
            addresses = [
                f"{address}/{name}?from_s={number * _SPREAD_S % footage.LENGTH_S:.1f}"
                for number, name in enumerate(names)
            ]
            found = _worker(order, folder, addresses, server_pid, tell)
            tell("measuring the obvious way")
            found |= _naive(order, addresses)
        tell("measuring the limits")
        found |= _limits(files[0], found)
    return found


@contextmanager
def _rtsp(media: Path, log: Path) -> Iterator[tuple[str, int]]:
    port = parts.free_port()
    command = [sys.executable, "-m", "almere_vision.cli.streams_bench.rtsp", str(media), str(port)]
    with parts.running(command, log, lambda: parts.accepts(port)) as pid:
        yield f"rtsp://127.0.0.1:{port}", pid


def _worker(
    order: Order, folder: Path, addresses: list[str], server_pid: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Watch all cameras for the length of the run."""
    stream = SuggestionStream(f"unix://{folder.resolve()}/redis.sock")

    def redis_answers() -> bool:
        try:
            stream.ping()
        except QueueUnavailable:
            return False
        return True

    port = parts.free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "ALMERE_DATA_DIR": str(folder / "data"),
        "ALMERE_SITE": str(write_site(folder, addresses)),
        "ALMERE_REDIS_URL": f"unix://{folder.resolve()}/redis.sock",
        "ALMERE_METRICS_PORT": str(port),
    }
    (folder / "data").mkdir()
    command = [sys.executable, "-m", "almere_vision", "worker"]
    with (
        parts.running(list(embedded_redis_command(folder)), folder / "redis.log", redis_answers),
        _late(stream) as late_ms,
        parts.running(command, folder / "worker.log", parts.answers(f"{url}/healthz"), **environment) as pid,
    ):
        online = _until_online(url, len(addresses))
        tell(f"{online} cameras are online")
        time.sleep(min(_SETTLE_S, order.seconds))
        del late_ms[:]
        tell(f"watching for {order.seconds:g} s")
        return _watch(order, url, pid, server_pid) | _alerts(late_ms)


def _watch(order: Order, url: str, pid: int, server_pid: int) -> dict[str, Any]:
    counted, cpu_s, server_s = scrape(url), processes.cpu_s(pid), processes.cpu_s(server_pid)
    busy_s, began_s = processes.busy_cpu_s(), time.monotonic()
    memory_mb: list[float] = []
    descriptors: list[float] = []
    halfway: dict[Sample, float] | None = None
    while (passed_s := time.monotonic() - began_s) < order.seconds:
        if halfway is None and passed_s >= order.seconds / 2:
            halfway = scrape(url)
        memory_mb.append(processes.memory_mb(pid))
        descriptors.append(processes.descriptors(pid))
        time.sleep(min(5.0, max(0.1, order.seconds / 10)))
    passed_s = time.monotonic() - began_s
    cpu_s, server_s = processes.cpu_s(pid) - cpu_s, processes.cpu_s(server_pid) - server_s
    busy_s = processes.busy_cpu_s() - busy_s
    camera_s = order.cameras * passed_s
    after = scrape(url)
    halfway = halfway or after
    return {
        "cores": len(os.sched_getaffinity(0)),
        "seconds": round(passed_s, 1),
        **_frames(since(counted, after), order.cameras, passed_s),
        "frame_age_growth_ms": _age_growth_ms(since(counted, halfway), since(halfway, after)),
        "worker_cpu_s_per_camera_s": round(cpu_s / camera_s, 5),
        "server_cpu_s_per_camera_s": round(server_s / camera_s, 5),
        "others_cpu_cores": round((busy_s - cpu_s - server_s) / passed_s, 2),
        "rss_mb": round(max(memory_mb), 1),
        "rss_growth_mb": round(growth(memory_mb), 1),
        "descriptors": int(max(descriptors)),
        "descriptors_growth": int(growth(descriptors)),
    }


def _age_growth_ms(first: Mapping[Sample, float], second: Mapping[Sample, float]) -> float | None:
    """How much older pictures (p95) were judged in the second half; None where none was judged in one."""
    ages = [quantile(all_ages(half), 0.95) for half in (first, second)]
    return None if any(map(math.isinf, ages)) else _ms(ages[1] - ages[0])


def _frames(counted: Mapping[Sample, float], cameras: int, passed_s: float) -> dict[str, Any]:
    """What the counters of the worker say."""
    fates: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    ages: dict[str, dict[float, float]] = defaultdict(lambda: defaultdict(float))
    for (name, labels), value in counted.items():
        label = dict(labels)
        if name == "almere_frames_total":
            fates[label["camera"]][label["fate"]] += value
        elif name == "almere_frame_age_seconds_bucket":
            ages[label["camera"]][float(label["le"])] += value
    kept = 0
    for camera, by_fate in fates.items():
        judged = by_fate["detected"] + by_fate["repeated"]
        wanted = judged + by_fate["dropped"]
        kept += judged > 0 and judged >= _KEPT * wanted and quantile(ages[camera], 0.95) <= _FRESH_S
    together = all_ages(counted)
    total = {fate: sum(one[fate] for one in fates.values()) for fate in ("detected", "repeated", "dropped")}
    return {
        "cameras": cameras,
        "kept_up": kept,
        "frame_age_ms_p50": _ms(quantile(together, 0.5)),
        "frame_age_ms_p95": _ms(quantile(together, 0.95)),
        "frames_per_camera_s": round((total["detected"] + total["repeated"]) / cameras / passed_s, 2),
        "detector_frames_per_s": round(total["detected"] / passed_s, 2),
        "share_gated": round(total["repeated"] / max(1.0, total["detected"] + total["repeated"]), 3),
        "share_dropped": round(total["dropped"] / max(1.0, sum(total.values())), 3),
    }


def _ms(seconds: float) -> float | None:
    """None where it lies beyond all buckets."""
    return None if math.isinf(seconds) else round(seconds * 1000, 1)


def _until_online(url: str, cameras: int) -> int:
    deadline_s = time.monotonic() + _ALL_ONLINE_S
    while True:
        online = sum(value for (name, _), value in scrape(url).items() if name == "almere_camera_online")
        if online >= cameras:
            return int(online)
        if time.monotonic() > deadline_s:
            if not online:
                raise AlmereError("not one camera came online: see whether the machine is overloaded")
            return int(online)
        time.sleep(0.5)


@contextmanager
def _late(stream: SuggestionStream) -> Iterator[list[tuple[float, float]]]:
    """Milliseconds from when each alert was due to when it came out of the queue, and from its picture on.

    It is due when the clock of its rule reaches the limit, however often the worker looks, and whatever
    hides what stands there.
    """
    late_ms: list[tuple[float, float]] = []
    known: set[str] = set()
    stop = threading.Event()

    def hear(payloads: Sequence[bytes]) -> None:
        now_s = time.time()
        for suggestion in map(decode, payloads):
            facts = suggestion.facts
            if suggestion.id in known or not ("counted_s" in facts and "limit_s" in facts):
                continue
            known.add(suggestion.id)
            over_s = float(facts["counted_s"] or 0) - float(facts["limit_s"] or 0)
            behind_ms = (now_s - suggestion.raised_at.timestamp()) * 1000
            late_ms.append((behind_ms + max(0.0, over_s) * 1000, behind_ms))

    thread = threading.Thread(target=stream.consume, args=("bench", "bench", hear, stop), daemon=True)
    thread.start()
    try:
        yield late_ms
    finally:
        stop.set()
        thread.join()
        stream.close()


def _alerts(late_ms: list[tuple[float, float]]) -> dict[str, Any]:
    late, behind = np.percentile(late_ms, 95, axis=0) if late_ms else (None, None)
    return {
        "alerts": len(late_ms),
        "alert_late_ms_p95": None if late is None else round(float(late), 1),
        "alert_behind_ms_p95": None if behind is None else round(float(behind), 1),
    }


def _naive(order: Order, addresses: list[str]) -> dict[str, Any]:
    """One process a camera, on as many cameras as do not spoil the figure by swapping caches all the time."""
    if not order.naive:
        return {"naive_cpu_s_per_camera_s": None}
    module = "almere_vision.cli.streams_bench.plain"
    loops = [
        subprocess.Popen(
            [sys.executable, "-m", module, address, str(min(20.0, order.seconds)), str(plain.RULES_FPS)],
            stdout=subprocess.PIPE,
        )
        for address in addresses[:_NAIVE_CAMERAS]
    ]
    answers = [json.loads(loop.communicate()[0] or b"{}") for loop in loops]
    if not all(answers):
        raise AlmereError("the loops of the obvious way did not get pictures: try again")
    return {
        "naive_cameras": len(loops),
        "naive_cpu_s_per_camera_s": round(
            sum(one["cpu_s"] for one in answers) / max(1e-9, sum(one["media_s"] for one in answers)), 5
        ),
    }


def _limits(stream_file: Path, found: Mapping[str, Any]) -> dict[str, Any]:
    decode_s, infer_s = plain.decode_cpu_s_per_s(stream_file), plain.inference_cpu_s(stream_file)
    limit = decode_s + infer_s * found["detector_frames_per_s"] / found["cameras"]
    ours, naive = found["worker_cpu_s_per_camera_s"], found["naive_cpu_s_per_camera_s"]
    return {
        "decode_cpu_s_per_camera_s": round(decode_s, 5),
        "inference_cpu_ms": round(infer_s * 1000, 1),
        "limit_cpu_s_per_camera_s": round(limit, 5),
        "worker_per_limit": round(ours / limit, 2),
        "naive_per_worker": None if naive is None else round(naive / ours, 2),
    }
