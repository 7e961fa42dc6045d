"""What the search for fights takes: the trigger, one tube, and cameras with people who are looked at."""

from __future__ import annotations

import math
import os
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from almere_vision.action import TUBE_FPS, TUBE_S, FightModel
from almere_vision.cli.streams_bench.footage import make_streams
from almere_vision.cli.streams_bench.processes import cpu_s
from almere_vision.domain.detections import CLASSES, Detections, ObjectClass
from almere_vision.domain.frame import Moment
from almere_vision.domain.geometry import Box
from almere_vision.domain.look import Look
from almere_vision.domain.scene import FightSettings, SceneView, Zone
from almere_vision.domain.tracks import Track, Tracks
from almere_vision.rules import FightRule
from almere_vision.rules.fight import FightParameters
from almere_vision.sources import Camera, Film, Options, read_address
from almere_vision.tracking import Tracker
from almere_vision.worker.looking import Looker, region_of, tube_of

PEOPLE: Final = (2, 10, 30)
ACTIVE: Final = (0, 1, 10)
_FPS: Final = FightRule.rate_fps
_ALL: Final = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
_VIEW: Final = SceneView("bench", "home", (Zone("square", _ALL, (FightSettings(),)),), "bench")
_TUBES: Final = 12


def trigger_costs(seconds: float) -> dict[str, float]:
    """Milliseconds of the rule per camera and picture, with so many people of whom half brawl in pairs."""
    found: dict[str, float] = {}
    for people in PEOPLE:
        pictures = [_picture(people, number / _FPS) for number in range(round(seconds * _FPS))]
        rule, tracker = FightRule(), Tracker("bench", "bench", _FPS)
        judging_ms = _mean_ms(lambda picture, rule=rule: rule.update(picture, _VIEW), pictures)  # type: ignore[misc]
        tracking_ms = _mean_ms(tracker.update, [_detections(picture) for picture in pictures])
        found[f"trigger_ms_{people}"] = round(judging_ms, 4)
        found[f"tracker_ms_{people}"] = round(tracking_ms, 4)
        found[f"trigger_per_tracker_{people}"] = round(judging_ms / tracking_ms, 3)
    return found


def tube_cost(footage: str, model: FightModel) -> dict[str, float]:
    """Milliseconds of processor time for one tube of two people, pose included, and for its film."""
    film_ms, score_ms, waited_ms = [], [], []
    with tempfile.TemporaryDirectory(prefix="almere-") as folder:
        stream = make_streams(footage, Path(folder), 1)[0]
        with Camera("bench", read_address(str(stream)), Options(fps=1)) as camera:
            camera.next_frame(30.0)
            for number in range(_TUBES + 1):
                look = _look("bench", 4.0 + number)
                child = camera.decoder_pid or os.getpid()
                before_s = cpu_s(child)
                film = camera.film(
                    look.start_s, look.moment.media_time_s, TUBE_FPS, region_of(look) or _WHOLE
                )
                film_s = cpu_s(child) - before_s
                if not isinstance(film, Film) or (tube := tube_of(look, film)) is None:
                    continue
                began_s, wall_s = time.process_time(), time.perf_counter()
                model.score(tube)
                if number == 0:
                    continue  # the first one warms up
                film_ms.append(film_s * 1000)
                score_ms.append((time.process_time() - began_s) * 1000)
                waited_ms.append((time.perf_counter() - wall_s) * 1000)
    return {
        "tube_ms": round(float(np.median(score_ms)), 1),
        "tube_waited_ms": round(float(np.median(waited_ms)), 1),
        "film_ms": round(float(np.mean(film_ms)), 1),
    }


_WHOLE: Final[Box] = (0.0, 0.0, 1.0, 1.0)


def load(footage: str, seconds: float, model: FightModel, tell: Callable[[str], None]) -> dict[str, Any]:
    """Ten cameras that are received and decoded, with nobody, one and ten groups that are looked at."""
    found: dict[str, Any] = {"cameras": max(ACTIVE), "stride_s": FightParameters().stride_s}
    with tempfile.TemporaryDirectory(prefix="almere-") as folder, ExitStack() as stack:
        stream = make_streams(footage, Path(folder), 1)[0]
        options = Options(fps=_FPS, play=True)
        cameras = [
            stack.enter_context(Camera(f"bench-{number}", read_address(str(stream)), options))
            for number in range(max(ACTIVE))
        ]
        for camera in cameras:
            while (frame := camera.next_frame(30.0)) is None or frame.moment.media_time_s < 2 * TUBE_S:
                continue
        for active in ACTIVE:
            tell(f"{active} groups for {seconds:.0f} s")
            found |= _with_active(cameras, active, seconds, model)
    for active in ACTIVE[1:]:
        more = found[f"cpu_s_per_s_{active}"] - found["cpu_s_per_s_0"]
        found[f"cpu_s_per_group_s_{active}"] = round(more / active, 4)
    return found


