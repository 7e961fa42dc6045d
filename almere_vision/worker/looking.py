"""Closer looks: a rule asks, pictures are taken from what the camera keeps, and a classifier answers.

    Look ── film ──► Frames ── cut ──► Tube ── score ──► Answer

A recording is looked at on the spot. Live cameras share `Looker`: their threads go on while it works, and
hear the answer at one of their next pictures.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
import structlog

from almere_vision.action import TUBE_FPS, cut_tube
from almere_vision.domain.geometry import Box, union
from almere_vision.domain.look import Answer, Look
from almere_vision.domain.tracks import Track, Tracks
from almere_vision.domain.tube import Tube
from almere_vision.sources import Film, NoClip

log = structlog.get_logger()

_MARGIN: Final = 0.4
"""What is filmed around the people, in heights of the tallest: more than a tube wants."""

_FILM_TIMEOUT_S: Final = 5.0
_STALE_S: Final = 5.0
"""A look that waited for so long tells of the past, and is not carried out any more."""


class Scorer(Protocol):
    """A classifier, as `almere_vision.action.FightModel`."""

    @property
    def identity(self) -> str: ...

    def score(self, tube: Tube) -> float: ...


TakeFilm = Callable[[float, float, float, Box, float], Film | NoClip]
"""What `Camera.film` does: start_s, end_s, fps, region, timeout_s."""


def look_at(look: Look, film: TakeFilm, scorer: Scorer) -> Answer:
    """Carry out one look."""
    region = region_of(look)
    if region is None:
        return Answer(look)
    taken = film(look.start_s, look.moment.media_time_s, TUBE_FPS, region, _FILM_TIMEOUT_S)
    if isinstance(taken, NoClip):
        log.debug("no closer look", camera=look.moment.camera, reason=taken.reason)
        return Answer(look)
    tube = tube_of(look, taken)
    return Answer(look) if tube is None else Answer(look, scorer.score(tube), tube, scorer.identity)


def region_of(look: Look) -> Box | None:
    """What must be filmed, as fractions of the picture; None if nobody of the group was seen."""
    boxes = [track.box for tracks in look.seen for track in tracks.tracks if track.id in look.group]
    if not boxes:
        return None
    x1, y1, x2, y2 = union(boxes)
    margin = _MARGIN * max(box[3] - box[1] for box in boxes)
    across = margin * look.moment.height_px / look.moment.width_px
    return max(0.0, x1 - across), max(0.0, y1 - margin), min(1.0, x2 + across), min(1.0, y2 + margin)


def tube_of(look: Look, film: Film) -> Tube | None:
    """The tube, cut from pictures that show only a region; None if nobody was seen while they were taken."""
    x1, y1, x2, y2 = film.region
    origin, size = np.array([x1, y1, x1, y1]), np.array([x2 - x1, y2 - y1] * 2)

    def inside(track: Track) -> Track:
        left, top, right, bottom = ((np.array(track.box) - origin) / size).tolist()
        return replace(track, box=(left, top, right, bottom))

    seen = [
        Tracks(t.moment, tuple(inside(track) for track in t.tracks if track.id in look.group), t.model)
        for t in look.seen
    ]
    try:
        tube = cut_tube(film.frames, seen, look.group)
    except ValueError:
        return None
    left, top, right, bottom = (np.array(tube.box) * size + origin).tolist()
    people = (tube.people * size + origin).astype(np.float32)
    return replace(tube, box=(left, top, right, bottom), people=people)


class AtOnce:
    """Looks at a recording when it is asked."""

    def __init__(self, film: TakeFilm, scorer: Scorer) -> None:
        self._film = film
        self._scorer = scorer
        self._answers: list[Answer] = []

    def ask(self, look: Look) -> None:
        self._answers.append(look_at(look, self._film, self._scorer))

    def answers(self) -> list[Answer]:
        answers, self._answers = self._answers, []
        return answers


class Looker:
    """Threads that carry out the looks of all live cameras, in the order in which they came.

    Of looks at the same people only the newest waits. Nothing is done while nobody asks.
    """

    def __init__(
        self, scorer: Scorer, threads: int = 3, tell: Callable[[str, str, float], None] | None = None
    ) -> None:
        """`tell` hears of each look: camera, what became of it (answered, no film, stale), and seconds."""
        self._scorer = _OneAtATime(scorer)
        self._tell = tell or (lambda _camera, _fate, _took_s: None)
        self._waiting: dict[tuple[str, str], _Errand] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._at_work = 0
        self._threads = [
            threading.Thread(target=self._work, name=f"looker {n}", daemon=True) for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def of(self, film: TakeFilm) -> LiveLooks:
        """The looks of one camera."""
        return LiveLooks(film, self._take)

    @property
    def identity(self) -> str:
        """The classifier, as `name@sha8`."""
        return self._scorer.identity

    @property
    def busy(self) -> bool:
        """Whether any look waits or is under way."""
        return bool(self._waiting) or self._at_work > 0

    def close(self) -> None:
        """End the threads; looks that wait are left."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _take(self, errand: _Errand) -> None:
        with self._changed:
            self._waiting[errand.look.moment.camera, errand.look.stay] = errand
            self._changed.notify()

    def _work(self) -> None:
        while (errand := self._next()) is not None:
            self._carry_out(errand)
            with self._changed:
                self._at_work -= 1

    def _carry_out(self, errand: _Errand) -> None:
        camera = errand.look.moment.camera
        if time.monotonic() - errand.asked_s > _STALE_S:
            self._tell(camera, "stale", time.monotonic() - errand.asked_s)
            return
        try:
            answer = look_at(errand.look, errand.film, self._scorer)
        except Exception:
            log.exception("a closer look failed by a fault of ours", camera=camera)
            return
        errand.answers.append(answer)
        fate = "no film" if answer.score is None else "answered"
        self._tell(camera, fate, time.monotonic() - errand.asked_s)

    def _next(self) -> _Errand | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            self._at_work += 1
            return self._waiting.pop(next(iter(self._waiting)))


@dataclass(frozen=True, slots=True)
class _Errand:
    look: Look
    film: TakeFilm
    answers: deque[Answer]
    asked_s: float


class LiveLooks:
    """The looks of one live camera: asked in its thread, answered by others, heard in its thread."""

    def __init__(self, film: TakeFilm, take: Callable[[_Errand], None]) -> None:
        self._film = film
        self._take = take
        self._answers: deque[Answer] = deque()

    def ask(self, look: Look) -> None:
        self._take(_Errand(look, self._film, self._answers, time.monotonic()))

    def answers(self) -> list[Answer]:
        return [self._answers.popleft() for _ in range(len(self._answers))]


class _OneAtATime:
    """A classifier that several threads share."""

    def __init__(self, scorer: Scorer) -> None:
        self.identity = scorer.identity
        self._scorer = scorer
        self._turn = threading.Lock()

    def score(self, tube: Tube) -> float:
        with self._turn:
            return self._scorer.score(tube)
