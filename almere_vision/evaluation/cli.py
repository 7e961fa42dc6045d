"""`almere eval`: measure, compare, guard, and label."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from almere_vision.config import load_settings
from almere_vision.domain.errors import InputError
from almere_vision.evaluation.calibrate_cli import calibrate

if TYPE_CHECKING:
    from almere_vision.detection.precision import Precision
    from almere_vision.evaluation.diff import Diff
    from almere_vision.evaluation.report import Report

# The commands import what they need when they run: statistics and plots take seconds to load, and every
# other command of `almere` would wait for them.

app = typer.Typer(help="Benchmark on labelled footage.", no_args_is_help=True)
label_app = typer.Typer(help="Label files: what really happened in a clip.", no_args_is_help=True)
app.add_typer(label_app, name="label")
app.command("calibrate")(calibrate)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def run(
    suite: Annotated[Path, typer.Argument(help="Suite file, as eval/suites/street.yaml.")],
    out: Annotated[Path, typer.Option(help="Folder for report.json and report.html.")],
    model: Annotated[str | None, typer.Option(help="Name in the store, or path of a network.")] = None,
    scores: Annotated[Path | None, typer.Option(help="Output of almere score, for suites of clips.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Folder in which detections are kept.")] = None,
    strips: Annotated[bool, typer.Option(help="Make picture strips of misses and false alarms.")] = True,
    trust: Annotated[bool, typer.Option(help="Open a .pt file of your own; that runs code in it.")] = False,
    fps: Annotated[float | None, typer.Option(min=0.1, max=30, help="Pictures a second.")] = None,
    fast: Annotated[bool, typer.Option(help="Compute as fast as this processor can, as workers do.")] = False,
    keep_alive_s: Annotated[
        float | None,
        typer.Option(min=0.1, max=60, help="Leave out pictures on which nothing moved, for so long."),
    ] = None,
    cross_validate: Annotated[
        bool, typer.Option(help="Also judge each camera with settings chosen on the others; takes minutes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a suite: report.json and report.html in the folder OUT."""
    from almere_vision.detection import load_detector, resolve
    from almere_vision.evaluation.cache import DetectionCache
    from almere_vision.evaluation.looks import Magnifier
    from almere_vision.evaluation.report_html import report_page
    from almere_vision.evaluation.run import Tools, run_suite
    from almere_vision.evaluation.seeing import Eyes
    from almere_vision.evaluation.suite import load_suite
    from almere_vision.worker.fights import find_fight_model

    chosen, settings = load_suite(suite), load_settings()
    precision: Precision = "fast" if fast else "exact"
    if fps is not None:
        chosen = replace(chosen, settings=chosen.settings.model_copy(update={"rate_fps": fps}))
    kept = cache or settings.data_dir / "evaluation"
    resolve(
        model or chosen.settings.model, settings.models_dir, trust
    )  # a wrong name is told before the work

    def open_fights() -> Magnifier | str:
        found = find_fight_model(settings.fight_model, settings.models_dir)
        return found if isinstance(found, str) else Magnifier(found, kept)

    def open_eyes() -> Eyes:
        detector = load_detector(
            model or chosen.settings.model,
            settings.models_dir,
            settings.backend,
            threads=settings.threads or None,
            trust=trust,
            precision=precision,
        )
        return Eyes(detector, f"{settings.backend} {precision}", DetectionCache(kept), keep_alive_s)

    _make_folder(out)
    with _Bar() as bar:
        result = run_suite(
            chosen,
            Tools(
                open_eyes,
                kept / "strips" if strips else None,
                bar,
                scores,
                open_fights=open_fights,
                cross_validate=cross_validate,
                precision=precision,
                keep_alive_s=keep_alive_s,
            ),
        )
    _write(out, "report.json", result.report.model_dump_json(indent=1) + "\n")
    _write(out, "report.html", report_page(result.report, result.strips))
    if as_json:
        typer.echo(json.dumps(dict(result.report.figures)))
    else:
        typer.echo(_summary(result.report))
        typer.echo(f"{out / 'report.html'}")


def _write(folder: Path, name: str, text: str) -> None:
    try:
        (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror}); choose another --out") from None


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="report.json, or its folder.")],
    after: Annotated[Path, typer.Argument(help="report.json, or its folder.")],
    as_json: AsJson = False,
) -> None:
    """Tell what changed between two reports on the same labels, clip by clip."""
    from almere_vision.evaluation.diff import diff_reports
    from almere_vision.evaluation.report import read_report

    found = diff_reports(read_report(before), read_report(after))
    typer.echo(found.model_dump_json() if as_json else _diff_text(found))