def _with_active(cameras: Sequence[Camera], active: int, seconds: float, model: FightModel) -> dict[str, Any]:
    told: list[tuple[str, float]] = []
    looker = Looker(model, tell=lambda _camera, fate, took_s: told.append((fate, took_s)))
    looks = [looker.of(camera.film) for camera in cameras[:active]]
    stride_s = FightParameters().stride_s
    began_s, before_s = time.monotonic(), cpu_s(os.getpid())
    strides = 0
    while (passed_s := time.monotonic() - began_s) < seconds:
        newest = [camera.next_frame(1.0) for camera in cameras]
        if passed_s >= strides * stride_s:
            strides += 1
            for camera, frame, looking in zip(cameras, newest, looks, strict=False):
                if frame is not None:
                    looking.ask(_look(camera.id, frame.moment.media_time_s))
        for looking in looks:
            looking.answers()
    used_s = cpu_s(os.getpid()) - before_s
    looker.close()
    waits_s = [took_s for fate, took_s in told if fate == "answered"]
    return {
        f"cpu_s_per_s_{active}": round(used_s / passed_s, 4),
        f"looks_asked_{active}": strides * active,
        f"looks_answered_{active}": len(waits_s),
        f"look_s_p50_{active}": _quantile(waits_s, 0.5),
        f"look_s_p95_{active}": _quantile(waits_s, 0.95),
    }


def _quantile(values: Sequence[float], share: float) -> float | None:
    return round(float(np.quantile(values, share)), 3) if values else None


def _mean_ms(call: Callable[[Any], object], values: Sequence[Any]) -> float:
    began_s = time.thread_time()  # of this thread alone: the machine may be busy
    for value in values:
        call(value)
    return (time.thread_time() - began_s) * 1000 / len(values)


def _picture(people: int, clock_s: float) -> Tracks:
    """Half of the people brawl in pairs, the others walk."""
    columns = math.ceil(people**0.5)
    tracks = []
    for number in range(people):
        pair, second = divmod(number, 2)
        x, y = 0.06 + 0.88 * (pair % columns) / columns, 0.3 + 0.6 * (pair // columns) / columns
        swing = math.sin(4 * math.pi * clock_s + number)
        if pair % 2 == 0:
            x, width = x + 0.025 * second + 0.004 * swing, 0.025 + 0.01 * swing
        else:
            x, width = (x + 0.03 * clock_s * (1 - 2 * second)) % 0.9, 0.025
        tracks.append(
            Track(f"b-{number}", ObjectClass.PERSON, (x, y - 0.12 - 0.005 * swing, x + width, y), 0.8)
        )
    return Tracks(Moment("bench", "home", clock_s, clock_s, None, 1280, 720), tuple(tracks), "made@00000000")


def _detections(picture: Tracks) -> Detections:
    count = len(picture.tracks)
    boxes: NDArray[np.float32] = np.array([track.box for track in picture.tracks], np.float32)
    person = CLASSES.index(ObjectClass.PERSON)
    scores = np.full(count, 0.8, np.float32)
    return Detections(picture.moment, boxes, scores, np.full(count, person, np.int64), picture.model)


def _look(camera: str, media_s: float) -> Look:
    """Two people of a third of the picture's height, who move about."""

    def tracks(time_s: float) -> Tracks:
        shift = 0.02 * math.sin(5 * time_s)
        first = Track("a", ObjectClass.PERSON, (0.40 + shift, 0.35, 0.48 + shift, 0.70), 0.8)
        second = Track("b", ObjectClass.PERSON, (0.47 - shift, 0.36, 0.55 - shift, 0.71), 0.8)
        moment = Moment(camera, "home", time_s, time_s, None, 640, 360)
        return Tracks(moment, (first, second), "made@00000000")

    seen = tuple(tracks(media_s - TUBE_S + step / _FPS) for step in range(round(TUBE_S * _FPS) + 1))
    return Look(uuid.uuid4().hex, "bench", seen[-1].moment, media_s - TUBE_S, ("a", "b"), seen)
