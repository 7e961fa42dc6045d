"""The clips that a fight classifier learns from: a folder with a split file, and normal footage beside it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from almere_vision.domain.errors import FootageError
from almere_vision.evaluation.clips import read_splits

SPLITS: Final = "fight_splits.csv"
MANIFEST: Final = "MANIFEST.csv"
NORMAL: Final = ("loitering", "parking", "street")
"""Folders of footage in which nobody fights."""

_CLIPS: Final = ("fight", "nofight")
_LEARNED: Final = ("train", "val")
_SUFFIXES: Final = (".mp4", ".avi", ".mkv", ".mov")
_GROUP: Final = re.compile(r"group=([^;\s]+)")


@dataclass(frozen=True, slots=True)
class LabelledClip:
    """A recording that is known to show a fight or not.

    Attributes:
        path: the file.
        name: as the split file writes it.
        fight: whether it shows one.
        source: the collection, as the first part of the file's name; `normal` for footage of other things.
        group: video or camera that it is from.
        visibility: how well a fight can be seen, as the split file says.
        counted: whether figures are taken on it. Normal footage only teaches, and is judged as a stream.
    """

    path: Path
    name: str
    fight: bool
    source: str
    group: str
    visibility: str
    counted: bool


def read_clips(folder: Path) -> list[LabelledClip]:
    """The clips of the splits `train` and `val`, and all normal footage.

    Raises:
        LabelFileError: the split file is missing or wrong.
        FootageError: it names a file that is not there.
    """
    path = folder / SPLITS
    splits = read_splits(path, "fight")
    with path.open(encoding="utf-8-sig", newline="") as file:
        visibility = {row["file"]: row.get("visibility", "") for row in csv.DictReader(file)}
    clips = []
    for split in splits:
        top, _, name = split.file.rpartition("/")
        if split.split in _LEARNED and top in _CLIPS:
            source = name.partition("_")[0]
            clip = LabelledClip(
                folder / split.file,
                split.file,
                split.positive,
                source,
                split.group,
                visibility[split.file],
                counted=True,
            )
            clips.append(clip)
    clips += _normal(folder, {split.file: split.group for split in splits})
    if missing := next((clip for clip in clips if not clip.path.is_file()), None):
        raise FootageError(f"{missing.path}: is missing, but {path.name} names it; fetch it or take it out")
    return clips


def _normal(folder: Path, known: Mapping[str, str]) -> Iterator[LabelledClip]:
    groups = dict(_groups(folder / MANIFEST)) | dict(known)
    for top in NORMAL:
        for path in sorted((folder / top).glob("*")):
            if path.suffix in _SUFFIXES:
                name = f"{top}/{path.name}"
                group = groups.get(name, path.stem)
                yield LabelledClip(path, name, False, "normal", group, "", counted=False)


def _groups(manifest: Path) -> Iterator[tuple[str, str]]:
    """Which camera a file is from, where the notes of a manifest say `group=...`."""
    if not manifest.is_file():
        return
    with manifest.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if found := _GROUP.search(row.get("notes") or ""):
                yield row["file"], found[1]
