"""What one picture went through on its way to a suggestion, and how long each step took (ADR 57).

Nothing is noted unless the standard `OTEL_EXPORTER_OTLP_ENDPOINT` says where traces go.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final, ParamSpec, Protocol, TypeVar

from almere_vision.domain.errors import SettingsError
from almere_vision.domain.frame import Frame

P = ParamSpec("P")
T = TypeVar("T")

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class Journey(Protocol):
    """The way of one picture; its steps are taken one after the other."""

    def through(self, step: str, do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it as a step with a name."""
        ...

    def branch(self) -> Journey:
        """A way that goes on from here by itself, as that of each suggestion of a picture does."""
        ...

    def suggested(self, suggestion: str, kind: str) -> None:
        """It led to a suggestion, by its id and kind, which is in the queue now."""
        ...

    def judged(self) -> None:
        """All that the picture shows is judged."""
        ...


class Journeys(Protocol):
    """Where the journeys of all cameras begin; may be called from any thread."""

    def of(self, frame: Frame) -> Journey: ...

    def close(self) -> None: ...


class _Untraced:
    """Notes nothing: every journey, and where they begin."""

    def through(self, step: str, do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:  # noqa: ARG002
        return do(*args, **kwargs)

    def of(self, frame: Frame) -> Journey:  # noqa: ARG002
        return self

    def branch(self) -> Journey:
        return self

    def suggested(self, suggestion: str, kind: str) -> None: ...

    def judged(self) -> None: ...

    def close(self) -> None: ...


UNTRACED: Final = _Untraced()


def open_journeys() -> Journeys:
    """As the environment of the process says.

    Raises:
        SettingsError: traces are wanted, and what sends them is not installed.
    """
    wanted = next((name for name in _ENDPOINTS if os.environ.get(name)), None)
    if wanted is None:
        return UNTRACED
    try:
        from almere_vision.worker.tracing import to_collector
    except ImportError:
        raise SettingsError(
            f"{wanted} is set, and the extra `tracing` is not installed: "
            "install almere-vision[tracing], or unset it"
        ) from None
    return to_collector()