@app.command()
def gate(
    report: Annotated[Path, typer.Argument(help="report.json, or its folder.")],
    baseline: Annotated[Path, typer.Argument(help="Baseline, as eval/baselines/street.json.")],
    write: Annotated[
        Path | None,
        typer.Option(help="Make the baseline from the report, with the tolerances of this suite."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Exit with 1 when a figure fell beyond its tolerance, and tell which."""
    from almere_vision.evaluation.gate import fallen, make_baseline, read_baseline
    from almere_vision.evaluation.report import read_report
    from almere_vision.evaluation.suite import load_suite

    found = read_report(report)
    if write is not None:
        made = make_baseline(found, load_suite(write).settings.gate)
        try:
            baseline.write_text(made.model_dump_json(indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise InputError(f"{baseline}: cannot be written ({error.strerror})") from None
        typer.echo(f"{baseline}: {len(made.figures)} figures")
        return
    guarded = read_baseline(baseline)
    worse = fallen(found, guarded)
    if as_json:
        typer.echo(json.dumps({"passed": not worse, "fallen": [one.model_dump() for one in worse]}))
    else:
        typer.echo("\n".join(str(one) for one in worse) or f"passed: {len(guarded.figures)} figures hold")
    if worse:
        raise typer.Exit(1)


@app.command()
def schema() -> None:
    """Print the JSON Schema of report.json."""
    from almere_vision.evaluation.report import json_schema

    typer.echo(json.dumps(json_schema(), indent=1))


@label_app.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(help="Label files.")],
    clips: Annotated[Path, typer.Option(help="Folder of the clips.")],
    zones: Annotated[Path, typer.Option(help="Folder of the zone files.")],
) -> None:
    """Check label files; each mistake with file, line and what to do. Exit code 2 if any."""
    from almere_vision.evaluation.labels import load_labels

    faults = []
    for file in files:
        try:
            load_labels(file, clips, zones)
        except InputError as error:
            faults.append(str(error))
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        raise typer.Exit(2)
    typer.echo(f"{len(files)} file{'s' if len(files) > 1 else ''} in order")


@label_app.command("import")
def import_(
    export: Annotated[Path, typer.Argument(help="CVAT XML, Label Studio JSON or VGG VIA 3 project.")],
    out: Annotated[Path, typer.Option(help="Folder for the label files.")],
    clips: Annotated[Path, typer.Option(help="Folder of the clips.")],
    zones: Annotated[Path, typer.Option(help="Folder of the zone files.")],
    clip: Annotated[str | None, typer.Option(help="The clip, where the export does not name it.")] = None,
    zone: Annotated[str | None, typer.Option(help="The zone of events that name none.")] = None,
    condition: Annotated[list[str] | None, typer.Option(help="night, wet, ...; can be given again.")] = None,
    overwrite: Annotated[bool, typer.Option(help="Replace label files that exist.")] = False,
) -> None:
    """Make label files from the export of a labelling tool, and check them."""
    from almere_vision.evaluation.importers import Asked, import_labels

    asked = Asked(
        clips_dir=clips,
        zones_dir=zones,
        clip=clip,
        zone=zone,
        conditions=tuple(condition or ()),
        overwrite=overwrite,
    )
    for path, events in import_labels(export, out, asked):
        typer.echo(f"{path}: {events} events")


@label_app.command("join")
def join(
    splits: Annotated[Path, typer.Argument(help="CSV with file, label, group and split.")],
    footage: Annotated[Path, typer.Option(help="Folder of the clips that the CSV names.")],
    split: Annotated[str, typer.Option(help="Which part, as val.")],
    out: Annotated[Path, typer.Option(help="Folder for clips, labels and zones.")],
    normal: Annotated[
        Path | None, typer.Option(help="CSV with file, group and split of footage in which nothing happens.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="PREFIX=NAME: a condition for groups that begin so.")
    ] = None,
) -> None:
    """Play short clips of fights one after the other, camera by camera, as streams with labels."""
    from almere_vision.evaluation.streams import plan_normal, plan_streams, write_streams

    pairs = [word.partition("=") for word in source or ()]
    if faults := [prefix for prefix, _, name in pairs if not (prefix and name)]:
        raise InputError(f"--source {faults[0]!r} is not PREFIX=NAME, as scfd=SCFD")
    names = {prefix: name for prefix, _, name in pairs}
    streams = plan_streams(splits, footage, split, "fight", names)
    if normal is not None:
        streams += plan_normal(normal, footage, split)
    write_streams(streams, "fight", out)
    typer.echo(f"{out}: {len(streams)} streams")


def _make_folder(out: Path) -> None:
    """Before the work, so that a run of an hour does not end in the words that nothing can be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "report.json").touch()
    except OSError as error:
        raise InputError(f"{out}: cannot be written ({error.strerror}); choose another --out") from None


class _Bar:
    """A bar on a terminal, with the time left; a line per clip elsewhere."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("s of footage"),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def expect(self, footage_s: float) -> None:
        self._task = self._progress.add_task("", total=round(footage_s))

    def begin(self, clip: str) -> None:
        if self._task is not None:
            self._progress.update(self._task, description=clip[-48:])
        if not self._console.is_terminal:
            self._console.print(clip, markup=False, highlight=False)

    def advance(self, footage_s: float) -> None:
        if self._task is not None:
            self._progress.advance(self._task, footage_s)


def _summary(report: Report) -> str:
    lines = []
    for kind, found in (report.events.kinds if report.events else {}).items():
        rate = found.false_per_camera_hour
        lines.append(
            f"{kind}: {found.found} of {found.events} events found, {found.false} false alarms in "
            f"{found.camera_hours * 60:.1f} camera-minutes ({rate.value:.1f} an hour, {rate.low:.1f} to "
            f"{rate.high:.1f}), {found.ignored} ignored"
        )
    figures = (f"{name} {value:.3f}" for name, value in report.figures.items() if value is not None)
    return "\n".join([*lines, *figures])


def _diff_text(found: Diff) -> str:
    lines = [f"before: {found.before}", f"after:  {found.after}"]
    lines += [f"{c.clip} {c.at_s:.1f} s: {c.kind} in {c.zone}: {c.what}. {c.because}" for c in found.changes]
    if found.p_value is not None:
        lines.append(
            f"events: {found.found_more} found more, {found.found_less} lost; a chance of "
            f"{found.p_value:.3f} if both were as good (McNemar)"
        )
    for one in found.differences:
        if one.before is None or one.after is None:
            lines.append(f"{one.name}: {_value(one.before)} -> {_value(one.after)}")
        elif one.before != one.after:
            span = "" if one.low is None or one.high is None else f" ({one.low:+.3f} to {one.high:+.3f})"
            lines.append(
                f"{one.name}: {one.before:.3f} -> {one.after:.3f}, {one.after - one.before:+.3f}{span}"
            )
    return "\n".join(lines)


def _value(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"
