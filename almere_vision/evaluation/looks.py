"""Closer looks at labelled clips, remembered: the classifier looks once, the rule may judge often."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from almere_vision.domain.geometry import Box
from almere_vision.domain.look import Answer, Look
from almere_vision.evaluation.cache import code_sha8
from almere_vision.sources import Camera, Film, NoClip, Options, read_address
from almere_vision.worker.looking import Scorer, look_at

_CODE = ("almere_vision.action", "almere_vision.sources")
"""Cut and judge: what they said before a change of theirs is asked again."""


@dataclass(frozen=True, slots=True)
class Magnifier:
    """A classifier, and a folder for what it said."""

    scorer: Scorer
    folder: Path

    def at(self, clip: Path, clip_sha256: str) -> Album:
        """The looks at one clip."""
        name = hashlib.sha256(
            f"{clip_sha256}/{self.scorer.identity}/{code_sha8(*_CODE)}".encode()
        ).hexdigest()
        return Album(clip, self.scorer, self.folder / f"looks-{name[:32]}.json")


class Album:
    """The looks at one clip. Use it in a `with`, so that the clip is closed and the answers are kept."""

    def __init__(self, clip: Path, scorer: Scorer, kept: Path) -> None:
        self.model = scorer.identity
        self._clip = clip
        self._scorer = scorer
        self._kept = kept
        self._scores: dict[str, float | None] = _read(kept)
        self._fresh = False
        self._stack = ExitStack()
        self._camera: Camera | None = None
        self._answers: list[Answer] = []
        self.all: list[Answer] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        self._camera = None
        if self._fresh:
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            draft = self._kept.with_suffix(".part")
            draft.write_text(json.dumps(self._scores))
            draft.replace(self._kept)
            self._fresh = False

    def ask(self, look: Look) -> None:
        key = look_key(look)
        if key not in self._scores:
            self._scores[key] = look_at(look, self._film, self._scorer).score
            self._fresh = True
        answer = Answer(look, self._scores[key], None, self.model)
        self._answers.append(answer)
        self.all.append(answer)

    def answers(self) -> Sequence[Answer]:
        answers, self._answers = self._answers, []
        return answers

    def _film(self, start_s: float, end_s: float, fps: float, region: Box, timeout_s: float) -> Film | NoClip:
        if self._camera is None:
            options = Options(fps=1.0)
            self._camera = self._stack.enter_context(Camera("album", read_address(str(self._clip)), options))
            self._camera.next_frame()  # opened from here on
        return self._camera.film(start_s, end_s, fps, region, timeout_s)


def look_key(look: Look) -> str:
    """What the answer depends on: the stretch, and the boxes of the people in it."""
    boxes = [
        [round(t.moment.media_time_s, 3), track.id, *(round(edge, 5) for edge in track.box)]
        for t in look.seen
        for track in t.tracks
        if track.id in look.group
    ]
    told = [round(look.start_s, 3), round(look.moment.media_time_s, 3), sorted(look.group), boxes]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]


def _read(path: Path) -> dict[str, float | None]:
    try:
        scores = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return scores if isinstance(scores, dict) else {}
