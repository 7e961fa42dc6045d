"""The report as one page that needs nothing else: no scripts, no network, pictures inside."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib import resources
from typing import Final

from almere_vision.evaluation import plots
from almere_vision.evaluation.matching import Outcome
from almere_vision.evaluation.report import (
    AlarmRecord,
    Cascade,
    ClipRecord,
    ClipsReport,
    Confusion,
    EventRecord,
    EventsReport,
    Figure,
    KindFigures,
    Rate,
    Report,
    TrackingReport,
)

_CSS: Final = resources.files(__package__).joinpath("report.css").read_text(encoding="utf-8")

Strips = Mapping[str, bytes]


def _pace(report: Report) -> str:
    rate = f"{report.rate_fps:g} pictures a second" if report.rate_fps else "at the rates of the rules"
    gate = f", unchanged ones left out for {report.keep_alive_s:g} s" if report.keep_alive_s else ""
    return f"{rate}{gate}, {report.precision} arithmetic"


def report_page(report: Report, strips: Strips) -> str:
    """The whole page; `strips` are JPEG pictures by the names that the report uses."""
    body = [
        f"<h1>Benchmark: {escape(report.suite)}</h1>",
        f'<p class="soft">{escape(report.created_at)} &middot; {escape(report.program)} &middot; network '
        f"{escape(report.model or 'none')} &middot; rules {escape(', '.join(report.rules) or 'none')} "
        f"&middot; {_pace(report)} &middot; labels {escape(report.labels_sha8)} "
        f"&middot; {report.seconds:.0f} s, {report.from_cache} clips from the cache</p>",
    ]
    if report.events:
        body += _events(report.events, strips)
    if report.clips:
        body += _clips(report.clips)
    if report.tracking:
        body += _tracking(report.tracking)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width"><meta http-equiv="Content-Security-Policy" content="default-src '
        "'none'; img-src data:; style-src 'unsafe-inline'\">"
        f"<title>Benchmark {escape(report.suite)}</title><style>{_CSS}</style></head><body>"
        + "\n".join(body)
        + "</body></html>\n"
    )


def _events(events: EventsReport, strips: Strips) -> list[str]:
    body = []
    for name, figures in events.kinds.items():
        body += [f"<h2>{escape(name.capitalize())}</h2>", *_kind(figures, events)]
    body += _cascade(events.cascade)
    body += _cross_validated(events)
    wrong = [part for clip in events.clips for part in _wrong(clip, strips)]
    body += ["<h2>What went wrong</h2>", *(wrong or ["<p>Nothing: no misses and no false alarms.</p>"])]
    body += ["<h2>Clips</h2>", _clip_table(events.clips)]
    return body


def _cascade(found: Cascade | None) -> list[str]:
    """Which stage of the search for fights said no."""
    if found is None:
        return []
    stages = [
        ("labelled fights", found.events),
        ("nobody was seen", found.no_people),
        ("no trigger: nobody close and restless for long enough", found.no_trigger),
        (f"no look reached {found.threshold:.2f}", found.below_threshold),
        (f"some did, never the last {found.of} together", found.too_few_looks),
        ("another reason, as an alarm that came too late", found.otherwise),
        ("found", found.found),
    ]
    rates = [
        ("Groups looked at", f"{found.groups_per_hour:.0f}"),
        ("Closer looks", f"{found.looks_per_hour:.0f}"),
        ("Looks that said fight", f"{found.looks_above_per_hour:.1f}"),
        ("False alarms", _rate(found.false_alarms_per_hour)),
    ]
    return [
        "<h2>Fights, stage by stage</h2>",
        f'<p class="soft">Classifier {escape(found.classifier)}.</p>',
        _table(["Where it stopped", "Fights"], stages),
        f"<h3>Per camera-hour outside of fights ({_hours(found.normal_hours)})</h3>",
        _table(["Stage", "An hour"], rates),
    ]


def _cross_validated(events: EventsReport) -> list[str]:
    """How good the rules are on cameras that their settings were not chosen on."""
    if not events.cross_validated:
        return []
    body = [
        "<h2>On cameras that were left out</h2>",
        "<p>Each camera is judged with the settings that were best on all other cameras.</p>",
    ]
    for kind, found in events.cross_validated.items():
        body += [
            f"<h3>{escape(kind.capitalize())}: F1 {_figure(found.f1)}, precision {_figure(found.precision)}, "
            f"recall {_figure(found.recall)}; {found.tried} combinations of settings</h3>",
            _table(
                ("camera", "found", "missed", "false", "settings chosen on the others"),
                [
                    (
                        f.group,
                        f.found,
                        f.missed,
                        f.false,
                        ", ".join(f"{n} {v:g}" for n, v in f.chosen.items()),
                    )
                    for f in found.folds
                ],
            ),
        ]
    return body


def _kind(figures: KindFigures, events: EventsReport) -> list[str]:
    per_hour = figures.false_per_camera_hour
    cards = [
        (f"{figures.found} of {figures.events}", "events found"),
        (f"{figures.false}", f"false alarms in {_hours(figures.camera_hours)}"),
        (_number(figures.precision.value), "precision"),
        (_number(figures.recall.value), "recall"),
        (_number(figures.f_alpha["1"].value), "F1"),
        (_seconds(figures.latency.median_s), "median delay after due"),
    ]
    alerts = figures.alerts_per_observer_hour
    rows = [
        ("Precision", _figure(figures.precision)),
        ("Recall", _figure(figures.recall)),
        *((f"F (alpha {alpha})", _figure(value)) for alpha, value in figures.f_alpha.items()),
        (
            "Median delay",
            f"{_seconds(figures.latency.median_s)}; 90 % within {_seconds(figures.latency.p90_s)}",
        ),
        ("False alarms per camera-hour", _rate(per_hour)),
        (
            f"Alerts per observer-hour ({events.cameras} cameras, {events.observers} observers)",
            _rate(alerts),
        ),
        (
            "By temporal overlap instead of the alarm window",
            f"precision {_number(figures.overlap.precision)}, recall {_number(figures.overlap.recall)}, "
            f"F1 {_number(figures.overlap.f1)}",
        ),
        (
            "Alarms",
            f"{figures.alarms}: {figures.found} true, {figures.false} false "
            f"({figures.duplicates} duplicates), {figures.ignored} ignored",
        ),
    ]
    curve = [
        (p.recall, p.precision) for p in figures.curve if p.recall is not None and p.precision is not None
    ]
    drawn = [
        plots.delay_plot(figures),
        plots.precision_recall_plot(curve, "Precision and recall"),
        plots.miss_plot(figures),
        plots.conditions_plot(figures.conditions),
    ]
    return [
        _cards(cards),
        f'<p class="soft">An alarm counts from {events.before_s:g} s before it is due until '
        f"{events.after_s:g} s after. Intervals are 95 %: precision, recall and F by drawing whole cameras, "
        "rates by Poisson. Rates hold for footage like this: clips that were picked for their events "
        "have more alarms an hour than a street.</p>",
        _table(["Figure", "Value"], rows),
        f'<div class="plots">{"".join(drawn)}</div>',
        _conditions(figures),
        _groups(figures),
    ]


def _conditions(figures: KindFigures) -> str:
    rows = [
        (s.name, s.clips, s.events, s.found, s.false, _figure(s.recall), _figure(s.precision))
        for s in figures.conditions
    ]
    return "<h3>By condition</h3>" + _table(
        ["Condition", "Clips", "Events", "Found", "False alarms", "Recall", "Precision"], rows
    )


def _groups(figures: KindFigures) -> str:
    rows = [
        (g.name, g.clips, g.events, g.found, g.false, _number(g.precision_without), _number(g.recall_without))
        for g in figures.groups
    ]
    return "<h3>By camera, and all others without it</h3>" + _table(
        ["Camera", "Clips", "Events", "Found", "False alarms", "Precision without", "Recall without"], rows
    )


def _wrong(clip: ClipRecord, strips: Strips) -> Iterable[str]:
    for event in clip.events:
        if event.found is False:
            yield _strip(
                event, f"{event.start_s:.1f}-{event.end_s:.1f} s, due {event.due_s:.1f} s", clip, strips
            )
    for alarm in clip.alarms:
        if alarm.outcome in (Outcome.FALSE, Outcome.DUPLICATE):
            when = f"onset {alarm.start_s:.1f} s, alarm {alarm.alarm_s:.1f} s, score {alarm.score:.2f}"
            yield _strip(alarm, when, clip, strips)


def _strip(record: EventRecord | AlarmRecord, when: str, clip: ClipRecord, strips: Strips) -> str:
    missed = isinstance(record, EventRecord)
    tag = '<span class="tag">missed</span>' if missed else '<span class="tag false">false alarm</span>'
    picture = ""
    if record.strip is not None and record.strip in strips:
        data = base64.b64encode(strips[record.strip]).decode()
        picture = f'<img alt="{escape(clip.clip)}" src="data:image/jpeg;base64,{data}">'
    return (
        f"<figure><figcaption>{tag} {escape(record.kind.value)} in {escape(clip.clip)}, zone "
        f"{escape(record.zone)}, {when}<br><b>{escape(record.reason or '')}</b>: {escape(record.because)}"
        f"</figcaption>{picture}</figure>"
    )


def _clip_table(clips: Sequence[ClipRecord]) -> str:
    rows = []
    for clip in clips:
        due = [event for event in clip.events if event.found is not None]
        outcomes = [alarm.outcome for alarm in clip.alarms]
        false = outcomes.count(Outcome.FALSE) + outcomes.count(Outcome.DUPLICATE)
        found = sum(event.found is True for event in due)
        rows.append(
            (
                clip.clip,
                clip.group,
                ", ".join(clip.conditions),
                f"{clip.duration_s:.0f} s",
                len(due),
                found,
                false,
                outcomes.count(Outcome.IGNORED),
            )
        )
    heads = ["Clip", "Camera", "Conditions", "Length", "Events", "Found", "False alarms", "Ignored alarms"]
    return _table(heads, rows)


def _clips(clips: ClipsReport) -> list[str]:
    cards = [
        (_number(clips.roc_auc.value), "ROC-AUC"),
        (_number(clips.average_precision.value), "average precision"),
        (_number(clips.accuracy.value), f"accuracy at {clips.threshold:g}"),
        (f"{clips.overall.clips}", f"clips of {len(clips.groups)} groups"),
    ]
    rows = [
        ("ROC-AUC", _figure(clips.roc_auc)),
        ("Average precision", _figure(clips.average_precision)),
        (f"Accuracy at {clips.threshold:g}", _figure(clips.accuracy)),
    ]
    return [
        "<h2>Short clips: fight or not</h2>",
        _cards(cards),
        _table(["Figure", "Value"], rows),
        f'<div class="plots">{plots.roc_plot(clips)}'
        f"{plots.precision_recall_plot(clips.precision_recall, 'Precision and recall of clips')}</div>",
        "<h3>By source</h3>",
        _confusions([clips.overall, *clips.sources]),
        "<h3>By group</h3>",
        _confusions(clips.groups),
    ]


def _confusions(parts: Sequence[Confusion]) -> str:
    rows = [
        (
            p.name,
            p.clips,
            p.true_positive,
            p.false_negative,
            p.false_positive,
            p.true_negative,
            _number(p.accuracy),
            _number(p.roc_auc),
        )
        for p in parts
    ]
    heads = ["", "Clips", "Found", "Missed", "False", "Rightly quiet", "Accuracy", "ROC-AUC"]
    return _table(heads, rows)


def _tracking(tracking: TrackingReport) -> list[str]:
    rows = [
        (
            f"{r.rate_fps:g}",
            r.pictures,
            *(_number(value) for value in (r.hota, r.deta, r.assa, r.idf1, r.mota)),
            r.id_switches,
        )
        for r in tracking.rates
    ]
    heads = ["Pictures a second", "Pictures", "HOTA", "DetA", "AssA", "IDF1", "MOTA", "Id switches"]
    return [
        f"<h2>Perception: persons in {escape(tracking.clip)}</h2>",
        f"<p>Detection AP at IoU 0.50: <b>{_number(tracking.detection_ap50)}</b>; mean over IoU 0.50 to "
        f"0.95: {_number(tracking.detection_ap)}</p>",
        _table(heads, rows),
        f'<div class="plots">{plots.rates_plot(tracking)}</div>',
    ]


def _cards(cards: Iterable[tuple[str, str]]) -> str:
    inner = "".join(
        f'<div class="card"><b>{escape(value)}</b><span>{escape(name)}</span></div>' for value, name in cards
    )
    return f'<div class="cards">{inner}</div>'


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    def cell(tag: str, value: object) -> str:
        number = ' class="n"' if isinstance(value, int) else ""
        return f"<{tag}{number}>{escape(str(value))}</{tag}>"

    head = "".join(cell("th", name) for name in heads)
    body = "".join(f"<tr>{''.join(cell('td', value) for value in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _seconds(value: float | None) -> str:
    return "missed" if value is None else f"{value:.1f} s"


def _figure(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return _number(figure.value)
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"


def _rate(rate: Rate) -> str:
    return f"{rate.value:.2f} ({rate.low:.2f} to {rate.high:.2f}; at most {rate.at_most:.2f})"


def _hours(hours: float) -> str:
    return f"{hours:.1f} camera-hours" if hours >= 1 else f"{hours * 60:.1f} camera-minutes"
