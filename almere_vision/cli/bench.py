"""`almere bench`: what the parts cost on this machine, with ratios taken in one run."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray

from almere_vision.config import load_settings
from almere_vision.domain.detections import CLASSES, MOTOR_VEHICLES, Detections, ObjectClass
from almere_vision.domain.errors import SettingsError
from almere_vision.domain.frame import Moment
from almere_vision.domain.scene import LoiteringSettings, ParkingSettings, SceneView, Zone
from almere_vision.domain.tracks import Track, Tracks

app = typer.Typer(help="Measure what the parts cost on this machine.", no_args_is_help=True)

_FPS: Final = 5.0
_ALL: Final = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


@app.callback()
def bench() -> None:
    """Measure what the parts cost on this machine."""


@app.command()
def rules(
    tracks: Annotated[int, typer.Option(min=1, max=500, help="Tracks in each picture.")] = 30,
    seconds: Annotated[float, typer.Option(min=10, max=3600, help="Length of the scene.")] = 300.0,
) -> None:
    """Milliseconds that the rules take per camera and picture, beside those of the tracker.

    The scene is made: half people, half vehicles, two thirds of each standing, on one zone with both rules.
    """
    from almere_vision.rules import Rule, rules_for
    from almere_vision.tracking import Tracker

    def judge(rule: Rule, picture: Tracks) -> None:
        rule.update(picture, view)

    pictures = _pictures(tracks, seconds)
    settings = (ParkingSettings(60.0, MOTOR_VEHICLES), LoiteringSettings(3, 300.0, 2.0))
    view = SceneView("bench", "home", (Zone("square", _ALL, settings),), "bench")
    tracker = Tracker("bench", "bench", _FPS)
    detections = [_detections(picture) for picture in pictures]
    tracking_ms = _each_ms(tracker.update, detections)
    found: dict[str, float | int] = {"tracks": tracks, "pictures": len(pictures)}
    total_ms = np.zeros(len(pictures))
    for rule in rules_for(view):
        cost_ms = _each_ms(partial(judge, rule), pictures)
        total_ms += cost_ms
        found[f"{rule.name.partition('@')[0]}_ms"] = round(float(cost_ms.mean()), 4)
    found["rules_ms"] = round(float(total_ms.mean()), 4)
    found["rules_ms_p95"] = round(float(np.percentile(total_ms, 95)), 4)
    found["tracker_ms"] = round(float(tracking_ms.mean()), 4)
    found["rules_per_tracker"] = round(float(total_ms.mean() / tracking_ms.mean()), 3)
    typer.echo(json.dumps(found))


@app.command()
def review(
    incidents: Annotated[
        int, typer.Option(min=1_000, max=10_000_000, help="Incidents in the database before the run.")
    ] = 1_000_000,
    suggestions: Annotated[
        int, typer.Option(min=500, max=90_000, help="Suggestions that wait in the queue for the ingest.")
    ] = 40_000,
    minutes: Annotated[
        float, typer.Option(min=0.05, max=600, help="How long the memory of the API is watched.")
    ] = 10.0,
    rate: Annotated[
        float, typer.Option(min=0.1, max=200, help="Suggestions per second while consoles listen.")
    ] = 5.0,
) -> None:
    """What the review side takes: ingest, queue pages, events to 50 consoles, and memory; as JSON.

    Needs a PostgreSQL: an empty database at ALMERE_DATABASE_URL, or the package pgserver, which brings one.
    Redis and the API are started for the run. Ratios are to one INSERT and commit at a time, and to a bare
    FastAPI route that answers with the same bytes.
    """
    from almere_vision.cli.review_bench import measure

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the parts end with us
    found = measure(
        load_settings(),
        incidents=incidents,
        suggestions=suggestions,
        minutes=minutes,
        rate_per_s=rate,
        tell=lambda line: typer.echo(line, err=True),
    )
    typer.echo(json.dumps(found))


@app.command()
def console(
    suggestions: Annotated[
        int, typer.Option(min=50, max=90_000, help="Open suggestions in the queue.")
    ] = 10_000,
    keys: Annotated[int, typer.Option(min=10, max=10_000, help="Keys that are pressed.")] = 100,
    paints: Annotated[int, typer.Option(min=1, max=100, help="First visits, each with an empty cache.")] = 7,
    hours: Annotated[float, typer.Option(min=0.05, max=24, help="Hours of events, accelerated.")] = 8.0,
) -> None:
    """What the console takes in a real Chromium: script, first paint, keys and memory; as JSON.

    Needs Playwright and Chromium, the built console, and a PostgreSQL: an empty database at
    ALMERE_DATABASE_URL, or the package pgserver. Redis and the API are started for the run. Ratios are to a
    page with one line of text in the same browser. Ends with exit code 1 when a figure misses its budget.
    """
    from almere_vision.cli.console_bench import Order, measure

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the parts end with us
    order = Order(suggestions, keys, paints, hours)
    found = measure(load_settings(), order, lambda line: typer.echo(line, err=True))
    typer.echo(json.dumps(found))
    raise typer.Exit(1 if found["missed"] else 0)


@app.command()
def streams(
    cameras: Annotated[int, typer.Option(min=1, max=1000, help="Cameras to watch.")] = 10,
    seconds: Annotated[float, typer.Option(min=5, max=86_400, help="How long they are watched.")] = 60.0,
    footage: Annotated[
        str | None,
        typer.Option(help="Video file, or folder of them, that the cameras show; else the demo's."),
    ] = None,
    quiet: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the cameras on which nothing moves.")
    ] = 0.0,
    naive: Annotated[bool, typer.Option(help="Measure the obvious way as well.")] = True,
    key_every: Annotated[
        float, typer.Option(min=0.1, max=60, help="Seconds from one key picture of a stream to the next.")
    ] = 2.0,
) -> None:
    """How many cameras this machine watches, how late it is, and what that costs; as JSON.

    A real RTSP server on loopback sends streams of 640x360 at 10 pictures a second, made from the footage; a
    real worker watches them, with a Redis of its own. In the same run: one plain loop per camera, and what
    decoding alone and inference alone cost.
    """
    from almere_vision.cli.streams_bench.measure import Order, measure

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the parts end with us
    order = Order(cameras, seconds, footage or _demo_clip(), quiet, naive, key_every)
    typer.echo(json.dumps(measure(order, lambda line: typer.echo(line, err=True))))


@app.command()
def fight(
    seconds: Annotated[float, typer.Option(min=2, max=3600, help="Length of each measurement.")] = 20.0,
    footage: Annotated[
        str | None,
        typer.Option(help="Video file, or folder of them, that the cameras show; else the demo's."),
    ] = None,
) -> None:
    """What the search for fights takes: trigger, one tube, and 0, 1 and 10 groups on ten cameras; as JSON.

    The trigger is told beside the tracker of the same run, with 2, 10 and 30 made people of whom half brawl.
    Without the classifier (ALMERE_FIGHT_MODEL) only the trigger is measured.
    """
    from almere_vision.cli.fight_bench import load, trigger_costs, tube_cost
    from almere_vision.worker.fights import find_fight_model

    settings = load_settings()
    found: dict[str, Any] = dict(trigger_costs(seconds))
    model = find_fight_model(settings.fight_model, settings.models_dir)
    if isinstance(model, str):
        typer.echo(model, err=True)
    else:
        shown = footage or _demo_clip()
        found |= {"classifier": model.identity, **tube_cost(shown, model)}
        found["tube_per_tracker_10"] = round(found["tube_ms"] / found["tracker_ms_10"], 1)
        found |= load(shown, seconds, model, lambda line: typer.echo(line, err=True))
    typer.echo(json.dumps(found))


def _demo_clip() -> str:
    """Raises SettingsError when it was not fetched."""
    path = load_settings().share_dir / ".cache" / "footage" / "plaza.mp4"
    if not path.is_file():
        raise SettingsError(f"{path}: the demo clip is not there: run ./scripts/demo, or use --footage")
    return str(path)


@app.command()
def presets(
    footage: Annotated[
        str | None, typer.Option(help="Video or picture that the views are cut from; else the demo's.")
    ] = None,
    returns: Annotated[int, typer.Option(min=1, max=10_000, help="Arrivals at a preset.")] = 100,
    views: Annotated[int, typer.Option(min=1, max=100_000, help="Views that are no preset.")] = 1_000,
    offsets: Annotated[int, typer.Option(min=1, max=100_000, help="Views that are a little off.")] = 200,
    live: Annotated[
        bool, typer.Option("--live", help="Returns only, by a worker over RTSP and ONVIF; 6 s each.")
    ] = False,
) -> None:
    """How surely and how soon a preset is recognised, and what that costs; as JSON.

    Views are cut out of real footage by the virtual camera, so the truth is known. Pictures are taken at 5 a
    second of media time and pass through JPEG. `taken_for_a_preset` counts views that are off by 3 % of the
    width or more, or by 5 % of zoom or more, and were taken for a preset all the same.
    """
    from almere_vision.cli.presets_bench import Order, measure
    from almere_vision.cli.presets_live import measure_live

    if live:
        tell = partial(typer.echo, err=True)
        typer.echo(json.dumps(measure_live(Path(footage or _demo_clip()), returns, seed=1, tell=tell)))
        return
    typer.echo(json.dumps(measure(Order(Path(footage or _demo_clip()), returns, views, offsets))))


def _each_ms(call: Callable[[Any], object], values: Sequence[object]) -> NDArray[np.float64]:
    costs = []
    for value in values:
        began_s = time.thread_time()  # of this thread alone: the machine may be busy
        call(value)
        costs.append((time.thread_time() - began_s) * 1000)
    return np.array(costs)


def _pictures(count: int, seconds: float) -> list[Tracks]:
    noise = np.random.default_rng(1)
    person = np.arange(count) % 2 == 0
    standing = np.arange(count) % 3 > 0
    columns = max(1, round(count**0.5))
    x = 0.05 + 0.9 * (np.arange(count) % columns) / columns
    y = 0.3 + 0.65 * (np.arange(count) // columns) / columns
    pictures = []
    for number in range(int(seconds * _FPS)):
        clock_s = number / _FPS
        foot_x = np.where(standing, x, (x + 0.04 * clock_s) % 1.0) + noise.normal(0, 0.002, count)
        foot_y = y + noise.normal(0, 0.002, count)
        width, height = np.where(person, 0.02, 0.1), np.where(person, 0.1, 0.08)
        lap = np.where(standing, 0, (x + 0.04 * clock_s) // 1.0).astype(
            int
        )  # out on the right, in on the left
        seen = tuple(
            Track(
                f"b-{index}-{lap[index]}",
                ObjectClass.PERSON if person[index] else ObjectClass.CAR,
                (
                    float(np.clip(foot_x[index] - width[index] / 2, 0, 1)),
                    float(foot_y[index] - height[index]),
                    float(np.clip(foot_x[index] + width[index] / 2, 0, 1)),
                    float(np.clip(foot_y[index], 0, 1)),
                ),
                0.8,
            )
            for index in range(count)
        )
        moment = Moment("bench", "home", clock_s, clock_s, None, 1280, 720)
        pictures.append(Tracks(moment, seen, "made@00000000"))
    return pictures


def _detections(picture: Tracks) -> Detections:
    return Detections(
        picture.moment,
        np.array([track.box for track in picture.tracks], np.float32),
        np.array([track.score for track in picture.tracks], np.float32),
        np.array([CLASSES.index(track.kind) for track in picture.tracks], np.int64),
        picture.model,
    )
