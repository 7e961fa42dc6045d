"""Clips -> measured tubes, each clip once: what was measured is kept on disk."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np

from almere_vision.action.numbers import as_row, measure_some
from almere_vision.action.pose import PoseNet
from almere_vision.action.training import Samples
from almere_vision.cli.fight.data import LabelledClip
from almere_vision.cli.fight.walk import Walker
from almere_vision.evaluation.cache import sha256_of
from almere_vision.sources import read_address

PIECE_S: Final = 5.0
"""Long recordings of normal footage count as one clip for each stretch of this length."""

_CODE: Final = {
    "almere_vision.action": (
        "cut.py",
        "groups.py",
        "limbs.py",
        "measures.py",
        "motion.py",
        "numbers.py",
        "pose.py",
    ),
    "almere_vision.cli.fight": ("walk.py",),
    "almere_vision.detection": ("candidates.py", "detector.py", "letterbox.py", "nanodet.py"),
    "almere_vision.tracking": ("tracker.py",),
}
"""What has a part in measuring."""


@dataclass(frozen=True, slots=True)
class MeasuredTube:
    """A tube: when it begins, and its numbers by name."""

    start_s: float
    numbers: dict[str, float]


@dataclass(frozen=True, slots=True)
class MeasuredClip:
    """All tubes of a clip, and its length."""

    length_s: float
    tubes: tuple[MeasuredTube, ...]


class Table:
    """Measures clips; what was measured with the same code and networks is read from a folder."""

    def __init__(self, walker: Walker, pose_net: PoseNet, networks: str, folder: Path) -> None:
        """`networks` tells by which networks: their identities."""
        self._walker = walker
        self._pose_net = pose_net
        self._stamp = f"{networks}/{_code_sha256()}"
        self._folder = folder

    def measured(self, clip: LabelledClip) -> MeasuredClip:
        """One clip.

        Raises:
            FootageError: it cannot be read to its end.
        """
        key = hashlib.sha256(f"{self._stamp}/{sha256_of(clip.path)}".encode()).hexdigest()
        path = self._folder / f"{key}.json"
        if path.is_file():
            return _read(path)
        reached_s = 0.0

        def reach(now_s: float, _end_s: float | None) -> None:
            nonlocal reached_s
            reached_s = max(reached_s, now_s)

        tubes = []
        for window in self._walker.windows(read_address(str(clip.path)), reach):
            for tube, numbers in measure_some(window, self._pose_net):
                tubes.append(MeasuredTube(round(float(tube.times_s[0]), 3), numbers))
        found = MeasuredClip(round(reached_s, 3), tuple(tubes))
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_text(json.dumps(asdict(found)), encoding="utf-8")
        draft.replace(path)
        return found


def _read(path: Path) -> MeasuredClip:
    data = json.loads(path.read_text(encoding="utf-8"))
    return MeasuredClip(data["length_s"], tuple(MeasuredTube(**tube) for tube in data["tubes"]))


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Samples, the clip that each of their clips is (a piece of), and how much normal footage was watched."""

    samples: Samples
    clips: tuple[LabelledClip, ...]
    normal_s: float


def gather(clips: Sequence[LabelledClip], table: Table, on_clip: Callable[[LabelledClip], None]) -> Pieces:
    """Measure all clips; long normal footage is cut into pieces.

    Raises:
        FootageError: a clip cannot be read to its end.
    """
    pieces: list[LabelledClip] = []
    rows: list[dict[str, float]] = []
    piece_of: list[int] = []
    normal_s = 0.0
    for clip in clips:
        on_clip(clip)
        measured = table.measured(clip)
        normal_s += 0.0 if clip.counted else measured.length_s
        numbers: dict[int, int] = {}
        if clip.counted:  # counts also when nobody is seen in it
            numbers[0] = len(pieces)
            pieces.append(clip)
        for tube in measured.tubes:
            part = 0 if clip.counted else int(tube.start_s // PIECE_S)
            if part not in numbers:
                numbers[part] = len(pieces)
                pieces.append(clip)
            piece_of.append(numbers[part])
            rows.append(tube.numbers)
    names = tuple(sorted({name for row in rows for name in row}))
    samples = Samples(
        rows=np.array([as_row(row, names) for row in rows], np.float32).reshape(len(rows), len(names)),
        names=names,
        clip=np.array(piece_of, np.int64),
        fight=np.array([clip.fight for clip in pieces], np.bool_),
        source=np.array([clip.source for clip in pieces], np.str_),
        group=np.array([clip.group for clip in pieces], np.str_),
        counted=np.array([clip.counted for clip in pieces], np.bool_),
    )
    return Pieces(samples, tuple(pieces), normal_s)


def _code_sha256() -> str:
    """Changes with the code that measures: what older code measured is then measured again."""
    digest = hashlib.sha256()
    for package, names in _CODE.items():
        for name in names:
            digest.update(name.encode() + (resources.files(package) / name).read_bytes())
    return digest.hexdigest()
