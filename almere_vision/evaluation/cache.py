"""Detections kept on disk: the network looks at a clip once, the rules may judge it often."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np

from almere_vision.domain.detections import CLASSES, Detections
from almere_vision.domain.frame import Moment

_FORM: Final = 1
"""Changes with the form of the files."""

_CHUNK: Final = 1 << 20


@functools.cache
def code_sha8(*packages: str) -> str:
    """Changes with our own code in these packages: what it made before is then made again."""
    digest = hashlib.sha256()
    for package in packages:
        modules = (f for f in resources.files(package).iterdir() if f.name.endswith(".py"))
        for module in sorted(modules, key=lambda file: file.name):
            digest.update(module.name.encode() + module.read_bytes())
    return digest.hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class CacheKey:
    """What detections depend on.

    Attributes:
        clip_sha256: of the video file.
        camera: id that the pictures carry.
        model: `name@sha8` of the network, with its runtime and our code around it.
        input_px: width and height of the network's input.
        min_score: lowest score kept.
        rate_fps: pictures per second.
        keep_alive_s: pictures on which nothing moved were not looked at for so long; None: all were.
    """

    clip_sha256: str
    camera: str
    model: str
    input_px: tuple[int, int]
    min_score: float
    rate_fps: float
    keep_alive_s: float | None = None

    def digest(self) -> str:
        classes = ",".join(CLASSES)
        return hashlib.sha256(repr((_FORM, classes, self)).encode()).hexdigest()[:32]


class DetectionCache:
    """A folder of detections. An entry that cannot be read is as good as none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: CacheKey) -> list[Detections] | None:
        """The detections of a clip, picture by picture, or None."""
        path = self._path(key)
        try:
            # np.load leaves the file open when it finds no archive in it, so it is opened here.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return _unpack({name: arrays[name] for name in arrays.files})
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def put(self, key: CacheKey, detections: Sequence[Detections]) -> None:
        """Keep the detections of a clip; the file appears whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(key)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with draft.open("wb") as file:
                np.savez_compressed(file, **_pack(detections))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def _path(self, key: CacheKey) -> Path:
        return self._folder / f"{key.digest()}.npz"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _pack(detections: Sequence[Detections]) -> dict[str, Any]:
    moments = [
        [
            d.moment.camera,
            d.moment.preset,
            d.moment.clock_s,
            d.moment.media_time_s,
            d.moment.captured_at.isoformat() if d.moment.captured_at else None,
            d.moment.width_px,
            d.moment.height_px,
            d.model,
        ]
        for d in detections
    ]
    return {
        "moments": np.array(json.dumps(moments)),
        "counts": np.array([len(d) for d in detections], np.int64),
        "boxes": np.concatenate([d.boxes for d in detections] or [np.zeros((0, 4), np.float32)]),
        "scores": np.concatenate([d.scores for d in detections] or [np.zeros(0, np.float32)]),
        "classes": np.concatenate([d.classes for d in detections] or [np.zeros(0, np.int64)]),
    }


def _unpack(arrays: dict[str, Any]) -> list[Detections]:
    ends = np.cumsum(arrays["counts"])
    moments = json.loads(str(arrays["moments"]))
    if len(moments) != len(ends) or len(arrays["boxes"]) != (ends[-1] if len(ends) else 0):
        raise ValueError("a cut-off entry")
    found = []
    for end, size, (*moment, model) in zip(ends, arrays["counts"], moments, strict=True):
        camera, preset, clock_s, media_time_s, captured_at, width_px, height_px = moment
        part = slice(int(end - size), int(end))
        found.append(
            Detections(
                Moment(
                    camera,
                    preset,
                    clock_s,
                    media_time_s,
                    datetime.fromisoformat(captured_at) if captured_at else None,
                    width_px,
                    height_px,
                ),
                arrays["boxes"][part],
                arrays["scores"][part],
                arrays["classes"][part],
                model,
            )
        )
    return found
