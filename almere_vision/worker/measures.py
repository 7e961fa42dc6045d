"""What a worker counts, for Prometheus and for `almere bench streams`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from almere_vision.domain.frame import Moment
from almere_vision.sources.health import Trouble

_AGES_S: Final = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
# The clocks of cameras drift from ours; so much is forgiven, in seconds a second.
_DRIFT: Final = 1e-3


class Delay:
    """How far the pictures of one camera lag behind the best that they have been.

    A stream that is not read in time waits in buffers that nobody sees; its own time stamps, which then fall
    behind the clock, tell.
    """

    def __init__(self) -> None:
        self._best_s: float | None = None
        self._at_s = 0.0

    def of(self, moment: Moment, now_s: float) -> float:
        """Seconds from when a picture could have been here to `now_s` (UTC epoch seconds)."""
        offset_s = moment.clock_s - moment.media_time_s
        if self._best_s is None:
            self._best_s, self._at_s = offset_s, now_s
        self._best_s = min(offset_s, self._best_s + _DRIFT * (now_s - self._at_s))
        self._at_s = now_s
        return now_s - (moment.media_time_s + self._best_s)


class Measures:
    """The counters of one worker; all methods may be called from any thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._turn = threading.Lock()
        self._delays: dict[str, Delay] = {}
        self._dropped: dict[str, int] = {}
        self._frames = Counter(
            "almere_frames",
            "Pictures of a camera by what became of them: detected, repeated (nothing had changed), dropped.",
            ["camera", "fate"],
            registry=self.registry,
        )
        self._age = Histogram(
            "almere_frame_age_seconds",
            "From when a picture could have been here to when it is judged.",
            ["camera"],
            buckets=_AGES_S,
            registry=self.registry,
        )
        self._share = Gauge(
            "almere_rate_share",
            "Share of the pictures that rules want which are asked for; below 1 the machine is full.",
            registry=self.registry,
        )
        self._looks = Histogram(
            "almere_look_seconds",
            "Closer looks of a camera: from when one was asked for to its answer, by what became of it.",
            ["camera", "fate"],
            buckets=_AGES_S,
            registry=self.registry,
        )
        self._online = Gauge(
            "almere_camera_online", "1 while pictures come.", ["camera"], registry=self.registry
        )

        self._watched = Counter(
            "almere_rule_seconds",
            "Of a rule on a preset, by what became of them: watched, or why not "
            "(elsewhere, moving, unknown, offline).",
            ["camera", "preset", "rule", "what"],
            registry=self.registry,
        )
        self._preset = Gauge(
            "almere_camera_at_preset",
            "1 for the preset that a camera is proven to look at.",
            ["camera", "preset"],
            registry=self.registry,
        )

        self._trouble = Gauge(
            "almere_camera_trouble",
            "1 while it is wrong: frozen, black, covered, out of focus, moved view, wrong clock.",
            ["camera", "trouble"],
            registry=self.registry,
        )
        self._clock = Gauge(
            "almere_camera_clock_offset_seconds",
            "What the clock of a camera that speaks ONVIF is ahead of ours.",
            ["camera"],
            registry=self.registry,
        )

    def trouble(self, camera: str, now: Trouble | None) -> None:
        """Tell what is wrong with the pictures of a camera; None for nothing."""
        for one in Trouble:
            self._trouble.labels(camera, one.value).set(one is now)

    def clock(self, camera: str, offset_s: float | None, *, wrong: bool) -> None:
        """Tell how far the clock of a camera is off; None where it does not say."""
        self._trouble.labels(camera, "wrong clock").set(wrong)
        if offset_s is not None:
            self._clock.labels(camera).set(offset_s)

    def watched(self, camera: str, preset: str, rule: str, what: str, seconds: float) -> None:
        """Count time of a rule."""
        self._watched.labels(camera, preset, rule, what).inc(seconds)

    def at_preset(self, camera: str, presets: Sequence[str], now: str | None) -> None:
        """Tell at which of its presets a camera is; None for none."""
        for preset in presets:
            self._preset.labels(camera, preset).set(preset == now)

    def rate_share(self, share: float) -> None:
        self._share.set(share)

    def dropped(self, camera: str, number: int) -> int:
        """Pictures that were due and not judged, of all time; gives how many are new."""
        with self._turn:
            new = max(0, number - self._dropped.get(camera, 0))
            self._dropped[camera] = number
        self._frames.labels(camera, "dropped").inc(new)
        return new

    def judged(
        self, moment: Moment, *, unchanged: bool = False, clock: Callable[[], float] = time.time
    ) -> float:
        """Count a picture that was judged just now; gives its age in seconds."""
        self._frames.labels(moment.camera, "repeated" if unchanged else "detected").inc()
        with self._turn:
            delay = self._delays.setdefault(moment.camera, Delay())
            age_s = delay.of(moment, clock())
        self._age.labels(moment.camera).observe(age_s)
        return age_s

    def looked(self, camera: str, fate: str, took_s: float) -> None:
        """Count a closer look: answered, without film, or stale."""
        self._looks.labels(camera, fate).observe(took_s)

    def gone(self, camera: str) -> None:
        """Another worker watches this camera now."""
        self._online.labels(camera).set(0)
        with self._turn:
            self._delays.pop(camera, None)
            self._dropped.pop(camera, None)

    def online(self, camera: str, *, online: bool) -> None:
        self._online.labels(camera).set(online)
