"""What the network sees in a recording: from the cache, or by looking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from almere_vision.detection import Detector
from almere_vision.detection.sparing import sparing
from almere_vision.domain.detections import Detections
from almere_vision.evaluation.cache import CacheKey, DetectionCache, code_sha8, sha256_of
from almere_vision.sources import Camera, Options, read_address

OnProgress = Callable[[float], None]
"""Hears how many seconds of footage were looked at since the last call."""


_SEEING = ("almere_vision.detection", "almere_vision.sources")


def seeing_sha8() -> str:
    """Changes with our own code that decodes and detects: what it made before is then looked at again."""
    return code_sha8(*_SEEING)


@dataclass(frozen=True, slots=True)
class Seen:
    """The detections of one clip, and whether they came from the cache."""

    detections: list[Detections]
    clip_sha256: str
    from_cache: bool


class Eyes:
    """A network with a memory: looks at each clip once per rate."""

    def __init__(
        self, detector: Detector, runtime: str, cache: DetectionCache, keep_alive_s: float | None = None
    ) -> None:
        """
        Args:
            detector: the network.
            runtime: backend and precision: the same weights differ in the last digits from one to another.
            cache: what was seen before.
            keep_alive_s: as `Options.keep_alive_s`; None looks at every picture.
        """
        self.model = detector.identity
        self._detector = detector
        self._runtime = runtime
        self._cache = cache
        self._keep_alive_s = keep_alive_s

    def look(
        self, clip: Path, camera: str, preset: str | None, rate_fps: float, on_progress: OnProgress
    ) -> Seen:
        """The detections of a clip at `rate_fps` pictures a second of media time.

        Raises:
            FootageError: the clip cannot be read to its end.
        """
        clip_sha256 = sha256_of(clip)
        detector = self._detector
        key = CacheKey(
            clip_sha256=clip_sha256,
            camera=f"{camera}/{preset}",
            model=f"{detector.identity}/{self._runtime}/{seeing_sha8()}",
            input_px=detector.input_px,
            min_score=detector.min_score,
            rate_fps=rate_fps,
            keep_alive_s=self._keep_alive_s,
        )
        known = self._cache.get(key)
        if known is not None:
            if known:
                on_progress(known[-1].moment.media_time_s)
            return Seen(known, clip_sha256, from_cache=True)
        found = []
        reached_s = 0.0
        see = sparing(detector.detect)
        options = Options(fps=rate_fps, keep_alive_s=self._keep_alive_s)
        with Camera(camera, read_address(str(clip)), options, preset=preset) as frames:
            for frame in frames:
                found.append(see(frame))
                on_progress(frame.moment.media_time_s - reached_s)
                reached_s = frame.moment.media_time_s
        self._cache.put(key, found)
        return Seen(found, clip_sha256, from_cache=False)
