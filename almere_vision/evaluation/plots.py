"""Plots of a report, as SVG to stand inside a page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from almere_vision.evaluation.report import ClipsReport, KindFigures, Slice, TrackingReport

_BLUE: Final = "#1f6feb"
_ORANGE: Final = "#d1730a"
_GREY: Final = "#8b949e"
_STYLE: Final[Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#d8dee4",
    "axes.axisbelow": True,
}


def delay_plot(figures: KindFigures) -> str:
    """Share of all events found within so many seconds after the alarm was due; misses keep it below 1."""
    with mpl.rc_context(_STYLE):
        figure, axes = _new("seconds after the alarm was due", "share of events found")
        delays = figures.latency.delays_s
        events = len(delays) + figures.latency.missed
        if events:
            first = min(0.0, *delays) if delays else 0.0
            last = max(10.0, *delays) if delays else 10.0
            heights = [number / events for number in range(len(delays) + 1)]
            axes.step([first - 1, *delays, last], [*heights, heights[-1]], where="post", color=_BLUE)
            axes.axvline(0, color=_GREY, linewidth=0.8)
        axes.set_ylim(0, 1.02)
        return _svg(figure, "Delay")


def precision_recall_plot(points: Sequence[tuple[float, float]], name: str) -> str:
    """Precision over recall, as the working point moves."""
    with mpl.rc_context(_STYLE):
        figure, axes = _new("recall", "precision")
        axes.plot([x for x, _ in points], [y for _, y in points], marker=".", color=_BLUE)
        _unit(axes)
        return _svg(figure, name)


def miss_plot(figures: KindFigures) -> str:
    """Share of events missed over false alarms per camera-hour, as the working point moves."""
    with mpl.rc_context(_STYLE):
        figure, axes = _new("false alarms per camera-hour", "share of events missed")
        points = [(p.false_per_hour, p.miss_rate) for p in figures.curve if p.miss_rate is not None]
        axes.plot([x for x, _ in points], [y for _, y in points], marker=".", color=_ORANGE)
        axes.set_xlim(left=0)
        axes.set_ylim(0, 1.02)
        return _svg(figure, "Misses against false alarms")


def conditions_plot(slices: Sequence[Slice]) -> str:
    """Recall by condition with its interval."""
    with mpl.rc_context(_STYLE):
        figure, axes = _new("share of events found", "")
        shown = [s for s in slices if s.recall.value is not None]
        for row, one in enumerate(shown):
            low, high = one.recall.low or 0.0, one.recall.high or 1.0
            axes.plot([low, high], [row, row], color=_GREY)
            axes.plot([one.recall.value or 0.0], [row], marker="o", color=_BLUE)
        axes.set_yticks(range(len(shown)), [f"{one.name} ({one.events})" for one in shown])
        axes.set_ylim(-0.5, max(0.5, len(shown) - 0.5))
        axes.set_xlim(0, 1.02)
        return _svg(figure, "Found by condition")


def roc_plot(clips: ClipsReport) -> str:
    """The ROC curve of short clips."""
    with mpl.rc_context(_STYLE):
        figure, axes = _new("false positive rate", "true positive rate")
        axes.plot([x for x, _ in clips.roc], [y for _, y in clips.roc], color=_BLUE)
        axes.plot([0, 1], [0, 1], color=_GREY, linewidth=0.8)
        _unit(axes)
        return _svg(figure, "ROC")


def rates_plot(tracking: TrackingReport) -> str:
    """HOTA, IDF1 and MOTA over the rate of pictures."""
    with mpl.rc_context(_STYLE):
        figure, axes = _new("pictures per second", "")
        rates = [r.rate_fps for r in tracking.rates]
        axes.plot(rates, [r.hota for r in tracking.rates], marker="o", color=_BLUE, label="HOTA")
        axes.plot(rates, [r.idf1 for r in tracking.rates], marker="o", color=_ORANGE, label="IDF1")
        axes.plot(rates, [r.mota for r in tracking.rates], marker="o", color=_GREY, label="MOTA")
        axes.set_ylim(min(0.0, *(r.mota for r in tracking.rates)), 1.02)
        axes.legend(frameon=False)
        return _svg(figure, "Tracking by rate of pictures")


def _new(x: str, y: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(3.6, 2.6), layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    return figure, axes


def _unit(axes: Axes) -> None:
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)


def _svg(figure: Figure, title: str) -> str:
    figure.axes[0].set_title(title, fontsize=10, loc="left")
    text = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": title}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    whole = text.getvalue()
    return whole[whole.index("<svg") :]
