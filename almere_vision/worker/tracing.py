"""Journeys as traces of OpenTelemetry, sent over OTLP; imported only where traces are wanted (ADR 57).

Steps are kept as pairs of times. They become spans when it is known that the picture led to a suggestion, or
that it is one of the few that are sent anyhow; all others cost a short list.
"""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, ParamSpec, TypeVar

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import set_span_in_context

from almere_vision.domain.frame import Frame
from almere_vision.sources.intake import UTC_MINUS_MONOTONIC_S

P = ParamSpec("P")
T = TypeVar("T")

ONE_IN: Final = 1000
"""So many pictures give one trace although nothing follows from them: how long judging usually takes."""

_CLOSE_S: Final = 3.0
"""A worker that ends does not wait longer for a collector that is away."""


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    begin_ns: int
    end_ns: int


class Traces:
    """Sends journeys to a collector from a thread of the SDK; what it cannot send is dropped there."""

    def __init__(self, exporter: OTLPSpanExporter, one_in: int = ONE_IN) -> None:
        named = {} if os.environ.get("OTEL_SERVICE_NAME") else {SERVICE_NAME: "almere-worker"}
        self._provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("almere_vision")
        self._one_in = one_in
        self._count = itertools.count(1)

    def of(self, frame: Frame) -> Traced:
        """Its first step is from when it was decoded until now."""
        waited = _Step("frame", round(frame.moment.clock_s * 1e9), _now_ns())
        return Traced(frame, self._send, next(self._count) % self._one_in == 0, [waited])

    def close(self) -> None:
        """Send what is there, but wait for no collector that does not answer."""
        thread = threading.Thread(target=self._provider.shutdown, name="traces end", daemon=True)
        thread.start()
        thread.join(_CLOSE_S)

    def _send(self, name: str, frame: Frame, steps: list[_Step], told: Mapping[str, str]) -> None:
        first, last = steps[0], steps[-1]
        attributes: dict[str, str | float | bool] = {
            "almere.camera": frame.moment.camera,
            "almere.frame.age_ms": round((first.end_ns - first.begin_ns) / 1e6, 1),
            "almere.frame.unchanged": frame.unchanged,
            **told,
        }
        root = self._tracer.start_span(name, Context(), attributes=attributes, start_time=first.begin_ns)
        inside = set_span_in_context(root, Context())
        for step in steps:
            self._tracer.start_span(step.name, inside, start_time=step.begin_ns).end(step.end_ns)
        root.end(last.end_ns)


@dataclass(slots=True)
class Traced:
    """The journey of one picture."""

    _frame: Frame
    _send: Callable[[str, Frame, list[_Step], Mapping[str, str]], None]
    _sampled: bool
    _steps: list[_Step] = field(default_factory=list)

    def through(self, step: str, do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        begin_ns = _now_ns()
        done = do(*args, **kwargs)
        self._steps.append(_Step(step, begin_ns, _now_ns()))
        return done

    def branch(self) -> Traced:
        return Traced(self._frame, self._send, False, [*self._steps])

    def suggested(self, suggestion: str, kind: str) -> None:
        self._send(
            "suggestion", self._frame, self._steps, {"almere.suggestion": suggestion, "almere.kind": kind}
        )

    def judged(self) -> None:
        if self._sampled:
            self._send("frame judged", self._frame, self._steps, {})


def to_collector() -> Traces:
    """To where the standard variables say (`OTEL_EXPORTER_OTLP_*`)."""
    return Traces(OTLPSpanExporter())


def _now_ns() -> int:
    """On the clock of live pictures: UTC, as it was when the process began, and never set back."""
    return round((time.monotonic() + UTC_MINUS_MONOTONIC_S) * 1e9)
